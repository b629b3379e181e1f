"""Design points: the likeliest ways for an amount to come about."""

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from math import isfinite

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Gap = Callable[[Array], Array]

FARTHEST = 37.0
"""No score beyond it: ndtr(-37) is 6e-300."""

_TINY = 1e-300
_DIFFERENCE = 1e-4
_STEPS = 100
_LONGEST = 3.0
"""A step in z-space is cut there: beyond it a slope tells little."""
SETTLED = 0.05
_SHARES = np.array([1.0, 0.5, 0.1])
_REACHED = 0.05
_APART = 0.5
_RARER = 14.0
"""A way exp(14) times less likely than the likeliest, one millionth, is left out."""
_MOST_WAYS = 64
_MOST_STARTS = 129
_REACHES = (3.0, -3.0, 6.0, -6.0)
_MERGED = 0.1
_FAR_OUT = 64.0
_ON_THE_WAY = (1.0, 0.8, 0.6)
_PER_DIMENSION, _MOST_DIRECTIONS, _MOST_SIGNS = 64, 384, 6
_SLACK = 0.5
_SPREAD, _MOST_HIDDEN = 1.0, 32


def design_points(gap: Gap, starts: Array, settled: float = SETTLED) -> list[Array]:
    """Return the points nearest to 0 at which an amount is reached, the nearest first.

    Parameters
    ----------
    gap : callable
        From scores, shape (k, d), to shape (k,): how much the output differs there from the
        amount, on any smooth scale; 0 where it is reached.  Scores are independent and standard
        normal.
    starts : array, shape (s, d)
        Where to start from; different starts may find different points.
    settled : float, optional
        How far the last step may be, in scores.

    Returns
    -------
    list of array, shape (d,)
        No two alike, none exp(14) times less likely than the first; empty where none was found, or
        so many that there may be more.

    Notes
    -----
    The iteration of R. Rackwitz and B. Fiessler, "Structural reliability under combined random load
    sequences", Computers and Structures 9 (1978) 489-494 (Newton's method for the first-order
    conditions with the gap taken as straight), its steps shortened by the merit function of
    Y. Zhang and A. Der Kiureghian (1995).  All starts move at once.  Then fixed directions on every
    side are tried, as in directional simulation (O. Ditlevsen, R. Melchers and H. Gluver, Computers
    and Structures 36 (1990) 355-368): where one meets the amount and no point found explains it,
    the iteration starts there too.
    """
    found = _found(gap, starts, settled)
    hidden = _hidden(gap, starts.shape[1], found)
    return found if not len(hidden) else _distinct([*found, *_found(gap, hidden, settled)])


def rarer(found: list[Array]) -> list[float]:
    """Return of each design point, the nearest first, how many powers of e it is less likely."""
    off = [0.5 * float(each @ each) for each in found]
    return [each - off[0] for each in off]


def _found(gap: Gap, starts: Array, settled: float) -> list[Array]:
    """Return the points that are found from some starts."""
    z = np.array(starts)
    left, slopes = _linear(gap, z)
    for _ in range(_STEPS):
        moved, left, slopes = _moved(gap, z, left, slopes)
        longest = _lengths(moved - z).max()
        z = moved
        if longest <= settled:
            break
        own = _different(z, _MERGED)
        z, left, slopes = z[own], left[own], slopes[own]
    return _distinct(list(z[np.isfinite(left) & (np.abs(left) <= _REACHED)]))


def _hidden(gap: Gap, dimensions: int, found: list[Array]) -> Array:
    """Return points beyond the amount that are not behind any of the points found.

    No slope leads to them from 0 or from an axis: they lie behind a deductible, or where two
    factors both change their signs.  Points farther out than matters are not looked at.
    """
    nearest = min((float(each @ each) for each in found), default=_FAR_OUT)
    reach = np.sqrt(nearest + 2.0 * _RARER)
    points = reach * _ways_out(dimensions)
    left = gap(points)
    points = points[left * np.sign(left[0]) < 0.0]
    for each in found:
        before = points @ each < each @ each - _SLACK * np.sqrt(each @ each)
        points = points[before]
    apart: Array = points[_different(points, _SPREAD)[:_MOST_HIDDEN]]
    return apart


@lru_cache(maxsize=64)
def _ways_out(dimensions: int) -> Array:
    """Return 0, and points at some distances from it on all sides, up to 1."""
    rings = [share * _directions(dimensions) for share in _ON_THE_WAY]
    return np.concatenate((np.zeros((1, dimensions)), *rings))


