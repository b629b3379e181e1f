"""The statistics of one output, however they are found."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from lossmodel.estimates import moments, probabilities, quantiles, shortest
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import Replicates


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
    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""

    @abstractmethod
    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""


@final
@dataclass(frozen=True, slots=True)
class DrawnStatistics(Statistics):
    """Statistics of the draws themselves."""

    column: Replicates

    def mean(self) -> Estimate:
        """Return the mean."""
        return moments.mean(self.column)

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        return moments.sd(self.column)

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p."""
        return quantiles.quantile(self.column, p)

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x)."""
        return probabilities.exceedance(self.column, x)

    def shortest_interval(self, level: float) -> tuple[Estimate, Estimate]:
        """Return both ends of the shortest interval of probability ``level``."""
        return shortest.shortest_interval(self.column, level)
