"""Where an output is an amount: by passing it, by staying there, by touching it."""

from collections.abc import Callable
from typing import final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Output = Callable[[Array], Array]
"""An output at normal scores of one input."""

_FARTHEST, _CELLS, _HALVINGS = 37.0, 740, 60
_CELL = 2.0 * _FARTHEST / _CELLS
_TOUCHED = 1e-12
"""What is left where 0 is touched, at most, over what is left a tenth of a score away."""
_NEARER = 0.99
"""What is left at a score of the grid beside which 0 is touched, at most, over what is left a tenth
of a score away: from |z|**p for all p above 0.01 it is less."""
_INFINITE = 1e6
"""What is left at either side of a pole, at least, over what is left a tenth of a score away."""
_GOLDEN = 0.5 * (5.0**0.5 - 1.0)


@final
class Grid:
    """What is left of an output, on an even grid of normal scores out to 37.

    Parameters
    ----------
    output : callable
    amount : float
        What is taken from the output.

    Attributes
    ----------
    outputs, left : array
        The output, and what is left of it.
    """

    def __init__(self, output: Output, amount: float) -> None:
        self._output, self._amount = output, amount
        self._z = np.linspace(-_FARTHEST, _FARTHEST, _CELLS + 1)
        self.outputs = output(self._z)
        self.left = self.outputs - amount
        signs = np.sign(self.left)
        (self._crossed,) = np.nonzero(signs[:-1] * signs[1:] < 0.0)

    def roots(self) -> Array:
        """Return the scores at which nothing is left, of a stretch the nearest to 0."""
        return np.concatenate((self._passed(), self._stayed(), self._touched()))

    def steps(self) -> Array:
        """Return the same where the output is constant between the values of a discrete input."""
        first, last = self._stretches()
        return np.concatenate((self._passed(), np.clip(0.0, first, last)))

    def _left_at(self, z: Array) -> Array:
        """Return what is left at normal scores."""
        return self._output(z) - self._amount

    def _passed(self) -> Array:
        """Return where the sign changes, but not where the output is infinite between.

        Where it jumps, that is the last score, or the first, at which the output is not below.
        """
        crossed = self._crossed
        low, high = self._z[crossed], self._z[crossed + 1]
        nearest = np.minimum(np.abs(self.left[crossed]), np.abs(self.left[crossed + 1]))
        negative = self.left[crossed] < 0.0
        ends = _bisected(lambda z: (self._left_at(z) < 0.0) == negative, low, high)
        left = np.minimum(*(np.abs(self._left_at(end)) for end in ends))
        roots: Array = np.where(negative, ends[1], ends[0])
        return roots[left <= _INFINITE * nearest]

    def _stretches(self) -> tuple[Array, Array]:
        """Return the first and the last score of each stretch of the grid with nothing left."""
        zero = np.concatenate(([0], self.left == 0.0, [0])).astype(np.intp)
        first, after = (np.flatnonzero(np.diff(zero) == sign) for sign in (1, -1))
        return self._z[first], self._z[after - 1]

    def _stayed(self) -> Array:
        """Return of each stretch the score that is nearest to 0."""
        first, last = self._stretches()
        nearest: Array = np.clip(0.0, first, last)
        # It may begin anywhere in the cell before, and end anywhere in the cell after.
        for at, step in ((first > 0.0, -_CELL), (last < 0.0, _CELL)):
            inside = nearest[at]
            nearest[at], _ = _bisected(lambda z: self._left_at(z) == 0.0, inside, inside + step)
        return nearest

    def _touched(self) -> Array:
        """Return where the output comes as near to the amount as rounding lets it."""
        far = np.abs(self.left)
        # Where it is infinite nothing can be told of how near it comes.
        signs = np.where(np.isfinite(far), np.sign(self.left), 0.0)
        aside = (signs[1:-1] == signs[:-2]) & (signs[1:-1] == signs[2:]) & (signs[1:-1] != 0.0)
        sides = far[:-2], far[2:]
        # Where it stays level, but for rounding, it comes no nearer.
        aside &= (far[1:-1] <= np.minimum(*sides)) & (far[1:-1] < _NEARER * np.maximum(*sides))
        nearest = 1 + np.flatnonzero(aside)
        low, high = self._z[nearest - 1], self._z[nearest + 1]
        aim = _TOUCHED * np.maximum(far[nearest - 1], far[nearest + 1])
        aim += 4.0 * np.spacing(abs(self._amount))
        for _ in range(_HALVINGS if nearest.size else 0):
            width = _GOLDEN * (high - low)
            one, other = high - width, low + width
            lower = np.abs(self._left_at(one)) <= np.abs(self._left_at(other))
            low, high = np.where(lower, low, one), np.where(lower, other, high)
        found: Array = 0.5 * (low + high)
        return found[np.abs(self._left_at(found)) <= aim]


def _bisected(
    holds: Callable[[Array], npt.NDArray[np.bool_]], inside: Array, outside: Array
) -> tuple[Array, Array]:
    """Return the last scores where something holds and the first where it does not."""
    for _ in range(_HALVINGS if inside.size else 0):
        middle = 0.5 * (inside + outside)
        same = holds(middle)
        inside, outside = np.where(same, middle, inside), np.where(same, outside, middle)
    return inside, outside
