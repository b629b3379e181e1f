"""Normal scores of values that have a probability of their own: a whole stretch each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.distributions.scores import from_scores

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Pair = Callable[[Array, Array], Array]
"""What is left of an output, at values of the first and of the second of two inputs."""

_MOST = 256
_CELLS = 320
_HALVINGS = 60
_ROUNDS = 50
_TRIED = 32
_ROUNDING = 1e-9


def stretch_of(law: Distribution, x: Array) -> tuple[Array, Array]:
    """Return the first and the last normal score of values: ndtri of P(X < x) and of P(X <= x)."""
    before = np.nextafter(x, -np.inf)
    return _scores(law.cdf(before), law.survival(before)), _scores(law.cdf(x), law.survival(x))


def nearest_score(law: Distribution, x: float) -> float:
    """Return the normal score nearest to 0 at which an input has a value."""
    low, high = stretch_of(law, np.array([x]))
    return float(np.clip(0.0, low, high)[0])


@final
class Values:
    """Values of one input of a pair that may be tried one after the other.

    Parameters
    ----------
    law : Distribution
    farthest : float
        Scores beyond it are not looked at.

    Attributes
    ----------
    at, low, high : array
        The values, and the first and the last score of each.
    """

    def __init__(self, law: Distribution, farthest: float) -> None:
        self._law = from_scores(law)
        atoms = law.atoms() if isinstance(law, Discrete) else None
        self.is_few = atoms is not None
        if atoms is None:
            self.low = self.high = np.linspace(-farthest, farthest, _CELLS + 1)
            self.at = self._law(self.low)
            return
        low, high = stretch_of(law, atoms)
        far = np.abs(np.clip(0.0, low, high))
        kept = np.sort(np.argsort(far, kind="stable")[:_MOST])
        kept = kept[far[kept] <= farthest]
        self.at, self.low, self.high = atoms[kept], low[kept], high[kept]

    def between(self, holds: Callable[[Array], Array], low: float, high: float) -> float:
        """Return the score of this input between two at which a sign changes."""
        negative = float(holds(self._law(np.array([low])))[0]) < 0.0
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            same = (float(holds(self._law(np.array([middle])))[0]) < 0.0) == negative
            low, high = (middle, high) if same else (low, middle)
        return high

    def value(self, score: float) -> float:
        """Return the value at a score."""
        return float(self._law(np.array([score]))[0])


def by_values(
    laws: tuple[Distribution, Distribution], left: Pair, scale: float, own: Array, farthest: float
) -> Iterator[tuple[tuple[float, float], float]]:
    """Yield values of two inputs at which an output is an amount, the first of them discrete.

    Parameters
    ----------
    laws : (Distribution, Distribution)
    left : callable
        The output less the amount.
    scale : float
        Of the output: what is left may be a billionth of it.
    own : array, shape (2, 2)
        The inverse of the correlations of their scores.
    farthest : float

    Yields
    ------
    (float, float), float
        The values and their strain.
    """
    first, second = (Values(law, farthest) for law in laws)
    if first.is_few and first.at.size and second.at.size:
        yield from _Pairs(first, second, left, _ROUNDING * scale, own).ways()


@final
@dataclass(frozen=True, slots=True)
class _Pairs:
    """Two inputs tried together: the first at its values, the second at values or scores."""

    first: Values
    second: Values
    left: Pair
    near: float
    own: Array

    def ways(self) -> Iterator[tuple[tuple[float, float], float]]:
        """Yield the likeliest values at which nothing is left, and those near it."""
        first, second = self.first, self.second
        gaps = self.left(np.repeat(first.at, second.at.size), np.tile(second.at, first.at.size))
        gaps = gaps.reshape(first.at.size, -1)
        rows, columns = np.nonzero(np.abs(gaps) <= self.near)
        if rows.size:
            strains = self._strains(rows, second.low[columns], second.high[columns])
            best = int(np.argmin(strains))
            pair = float(first.at[rows[best]]), float(second.at[columns[best]])
            yield pair, float(strains[best])
        if not second.is_few:
            yield from self._passed(gaps)

    def _passed(self, gaps: Array) -> Iterator[tuple[tuple[float, float], float]]:
        """Yield where the output passes the amount between scores of the second, if it is there."""
        rows, columns = np.nonzero(gaps[:, :-1] * gaps[:, 1:] < 0.0)
        lows, highs = self.second.low[columns], self.second.low[columns + 1]
        order = np.argsort(self._strains(rows, lows, highs), kind="stable")[:_TRIED]
        for row, low, high in zip(rows[order], lows[order], highs[order], strict=True):
            at = self.first.at[row : row + 1]
            score = self.second.between(partial(self.left, at), float(low), float(high))
            value = self.second.value(score)
            if abs(float(self.left(at, np.array([value]))[0])) <= self.near:
                there = np.array([score])
                strain = self._strains(np.array([row]), there, there)
                yield (float(at[0]), value), float(strain[0])

    def _strains(self, rows: Places, low: Array, high: Array) -> Array:
        """Return the least strain of values of the first, the second within stretches."""
        return _strains((self.first.low[rows], self.first.high[rows]), (low, high), self.own)


def _strains(first: tuple[Array, Array], second: tuple[Array, Array], own: Array) -> Array:
    """Return the least strain within stretches of the scores of two inputs."""
    one, other = np.clip(0.0, *first), np.clip(0.0, *second)
    for _ in range(_ROUNDS if own[0, 1] else 0):
        one = np.clip(-own[0, 1] / own[0, 0] * other, *first)
        other = np.clip(-own[0, 1] / own[1, 1] * one, *second)
    squares = own[0, 0] * one * one + 2.0 * own[0, 1] * one * other + own[1, 1] * other * other
    strains: Array = np.sqrt(np.maximum(squares, 0.0))
    return strains


def _scores(cdf: Array, survival: Array) -> Array:
    """Return normal scores with the digits of the nearer tail."""
    found: Array = np.where(cdf <= survival, ndtri(cdf), -ndtri(survival))
    return found
