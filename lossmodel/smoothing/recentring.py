"""The same output seen from where an amount comes about."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.smoothing.conditional import Array, Conditional, Tail


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """A tail as seen from where it comes about.

    Attributes
    ----------
    given : Conditional
        The output at weighted points.
    shares : array, shape (R, n)
        Of the tail, at each point.
    inputs : callable
        Returns what the other inputs are at these points, by name, in the units that formulas
        expect: an array of shape (R, n) of each that is drawn.
    """

    given: Conditional
    shares: Array
    inputs: Callable[[], Mapping[str, Array]]


class Recentring(ABC):
    """What draws the other inputs again around the likeliest ways for an amount to come about."""

    @abstractmethod
    def around(self, y: float, side: Tail) -> Seen | None:
        """Return the output at points around those ways, weighted.

        Parameters
        ----------
        y : float
            Finite.
        side : {"below", "above"}
            The tail that is meant.

        Returns
        -------
        Seen or None
            None where no way to the amount was found, or where points decide too little.
        """
