"""Draws in rising order: values one by one, or counts in cells."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.replicates import Array

Integers = npt.NDArray[np.int64]

REPEATED = 1.0 / 64.0
"""Share of draws equal to another beyond which there are atoms to reckon with."""


class Ordered(ABC):
    """Draws in rising order."""

    @property
    @abstractmethod
    def total(self) -> int:
        """How many draws there are."""

    @property
    @abstractmethod
    def repeats(self) -> bool:
        """Whether so many draws are equal to another that no smooth curve follows them."""

    @abstractmethod
    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""

    @abstractmethod
    def at(self, shares: Array) -> Array:
        """Return the values below which given shares of the draws lie, between draws in line.

        The smallest draw answers for 0, the largest for 1.
        """

    @abstractmethod
    def narrowest(self, level: float) -> tuple[float, float]:
        """Return the shortest of the intervals from draw to draw that hold a share of them."""

    def numbered(self, places: Array) -> Array:
        """Return the draws of given numbers, from 0."""
        return self.at((places + 0.5) / self.total)


@final
@dataclass(frozen=True)
class Sorted(Ordered):
    """Draws one by one.

    Attributes
    ----------
    values : array, shape (N,)
    """

    values: Array

    @property
    def total(self) -> int:
        """How many draws there are."""
        return self.values.size

    @property
    def repeats(self) -> bool:
        """Whether so many draws are equal to another that no smooth curve follows them."""
        again = int(np.count_nonzero(self.values[1:] == self.values[:-1]))
        return again > REPEATED * self.total

    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""
        values, counts = np.unique(self.values, return_counts=True)
        several = counts > 1
        return values[several], counts[several] / self.total

    def at(self, shares: Array) -> Array:
        """Return the values below which given shares of the draws lie."""
        return np.interp(shares * self.total - 0.5, np.arange(self.total), self.values)

    def narrowest(self, level: float) -> tuple[float, float]:
        """Return the shortest of the intervals from draw to draw that hold a share of them."""
        span = ceil(level * self.total) - 1
        start = int(np.argmin(self.values[span:] - self.values[: self.total - span]))
        return float(self.values[start]), float(self.values[start + span])


@final
@dataclass(frozen=True)
class Stacked(Ordered):
    """Draws by the cell they lie in, taken to be spread evenly over it.

    Attributes
    ----------
    low, high : array, shape (K,)
        Ends of the cells, rising; equal where all draws of a cell have the same value.
    counts : array of int, shape (K,)
        Above 0.
    repeated : int
        How many draws are equal to another, as far as the cells tell.
    """

    low: Array
    high: Array
    counts: Integers
    repeated: int

    @property
    def total(self) -> int:
        """How many draws there are."""
        return int(self._upto[-1])

    @property
    def repeats(self) -> bool:
        """Whether so many draws are equal to another that no smooth curve follows them."""
        return self.repeated > REPEATED * self.total

    def atoms(self) -> tuple[Array, Array]:
        """Return the values that several draws have, rising, and the share that each has."""
        several = (self.low == self.high) & (self.counts > 1)
        return self.low[several], self.counts[several] / self.total

    def at(self, shares: Array) -> Array:
        """Return the values below which given shares of the draws lie."""
        return np.interp(shares * self.total, *self._corners)

    def narrowest(self, level: float) -> tuple[float, float]:
        """Return the shortest of the intervals from cell to cell that hold a share of the draws.

        The draws that it holds beyond that are left out at the end where they take more room.
        """
        before = self._upto - self.counts
        wanted = before + ceil(level * self.total)
        last = np.searchsorted(self._upto, wanted[wanted <= self.total])
        start = int(np.argmin(self.high[last] - self.low[: last.size]))
        end = int(last[start])
        spare = int(self._upto[end] - wanted[start])
        rooms = [(self.high[at] - self.low[at]) / self.counts[at] for at in (start, end)]
        if start == end or rooms[1] >= rooms[0]:
            return float(self.low[start]), float(self.high[end] - spare * rooms[1])
        cut = min(spare, int(self.counts[start]))
        return float(self.low[start] + cut * rooms[0]), float(self.high[end])

    def mirrored(self) -> "Stacked":
        """Return the draws with their signs changed."""
        return Stacked(-self.high[::-1], -self.low[::-1], self.counts[::-1], self.repeated)

    def largest(self, k: int) -> tuple[Array, Array]:
        """Return where the largest ``k`` draws lie, and how many lie there."""
        held = np.minimum(self.counts, self._upto - (self.total - k))
        last = held > 0
        middle = self._upto[last] - 0.5 * held[last]
        return self.at(middle / self.total), held[last].astype(np.float64)

    @cached_property
    def _upto(self) -> Integers:
        """How many draws lie in each cell and before it."""
        return np.cumsum(self.counts)

    @cached_property
    def _corners(self) -> tuple[Array, Array]:
        """The counts at which cells begin and end, and the values there."""
        counts = np.stack((self._upto - self.counts, self._upto), axis=1).ravel()
        return counts.astype(np.float64), np.stack((self.low, self.high), axis=1).ravel()
