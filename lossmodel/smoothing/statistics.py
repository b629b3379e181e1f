"""Statistics with one input integrated out."""

from dataclasses import dataclass
from math import isfinite
from typing import final

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import sd_of
from lossmodel.estimates.shortest import pilot
from lossmodel.estimates.statistics import DrawnStatistics, Statistics
from lossmodel.smoothing.conditional import Conditional, largest_part
from lossmodel.smoothing.quantiles import DECIDED, quantile
from lossmodel.smoothing.shortest import shortest_interval


@final
@dataclass(frozen=True, slots=True)
class SmoothedStatistics(Statistics):
    """Statistics of A * U + B with U integrated out (conditional Monte Carlo).

    Attributes
    ----------
    given : Conditional
    drawn : DrawnStatistics
        Of the same output: the guesses to start from, and what answers where smoothing cannot.

    Notes
    -----
    P. L'Ecuyer, F. Puchhammer and A. Ben Abdellah, "Monte Carlo and quasi-Monte Carlo density
    estimation via conditioning", INFORMS J. Computing 34 (2022); S. Asmussen and P. Glynn,
    *Stochastic Simulation* (2007), section V.4.
    """

    given: Conditional
    drawn: DrawnStatistics

    def mean(self) -> Estimate:
        """Return the mean of A * E(U) + B."""
        law, given = self.given.law, self.given
        if not isfinite(law.mean):
            return MISSING
        return given.mean_of(given.A * law.mean + given.B, self.drawn.column.support)

    def sd(self) -> Estimate:
        """Return the root of the mean of A**2 Var(U) + (A * E(U) + B - mean)**2."""
        law, given = self.given.law, self.given
        if not isfinite(law.variance):
            return MISSING
        centres = given.A * law.mean + given.B
        off = centres - centres.mean()
        moments = (given.A * given.A * law.variance + off * off).mean(axis=1)
        if given.exact:
            return Estimate.exact(float(moments[0]) ** 0.5)
        return sd_of(moments, given.t) if moments.mean() > 0.0 else MISSING

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""
        pooled = self.drawn.column.pooled
        near = float(pooled[min(int(p * pooled.size), pooled.size - 1)])
        found = quantile(self.given, p, near) if isfinite(near) else MISSING
        return found if found.exists else self.drawn.quantile(p)

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        low, high = self.drawn.column.support
        shares = self.given.above(x)
        found = self.given.mean_of(shares, (0.0, 1.0))
        if self.given.exact or found.value is None or found.low is None or found.high is None:
            return found
        smaller = shares if found.value < 0.5 else 1.0 - shares
        if not low <= x < high or largest_part(smaller) > DECIDED:
            return self.drawn.exceedance(x)
        ends = max(found.low, 0.0), min(found.high, 1.0)
        return Estimate.between(found.value, *ends, self.given.t)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""
        found = None
        if self.given.is_smooth:
            found = shortest_interval(self.given, level, pilot(self.drawn.column, level))
        return found or self.drawn.shortest_interval(level)
