"""Probabilities, never certain where the draws only agree."""

import numpy as np
from scipy.special import betaincinv

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import CONFIDENCE, Replicates

FEW = 2
"""Hits per replicate below which Student's t over the replicates is not trusted alone."""


def exceedance(column: Replicates, x: float) -> Estimate:
    """Return P(output > x).

    Parameters
    ----------
    column : Replicates
    x : float
        In the unit of the column.

    Notes
    -----
    The confidence is Student's t over the replicates, at least 3/N on either side, and at least the
    exact binomial one (C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413) where there are
    fewer than two hits a replicate on either side.  It is exact, with no error, only where the
    support decides.
    """
    low, high = column.support
    if x >= high:
        return Estimate.exact(0.0)
    if x < low:
        return Estimate.exact(1.0)
    share, half = (float(a[0]) for a in column.cdf(np.array([x])))
    value = 1.0 - share
    below, above = value - half, value + half
    hits = round(value * column.total)
    if min(hits, column.total - hits) < FEW * column.count:
        exact = clopper_pearson(hits, column.total)
        below, above = min(below, exact[0]), max(above, exact[1])
    return Estimate.between(value, max(below, 0.0), min(above, 1.0), column.t)


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
