"""What is compared: ways of drawing the losses of a model, each from a tool that people use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHARES = (0.05, 0.5, 0.95, 0.999)
STATISTICS = ("mean", *(f"P{100 * share:g}" for share in SHARES))
CORE = slice(1, 4)
"""P5, P50 and P95 among the statistics."""


@final
@dataclass(frozen=True, slots=True)
class Way:
    """One way of drawing.

    Attributes
    ----------
    name : str
        What the tool calls it.
    draw : callable
        From a seed and how many draws to the losses, shape (draws,); all that a user would do for
        them is in it.
    quasi : bool
        Whether the points are better spread than random ones: the error then falls at a rate of
        its own, and the number of draws is rounded up to a power of two, which such points like.
    """

    name: str
    draw: Callable[[int, int], Array]
    quasi: bool = False

    def size(self, wanted: float) -> int:
        """Return how many draws to make where so many are wanted."""
        rounded = max(int(np.ceil(wanted)), 2)
        return 1 << (rounded - 1).bit_length() if self.quasi else rounded

    def statistics(self, seed: int, size: int) -> Array:
        """Return the mean and the quantiles of so many draws."""
        draws = self.draw(seed, size)
        return np.array([draws.mean(), *np.quantile(draws, SHARES)])


@final
@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, with the ways of drawing that its users would choose from.

    Attributes
    ----------
    name : str
    ways : tuple of Way
        Plain Monte Carlo first.
    """

    name: str
    ways: tuple[Way, ...]


@final
@dataclass(frozen=True, slots=True)
class Absent:
    """A tool that could not be measured.

    Attributes
    ----------
    name, reason : str
    """

    name: str
    reason: str
