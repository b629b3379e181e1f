"""Probabilities, never certain where the draws only agree."""

import numpy as np
from scipy.special import betaincinv

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import CONFIDENCE, Replicates, student_t

FEW = 2
"""Hits per replicate below which Student's t over the replicates is not trusted alone."""


def exceedance(column: Replicates, x: float) -> Estimate:
    """Return P(output > x), as :func:`share_of_draws`.

    It is exact, with no error, only where the support decides.

    Parameters
    ----------
    column : Replicates
    x : float
        In the unit of the column.
    """
    low, high = column.support
    if x >= high:
        return Estimate.exact(0.0)
    if x < low:
        return Estimate.exact(1.0)
    share, half = (float(a[0]) for a in column.cdf(np.array([x])))
    value = 1.0 - share
    return share_of_draws((value, value, value), half, column.total, column.count)


def share_of_draws(
    share: tuple[float, float, float], half: float, total: int, replicates: int
) -> Estimate:
    """Return the probability of what a share of the draws has.

    Parameters
    ----------
    share : (float, float, float)
        The least it can be, the share, and the most it can be: the three are equal where every
        draw is known.
    half : float
        Half-width of the confidence by the replicates.
    total, replicates : int
        How many draws and how many replicates there are.

    Notes
    -----
    The confidence is Student's t over the replicates, at least 3/N on either side, and at least the
    exact binomial one (C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413) where there are
    fewer than two hits a replicate on either side.
    """
    least, value, most = share
    below, above = least - half, most + half
    fewest, hits, greatest = (round(each * total) for each in share)
    if min(hits, total - hits) < FEW * replicates:
        below = min(below, clopper_pearson(fewest, total)[0])
        above = max(above, clopper_pearson(greatest, total)[1])
    return Estimate.between(value, max(below, 0.0), min(above, 1.0), student_t(replicates))


def clopper_pearson(hits: int, total: int) -> tuple[float, float]:
    """Return the exact binomial confidence of a share; one-sided where all or none are hits.

    Parameters
    ----------
    hits, total : int
    """
    tail = (1.0 - CONFIDENCE) / 2.0
    if hits == 0:
        return 0.0, -np.expm1(np.log(2.0 * tail) / total)
    if hits == total:
        return float(np.exp(np.log(2.0 * tail) / total)), 1.0
    low = betaincinv(hits, total - hits + 1, tail)
    high = betaincinv(hits + 1, total - hits, 1.0 - tail)
    return float(low), float(high)
