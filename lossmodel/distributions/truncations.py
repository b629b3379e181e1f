"""Truncation: a slice of a distribution, made whole again."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, cast, final

import numpy as np

from lossmodel.distributions.base import MANY, REAL, Array, Continuous, Distribution, Domain
from lossmodel.distributions.bounded import LogUniform, Uniform
from lossmodel.distributions.calls import written
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.counts import Count, Integers
from lossmodel.distributions.mixtures import Mixture, mixture
from lossmodel.distributions.quadrature import REACH, mean_of, variance_of
from lossmodel.errors import Fault

LEAST = 1e-200
"""The smallest probability of a slice that a truncation may keep."""


@final
@dataclass(frozen=True, slots=True)
class Slice:
    """How the probability of a distribution lies about two ends, both within the slice.

    Parameters
    ----------
    below, above : float
        P(X < low) and P(X > high).
    from_low, to_high : float
        P(X >= low) and P(X <= high).
    """

    below: float
    from_low: float
    to_high: float
    above: float

    @classmethod
    def of(cls, family: Distribution, low: float, high: float) -> "Slice":
        """Return the slice of ``family`` from ``low`` to ``high``."""
        ends = np.array([np.nextafter(low, -np.inf), high])
        (below, to_high), (from_low, above) = family.cdf(ends), family.survival(ends)
        return cls(float(below), float(from_low), float(to_high), float(above))

    @property
    def mass(self) -> float:
        """The probability of the slice, a difference taken in the tail that it lies in."""
        if self.from_low <= 0.5:
            return self.from_low - self.above
        if self.to_high <= 0.5:
            return self.to_high - self.below
        return 1.0 - self.below - self.above


@dataclass(frozen=True, slots=True)
class Truncated(Distribution):
    """What is left of a distribution between two ends, both included, and nothing else.

    Parameters
    ----------
    parent : Distribution
        What is cut.
    ends : (float, float)
        Infinite where it is not cut.
    """

    domains: ClassVar[Mapping[str, Domain]] = {"low": REAL, "high": REAL}
    parent: Distribution
    ends: tuple[float, float]
    slice: Slice = field(init=False, repr=False, compare=False)

    @final
    def _check(self) -> None:
        object.__setattr__(self, "slice", Slice.of(self.parent, *self.ends))

    @final
    def _cdf(self, x: Array) -> Array:
        cut = self.slice
        if cut.from_low <= 0.5:
            return np.clip((cut.from_low - self.parent.survival(x)) / cut.mass, 0.0, 1.0)
        return np.clip((self.parent.cdf(x) - cut.below) / cut.mass, 0.0, 1.0)

    @final
    def _survival(self, x: Array) -> Array:
        cut = self.slice
        if cut.to_high <= 0.5:
            return np.clip((cut.to_high - self.parent.cdf(x)) / cut.mass, 0.0, 1.0)
        return np.clip((self.parent.survival(x) - cut.above) / cut.mass, 0.0, 1.0)


@final
@dataclass(frozen=True, slots=True)
class TruncatedContinuous(Truncated, Continuous):
    """A slice of a distribution with a density."""

    parent: Continuous

    @property
    def support(self) -> tuple[float, float]:
        """The ends of the slice, or the parent's where it is not cut."""
        (low, high), (lowest, highest) = self.ends, self.parent.support
        return max(low, lowest), min(high, highest)

    def _quantile(self, u: Array) -> Array:
        return self._at(u, 1.0 - u)

    def _upper_quantile(self, q: Array) -> Array:
        return self._at(1.0 - q, q)

    def _density(self, x: Array) -> Array:
        return self.parent.density(x) / self.slice.mass

    def _moments(self) -> tuple[float, float]:
        # Every infinite end of a family whose moments are infinite has a heavy tail.
        is_open = any(map(math.isinf, self.support))
        if is_open and not math.isfinite(self.parent.mean):
            return math.inf if math.isinf(self.support[1]) else -math.inf, math.inf
        reach = REACH + math.log(self.slice.mass)
        is_infinite = is_open and not math.isfinite(self.parent.variance)
        return mean_of(self, reach), math.inf if is_infinite else variance_of(self, reach)

    def _at(self, u: Array, q: Array) -> Array:
        """Return the value with shares u of the slice below and q above, from the nearer tail."""
        below = self.slice.below + self.slice.mass * u
        above = self.slice.above + self.slice.mass * q
        x, near = np.empty_like(below), below <= above
        x[near] = self.parent.quantile(below[near])
        x[~near] = self.parent.upper_quantile(above[~near])
        return x


