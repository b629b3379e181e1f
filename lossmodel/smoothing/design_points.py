"""Design points: the likeliest ways for an amount to come about."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lossmodel.smoothing.gaps import Array, Gap, Gaps, Integers, alone
from lossmodel.smoothing.starts import ways_out

Bools = npt.NDArray[np.bool_]

FARTHEST = 37.0
"""No score beyond it: ndtr(-37) is 6e-300."""

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
_MERGED = 0.1
_FAR_OUT = 64.0
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
        As :func:`side_by_side` finds them.
    """
    return side_by_side(alone(gap), starts[np.newaxis], settled)[0]


def side_by_side(gaps: Gaps, starts: Array, settled: float = SETTLED) -> list[list[Array]]:
    """Return the design points of some amounts, those of each as if it were sought alone.

    Parameters
    ----------
    gaps : callable
        As that of :func:`design_points`, of many searches.
    starts : array, shape (searches, s, d)
    settled : float, optional
        How far the last step may be, in scores.

    Returns
    -------
    list of list of array, shape (d,)
        Of each search, the nearest first: no two alike, none exp(14) times less likely than the
        first; empty where none was found, or so many that there may be more.

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
    count, most, dimensions = starts.shape
    numbers = np.arange(count)
    found = _found(gaps, numbers, np.full(count, most), starts.reshape(-1, dimensions), settled)
    ways = [found[number] for number in range(count)]
    hidden = _hidden(gaps, dimensions, ways)
    counts = np.array([len(each) for each in hidden])
    again = counts > 0
    if again.any():
        more = _found(gaps, numbers[again], counts[again], np.concatenate(hidden), settled)
        for number, each in more.items():
            ways[number] = _distinct([*ways[number], *each])
    return ways


def rarer(found: list[Array]) -> list[float]:
    """Return of each design point, the nearest first, how many powers of e it is less likely."""
    off = [0.5 * float(each @ each) for each in found]
    return [each - off[0] for each in off]


def _found(
    gaps: Gaps, numbers: Integers, counts: Integers, z: Array, settled: float
) -> dict[int, list[Array]]:
    """Return the points that some searches find, each from so many starts, which stand in z."""
    search = np.repeat(numbers, counts)
    left, slopes = _linear(gaps, search, z)
    found: dict[int, list[Array]] = {}
    for step in range(_STEPS):
        moved, left, slopes = _moved(gaps, search, z, left, slopes)
        first = np.cumsum(counts) - counts
        longest = np.maximum.reduceat(_lengths(moved - z), first)
        z = moved
        is_over = (longest <= settled) | (step == _STEPS - 1)
        for place in is_over.nonzero()[0].tolist():
            rows = slice(first[place], first[place] + counts[place])
            reached = np.isfinite(left[rows]) & (np.abs(left[rows]) <= _REACHED)
            found[int(numbers[place])] = _distinct(list(z[rows][reached]))
        if is_over.all():
            break
        own = np.repeat(~is_over, counts) & _apart(z, counts)
        counts = np.add.reduceat(own, first, dtype=np.intp)[~is_over]
        numbers, search = numbers[~is_over], search[own]
        z, left, slopes = z[own], left[own], slopes[own]
    return found


def _apart(z: Array, counts: Integers) -> Bools:
    """Return which points are not near one before them in the same search."""
    most = int(counts.max())
    if most * len(counts) == len(z):
        return _apart_in_each(z.reshape(len(counts), most, -1)).ravel()
    places = np.arange(most) < counts[:, np.newaxis]
    points = np.full((*places.shape, z.shape[1]), np.nan)
    points[places] = z
    return _apart_in_each(points)[places]


def _apart_in_each(points: Array) -> Bools:
    """Return which of the points of each search, shape (k, m, d), are not near one before them."""
    total = np.zeros((*points.shape[:2], points.shape[1]))
    for place in range(points.shape[2]):
        off = points[:, :, np.newaxis, place] - points[:, np.newaxis, :, place]
        off *= off
        total += off
    near = np.logical_and(total <= _MERGED * _MERGED, _before(points.shape[1]))
    apart: Bools = np.logical_not(near.any(axis=2))
    return apart


@lru_cache(maxsize=64)
def _before(count: int) -> Bools:
    """Return which of so many places are before each, shape (count, count)."""
    return np.tri(count, k=-1, dtype=np.bool_)


def _hidden(gaps: Gaps, dimensions: int, found: Sequence[Sequence[Array]]) -> list[Array]:
    """Return for each search points beyond its amount that are not behind any of those found.

    No slope leads to them from 0 or from an axis: they lie behind a deductible, or where two
    factors both change their signs.  Points farther out than matters are not looked at.
    """
    nearest = [min((float(each @ each) for each in ways), default=_FAR_OUT) for ways in found]
    reach = np.sqrt(np.array(nearest) + 2.0 * _RARER)
    points = reach[:, np.newaxis, np.newaxis] * ways_out(dimensions)
    searches = np.repeat(np.arange(len(found)), points.shape[1])
    left = gaps(points.reshape(-1, dimensions), searches).reshape(points.shape[:2])
    beyond = left * np.sign(left[:, :1]) < 0.0
    return [
        _unexplained(every[own], ways)
        for every, own, ways in zip(points, beyond, found, strict=True)
    ]


def _unexplained(points: Array, found: Sequence[Array]) -> Array:
    """Return some of the points that are not behind any of those found, no two near."""
    for each in found:
        before = points @ each < each @ each - _SLACK * np.sqrt(each @ each)
        points = points[before]
    apart: Array = points[_different(points, _SPREAD)[:_MOST_HIDDEN]]
    return apart


def _moved(
    gaps: Gaps, search: Integers, z: Array, left: Array, slopes: Array
) -> tuple[Array, Array, Array]:
    """Return all points one step on, with the gaps and slopes there.

    Of some points along each step, the best is taken: by its distance and by what it misses.
    """
    steep = np.maximum(_lengths(slopes), 1e-300)
    candidates = z + _SHARES[:, np.newaxis, np.newaxis] * _step(z, left, slopes)
    candidates = np.minimum(np.maximum(candidates, -FARTHEST), FARTHEST)
    lefts, each = _linear(gaps, search, candidates)
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


def _linear(gaps: Gaps, search: Integers, z: Array) -> tuple[Array, Array]:
    """Return the gap at points, shape (..., m, d), and its slopes there, by central differences."""
    dimensions = z.shape[-1]
    left = gaps(z + _offsets(dimensions, z.ndim), search)
    rise = left[1 : dimensions + 1] - left[dimensions + 1 :]
    # In rows: sums along columns would go another way for one row.
    slopes = np.ascontiguousarray(rise.transpose(*range(1, rise.ndim), 0)) / (2.0 * _DIFFERENCE)
    return left[0], np.where(np.isfinite(slopes), slopes, 0.0)


@lru_cache(maxsize=64)
def _offsets(dimensions: int, ndim: int) -> Array:
    """Return the steps to the points that tell a slope, shape (2 dimensions + 1, 1, ..., d)."""
    axes = np.eye(dimensions)
    steps: Array = _DIFFERENCE * np.concatenate((np.zeros((1, dimensions)), axes, -axes))
    return steps.reshape(-1, *(1,) * (ndim - 1), dimensions)


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
