"""Tables of quantile functions that are indexed by the digits of u themselves.

A table holds cubics of the value, 64 for each octave of ``v = min(u, 1 - u)`` from 2**-24 to 1/2,
on either side.  The exponent of v and its first six binary digits, which stand beside each other
in a float, are the number of the cubic; the other digits are its argument.  There is no function
to compute before and none after the cubic, which is what makes it quick.  Each cubic agrees with
its function at both ends of its cell, so that they join without a jump, and at a quarter and three
quarters of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self, final

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.base import Array, Continuous
from lossmodel.distributions.cubics import TOLERANCE, cubic_table
from lossmodel.distributions.filling import Filling

_Integers = npt.NDArray[np.int64]

_DIGITS = 6
_SHIFT = np.int64(52 - _DIGITS)
_MASK = np.int64(-1 << (52 - _DIGITS))
_SIGN = np.int64(63)
_NEAREST, _FARTHEST = np.array([0.5, 2.0**-24])
_BASE = _FARTHEST.view(np.int64) >> _SHIFT
_CELLS = int((_NEAREST.view(np.int64) >> _SHIFT) - _BASE) + 1  # the last of them for 1/2 itself
_NODES = (0.0, 0.25, 0.75, 1.0)
_BLOCK = 1 << 17  # long enough not to be what threads wait for


@final
@dataclass(frozen=True, slots=True, eq=False)
class OctaveTable(Filling):
    """Cubics of a quantile function.

    Attributes
    ----------
    rows : array, shape (4, cells)
        The coefficients of each power of ``v`` less the start of its cell: of the cells above the
        median, outermost last in v and first in the table, then of those below it.
    beyond : callable
        From u, of one dimension, where v < 2**-24, to values.
    """

    rows: Array
    beyond: Callable[[Array], Array]

    @classmethod
    def of(cls, values: Callable[[Array], Array], beyond: Callable[[Array], Array]) -> Self:
        """Return the table of a function of normal scores.

        Parameters
        ----------
        values : callable
            From scores, which it may write over, of one dimension to values.
        beyond : callable
            As :attr:`beyond`.
        """
        above, below = (
            _cubics(np.stack([values(sign * each) for each in _scores()])) for sign in (-1.0, 1.0)
        )
        return cls(np.concatenate((above[:, ::-1], below), axis=1), beyond)

    def fill(self, u: Array) -> Array:
        """Put the values at ``u`` in its place, as :meth:`Filling.fill`."""
        block = min(_BLOCK, u.size)
        floats, integers = np.empty((2, block)), np.empty((2, block), np.int64)
        for start in range(0, u.size, _BLOCK):
            part = u[start : start + _BLOCK]
            self._fill(part, *floats[:, : part.size], *integers[:, : part.size])
        return u

    def errors(self, values: Callable[[Array], Array]) -> Array:
        """Return the error halfway through each cell, as a share of the nearer tail.

        What rounding makes of a value is not counted.
        """
        half, start = 0.5 * _width(), _starts()
        scores = special.ndtri(start + half)
        exact = np.concatenate((values(-scores)[::-1], values(scores)))
        v = np.concatenate(((start + half)[::-1], start + half))
        a, b, c, d = self.rows
        h = np.concatenate((half[::-1], half))
        found, slope = a + h * (b + h * (c + h * d)), b + h * (2.0 * c + h * 3.0 * d)
        beyond_rounding = np.abs(found - exact) - 4.0 * np.spacing(np.abs(exact))
        errors: Array = np.maximum(beyond_rounding, 0.0) / np.abs(slope * v)
        return errors

    def _fill(self, u: Array, v: Array, row: Array, cell: _Integers, side: _Integers) -> None:
        """Put the values of one block in its place; the other arrays are room to work in."""
        np.subtract(0.5, u, out=row)
        np.right_shift(row.view(np.int64), _SIGN, out=side)  # -1 above the median, else 0
        np.subtract(1.0, u, out=v)
        np.minimum(u, v, out=v)
        far = v < _FARTHEST if v.min() < _FARTHEST else None
        exact = None if far is None else self.beyond(u[far])
        digits = v.view(np.int64)
        np.right_shift(digits, _SHIFT, out=cell)
        cell -= _BASE
        cell ^= side  # the cells above the median run the other way, from -1 down
        cell += _CELLS
        v -= np.bitwise_and(digits, _MASK, out=row.view(np.int64)).view(np.float64)
        self.rows[3].take(cell, out=u, mode="clip")
        for power in (2, 1, 0):
            u *= v
            u += self.rows[power].take(cell, out=row, mode="clip")
        if exact is not None:
            u[far] = exact


@cache
def normal_table() -> OctaveTable:
    """Return the table of the standard normal distribution, right to 3e-10 of the nearer tail."""
    return OctaveTable.of(np.copy, special.ndtri)


@lru_cache(maxsize=256)
def octave_table(distribution: Continuous) -> OctaveTable | None:
    """Return the table of a distribution that has a table by scores, or None where it is rough.

    Parameters
    ----------
    distribution : Continuous
        One of :data:`~lossmodel.distributions.cubics.TABULATED`.
    """
    by_score = cubic_table(distribution)
    if by_score is None:
        return None
    with np.errstate(all="ignore"):
        table = OctaveTable.of(by_score.fill_scores, by_score)
        worst = float(table.errors(by_score.fill_scores).max())
    return table if worst <= 0.5 * TOLERANCE else None


def _starts() -> Array:
    """Return where the cells start, from the outermost on."""
    return _edges()[:-1]


def _width() -> Array:
    """Return how wide the cells are."""
    return np.diff(_edges())


def _edges() -> Array:
    """Return where the cells start, and where the last one ends."""
    places = _BASE + np.arange(_CELLS + 1)
    edges: Array = (places << _SHIFT).view(np.float64)
    return edges


@cache
def _scores() -> Array:
    """Return the scores at the nodes, a row for each."""
    return np.stack([special.ndtri(_starts() + node * _width()) for node in _NODES])


def _cubics(nodes: Array) -> Array:
    """Return the cubics through the values at the nodes of all cells, by divided differences."""
    first, second, third, last = nodes
    rise, middle, end = 4.0 * (second - first), 2.0 * (third - second), 4.0 * (last - third)
    bend, turn = (middle - rise) / 0.75, (end - middle) / 0.75
    cubic = turn - bend
    rows = first, rise - 0.25 * bend + 0.1875 * cubic, bend - cubic, cubic
    return np.stack([row / _width() ** power for power, row in enumerate(rows)])
