"""The tail value at risk: the mean of the largest values."""

import numpy as np

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import hall_limits, mean, mean_of
from lossmodel.estimates.quantiles import quantile
from lossmodel.estimates.replicates import Array, Replicates, student_t


def tvar(column: Replicates, p: float) -> Estimate:
    """Return the mean of the largest draws, a share 1 - p of all.

    Parameters
    ----------
    column : Replicates
    p : float
        Strictly between 0 and 1.

    Returns
    -------
    Estimate
        :data:`MISSING` where too few draws bound the quantile at ``p``.

    Notes
    -----
    With q the quantile it is q + E((output - q)+) / (1 - p), and that is the least value of the
    same expression over all numbers in the place of q (R. Rockafellar and S. Uryasev, "Conditional
    value-at-risk for general loss distributions", J. Banking & Finance 26 (2002) 1443-1471,
    theorem 10): the error of the quantile does not count, so that the error is that of the mean.
    """
    at = quantile(column, p).value
    if at is None:
        return MISSING
    with np.errstate(invalid="ignore"):
        excess = np.maximum(column.values - at, 0.0)
    beyond = Replicates(excess, (0.0, max(column.support[1] - at, 0.0)))
    found = told_of_few(mean(beyond), excess.mean(axis=1), column.t)
    return from_excess(at, found, p)


def told_of_few(found: Estimate, means: Array, t: float) -> Estimate:
    """Return a mean with the confidence of the skewed replicates too, where few draws decide it.

    The confidence of how many those draws are does not tell how much they differ.

    Parameters
    ----------
    found : Estimate
        As :func:`lossmodel.estimates.moments.mean_of_draws` has it.
    means : array, shape (R,)
        Of each replicate.
    t : float
        The 97.5% point of Student's t with R - 1 degrees of freedom.
    """
    if found.influence is not None or not found.exists:
        return found
    return found.covering(_unskewed(mean_of(means, t)), t)


def from_excess(at: float, excess: Estimate, p: float) -> Estimate:
    """Return the tail value at risk from the quantile and the estimated mean excess over it.

    Where the replicates tell its error, the confidence is that of Hall's transformation, as of a
    standard deviation (:func:`lossmodel.estimates.moments.sd_of_draws`): means of few large values
    are skewed.
    """
    return _unskewed(excess).scaled(1.0 / (1.0 - p)).moved(at)


def _unskewed(found: Estimate) -> Estimate:
    """Return an estimated mean with its confidence corrected for the skewness of the replicates."""
    if found.influence is None or found.value is None or found.se is None:
        return found
    t = student_t(found.influence.size)
    upper, lower = hall_limits(found.influence, t)
    low, high = found.value - found.se * upper, found.value - found.se * lower
    return Estimate(
        found.value, found.se, min(low, found.value), max(high, found.value), found.influence
    )
