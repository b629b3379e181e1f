"""Statistics of draws that were counted as they came."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, isfinite
from typing import final

import numpy as np

from lossmodel.errors import NotSupportedError
from lossmodel.estimates import shortest, tails
from lossmodel.estimates.beyond import from_excess, told_of_few
from lossmodel.estimates.cells import Cells
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import Ends, mean_of_draws, sd_of_draws
from lossmodel.estimates.ordered import Stacked
from lossmodel.estimates.probabilities import share_of_draws
from lossmodel.estimates.replicates import RULE_OF_THREE, Array, student_t, unit_of
from lossmodel.estimates.spreads import Spread
from lossmodel.estimates.statistics import SampleStatistics

_FINE = np.linspace(0.0, 1.0, 65)
"""Places inside a cell between which the cdf and its half-width are taken for straight lines."""


@final
@dataclass(frozen=True)
class Counted:
    """What was kept of the draws of one output.

    Attributes
    ----------
    cells : Cells
        All draws but those that are nan.
    spread : Spread
        The moments of each replicate.
    finite : Ends
        The ends of the finite draws.
    undefined : int
        How many draws are nan.
    infinities : (int, int)
        How many draws are minus infinity and infinity.
    support : (float, float)
        Bounds that no value of the output can leave.
    """

    cells: Cells
    spread: Spread
    finite: Ends
    undefined: int
    infinities: tuple[int, int]
    support: tuple[float, float]

    @cached_property
    def unit(self) -> float:
        """A power of two near the largest value."""
        return unit_of(max(-self.finite.low, self.finite.high))

    @cached_property
    def ordered(self) -> Stacked:
        """The draws in rising order."""
        return self.cells.ordered()


@final
@dataclass(frozen=True, slots=True)
class StreamedStatistics(SampleStatistics):
    """Statistics of draws that are known by the cell they lie in, and by their moments."""

    counted: Counted

    @property
    def values(self) -> Array:
        """The draws, which were not kept."""
        raise NotSupportedError(
            f"the {self.total:,} draws of this run were counted as they came and not kept: "
            "a run of fewer points keeps them"
        )

    @property
    def total(self) -> int:
        """The number N of draws."""
        return self.counted.spread.size * self.counted.spread.mean.size

    @property
    def undefined(self) -> int:
        """How many draws are nan."""
        return self.counted.undefined

    @property
    def support(self) -> tuple[float, float]:
        """Bounds that no value of the output can leave."""
        return self.counted.support

    @property
    def infinite(self) -> int:
        """How many draws are infinite."""
        return sum(self.counted.infinities)

    @property
    def repeats(self) -> bool:
        """Whether many draws are equal to another, as far as the cells tell."""
        return self.counted.ordered.repeats

    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""
        return self.counted.ordered.atoms()

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest draw; nan where one has no value."""
        if self.counted.undefined:
            return np.nan, np.nan
        return float(self.counted.cells.low[0]), float(self.counted.cells.high[-1])

    def mean(self) -> Estimate:
        """Return the mean."""
        if self.infinite:
            return MISSING
        unit, ends = self.counted.unit, self.counted.finite
        low, high = self.counted.support
        scaled = Ends(ends.low / unit, ends.high / unit, ends.at_low, ends.at_high)
        support = low / unit, high / unit
        return mean_of_draws(self.counted.spread.mean / unit, scaled, self.total, support).scaled(
            unit
        )

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        if self.infinite or self.counted.finite.low == self.counted.finite.high:
            return MISSING
        means, sds = (
            self.counted.spread.mean / self.counted.unit,
            self.counted.spread.sd / self.counted.unit,
        )
        moments = sds**2 + (means - means.mean()) ** 2
        return sd_of_draws(moments, self.total).scaled(self.counted.unit)

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p.

        Its confidence is that of :func:`lossmodel.estimates.quantiles.quantile`, widened to the
        whole cell where the draws in it may all have one value.
        """
        value, low, high = self._place(p), *self._confidence(p)
        if not (isfinite(low) and isfinite(high) and isfinite(value)):
            return MISSING
        return Estimate.between(value, low, high, self._t)

    def tvar(self, p: float) -> Estimate:
        """Return the mean of the largest draws, a share 1 - p of all.

        It is that of :func:`lossmodel.estimates.beyond.tvar`, its confidence widened by how far the
        draws of a cell may lie from where they are taken to be.
        """
        at = self.quantile(p).value
        if at is None or self.counted.infinities[1]:
            return MISSING
        unit, cells, (_, top) = self.counted.unit, self.counted.cells, self.counted.support
        means, doubt = cells.excess(at)
        least, _, most, _ = cells.cdf(at)
        at_most = round(0.5 * (least + most) * self.total)
        ends = Ends(
            0.0, (self.counted.finite.high - at) / unit, at_most, self.counted.finite.at_high
        )
        found = mean_of_draws(means / unit, ends, self.total, (0.0, (top - at) / unit)).scaled(unit)
        found = told_of_few(found, means, self._t)
        return from_excess(at, found.widened(doubt, self._t), p)

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        low, high = self.counted.support
        if x >= high:
            return Estimate.exact(0.0)
        if x < low:
            return Estimate.exact(1.0)
        least, share, most, half = self.counted.cells.cdf(x)
        shares = 1.0 - most, 1.0 - share, 1.0 - least
        return share_of_draws(shares, half, self.total, self.counted.cells.replicates)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``.

        Their confidence is widened by how far the draws of a cell may lie from where they are
        taken to be.
        """
        cells = self.counted.cells
        ends = shortest.shortest_of(self.counted.ordered, cells.rests(), level)
        places = [end.value for end in ends if end.value is not None]
        if len(places) < len(ends):
            return ends
        reaches = cells.unsure_ends(*places)
        low, high = (end.widened(reach, self._t) for end, reach in zip(ends, reaches, strict=True))
        return low, high

    def near(self, p: float) -> float:
        """Return a guess of the quantile at ``p``."""
        return self._place(p)

    def near_shortest(self, level: float) -> tuple[float, float]:
        """Return a guess of the shortest interval of probability ``level``."""
        return shortest.pilot(self.counted.ordered, level)

    def tail_index(self) -> float:
        """Return Hill's estimate of the heavier tail's index."""
        return tails.tail_index_of_cells(self.counted.ordered)

    def middle(self, tail: float) -> tuple[float, float] | None:
        """Return where the finite draws lie but for ``tail`` of them on either side."""
        below, above = self.counted.infinities
        finite = self.counted.cells.total - below - above
        if not finite:
            return None
        places = below + finite * np.array([tail, 1.0 - tail])
        low, high = self.counted.ordered.at(places / self.counted.cells.total)
        return float(low), float(high)

    def shares(self, low: float, high: float, bins: int) -> Array:
        """Return the share of all draws in each of equal bins between two ends."""
        # As in NumPy, an edge belongs to the bin above it, and the last edge to the last bin.
        edges = np.linspace(low, high, bins + 1)
        closed = np.append(np.nextafter(edges[:-1], -np.inf), edges[-1])
        upto = np.array([self.counted.cells.cdf(float(edge))[1] for edge in closed])
        return np.diff(upto) * (self.counted.cells.total / self.total)

    @property
    def _t(self) -> float:
        """The 97.5% point of Student's t with R - 1 degrees of freedom."""
        return student_t(self.counted.cells.replicates)

    def _place(self, p: float) -> float:
        """Return the quantile at ``p`` of the draws, as far as the cells tell."""
        number = min(max(ceil(p * self.counted.cells.total) - 1, 0), self.counted.cells.total - 1)
        return float(self.counted.ordered.numbered(np.array([number]))[0])

    def _confidence(self, p: float) -> tuple[float, float]:
        """Return the smallest values at which the cdf, raised and lowered, reaches ``p``."""
        cells = self.counted.cells
        low, high = self.counted.support
        upto, half = cells.ahead[1:] / cells.total, cells.half_widths
        # Beyond the smallest and the largest draw only the support bounds the quantile.
        if p * cells.total > RULE_OF_THREE:
            low = self._reached(int(np.argmax(upto + half >= p)), p, 1.0)
        passes = upto - half >= p
        if passes[-1]:
            high = self._reached(int(np.argmax(passes)), p, -1.0)
        return low, high

    def _reached(self, place: int, p: float, sign: float) -> float:
        """Return where in a cell the cdf, raised or lowered by all that is unknown, reaches p."""
        cells = self.counted.cells
        first, last = float(cells.low[place]), float(cells.high[place])
        if first == last:
            return last
        share, half = cells.inside(place, _FINE)
        least, most = cells.unsure(place, share)
        reached = (most if sign > 0.0 else least) + sign * half
        upto = int(np.argmax(reached >= p)) if (reached >= p).any() else _FINE.size - 1
        if upto == 0:
            return first
        at = np.interp(p, reached[upto - 1 : upto + 1], _FINE[upto - 1 : upto + 1])
        return first + float(at) * (last - first)
