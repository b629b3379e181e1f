"""Statistics of what is computed from laws that are near to others, as those of long sums are."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import final

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.statistics import Statistics
from lossmodel.smoothing.conditional import Conditional


@final
@dataclass(frozen=True)
class NearStatistics(Statistics):
    """Statistics whose confidence holds how far the cdf of an output may be off.

    Attributes
    ----------
    by_law : Statistics
        By the laws as they are.
    off : callable
        From an amount to how far P(output <= amount) may be off.
    support : (float, float)
        Bounds that no value of the output can leave.

    Notes
    -----
    Mean and standard deviation have no such error: these laws have the moments of what they are
    near to.
    """

    by_law: Statistics
    off: Callable[[float], float]
    support: tuple[float, float]

    def mean(self) -> Estimate:
        """Return the mean."""
        return self.by_law.mean()

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        return self.by_law.sd()

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""
        return self._wider(self.by_law.quantile(p), p)

    def tvar(self, p: float) -> Estimate:
        """Return the mean of the largest values, which have probability 1 - p."""
        return self.by_law.tvar(p)

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        return self._probability(self.by_law.exceedance(x), x)

    def cdf(self, x: float) -> Estimate:
        """Return P(output <= x)."""
        return self._probability(self.by_law.cdf(x), x)

    def density(self, x: float) -> Estimate:
        """Return the probability per unit at ``x``."""
        return self.by_law.density(x)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""
        low, high = self.by_law.shortest_interval(level)
        return self._end(low), self._end(high)

    def _probability(self, found: Estimate, x: float) -> Estimate:
        """Return the probability of one side of an amount."""
        low, high = self.support
        return near_probability(found, self.off(x)) if low <= x < high else found

    def _end(self, found: Estimate) -> Estimate:
        """Return an end of an interval."""
        p = None if found.value is None else self.by_law.cdf(found.value).value
        return found if p is None else self._wider(found, p)

    def _wider(self, found: Estimate, p: float) -> Estimate:
        """Return the quantile at ``p`` with all that quantiles of near probabilities are."""
        if found.value is None:
            return found
        off = self.off(found.value)
        if not off < min(p, 1.0 - p):
            return MISSING
        low, high = self.by_law.quantile(p - off), self.by_law.quantile(p + off)
        if low.low is None or high.high is None:
            return MISSING
        return found.reaching(low.low, high.high)


def as_near(
    by_law: Statistics, given: Conditional | None, rest: float, support: tuple[float, float]
) -> Statistics:
    """Return statistics that know how far the cdf of an output may be off, where it may be.

    Parameters
    ----------
    by_law : Statistics
        By the laws as they are.
    given : Conditional or None
        The output given all inputs but one, if one is integrated out.
    rest : float
        The most that the cdf of one of the other inputs may be off.
    support : (float, float)
        Bounds that no value of the output can leave.
    """
    if not rest and (given is None or given.law.is_exact):
        return by_law
    return NearStatistics(by_law, off_by(given, rest), support)


def near_probability(found: Estimate, off: float) -> Estimate:
    """Return a probability that may be off by so much, its confidence within 0 and 1."""
    if not off or found.low is None or found.high is None:
        return found
    return found.reaching(max(found.low - off, 0.0), min(found.high + off, 1.0))


def off_by(given: Conditional | None, rest: float) -> Callable[[float], float]:
    """Return how far the cdf of an output may be off.

    Parameters
    ----------
    given : Conditional or None
        The output given all inputs but one, if one is integrated out.
    rest : float
        The most that the cdf of one of the other inputs may be off.

    Notes
    -----
    What an input's fourth cumulant is off counts in the output by the square of the share that the
    input has in the variance: cumulants add, and the Edgeworth series has them over the variance of
    the whole squared.
    """
    if given is None:
        return lambda _: rest
    left = rest * _share(given) ** 2
    return lambda x: given.off(x) + left


def _share(given: Conditional) -> float:
    """Return the most that the other inputs have in the variance."""
    law = given.law
    if not (isfinite(law.mean) and isfinite(law.variance)):
        return 1.0
    between = float((given.A * law.mean + given.B).var())
    within = float((given.A * given.A).mean()) * law.variance
    whole = between + within
    return between / whole if isfinite(whole) and whole > 0.0 else 1.0
