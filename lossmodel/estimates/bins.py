"""Counting draws in bins of equal relative width: 4,096 to an octave, added up in any order.

The bits of a float64 are its sign, its octave and its place in the octave, so the 24 first of them
number the bins: no logarithm is taken, and a bin holds the same values everywhere.
"""

from dataclasses import dataclass, field
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.cells import Cells
from lossmodel.estimates.replicates import Array

Integers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint32]

FINEST = 4096
"""Bins of an octave: each is at most 2.4e-4 of its values wide."""

_COARSEST = 64
_BUDGET = 32 << 20
_MANTISSA = 52
_LOG2_FINEST = 12
_KEYS = 1 << 12
_NARROW = 16


@final
@dataclass(frozen=True, slots=True)
class Strip:
    """The bin counts of some draws of one replicate.

    Attributes
    ----------
    keys : array of int, shape (K,)
        The octaves met: sign and exponent, as the upper 12 bits of a float64 read as a signed
        integer.
    counts : array of int, shape (K, 4096)
        By distance from 0.
    """

    keys: Integers
    counts: Counts


def strip_of(values: Array) -> Strip:
    """Count some draws, shape (n,), finite and none of them 0."""
    bins = values.view(np.int64) >> (_MANTISSA - _LOG2_FINEST)
    if not bins.size:
        return Strip(np.zeros(0, np.int64), np.zeros((0, FINEST), np.uint32))
    first, last = int(bins.min()) // FINEST, int(bins.max()) // FINEST
    if last - first < _NARROW:
        keys = np.arange(first, last + 1)
        bins -= first * FINEST
    else:
        octaves = bins >> _LOG2_FINEST
        met = np.bincount(octaves + _KEYS // 2, minlength=_KEYS) > 0
        keys = np.flatnonzero(met) - _KEYS // 2
        places = np.cumsum(met) - 1
        bins += (places[octaves + _KEYS // 2] - octaves) * FINEST
    counts = np.bincount(bins, minlength=keys.size * FINEST).astype(np.uint32)
    return Strip(keys, counts.reshape(keys.size, FINEST))


@final
@dataclass(slots=True)
class Octaves:
    """The bin counts of all replicates, octave by octave as they are met.

    Bins are halved in number where the octaves met would take too much memory: their number
    depends on the set of octaves alone, so the order in which draws come changes nothing.

    Attributes
    ----------
    replicates : int
    bins : int
        Of each octave, a power of two.
    counts : dict of int to array, shape (replicates, bins)
        By octave.
    """

    replicates: int
    bins: int = FINEST
    counts: dict[int, Counts] = field(default_factory=dict)

    def add(self, replicate: int, strip: Strip) -> None:
        """Add the counts of some draws of one replicate."""
        for key, fresh in zip(strip.keys.tolist(), strip.counts, strict=True):
            if key not in self.counts:
                if not fresh.any():
                    continue
                self._meet(key)
            row = self.counts[key][replicate]
            row += fresh if self.bins == FINEST else _coarser(fresh, self.bins)

    def _meet(self, key: int) -> None:
        """Make room for an octave, and halve the bins until all octaves fit."""
        size = self.replicates * (len(self.counts) + 1) * np.dtype(np.uint32).itemsize
        bins = self.bins
        while bins > _COARSEST and size * bins > _BUDGET:
            bins //= 2
        if bins < self.bins:
            self.bins = bins
            for known, counts in self.counts.items():
                self.counts[known] = _coarser(counts, bins)
        self.counts[key] = np.zeros((self.replicates, bins), np.uint32)

    def cells(self) -> list[Cells]:
        """Return the bins that hold draws, by octave in rising order, and forget them."""
        rising = sorted(self.counts, key=lambda key: key if key >= 0 else -key - 2 * _KEYS)
        return [self._octave(key, self.counts.pop(key)) for key in rising]

    def _octave(self, key: int, counts: Counts) -> Cells:
        """Return the bins of one octave that hold draws, in rising order."""
        held = np.flatnonzero(counts.any(axis=0))
        shift = _MANTISSA - self.bins.bit_length() + 1
        near = ((key & (_KEYS // 2 - 1)) << _MANTISSA) + (held << shift)
        low, high = near.view(np.float64), (near + (1 << shift)).view(np.float64)
        if key >= 0:
            return Cells(low, high, counts[:, held])
        return Cells(-high[::-1], -low[::-1], counts[:, held[::-1]])


def _coarser(counts: Counts, bins: int) -> Counts:
    """Return counts of fewer bins, along the last axis."""
    while counts.shape[-1] > bins:
        counts = counts[..., ::2] + counts[..., 1::2]
    return counts