def _directions(dimensions: int) -> Array:
    """Return unit vectors on all sides of 0."""
    count = min(_PER_DIMENSION * dimensions, _MOST_DIRECTIONS)
    column = np.random.default_rng(dimensions).standard_normal((count, dimensions))
    signs = np.array(list(product((1.0, -1.0), repeat=min(dimensions, _MOST_SIGNS))))
    corners = np.concatenate((signs, np.zeros((len(signs), dimensions - signs.shape[1]))), axis=1)
    vectors = np.concatenate((corners, column))
    unit: Array = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def gap_to(output: Callable[[Array], Array], centre: float, amount: float) -> Gap:
    """Return how much an output differs from an amount, on a scale on which it is nearly straight.

    Parameters
    ----------
    output : callable
        From scores, shape (k, d), to the output, shape (k,).
    centre : float
        The output at scores of 0: where it has the sign of the amount, the scale is logarithmic.
    amount : float
    """
    if centre * amount > 0.0:
        return lambda z: np.log(np.maximum(output(z) / amount, _TINY))
    scale = (abs(centre) if isfinite(centre) else 0.0) or abs(amount) or 1.0
    return lambda z: np.arcsinh(output(z) / scale) - np.arcsinh(amount / scale)


def starts_of(gap: Gap, dimensions: int) -> Array:
    """Return where to look from: 0, and near and far along all axes, or the best of them.

    Returns
    -------
    array, shape (at most 129, dimensions)
    """
    axes = np.concatenate([reach * np.eye(dimensions) for reach in _REACHES])
    if len(axes) >= _MOST_STARTS:
        left = np.abs(gap(axes))
        best = np.argsort(np.where(np.isfinite(left), left, np.inf), kind="stable")
        axes = axes[best[: _MOST_STARTS - 1]]
    return np.concatenate((np.zeros((1, dimensions)), axes))


def _moved(gap: Gap, z: Array, left: Array, slopes: Array) -> tuple[Array, Array, Array]:
    """Return all points one step on, with the gaps and slopes there.

    Of some points along each step, the best is taken: by its distance and by what it misses.
    """
    steep = np.maximum(_lengths(slopes), 1e-300)
    candidates = z + _SHARES[:, np.newaxis, np.newaxis] * _step(z, left, slopes)
    candidates = np.minimum(np.maximum(candidates, -FARTHEST), FARTHEST)
    lefts, each = _linear(gap, candidates.reshape(-1, z.shape[1]))
    lefts, each = lefts.reshape(candidates.shape[:2]), each.reshape(candidates.shape)
    price = 2.0 * np.maximum(_lengths(z), 1.0) / steep + 10.0
    merit = 0.5 * _squares(candidates) + price * np.abs(lefts)
    best = np.where(np.isfinite(merit), merit, np.inf).argmin(axis=0), np.arange(len(z))
    return candidates[best], lefts[best], each[best]


def _step(z: Array, left: Array, slopes: Array) -> Array:
    """Return the steps to the nearest points at which straight gaps would be closed."""
    steep = _squares(slopes)
    reach = (np.add.reduce(slopes * z, axis=1) - left) / np.where(steep > 0.0, steep, 1.0)
    step = reach[:, np.newaxis] * slopes - z
    step = np.where((steep > 0.0)[:, np.newaxis] & np.isfinite(step), step, 0.0)
    length = _lengths(step)[:, np.newaxis]
    shortened: Array = step * np.minimum(1.0, _LONGEST / np.maximum(length, 1e-300))
    return shortened


def _linear(gap: Gap, z: Array) -> tuple[Array, Array]:
    """Return the gap at each point and its slopes there, by central differences."""
    count, dimensions = z.shape
    left = gap((z + _offsets(dimensions)).reshape(-1, dimensions)).reshape(-1, count)
    slopes = (left[1 : dimensions + 1] - left[dimensions + 1 :]).T / (2.0 * _DIFFERENCE)
    return left[0], np.where(np.isfinite(slopes), slopes, 0.0)


@lru_cache(maxsize=64)
def _offsets(dimensions: int) -> Array:
    """Return the steps to the points that tell a slope, shape (2 dimensions + 1, 1, dimensions)."""
    axes = np.eye(dimensions)
    steps: Array = _DIFFERENCE * np.concatenate((np.zeros((1, dimensions)), axes, -axes))
    return steps[:, np.newaxis]


def _lengths(vectors: Array) -> Array:
    """Return the lengths of vectors along the last axis."""
    lengths: Array = np.sqrt(_squares(vectors))
    return lengths


def _squares(vectors: Array) -> Array:
    """Return the squared lengths of vectors along the last axis."""
    squares: Array = np.add.reduce(vectors * vectors, axis=-1)
    return squares


def _different(points: Array, apart: float) -> list[int]:
    """Return the places of the points that are not near one before them that is kept."""
    squares = _squares(points)
    far = squares[:, np.newaxis] + squares - 2.0 * (points @ points.T) > apart * apart
    kept, left = [], np.ones(len(points), dtype=bool)
    for place, row in enumerate(far):
        if left[place]:
            kept.append(place)
            left &= row
    return kept


def _distinct(found: list[Array]) -> list[Array]:
    """Return the points that are not alike and not far less likely, the nearest first.

    None where they are too many.
    """
    if not found:
        return []
    points = np.array(sorted(found, key=lambda each: float(each @ each)))
    points = points[np.array(rarer(list(points))) <= _RARER]
    kept = [points[place] for place in _different(points, _APART)]
    return kept if len(kept) < _MOST_WAYS else []
