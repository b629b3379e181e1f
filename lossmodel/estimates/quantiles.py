"""Quantiles, with the confidence found by inverting the pooled cdf."""

from math import ceil, isfinite

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.pairing import scaled_to
from lossmodel.estimates.replicates import RULE_OF_THREE, Array, Replicates

Flags = npt.NDArray[np.bool_]


def quantile(column: Replicates, p: float) -> Estimate:
    """Return the smallest y with P(output <= y) >= p.

    Parameters
    ----------
    column : Replicates
    p : float
        Strictly between 0 and 1.

    Returns
    -------
    Estimate
        :data:`MISSING` where the draws are too few to bound the quantile on both sides and the
        support does not.

    Notes
    -----
    With F the pooled cdf, s(y) the spread of the replicates' cdfs at y and h(y) = t s(y) / sqrt(R),
    the confidence runs from the smallest y with F(y) + h(y) >= p to the smallest with
    F(y) - h(y) >= p (the test-inversion interval of P. Glynn, "Importance sampling for Monte Carlo
    estimation of quantiles" (1996), with replicates in the place of draws).  Averaging the
    replicates' quantiles instead is biased.
    """
    centre = min(max(ceil(p * column.total) - 1, 0), column.total - 1)
    value = float(column.pooled[centre])
    window, reaches, passes = _window(column, p, centre)
    low, high = column.support
    # Below the smallest draw, and above the largest, the half-width is 3/N: where that reaches p,
    # only the support bounds the quantile.
    below = low if p * column.total <= RULE_OF_THREE else float(window[np.argmax(reaches)])
    above = float(window[np.argmax(passes)]) if passes[-1] else high
    if not (isfinite(below) and isfinite(above) and isfinite(value)):
        return MISSING
    shares = column.counts(np.array([value]))[:, 0]
    influence = scaled_to(shares.mean() - shares, below, above, column.t)
    return Estimate.between(value, below, above, column.t, influence)


def _window(column: Replicates, p: float, centre: int) -> tuple[Array, Flags, Flags]:
    """Return draws around the quantile that hold both ends of its confidence, if any draws do.

    Beside each, whether the cdf there reaches p when it is raised by its half-width, and whether it
    does when it is lowered by it.
    """
    pooled, total = column.pooled, column.total
    _, half = column.cdf(pooled[centre : centre + 1])
    reach = 8 + 2 * ceil(float(half[0]) * total)
    while True:
        start, stop = max(centre - reach, 0), min(centre + reach + 1, total)
        share, half = column.cdf(pooled[start:stop])
        reaches, passes = share + half >= p, share - half >= p
        is_open = (start > 0 and reaches[0]) or (stop < total and not passes[-1])
        if not is_open:
            return pooled[start:stop], reaches, passes
        reach *= 2