@final
@dataclass(frozen=True, slots=True)
class TruncatedCount(Truncated, Count):
    """A slice of a distribution on whole numbers, not more than ``MANY`` of them."""

    parent: Count

    @property
    def support(self) -> tuple[float, float]:
        """The lowest and the highest whole number of the slice."""
        return _whole(math.ceil, self.ends[0]), _whole(math.floor, self.ends[1])

    def _limit(self, q: Array) -> Array:
        low, high = self.support
        if math.isfinite(high):
            return np.full_like(q, high)
        # One more for the rounding of the product.
        return np.maximum(self.parent.upper_quantile(self.slice.mass * q) + 1.0, low)

    def _moments(self) -> tuple[float, float]:
        atoms = cast("Array", self.atoms())  # truncated() lets none through that has too many
        weights = self.mass(atoms)
        weights /= weights.sum()
        mean = float(atoms @ weights)
        return mean, float(np.square(atoms - mean) @ weights)


def truncated(family: Distribution, low: float = -math.inf, high: float = math.inf) -> Distribution:
    """Return ``family`` given that it lies between two ends, both included.

    Parameters
    ----------
    family : Distribution
        A mixture is cut component by component.
    low, high : float, optional
        At least one of the two; ``low < high``.

    Returns
    -------
    Distribution
        Renormalized: there is no mass on the ends that was not there before.

    Raises
    ------
    Fault
        Where neither end is given, they are reversed, or no probability lies between them.
    """
    if math.isinf(low) and math.isinf(high):
        raise Fault("truncate without low and high", "low, high or both", "truncate(..., low=0)")
    if not low < high:
        raise Fault(_interval(low, high), "low < high")
    lowest, highest = family.support
    if low > highest or high < lowest or Slice.of(family, low, high).mass < LEAST:
        where = _interval(lowest, highest)
        raise Fault(f"nothing of the family in {_interval(low, high)}", f"ends within {where}")
    if low <= lowest and high >= highest:
        return family
    return _cut(family, max(low, lowest), min(high, highest))


def _cut(family: Distribution, low: float, high: float) -> Distribution:
    """Return the slice of a family between two ends within its support."""
    match family:
        case Uniform():
            cut: Distribution = Uniform(low, high)
        case LogUniform():
            cut = LogUniform(low, high)
        case Integers():
            cut = _integers(math.ceil(low), math.floor(high))
        case Choice(values, weights):
            kept = [w * (low <= v <= high) for v, w in zip(values, weights, strict=True)]
            cut = Choice.of(values, kept)
        case Mixture():
            cut = _mixture(family, low, high)
        case TruncatedContinuous() | TruncatedCount():
            cut = truncated(family.parent, low, high)
        case Continuous():
            cut = TruncatedContinuous(family, (low, high))
        case _:
            cut = _count(cast("Count", family), low, high)
    return cut


def _integers(low: int, high: int) -> Distribution:
    """Return the whole numbers from ``low`` to ``high``, which may be one."""
    return Choice.of([low]) if low == high else Integers(low, high)


def _mixture(family: Mixture, low: float, high: float) -> Distribution:
    """Return the mixture of the slices, weighed by what they keep."""
    masses = [Slice.of(part, low, high).mass for part in family.components]
    kept = [place for place, mass in enumerate(masses) if mass >= LEAST]
    parts = [truncated(family.components[place], low, high) for place in kept]
    return mixture(parts, [family.weights[place] * masses[place] for place in kept])


def _count(family: Count, low: float, high: float) -> Distribution:
    """Return the slice of a count; Fault where it holds too many numbers to add up."""
    cut = TruncatedCount(family, (low, high))
    if cut.atoms() is None:
        raise Fault(
            f"more than {MANY:,} numbers in {_interval(low, high)}",
            "a smaller slice of a count, or a continuous family",
        )
    return cut


def _whole(rounded: Callable[[float], int], end: float) -> float:
    """Return an end rounded to a whole number, or as it is where it is infinite."""
    return end if math.isinf(end) else float(rounded(end))


def _interval(low: float, high: float) -> str:
    """Return an interval in words."""
    return f"{written(low)} to {written(high)}"
