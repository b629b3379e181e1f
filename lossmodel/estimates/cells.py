"""Draws known by the cell they lie in: intervals and single values, with counts by replicate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.ordered import Integers, Stacked
from lossmodel.estimates.replicates import MOST_LEFT_OUT, RULE_OF_THREE, Array, student_t

Counts = npt.NDArray[np.uint32] | Integers

_CHUNK = 1 << 13
_HEAP = 128
_CURVED = 1.0 / 16.0
"""By how much a cdf can bend away from a straight line inside a cell, in differences of the counts
of its neighbours: a density that is a straight line there bends it by an eighth of its change."""


@final
@dataclass(frozen=True)
class Cells:
    """All draws, in cells that rise and do not overlap.

    Attributes
    ----------
    low, high : array, shape (K,)
        Ends of the cells; equal where all draws of a cell have the same value.
    counts : array of int, shape (R, K)
        Every cell holds draws of some replicate.
    """

    low: Array
    high: Array
    counts: Counts

    @classmethod
    def single(cls, value: float, counts: Integers) -> "Cells":
        """Return one cell for one value, with its counts by replicate."""
        at = np.array([value])
        return cls(at, at, counts[:, np.newaxis])

    @classmethod
    def stacked(cls, parts: Sequence["Cells"]) -> "Cells":
        """Return cells that rise from part to part as one, without those that are empty."""
        counts = np.concatenate([part.counts for part in parts], axis=1)
        low = np.concatenate([part.low for part in parts])
        high = np.concatenate([part.high for part in parts])
        held = counts.any(axis=0)
        return cls(low, high, counts) if held.all() else cls(low[held], high[held], counts[:, held])

    @property
    def replicates(self) -> int:
        """The number R of replicates."""
        return len(self.counts)

    @property
    def total(self) -> int:
        """The number N of draws."""
        return int(self.ahead[-1])

    def of_whole_numbers(self) -> "Cells":
        """Return the cells as they are where every draw is a whole number."""
        # A bin holds its end that is nearer to 0 and not the other.
        low = np.where(self.low < 0.0, np.floor(self.low) + 1.0, np.ceil(self.low))
        high = np.where(self.low < 0.0, np.floor(self.high), np.ceil(self.high) - 1.0)
        atom = self.low == self.high
        return Cells(np.where(atom, self.low, low), np.where(atom, self.high, high), self.counts)

    def moved(self, by: float) -> "Cells":
        """Return the cells with as much added to their ends."""
        return Cells(self.low + by, self.high + by, self.counts) if by else self

    def unsure_ends(self, low: float, high: float) -> tuple[float, float]:
        """Return how far the ends of an interval may lie from where they are taken to be.

        The draws of the cell at either end may lie elsewhere in it.  Where they may lie beyond that
        end the other end makes up for them: at most what is unsure, and of a heap on one value at
        most what both neighbours hold.
        """
        places = np.searchsorted(self.low, np.array([low, high]), side="right") - 1
        last = self.low.size - 1
        around = self.pooled[np.maximum(places - 1, 0)] + self.pooled[np.minimum(places + 1, last)]
        doubts = self.doubts[places]
        beyond = np.minimum(doubts, around)[::-1]
        reaches = self.widths[places] / self.pooled[places] * (doubts + beyond)
        return float(reaches[0]), float(reaches[1])

    def excess(self, y: float) -> tuple[Array, float]:
        """Return the mean of (draw - y)+ in each replicate, and by how much that of all may be off.

        Draws are taken to be spread evenly over their cell, also over one in which ``y`` lies.
        """
        sums, doubt = np.zeros(self.replicates), 0.0
        for start in range(int(np.searchsorted(self.high, y, side="right")), self.low.size, _CHUNK):
            part = slice(start, start + _CHUNK)
            low, high, width = np.maximum(self.low[part], y), self.high[part], self.widths[part]
            share = np.divide(high - low, width, out=np.ones_like(low), where=width > 0.0)
            sums += self.counts[:, part] @ (share * (0.5 * (low + high) - y))
            doubt += float(self.doubts[part] @ (0.5 * (high - low)))
        return sums * (self.replicates / self.total), doubt / self.total

    @cached_property
    def widths(self) -> Array:
        """The widths of the cells, 0 where all draws have the same value."""
        inside = self.low < self.high
        return np.subtract(self.high, self.low, out=np.zeros(self.low.size), where=inside)

    @cached_property
    def pooled(self) -> Integers:
        """How many draws of all replicates each cell holds."""
        return np.asarray(self.counts.sum(axis=0, dtype=np.int64))

    @cached_property
    def ahead(self) -> Integers:
        """How many draws lie before each cell, and at last all, shape (K + 1,)."""
        return np.concatenate([[0], np.cumsum(self.pooled)])

    @cached_property
    def half_widths(self) -> Array:
        """The half-width of the 95% confidence of the cdf at the end of each cell, shape (K,)."""
        each = self.total / self.replicates
        before = np.zeros((self.replicates, 1))
        widths = []
        for start in range(0, self.low.size, _CHUNK):
            held = self.counts[:, start : start + _CHUNK].cumsum(axis=1, dtype=np.float64) + before
            before = held[:, -1:]
            widths.append(self._half_width(held / each))
        return np.concatenate(widths)

    @cached_property
    def doubts(self) -> Array:
        """How many draws of each cell may lie elsewhere in it than on a straight line.

        A density that is smooth from cell to cell is nearly constant inside one.  What a cell holds
        beyond the mean of its neighbours may be one value that came again and again.
        """
        width, spread = self.widths, self.widths > 0.0
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            density = np.where(spread, self.pooled / width, 0.0)
            touches = (self.low[1:] == self.high[:-1]) & spread[1:] & spread[:-1]
            gap = self.low[1:] > self.high[:-1]
            below, above = np.full(width.size, np.nan), np.full(width.size, np.nan)
            below[1:][gap], above[:-1][gap] = 0.0, 0.0
            below[1:][touches], above[:-1][touches] = density[:-1][touches], density[1:][touches]
            # Beside an atom, or at the ends, there is one neighbour only.
            below, above = (
                np.where(np.isnan(below), above, below),
                np.where(np.isnan(above), below, above),
            )
            smooth = 0.5 * width * (below + above)
            bent = _CURVED * width * np.abs(above - below)
            doubts = np.fmin(self.pooled, np.abs(self.pooled - smooth) + bent)
        return np.where(spread, doubts, 0.0)

    def ordered(self) -> Stacked:
        """Return the draws of all replicates."""
        return Stacked(self.low, self.high, self.pooled, self._repeated)

    def rests(self) -> Iterator[Stacked]:
        """Yield the draws of all replicates but one, or but a group of many, for each."""
        groups = min(self.replicates, MOST_LEFT_OUT)
        for part in np.array_split(self.counts, groups):
            rest = self.pooled - part.sum(axis=0, dtype=np.int64)
            held = rest > 0
            yield Stacked(self.low[held], self.high[held], rest[held], self._repeated)

    def cdf(self, y: float) -> tuple[float, float, float, float]:
        """Return the least the pooled cdf can be at ``y``, it, the most, and its half-width."""
        place = int(np.searchsorted(self.low, y, side="right")) - 1
        if place < 0:
            return 0.0, 0.0, 0.0, RULE_OF_THREE / self.total
        if y >= self.high[place]:
            share = float(self.ahead[place + 1]) / self.total
            return share, share, share, float(self.half_widths[place])
        at = (y - self.low[place]) / self.widths[place]
        shares, half = self.inside(place, np.array([at]))
        least, most = self.unsure(place, shares)
        return float(least[0]), float(shares[0]), float(most[0]), float(half[0])

    def inside(self, place: int, at: Array) -> tuple[Array, Array]:
        """Return the cdf and its half-width in a cell, at shares ``at`` of its width."""
        before = self.counts[:, :place].sum(axis=1, dtype=np.float64)[:, np.newaxis]
        held = before + self.counts[:, place, np.newaxis] * at
        shares = held * (self.replicates / self.total)
        return shares.mean(axis=0), self._half_width(shares)

    def unsure(self, place: int, share: Array) -> tuple[Array, Array]:
        """Return the least and the most that the cdf can be where it is ``share`` in a cell."""
        doubt = self.doubts[place] / self.total
        least, most = self.ahead[place] / self.total, self.ahead[place + 1] / self.total
        return np.maximum(share - doubt, least), np.minimum(share + doubt, most)

    @cached_property
    def _repeated(self) -> int:
        """How many draws are equal to another, as far as the cells tell."""
        # A bin that holds twice what its neighbours do, by far more than by chance.
        heaped = (self.doubts > 0.5 * self.pooled) & (self.pooled > _HEAP)
        return int((self.pooled - 1)[(self.widths == 0.0) | heaped].sum())

    def _half_width(self, shares: Array) -> Array:
        """Return the half-width of the mean of shares by replicate, at least 3/N."""
        half = student_t(self.replicates) * shares.std(axis=0, ddof=1) / sqrt(self.replicates)
        return np.asarray(np.maximum(half, RULE_OF_THREE / self.total))
