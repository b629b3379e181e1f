"""Designs: where in the unit cube a run looks, each as uniform columns named by input."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError, listed, nearest
from lossmodel.sampling.sobol import (
    BITS,
    direction_numbers,
    fill_block,
    leading_block,
    scrambled,
)
from lossmodel.sampling.streams import Bits, random_bits, replicate_keys, stream_key

Array = npt.NDArray[np.float64]

_UNIT = 2.0**-BITS
_LEADING = 4
_ONE = np.uint64(1)


@dataclass(frozen=True, slots=True)
class Stream:
    """What one input's numbers depend on.

    Attributes
    ----------
    seed : int
        The run's seed.
    name : str
        The input's name.
    place : int
        The input's place in its file, from 0; constants count too.
    """

    seed: int
    name: str
    place: int


class Column(ABC):
    """The uniform numbers of one input, shape (replicates, points), computed a block at a time."""

    @abstractmethod
    def fill(self, out: Array, rows: slice, start: int) -> None:
        """Fill ``out`` with points of the replicates in ``rows``, from ``start`` on.

        Parameters
        ----------
        out : array, shape (number of rows, size)
            ``size`` is a power of two and ``start`` a multiple of it.  The values lie strictly
            inside (0, 1) and do not depend on how the column is cut into blocks.
        rows : slice
        start : int
        """

    @final
    def block(self, rows: slice, start: int, size: int) -> Array:
        """Return points ``start`` to ``start + size - 1`` of the replicates in ``rows``."""
        out = np.empty((len(range(rows.start, rows.stop)), size))
        self.fill(out, rows, start)
        return out


_ONE_TO_TWO = np.uint64(1023 << BITS)
"""The exponent of a float64 from 1 to 2: below it, the 52 digits of a point are its fraction."""


@final
@dataclass(frozen=True, slots=True)
class SobolColumn(Column):
    """One dimension of a scrambled Sobol' sequence.

    Attributes
    ----------
    directions : array of uint64, shape (replicates, m)
    shift : array of uint64, shape (replicates,)
        With the exponent of numbers from 1 to 2 before its digits.
    leading : array of uint64, shape (replicates, 2**k)
        The first points without their shift.
    """

    directions: Bits
    shift: Bits
    leading: Bits

    def fill(self, out: Array, rows: slice, start: int) -> None:
        """Fill a block, as :meth:`Column.fill`."""
        digits = out.view(np.uint64)
        leading = self.leading[rows, : out.shape[1]]
        fill_block(digits, leading, self.directions[rows], self.shift[rows], start)
        # 1 + digits / 2**52, less 1, plus half a unit of the last digit: exact.
        out -= 1.0 - _UNIT / 2.0


@final
@dataclass(frozen=True, slots=True)
class IndependentColumn(Column):
    """Independent uniform numbers."""

    keys: Bits

    def fill(self, out: Array, rows: slice, start: int) -> None:
        """Fill a block, as :meth:`Column.fill`."""
        bits = random_bits(self.keys[rows], start, out.shape[1]) >> np.uint64(64 - BITS)
        np.bitwise_or(bits, _ONE_TO_TWO, out=out.view(np.uint64))
        out -= 1.0 - _UNIT / 2.0


@final
@dataclass(frozen=True, slots=True)
class LatinColumn(Column):
    """One number in each of ``points`` equal strata, the strata in random order."""

    jitter: IndependentColumn
    order: Bits
    points: int

    def fill(self, out: Array, rows: slice, start: int) -> None:
        """Fill a block, as :meth:`Column.fill`."""
        index = np.arange(start, start + out.shape[1], dtype=np.uint64)
        self.jitter.fill(out, rows, start)
        out += _permuted(index, self.order[rows], self.points)
        out /= self.points
        # Rounding may carry the last stratum's largest number to 1.
        np.minimum(out, 1.0 - _UNIT / 2.0, out=out)


def _permuted(index: Bits, keys: Bits, points: int) -> Bits:
    """Return a keyed permutation of 0 ... points - 1 (a power of two), evaluated at ``index``.

    Rounds of keyed multiplication and shift, each one to one modulo the power of two, as in
    A. Kensler, "Correlated multi-jittered sampling", Pixar 13-01 (2013), section 3.
    """
    mask = np.uint64(points - 1)
    fold = np.uint64(max(1, (points.bit_length() - 1) // 2))
    x = np.broadcast_to(index, (len(keys), len(index)))
    for added, factor in random_bits(keys, 0, 12).reshape(len(keys), 6, 2, 1).transpose(1, 2, 0, 3):
        x = ((x + added) * (factor | _ONE)) & mask
        x = x ^ (x >> fold)
    return x


class Design(ABC):
    """A way of placing points, the same for every input of a run."""

    @abstractmethod
    def column(self, stream: Stream, replicates: int, points: int) -> Column:
        """Return the column of one input: ``replicates`` independent randomizations of it.

        Parameters
        ----------
        stream : Stream
        replicates : int
        points : int
            Per replicate, a power of two.
        """


@final
class Sobol(Design):
    """Scrambled Sobol' points: the more points, the faster than 1/sqrt(n) the error falls."""

    def column(self, stream: Stream, replicates: int, points: int) -> Column:
        """Return a column, as :meth:`Design.column`."""
        keys = replicate_keys(stream_key(stream.seed, stream.name, "sobol"), replicates)
        log2_points = points.bit_length() - 1
        directions, shift = scrambled(direction_numbers(stream.place, log2_points), keys)
        leading = leading_block(directions, min(log2_points, _LEADING))
        return SobolColumn(directions, shift | _ONE_TO_TWO, leading)


@final
class LatinHypercube(Design):
    """Latin hypercube: every input stratified alone (McKay, Beckman and Conover 1979)."""

    def column(self, stream: Stream, replicates: int, points: int) -> Column:
        """Return a column, as :meth:`Design.column`."""
        order = replicate_keys(stream_key(stream.seed, stream.name, "order"), replicates)
        jitter = replicate_keys(stream_key(stream.seed, stream.name, "jitter"), replicates)
        return LatinColumn(IndependentColumn(jitter), order, points)


@final
class Independent(Design):
    """Plain Monte Carlo."""

    def column(self, stream: Stream, replicates: int, points: int) -> Column:
        """Return a column, as :meth:`Design.column`."""
        del points  # each value stands alone
        keys = replicate_keys(stream_key(stream.seed, stream.name, "independent"), replicates)
        return IndependentColumn(keys)


DESIGNS: Mapping[str, Design] = MappingProxyType(
    {"sobol": Sobol(), "lhs": LatinHypercube(), "independent": Independent()}
)


def design_named(name: str) -> Design:
    """Return the design called ``name``.

    Raises
    ------
    UsageError
        If there is none; the message names the nearest.
    """
    if name not in DESIGNS:
        raise UsageError(f'design "{name}"', f"one of {listed(DESIGNS)}", nearest(name, DESIGNS))
    return DESIGNS[name]
