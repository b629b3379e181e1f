"""Densities as lines that can be drawn, on an axis that suits what is on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal, final

import numpy as np

from lossmodel.distributions.base import Array, Continuous, Discrete, Distribution

POINTS = 120
"""Of a curve: enough for a line that looks smooth at the width of a page."""
_FAR = 50.0
"""Largest over smallest value from which an axis of positive numbers is logarithmic."""
_MOST_ATOMS = 400
_HEAVY = 20.0
"""Widths of the 90% interval beyond which the outermost percents of a distribution are cut off."""


@final
@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers and how they are laid out.

    Attributes
    ----------
    low, high : float
        Finite; ``low`` below ``high``, and above 0 where the layout is "log".
    layout : {"linear", "log"}
    """

    low: float
    high: float
    layout: Literal["linear", "log"] = "linear"

    @classmethod
    def around(cls, values: Sequence[float]) -> "Axis":
        """Return an axis that holds some numbers, with a little room on either side.

        Parameters
        ----------
        values : sequence of float
            What is not finite is passed over.
        """
        finite = [value for value in values if isfinite(value)]
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        if low > 0.0 and high / low >= _FAR:
            room = (high / low) ** 0.03
            return cls(low / room, min(high * room, 1e308), "log")
        room = 0.03 * (high - low) if high > low else 0.5 * abs(low) or 0.5
        # Room below 0 would suggest that a loss may be a gain.
        start = 0.0 if 0.0 <= low < 0.25 * high else low - room
        return cls(start, high + room)

    def points(self, count: int = POINTS) -> Array:
        """Return numbers from one end to the other, even as they are laid out."""
        if self.layout == "log":
            return np.geomspace(self.low, self.high, count)
        return np.linspace(self.low, self.high, count)

    def as_drawn(self, x: Array, density: Array) -> Array:
        """Return a density per unit of length on the axis, up to a factor."""
        return density * x if self.layout == "log" else density

    def share(self, x: float) -> float:
        """Return how far along the axis a number lies, from 0 to 1."""
        ends = np.array([self.low, self.high, x])
        low, high, at = np.log(ends) if self.layout == "log" else ends
        return float(np.clip((at - low) / (high - low), 0.0, 1.0))


@final
@dataclass(frozen=True, slots=True)
class Curve:
    """A line above an axis; the area under it is proportional to probability.

    Attributes
    ----------
    kind : {"density", "bars", "values", "constant", "none"}
        A density; shares of draws in bins; probabilities of single values; one value alone; or
        nothing, where there is no value.
    x, height : array, shape (n,)
        Corners of the line, ``x`` never falling; heights are at most 1, which one reaches.
    atoms : tuple of float
        Beside a density: values that have a probability of their own.
    """

    kind: Literal["density", "bars", "values", "constant", "none"]
    x: Array
    height: Array
    atoms: tuple[float, ...] = ()

    @classmethod
    def nothing(cls) -> "Curve":
        """Return the curve of what has no value."""
        return cls("none", np.empty(0), np.empty(0))

    @classmethod
    def constant(cls, value: float) -> "Curve":
        """Return the curve of one value."""
        return cls.of_values(np.array([value]), np.ones(1), "constant")

    @classmethod
    def density(cls, x: Array, height: Array) -> "Curve":
        """Return a density known at some points; what is not finite there is not drawn."""
        known = np.isfinite(height) & (height >= 0.0)
        if not known.any() or not height[known].max() > 0.0:
            return cls.nothing()
        return cls("density", x[known], height[known] / height[known].max())

    @classmethod
    def of_values(
        cls, values: Array, masses: Array, kind: Literal["values", "constant"] = "values"
    ) -> "Curve":
        """Return single values as needles."""
        feet = np.zeros_like(masses)
        height = np.stack((feet, masses, feet), axis=1).ravel()
        return cls(kind, np.repeat(values, 3), height / masses.max())

    @classmethod
    def of_bins(cls, edges: Array, heights: Array) -> "Curve":
        """Return bins as steps."""
        if not heights.max() > 0.0:
            return cls.nothing()
        return cls("bars", np.repeat(edges, 2)[1:-1], np.repeat(heights / heights.max(), 2))


def axis_of(law: Distribution) -> Axis:
    """Return the axis of one distribution: where nearly all of it lies."""
    if isinstance(law, Continuous) and all(map(isfinite, law.support)):
        return Axis.around(law.support)
    far, low, high, farther = law.quantile(np.array([0.005, 0.05, 0.95, 0.995])).tolist()
    return Axis.around((low, high) if farther - far > _HEAVY * (high - low) else (far, farther))


def curve_of(law: Distribution, axis: Axis) -> Curve:
    """Return the curve of a distribution."""
    x = axis.points()
    if isinstance(law, Continuous):
        return Curve.density(x, axis.as_drawn(x, law.density(x)))
    atoms = law.atoms() if isinstance(law, Discrete) else None
    if atoms is not None and isinstance(law, Discrete):
        seen = atoms[(atoms >= axis.low) & (atoms <= axis.high)]
        if 0 < seen.size <= _MOST_ATOMS:
            return Curve.of_values(seen, law.mass(seen))
    shares = np.diff(law.cdf(x)) / np.diff(np.log(x) if axis.layout == "log" else x)
    return Curve.of_bins(x, shares)
