"""Root mean squares of errors over seeds, with their confidence."""

import numpy as np
from scipy.special import fdtri

from benchmarks.pairs import Spread
from benchmarks.tools import Array

PPM = 1e6
"""Relative errors are told in parts per million."""

_KNOWN = 1e12


def mean_squares(errors: list[Array]) -> Array:
    """Return the mean square of each statistic's errors, one row for each seed."""
    return np.asarray(np.mean(np.square(errors), axis=0))


def root(square: float, seeds: int, unit: float = PPM) -> Spread:
    """Return a root mean square with its 95% confidence (chi-square: F against the truth)."""
    return _root(square, seeds, _KNOWN, unit)


def ratio(own: float, other: float, seeds: int) -> Spread:
    """Return a ratio of root mean squares with its 95% confidence (F)."""
    return _root(own / other, seeds, seeds, 1.0)


def _root(square: float, seeds: int, others: float, unit: float) -> Spread:
    """Return the root of a mean square of normal errors, or of a ratio of two such."""
    squares = square / np.array([1.0, fdtri(seeds, others, 0.975), fdtri(seeds, others, 0.025)])
    middle, low, high = (unit * np.sqrt(squares)).tolist()
    return Spread(middle, low, high)
