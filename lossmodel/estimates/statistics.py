"""The statistics of one output, however they are found."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np

from lossmodel.estimates import beyond, moments, probabilities, quantiles, shortest, tails
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.ordered import Sorted
from lossmodel.estimates.replicates import Array, Replicates


class Statistics(ABC):
    """What can be asked of an output; every answer carries its Monte Carlo error."""

    @abstractmethod
    def mean(self) -> Estimate:
        """Return the mean."""

    @abstractmethod
    def sd(self) -> Estimate:
        """Return the standard deviation."""

    @abstractmethod
    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""

    @abstractmethod
    def tvar(self, p: float) -> Estimate:
        """Return the mean of the largest values, which have probability 1 - p."""

    @abstractmethod
    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""

    @abstractmethod
    def cdf(self, x: float) -> Estimate:
        """Return P(output <= x)."""

    @abstractmethod
    def density(self, x: float) -> Estimate:
        """Return the probability per unit at ``x``; missing where only draws are known."""

    @abstractmethod
    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""


class SampleStatistics(Statistics):
    """Statistics of draws, whether they are kept or counted as they come."""

    @final
    def cdf(self, x: float) -> Estimate:
        """Return P(output <= x)."""
        return self.exceedance(x).complement()

    @final
    def density(self, x: float) -> Estimate:
        """Return nothing: draws alone tell no density without a choice of how to smooth them."""
        del x
        return MISSING

    @property
    @abstractmethod
    def values(self) -> Array:
        """The draws, shape (R, n).

        Raises
        ------
        NotSupportedError
            If they were not kept.
        """

    @property
    @abstractmethod
    def total(self) -> int:
        """The number N of draws."""

    @property
    @abstractmethod
    def undefined(self) -> int:
        """How many draws are nan; no statistic may be asked where one is."""

    @property
    @abstractmethod
    def infinite(self) -> int:
        """How many draws are infinite."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Bounds that no value of the output can leave."""

    @property
    @abstractmethod
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest draw; nan where one has no value."""

    @property
    @abstractmethod
    def repeats(self) -> bool:
        """Whether so many draws are equal to another that no smooth curve follows them."""

    @abstractmethod
    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""

    @abstractmethod
    def near(self, p: float) -> float:
        """Return a guess of the quantile at ``p`` that costs little; it need not be finite."""

    @abstractmethod
    def near_shortest(self, level: float) -> tuple[float, float]:
        """Return a guess of the shortest interval of probability ``level``."""

    @abstractmethod
    def tail_index(self) -> float:
        """Return Hill's estimate of the heavier tail's index; ``inf`` where there is none."""

    @abstractmethod
    def middle(self, tail: float) -> tuple[float, float] | None:
        """Return where the finite draws lie but for ``tail`` of them on either side, if any do."""

    @abstractmethod
    def shares(self, low: float, high: float, bins: int) -> Array:
        """Return the share of all draws in each of equal bins between two ends."""


@final
@dataclass(frozen=True, slots=True)
class DrawnStatistics(SampleStatistics):
    """Statistics of draws that are kept."""

    column: Replicates

    @property
    def values(self) -> Array:
        """The draws, shape (R, n)."""
        return self.column.values

    @property
    def total(self) -> int:
        """The number N of draws."""
        return self.column.total

    @property
    def undefined(self) -> int:
        """How many draws are nan."""
        return int(np.count_nonzero(np.isnan(self.column.values)))

    @property
    def infinite(self) -> int:
        """How many draws are infinite."""
        return int(np.count_nonzero(np.isinf(self.column.values)))

    @property
    def support(self) -> tuple[float, float]:
        """Bounds that no value of the output can leave."""
        return self.column.support

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest draw."""
        return float(self.column.values.min()), float(self.column.values.max())

    @property
    def repeats(self) -> bool:
        """Whether many draws are equal to another."""
        return Sorted(self.column.pooled).repeats

    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""
        return Sorted(self.column.pooled).atoms()

    def mean(self) -> Estimate:
        """Return the mean."""
        return moments.mean(self.column)

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        return moments.sd(self.column)

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""
        return quantiles.quantile(self.column, p)

    def tvar(self, p: float) -> Estimate:
        """Return the mean of the largest draws, a share 1 - p of all."""
        return beyond.tvar(self.column, p)

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        return probabilities.exceedance(self.column, x)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""
        return shortest.shortest_interval(self.column, level)

    def near(self, p: float) -> float:
        """Return a guess of the quantile at ``p``, from a few draws."""
        few = self.column.few
        return float(few[min(int(p * few.size), few.size - 1)])

    def near_shortest(self, level: float) -> tuple[float, float]:
        """Return a guess of the shortest interval of probability ``level``."""
        return shortest.pilot(Sorted(self.column.few), level)

    def tail_index(self) -> float:
        """Return Hill's estimate of the heavier tail's index."""
        return tails.tail_index(self.column)

    def middle(self, tail: float) -> tuple[float, float] | None:
        """Return where the finite draws lie but for ``tail`` of them on either side."""
        finite = self.column.values[np.isfinite(self.column.values)]
        if not finite.size:
            return None
        low, high = np.quantile(finite, (tail, 1.0 - tail))
        return float(low), float(high)

    def shares(self, low: float, high: float, bins: int) -> Array:
        """Return the share of all draws in each of equal bins between two ends."""
        return np.histogram(self.column.values, bins, (low, high))[0] / self.total
