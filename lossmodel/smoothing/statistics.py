"""Statistics with one input integrated out."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite, sqrt
from typing import final

import numpy as np

from lossmodel.estimates.beyond import from_excess
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import mean_of, sd_of
from lossmodel.estimates.replicates import RULE_OF_THREE, unit_of
from lossmodel.estimates.statistics import SampleStatistics, Statistics
from lossmodel.smoothing.conditional import DECIDED, Array, Conditional, Tail, largest_part
from lossmodel.smoothing.gridded import Gridded, gridded
from lossmodel.smoothing.quantiles import Given, near_quantile, quantile
from lossmodel.smoothing.recentring import Recentring, Seen
from lossmodel.smoothing.shortest import shortest_interval

FAR = 0.02
"""Probabilities below it are looked at from the likeliest ways for them to come about."""
_LOOKS = 8
_ROUNDING = 1e-14
_NEAR = 0.02
"""A quantile this near to where it was looked at from, by its distance from the median, is seen
well."""
_TIMES = 2.0
"""And so is one whose tail is as likely as that of where it was looked at from, up to this."""
_MIDDLE = 1e-3
"""Tails of at least this probability have all their digits by nodes too."""


@final
@dataclass(frozen=True)
class SmoothedStatistics(Statistics):
    """Statistics of A * U + B with U integrated out (conditional Monte Carlo).

    Attributes
    ----------
    given : Conditional
    drawn : SampleStatistics
        Of the draws of the same output: guesses to start from, and what answers where smoothing
        cannot.
    recentring : Recentring or None
        What looks at far tails from there.

    Notes
    -----
    P. L'Ecuyer, F. Puchhammer and A. Ben Abdellah, "Monte Carlo and quasi-Monte Carlo density
    estimation via conditioning", INFORMS J. Computing 34 (2022); S. Asmussen and P. Glynn,
    *Stochastic Simulation* (2007), section V.4.
    """

    given: Conditional
    drawn: SampleStatistics
    recentring: Recentring | None = None

    def mean(self) -> Estimate:
        """Return the mean of A * E(U) + B."""
        law, given = self.given.law, self.given
        if not isfinite(law.mean):
            return MISSING
        found = given.mean_of(given.A * law.mean + given.B, self.drawn.support)
        # Where all points agree, it may be that none met what makes the difference.
        return found if found.exists else self.drawn.mean()

    def sd(self) -> Estimate:
        """Return the root of the mean of A**2 Var(U) + (A * E(U) + B - mean)**2."""
        law, given = self.given.law, self.given
        if not (isfinite(law.mean) and isfinite(law.variance)):
            return MISSING
        centres, widths = given.A * law.mean + given.B, given.A * sqrt(law.variance)
        # Squares of what is huge or tiny would overflow or vanish.
        unit = unit_of(float(max(np.abs(centres).max(), np.abs(widths).max())))
        widths, centres = widths / unit, centres / unit
        off = centres - centres.mean()
        squares = widths * widths + off * off
        if given.exact:
            return Estimate.exact(float(squares.flat[0]) ** 0.5 * unit)
        return self._sd_of(squares, unit)

    def _sd_of(self, squares: Array, unit: float) -> Estimate:
        """Return the sd from the second moment at each point, in another unit.

        Replicates that agree make nothing certain, as for a mean.  Where all points agree, it may
        be that none met what makes the difference.
        """
        moments = squares.mean(axis=1)
        if np.ptp(moments) > _ROUNDING * moments.max():
            return sd_of(moments, self.given.t).scaled(unit)
        if np.ptp(squares) <= _ROUNDING * squares.max():
            return self.drawn.sd()
        least, value = RULE_OF_THREE / squares.size, float(moments.mean())
        low = value - least * (value - float(squares.min()))
        high = value + least * (float(squares.max()) - value)
        return Estimate.between(sqrt(value), sqrt(low), sqrt(high), self.given.t).scaled(unit)

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""
        near = self.drawn.near(p)
        given = self._given(min(p, 1.0 - p))
        found = quantile(given, p, near) if isfinite(near) else MISSING
        is_atom = found.low == found.high == near  # no look from elsewhere tells more
        if self.given.exact or is_atom or (found.exists and min(p, 1.0 - p) >= FAR):
            return found
        far = self._far_quantile(p, float(found) if found.exists else near)
        return self.drawn.quantile(p) if far is None else far

    def _given(self, tail: float) -> Given:
        """Return what tells of a tail with this probability, at least cost."""
        return self._nodes or self.given if tail >= _MIDDLE else self.given

    @cached_property
    def _nodes(self) -> Gridded | None:
        """Nodes that stand for all points, where there are such."""
        return gridded(self.given)

    def _far_quantile(self, p: float, near: float) -> Estimate | None:
        """Return a quantile from where it lies, or None where that does not settle."""
        if self.recentring is None:
            return None
        for _ in range(_LOOKS):
            seen = self.recentring.around(near, "below" if p <= 0.5 else "above")
            if seen is None:
                return None
            found = quantile(seen.given, p, near)
            if found.value is not None and self._is_near(found.value, near, seen, p):
                return found
            if found.value is None and not seen.given.is_smooth:
                return None
            near = near_quantile(seen.given, p, near) if found.value is None else found.value
            if not isfinite(near):
                return None
        return None

    def _is_near(self, found: float, near: float, seen: Seen, p: float) -> bool:
        """Whether a quantile lies where it was looked at from, by amounts and by probabilities.

        Beside 0 amounts that differ by many powers of ten are all near.
        """
        away = abs(near - self.drawn.near(0.5))
        times = float(seen.shares.mean()) / min(p, 1.0 - p)
        is_near = abs(found - near) <= _NEAR * away and 1.0 / _TIMES <= times <= _TIMES
        return is_near and seen.is_seen

    def tvar(self, p: float) -> Estimate:
        """Return the mean of the largest values, which have probability 1 - p."""
        at = self.quantile(p).value
        if at is None or not isfinite(self.given.law.mean):
            return MISSING
        given = self._given_beyond(at, p)
        excess = None if given is None else given.excess(at)
        if given is None or excess is None:
            return self.drawn.tvar(p)
        return from_excess(at, given.mean_excess(excess, self.drawn.support[1] - at), p)

    def _given_beyond(self, at: float, p: float) -> Conditional | None:
        """Return points that see what is beyond a quantile, or None where single ones decide."""
        if self.given.exact or (1.0 - p >= FAR and largest_part(self.given.above(at)) <= DECIDED):
            return self.given
        seen = None if self.recentring is None else self.recentring.around(at, "above")
        return seen.given if seen is not None and seen.is_seen else None

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        return self._probability(x, "above")

    def cdf(self, x: float) -> Estimate:
        """Return P(output <= x)."""
        return self._probability(x, "below")

    def seeks(self, x: float) -> bool:
        """Whether P(output > x) is looked at from the likeliest ways for x to come about."""
        low, high = self.drawn.support
        if self.recentring is None or self.given.exact or not low <= x < high:
            return False
        self._kept[x] = self._nearer(x, "above")
        return not self._kept[x].is_seen

    def _probability(self, x: float, side: Tail) -> Estimate:
        """Return the probability of one side of an amount, found in the nearer tail."""
        low, high = self.drawn.support
        if not low <= x < high:
            return Estimate.exact(float((x < low) == (side == "above")))
        if self.given.exact:
            return self.given.exact_probability(x, side)
        kept = self._kept.pop(x, None) if side == "above" else None
        nearer = kept or self._nearer(x, side)
        found = self._tail(x, nearer)
        return found if nearer.side == side else found.complement()

    @cached_property
    def _kept(self) -> "dict[float, _Tail]":
        """What :meth:`seeks` found of amounts, until their probabilities are asked for."""
        return {}

    def _nearer(self, x: float, side: Tail) -> "_Tail":
        """Return the nearer tail of an amount; one side is a guess."""
        given = self._nodes or self.given
        shares = given.tail(x, side)
        if shares.mean() <= 0.5:
            return _Tail(given, x, side, shares)
        other: Tail = "below" if side == "above" else "above"
        return _Tail(given, x, other, given.tail(x, other))

    def _tail(self, x: float, near: "_Tail") -> Estimate:
        """Return the probability of the nearer tail."""
        if near.is_seen:
            return near.given.probability(near.shares)
        seen = None if self.recentring is None else self.recentring.around(x, near.side)
        if seen is not None and seen.is_seen:
            return seen.given.probability(seen.shares)
        return self.drawn.exceedance(x) if near.side == "above" else self.drawn.cdf(x)

    def density(self, x: float) -> Estimate:
        """Return the probability per unit at ``x``."""
        if not self.given.is_smooth:
            return MISSING
        heights = self.given.density(x)
        if self.given.exact:
            return Estimate.exact(float(heights[0]))
        return mean_of(heights, self.given.t)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""
        found = None
        if self.given.is_smooth:
            given = self._given(0.5 * (1.0 - level))
            found = shortest_interval(given, level, self.drawn.near_shortest(level))
        return found or self.drawn.shortest_interval(level)


@final
@dataclass(frozen=True, slots=True)
class _Tail:
    """One side of an amount, and the shares of it by the run's own points."""

    given: Given
    x: float
    side: Tail
    shares: Array

    @property
    def is_seen(self) -> bool:
        """Whether these points suffice to tell of it."""
        part = self.given.largest_part(self.shares, self.x, self.side)
        return bool(self.shares.mean() >= FAR) and part <= DECIDED
