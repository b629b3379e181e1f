"""Counting draws as they come: all that statistics need of them, in memory that does not grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import inf, nan
from typing import final

import numpy as np

from lossmodel.estimates.bins import Integers, Octaves, Strip, strip_of
from lossmodel.estimates.cells import Cells
from lossmodel.estimates.moments import Ends
from lossmodel.estimates.replicates import Array
from lossmodel.estimates.spreads import Spread, SpreadTree
from lossmodel.estimates.streamed import Counted, StreamedStatistics

MOST_ATOMS = 1024
"""Up to so many different values are counted one by one."""

_FIRST = 64
_NARROW = 64.0
_LEAST, _MOST = 1e-290, 1e290


@final
@dataclass(frozen=True, slots=True)
class Atoms:
    """Every different value and how often it came.

    Attributes
    ----------
    values : array, shape (K,)
        Rising.
    counts : array of int, shape (K,)
    """

    values: Array
    counts: Integers

    @classmethod
    def of(cls, values: Array) -> "Atoms | None":
        """Return the atoms of draws, shape (n,), or None where they are too many."""
        few = np.sort(values[: 2 * MOST_ATOMS])
        if np.count_nonzero(few[1:] != few[:-1]) >= MOST_ATOMS:
            return None
        found, counts = np.unique(values, return_counts=True)
        return cls(found, counts) if found.size <= MOST_ATOMS else None

    def counted(self, values: Array) -> Integers:
        """Return how often each of some rising values came, which hold all that came."""
        counts = np.zeros(values.size, np.int64)
        counts[np.searchsorted(values, self.values)] = self.counts
        return counts


def joined(first: Atoms | None, second: Atoms | None) -> Atoms | None:
    """Return the atoms of two sets of draws, or None where they are too many."""
    if first is None or second is None:
        return None
    values = np.union1d(first.values, second.values)
    if values.size > MOST_ATOMS:
        return None
    return Atoms(values, first.counted(values) + second.counted(values))


@final
@dataclass(frozen=True, slots=True)
class Tally:
    """What is kept of some draws of one replicate.

    Attributes
    ----------
    spread : Spread
    ends : Ends
        Of the finite draws.
    undefined, lowest, highest, central : int
        How many draws are nan, minus infinity, infinity and the origin.
    strip : Strip
        The bins of all other draws, less the origin.
    atoms : Atoms or None
        All that are not nan.
    whole : bool
        Whether all finite draws are whole numbers.
    """

    spread: Spread
    ends: Ends | None
    undefined: int
    lowest: int
    highest: int
    central: int
    strip: Strip
    atoms: Atoms | None
    whole: bool


def origin_of(few: Array) -> float:
    """Return the value from which bins are counted, read off a few draws: 0 but for narrow outputs.

    What spreads over less than a 64th of its size would lie in a handful of bins counted from 0.
    Counted from a value in its midst it is resolved like any other; less the origin, the draws
    between half and twice of it lose no digit (P. Sterbenz, *Floating-point computation* (1974),
    section 4.3).
    """
    if not few.size or not np.isfinite(few).all():
        return 0.0
    low, high = float(few.min()), float(few.max())
    origin = float(np.sort(few, axis=None)[few.size // 2])
    narrow = high - low < abs(origin) / _NARROW and _LEAST < abs(origin) < _MOST
    return origin if narrow else 0.0


def tallied(values: Array, origin: float = 0.0) -> Tally:
    """Count some draws of one replicate, shape (n,) with n a power of two."""
    values = np.ascontiguousarray(values)
    low, high = float(values.min()), float(values.max())
    finite = values if np.isfinite(low) and np.isfinite(high) else values[np.isfinite(values)]
    usual = finite if 0.0 == origin < low * high else finite[finite != origin]
    numbers = values[~np.isnan(values)] if np.isnan(low) else values
    return Tally(
        spread=Spread.of(values[np.newaxis]),
        ends=Ends.of(finite) if finite.size else None,
        undefined=values.size - numbers.size,
        lowest=int(np.count_nonzero(values == -np.inf)) if finite.size < values.size else 0,
        highest=int(np.count_nonzero(values == np.inf)) if finite.size < values.size else 0,
        central=finite.size - usual.size,
        strip=strip_of(usual - origin if origin else usual),
        atoms=Atoms.of(numbers),
        whole=_whole(finite[:_FIRST]) and _whole(finite),
    )


def _whole(values: Array) -> bool:
    """Whether all draws are whole numbers."""
    return bool((np.floor(values) == values).all())


@final
class Tallies:
    """The draws of all replicates, counted as they come.

    The order in which blocks are added changes nothing, but that those of one replicate must come
    in theirs.

    Parameters
    ----------
    replicates : int
    origin : float, optional
        What bins are counted from, as the draws were tallied.
    """

    def __init__(self, replicates: int, origin: float = 0.0) -> None:
        self._origin = origin
        self._octaves = Octaves(replicates)
        self._trees = [SpreadTree() for _ in range(replicates)]
        self._ends: list[Ends | None] = [None] * replicates
        self._atoms: list[Atoms | None] = [Atoms(np.zeros(0), np.zeros(0, np.int64))] * replicates
        self._whole = True
        self._apart = np.zeros((4, replicates), np.int64)

    def add(self, replicate: int, tally: Tally) -> None:
        """Add the next draws of one replicate."""
        self._octaves.add(replicate, tally.strip)
        self._trees[replicate].add(tally.spread)
        self._ends[replicate] = _both(self._ends[replicate], tally.ends)
        self._atoms[replicate] = joined(self._atoms[replicate], tally.atoms)
        self._whole = self._whole and tally.whole
        self._apart[:, replicate] += tally.undefined, tally.lowest, tally.highest, tally.central

    def statistics(self, support: tuple[float, float]) -> StreamedStatistics:
        """Return the statistics of all draws added.

        Parameters
        ----------
        support : (float, float)
            Bounds that no value of the output can leave.
        """
        roots = [tree.whole for tree in self._trees]
        undefined, lowest, highest, _ = (int(each) for each in self._apart.sum(axis=1))
        counted = Counted(
            cells=self._cells(),
            spread=Spread(
                roots[0].size,
                np.concatenate([root.mean for root in roots]),
                np.concatenate([root.sd for root in roots]),
            ),
            finite=reduce(_both, self._ends) or Ends(nan, nan, 0, 0),
            undefined=undefined,
            infinities=(lowest, highest),
            support=support,
        )
        return StreamedStatistics(counted)

    def _cells(self) -> Cells:
        """Return all draws that are not nan in cells: each different value, or bins and ends."""
        atoms = reduce(joined, self._atoms)
        if atoms is not None:
            counts = [each.counted(atoms.values) for each in self._atoms if each is not None]
            return Cells(atoms.values, atoms.values, np.stack(counts))
        bins = self._octaves.cells()
        if self._whole:
            bins = [part.of_whole_numbers() for part in bins]
        negative = sum(part.low[0] < 0.0 for part in bins)
        bins = [part.moved(self._origin) for part in bins]
        smallest, largest = self._ends_taken_out(bins)
        lowest, highest, central = map(Cells.single, (-inf, inf, self._origin), self._apart[1:])
        below, above = bins[:negative], bins[negative:]
        return Cells.stacked([lowest, smallest, *below, central, *above, largest, highest])

    def _ends_taken_out(self, bins: Sequence[Cells]) -> tuple[Cells, Cells]:
        """Return the smallest and the largest finite value, and take them out of their bins.

        What else these bins hold lies between the ends.  The origin is in no bin.
        """
        whole = reduce(_both, self._ends)
        if whole is None:
            raise AssertionError("where no draw is finite there are no bins")
        at_low = [each.at_low if each and each.low == whole.low else 0 for each in self._ends]
        at_high = [each.at_high if each and each.high == whole.high else 0 for each in self._ends]
        smallest = Cells.single(whole.low, np.array(at_low) * (whole.low != self._origin))
        largest = Cells.single(whole.high, np.array(at_high) * (whole.high != self._origin))
        first, last = bins[0], bins[-1]
        first.low[0], last.high[-1] = max(first.low[0], whole.low), min(last.high[-1], whole.high)
        first.counts[:, 0] -= smallest.counts[:, 0].astype(first.counts.dtype)
        last.counts[:, -1] -= largest.counts[:, 0].astype(last.counts.dtype)
        return smallest, largest


def _both(first: Ends | None, second: Ends | None) -> Ends | None:
    """Return the ends of two sets of draws."""
    if first is None or second is None:
        return first or second
    low, high = min(first.low, second.low), max(first.high, second.high)
    return Ends(
        low,
        high,
        sum(each.at_low for each in (first, second) if each.low == low),
        sum(each.at_high for each in (first, second) if each.high == high),
    )
