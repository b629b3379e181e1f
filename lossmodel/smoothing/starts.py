"""Where searches for design points begin, and where they look for what they have not found."""

from functools import lru_cache
from itertools import product

import numpy as np

from lossmodel.smoothing.gaps import Array, Gap, Gaps, alone

_MOST_STARTS = 129
_REACHES = (3.0, -3.0, 6.0, -6.0)
_ON_THE_WAY = (1.0, 0.8, 0.6)
_PER_DIMENSION, _MOST_DIRECTIONS, _MOST_SIGNS = 64, 384, 6


def starts_of(gap: Gap, dimensions: int) -> Array:
    """Return where to look from, shape (at most 129, dimensions), as :func:`starts_side_by_side`.

    Parameters
    ----------
    gap : callable
        As that of :func:`design_points`.
    dimensions : int
    """
    starts: Array = starts_side_by_side(alone(gap), 1, dimensions)[0]
    return starts


def starts_side_by_side(gaps: Gaps, searches: int, dimensions: int) -> Array:
    """Return where to look from: 0, and near and far along all axes, or the best of them.

    Returns
    -------
    array, shape (searches, at most 129, dimensions)
    """
    axes = np.concatenate([reach * np.eye(dimensions) for reach in _REACHES])
    every = np.broadcast_to(axes, (searches, *axes.shape))
    if len(axes) >= _MOST_STARTS:
        owners = np.repeat(np.arange(searches), len(axes))
        left = np.abs(gaps(every.reshape(-1, dimensions), owners)).reshape(searches, -1)
        best = np.argsort(np.where(np.isfinite(left), left, np.inf), axis=1, kind="stable")
        every = axes[best[:, : _MOST_STARTS - 1]]
    return np.concatenate((np.zeros((searches, 1, dimensions)), every), axis=1)


@lru_cache(maxsize=64)
def ways_out(dimensions: int) -> Array:
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
