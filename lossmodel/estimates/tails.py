"""How heavy a tail is, from the largest draws."""

from math import inf

import numpy as np

from lossmodel.estimates.replicates import Replicates

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
    pooled = column.pooled
    return min(_hill(pooled[::-1]), _hill(-pooled))


def _hill(falling: np.ndarray) -> float:
    """Return Hill's estimate for falling values; ``inf`` unless the largest are positive."""
    k = max(_LEAST, int(_SHARE * falling.size))
    if falling.size <= k or falling[k] <= 0.0 or not np.isfinite(falling[0]):
        return inf
    excess = float(np.log(falling[:k] / falling[k]).mean())
    return 1.0 / excess if excess > 0.0 else inf
