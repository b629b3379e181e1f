"""Uniform numbers for the units that each point of a run counts: trucks, events, claims.

They are pseudo-random at every point, in all designs: what is summed over many units varies little,
and a net in thousands of dimensions is none.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.sampling.sobol import BITS
from lossmodel.sampling.streams import Bits, bits_at, replicate_keys, stream_key

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_UNITS = (1 << 32) - 1
"""A point and a unit share a counter of 64 bits."""

_ONE_TO_TWO = np.uint64(1023 << BITS)
_HALF_LAST = 2.0**-BITS / 2.0


@final
@dataclass(frozen=True, slots=True)
class UnitColumn:
    """The uniform numbers of one input that varies per unit.

    Attributes
    ----------
    keys : array of uint64, shape (replicates,)
    """

    keys: Bits

    @classmethod
    def of(cls, seed: int, name: str, replicates: int) -> "UnitColumn":
        """Return the column of an input of that name."""
        return cls(replicate_keys(stream_key(seed, name, "units"), replicates))

    def points(self, rows: slice, start: int, size: int) -> Bits:
        """Return the key of each point of a block, flat."""
        index = np.arange(start, start + size, dtype=np.uint64) << np.uint64(32)
        return bits_at(self.keys[rows, np.newaxis], index).ravel()


def uniforms(points: Bits, units: Bits) -> Array:
    """Return numbers strictly inside (0, 1), which depend on point and unit alone.

    Parameters
    ----------
    points : array of uint64, shape (k,)
        The key of each value's point.
    units : array of uint64, shape (k,)
        The number of each value's unit, from 0.
    """
    bits = bits_at(points, units)
    bits >>= np.uint64(64 - BITS)
    bits |= _ONE_TO_TWO
    values: Array = bits.view(np.float64)
    values -= 1.0 - _HALF_LAST
    return values
