"""How heavy a tail is, from the largest draws."""

from math import inf

import numpy as np

from lossmodel.estimates.ordered import Stacked
from lossmodel.estimates.replicates import Array, Replicates

MEAN_DOUBTFUL = 1.35
SD_DOUBTFUL = 2.1
"""Tail indices below which a mean or a standard deviation may not exist: theory says 1 and 2, and
the margin is for what the largest 0.5% of draws can tell."""

_SHARE = 0.005
_LEAST = 10


def tail_index(column: Replicates) -> float:
    """Return Hill's estimate of the heavier tail's index, from the largest 0.5% of draws.

    Returns
    -------
    float
        P(|output| > y) falls like y to the minus this; ``inf`` where the tails end or the draws are
        too few to say.

    Notes
    -----
    B. Hill, "A simple general approach to inference about the tail of a distribution", Ann.
    Statist. 3 (1975) 1163-1174.
    """
    draws = column.values.ravel()
    k = largest_draws(draws.size)
    if draws.size <= k:
        return inf
    parted = np.partition(draws, (k, draws.size - k - 1))
    lowest, highest = -np.sort(parted[: k + 1])[::-1], np.sort(parted[-k - 1 :])
    return min(hill(each[1:], 1.0, float(each[0])) for each in (highest, lowest))


def tail_index_of_cells(draws: Stacked) -> float:
    """Return Hill's estimate of the heavier tail's index, as :func:`tail_index`."""
    k = largest_draws(draws.total)
    if draws.total <= k:
        return inf
    return min(_upper(draws, k), _upper(draws.mirrored(), k))


def _upper(draws: Stacked, k: int) -> float:
    """Return Hill's estimate of the upper tail's index, from the largest ``k`` draws."""
    threshold = float(draws.numbered(np.array([draws.total - k - 1]))[0])
    return hill(*draws.largest(k), threshold)


def largest_draws(total: int) -> int:
    """Return how many draws of all tell of a tail."""
    return max(_LEAST, int(_SHARE * total))


def hill(largest: Array, counts: Array | float, threshold: float) -> float:
    """Return Hill's estimate from the largest draws and the next.

    Parameters
    ----------
    largest : array, shape (K,)
        The values of the largest draws.
    counts : array, shape (K,), or float
        How many draws have each value.
    threshold : float
        The largest of all other draws.

    Returns
    -------
    float
        ``inf`` unless these are finite and positive and differ.
    """
    if threshold <= 0.0 or not np.isfinite(largest).all():
        return inf
    weights = counts * np.ones(largest.size)
    excess = float(np.add.reduce(np.log(largest / threshold) * weights) / np.add.reduce(weights))
    return 1.0 / excess if excess > 0.0 else inf
