"""Designs: where in the unit cube a run looks, each as uniform columns named by input."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError, listed, nearest
from lossmodel.sampling.sobol import BITS, direction_numbers, scrambled, sobol_block
from lossmodel.sampling.streams import Bits, random_bits, replicate_keys, stream_key

Array = npt.NDArray[np.float64]

_UNIT = 2.0**-BITS
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
    def block(self, rows: slice, start: int, size: int) -> Array:
        """Return points ``start`` to ``start + size - 1`` of the replicates in ``rows``.

        ``size`` is a power of two and ``start`` a multiple of it.  The values lie strictly inside
        (0, 1) and do not depend on how the column is cut into blocks.
        """


@final
@dataclass(frozen=True, slots=True)
class SobolColumn(Column):
    """One dimension of a scrambled Sobol' sequence."""

    directions: Bits
    shift: Bits

    def block(self, rows: slice, start: int, size: int) -> Array:
        """Return a block, as :meth:`Column.block`."""
        digits = sobol_block(self.directions[rows], self.shift[rows], start, size)
        return (digits.astype(np.float64) + 0.5) * _UNIT


@final
@dataclass(frozen=True, slots=True)
class IndependentColumn(Column):
    """Independent uniform numbers."""

    keys: Bits

    def block(self, rows: slice, start: int, size: int) -> Array:
        """Return a block, as :meth:`Column.block`."""
        bits = random_bits(self.keys[rows], start, size) >> np.uint64(64 - BITS)
        return (bits.astype(np.float64) + 0.5) * _UNIT


@final
@dataclass(frozen=True, slots=True)
class LatinColumn(Column):
    """One number in each of ``points`` equal strata, the strata in random order."""

    jitter: IndependentColumn
    order: Bits
    points: int

    def block(self, rows: slice, start: int, size: int) -> Array:
        """Return a block, as :meth:`Column.block`."""
        strata = _permuted(
            np.arange(start, start + size, dtype=np.uint64), self.order[rows], self.points
        )
        u = (strata + self.jitter.block(rows, start, size)) / self.points
        # Rounding may carry the last stratum's largest number to 1.
        return np.minimum(u, 1.0 - _UNIT / 2)


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
        directions = direction_numbers(stream.place, points.bit_length() - 1)
        return SobolColumn(*scrambled(directions, keys))


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
