"""The doubt about an event that is left on average once something is known, and its error."""

from math import hypot, sqrt

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import RULE_OF_THREE, student_t

Array = npt.NDArray[np.float64]

_ROUNDING = 1e-12


def left(chances: Array, points: int, missed: float, weights: Array) -> Estimate:
    """Return the expected doubt as a share of today's, from probabilities given what is known.

    Parameters
    ----------
    chances : array, shape (R, k)
        In each replicate, given each of k cases.
    points : int
        In all replicates.
    missed : float
        How much of the mean square of the chances the cases may miss.
    weights : array, shape (k,)
        Probabilities of the cases.

    Notes
    -----
    The error is by leaving one replicate out.  Where replicates agree, a share 3/N of the points
    may still differ from case to case.
    """
    R, means = len(chances), chances @ weights
    known, known_without = _squared(chances, weights)
    nothing, nothing_without = _squared(means[:, np.newaxis], np.ones(1))
    mean, mean_without = float(means.mean()), (means.sum() - means) / (R - 1)
    today = mean - nothing
    doubt_without = mean_without - nothing_without
    if today <= 0.0 or not (doubt_without > 0.0).all():
        return MISSING
    spread = ((mean_without - known_without) / doubt_without).std(ddof=1)
    share = min(max((mean - known) / today, 0.0), 1.0)
    t = student_t(R)
    half = t * (R - 1) / sqrt(R) * float(spread)
    unseen = RULE_OF_THREE / points if half <= _ROUNDING else 0.0
    half = hypot(half, max(missed, unseen) / today)
    return Estimate(share, half / t, max(share - half, 0.0), min(share + half, 1.0))


def left_by_cells(chances: Array, points: int) -> Estimate:
    """Return the same from probabilities in equally likely cells of an input.

    Parameters
    ----------
    chances : array, shape (R, cells)
    points : int
        In all replicates.

    Notes
    -----
    Inside a cell the probability moves by no more than from one neighbour to the other.
    """
    cells, mean = chances.shape[1], chances.mean(axis=0)
    moved = mean[2:] - mean[:-2]
    missed = 0.25 * float(moved @ moved) / cells
    return left(chances, points, missed, np.full(cells, 1.0 / cells))


def _squared(chances: Array, shares: Array) -> tuple[float, Array]:
    """Return the mean square of the chances, and what it is without each replicate.

    Squares of one replicate's chances would take its noise for knowledge; products of different
    replicates do not (a U-statistic).
    """
    R, sums, own = len(chances), chances.sum(axis=0), (chances * chances) @ shares
    rest = sums - chances
    whole = float((sums * sums) @ shares - own.sum()) / (R * (R - 1))
    without: Array = ((rest * rest) @ shares - (own.sum() - own)) / ((R - 1) * (R - 2))
    return whole, without
