"""Design points: the likeliest ways for an amount to come about."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Gap = Callable[[Array], Array]

FARTHEST = 37.0
"""No score beyond it: ndtr(-37) is 6e-300."""

_DIFFERENCE = 1e-4
_STEPS = 40
_LONGEST = 3.0
"""A step in z-space is cut there: beyond it a slope tells little."""
_SETTLED = 0.05
_SHARES = np.array([1.0, 0.5, 0.1])
_REACHED = 0.05
_APART = 0.5
_RARER = 8.0
"""A way exp(8) times less likely than the likeliest is seen well enough from the others."""
_WAYS = 4


def design_points(gap: Gap, starts: Array) -> list[Array]:
    """Return the points nearest to 0 at which an amount is reached, the nearest first.

    Parameters
    ----------
    gap : callable
        From scores, shape (k, d), to shape (k,): how much the output differs there from the
        amount, on any smooth scale; 0 where it is reached.  Scores are independent and standard
        normal.
    starts : array, shape (s, d)
        Where to start from; different starts may find different points.

    Returns
    -------
    list of array, shape (d,)
        At most 4, no two alike, none exp(8) times less likely than the first; empty where none was
        found.

    Notes
    -----
    The iteration of R. Rackwitz and B. Fiessler, "Structural reliability under combined random load
    sequences", Computers and Structures 9 (1978) 489-494 (Newton's method for the first-order
    conditions with the gap taken as straight), its steps shortened by the merit function of
    Y. Zhang and A. Der Kiureghian (1995).  All starts move at once.
    """
    z = np.array(starts)
    left, slopes = _linear(gap, z)
    for _ in range(_STEPS):
        moved, left, slopes = _moved(gap, z, left, slopes)
        longest = np.linalg.norm(moved - z, axis=1).max()
        z = moved
        if longest <= _SETTLED:
            break
    found = z[np.isfinite(left) & (np.abs(left) <= _REACHED)]
    return _distinct(found[np.argsort(np.linalg.norm(found, axis=1), kind="stable")])


def starts_of(gap: Gap, dimensions: int) -> Array:
    """Return where to look from: 0, and along the axes that bring the amount nearest.

    Returns
    -------
    array, shape (at most 7, dimensions)
    """
    axes = 3.0 * np.concatenate((np.eye(dimensions), -np.eye(dimensions)))
    left = np.abs(gap(axes))
    best = np.argsort(np.where(np.isfinite(left), left, np.inf), kind="stable")[:6]
    return np.concatenate((np.zeros((1, dimensions)), axes[best]))


def _moved(gap: Gap, z: Array, left: Array, slopes: Array) -> tuple[Array, Array, Array]:
    """Return all points one step on, with the gaps and slopes there.

    Of some points along each step, the best is taken: by its distance and by what it misses.
    """
    steep = np.maximum(np.linalg.norm(slopes, axis=1), 1e-300)
    candidates = z + _SHARES[:, np.newaxis, np.newaxis] * _step(z, left, slopes)
    candidates = np.clip(candidates, -FARTHEST, FARTHEST)
    lefts, each = _linear(gap, candidates.reshape(-1, z.shape[1]))
    lefts, each = lefts.reshape(candidates.shape[:2]), each.reshape(candidates.shape)
    price = 2.0 * np.maximum(np.linalg.norm(z, axis=1), 1.0) / steep + 10.0
    merit = 0.5 * (candidates**2).sum(axis=2) + price * np.abs(lefts)
    best = np.argmin(np.where(np.isfinite(merit), merit, np.inf), axis=0), np.arange(len(z))
    return candidates[best], lefts[best], each[best]


def _step(z: Array, left: Array, slopes: Array) -> Array:
    """Return the steps to the nearest points at which straight gaps would be closed."""
    steep = (slopes * slopes).sum(axis=1)
    reach = ((slopes * z).sum(axis=1) - left) / np.where(steep > 0.0, steep, 1.0)
    step = reach[:, np.newaxis] * slopes - z
    step = np.where((steep > 0.0)[:, np.newaxis] & np.isfinite(step), step, 0.0)
    length = np.linalg.norm(step, axis=1, keepdims=True)
    shortened: Array = step * np.minimum(1.0, _LONGEST / np.maximum(length, 1e-300))
    return shortened


def _linear(gap: Gap, z: Array) -> tuple[Array, Array]:
    """Return the gap at each point and its slopes there, by central differences."""
    count, dimensions = z.shape
    offsets = _DIFFERENCE * np.concatenate(
        (np.zeros((1, dimensions)), np.eye(dimensions), -np.eye(dimensions))
    )
    left = gap((z + offsets[:, np.newaxis]).reshape(-1, dimensions)).reshape(-1, count)
    slopes = (left[1 : dimensions + 1] - left[dimensions + 1 :]).T / (2.0 * _DIFFERENCE)
    return left[0], np.where(np.isfinite(slopes), slopes, 0.0)


def _distinct(points: Array) -> list[Array]:
    """Return the points that are not alike, as long as they are not far less likely."""
    kept: list[Array] = []
    for point in points:
        rarer = kept and 0.5 * (point @ point - kept[0] @ kept[0]) > _RARER
        if rarer or len(kept) == _WAYS:
            break
        if all(np.linalg.norm(point - other) > _APART for other in kept):
            kept.append(point)
    return kept
