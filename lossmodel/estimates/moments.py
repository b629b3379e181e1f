"""Mean and standard deviation, from the spread of the replicates."""

from math import cbrt, inf, sqrt

import numpy as np

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.probabilities import FEW, clopper_pearson
from lossmodel.estimates.replicates import RULE_OF_THREE, Array, Replicates


def mean(column: Replicates) -> Estimate:
    """Return the mean, with Student's t over the replicate means.

    Returns
    -------
    Estimate
        :data:`MISSING` where a value is infinite, or where all replicates agree and nothing bounds
        the values that were not drawn.

    Notes
    -----
    A. B. Owen, *Monte Carlo theory, methods and examples* (2013), section 17.5; its coverage for
    scrambled nets: P. L'Ecuyer, M. Nakayama, A. Owen and B. Tuffin, "Confidence intervals for
    randomized quasi-Monte Carlo estimators", WSC 2023.
    """
    values, unit = column.values / column.unit, column.unit
    if not np.isfinite(values).all():
        return MISSING
    means = values.mean(axis=1)
    value, spread = float(means.mean()), float(means.std(ddof=1))
    if spread <= _rounding(means):
        return _agreed(column, value * unit)
    rare = _rare(values)
    if rare is None:
        return mean_of(means, column.t).scaled(unit)
    half = column.t * spread / sqrt(column.count)
    low, high = min(rare[0], value - half), max(rare[1], value + half)
    return Estimate.between(value, low, high, column.t).scaled(unit)


def _rare(values: Array) -> tuple[float, float] | None:
    """Return bounds of a mean that a few draws decide: all others are at one end, exactly.

    The share of those few has the exact binomial confidence; None where they are not few.
    """
    for end in (float(values.min()), float(values.max())):
        away = values[values != end]
        if 0 < away.size < FEW * len(values):
            reach = float(away.mean()) - end
            ends = (end + reach * share for share in clopper_pearson(away.size, values.size))
            low, high = sorted(ends)
            return low, high
    return None


def mean_of(means: Array, t: float) -> Estimate:
    """Return the mean of replicate means, shape (R,), with Student's t over their spread."""
    value, se = float(means.mean()), float(means.std(ddof=1)) / sqrt(len(means))
    return Estimate(value, se, value - t * se, value + t * se)


def _rounding(means: Array) -> float:
    """Return the spread that rounding alone gives to replicate means that are equal."""
    return 4.0 * float(np.spacing(np.abs(means).max()))


def _agreed(column: Replicates, value: float) -> Estimate:
    """Return the mean where all replicates give the same: what was not drawn may still differ.

    A share of at most 3/N of the draws lies elsewhere, with 95% confidence: among the values drawn
    if they differ, else anywhere in the support.
    """
    low, high = float(column.values.min()), float(column.values.max())
    if low == high:
        low, high = column.support
    share = RULE_OF_THREE / column.total
    below, above = share * (value - low), share * (high - value)
    if inf in (below, above):
        return MISSING
    return Estimate.between(value, value - below, value + above, column.t)


def sd(column: Replicates) -> Estimate:
    """Return the standard deviation: the root of the pooled second moment.

    Its confidence is that of the variance by Hall's transformation, which allows for the skewness
    of the replicates' second moments; the error is by the delta method.

    Returns
    -------
    Estimate
        :data:`MISSING` where it is not finite or where the draws do not differ.

    Notes
    -----
    P. Hall, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54 (1992)
    221-228, the cubic of section 2.
    """
    values, unit = column.values / column.unit, column.unit
    if not np.isfinite(values).all() or values.min() == values.max():
        return MISSING
    deviations = values - values.mean()
    moments = (deviations * deviations).mean(axis=1)
    # As 3/N of the draws may lie elsewhere, so may that share of the variance.
    least = RULE_OF_THREE / column.total * float(moments.mean()) / column.t
    return sd_of(moments, column.t, least).scaled(unit)


def sd_of(moments: Array, t: float, least: float = 0.0) -> Estimate:
    """Return the standard deviation from each replicate's second moment about the common mean.

    Parameters
    ----------
    moments : array, shape (R,)
        Their mean is the variance, above 0.
    t : float
        The 97.5% point of Student's t with R - 1 degrees of freedom.
    least : float, optional
        The least standard error of the variance that is honest.
    """
    variance = float(moments.mean())
    value, spread = sqrt(variance), float(moments.std(ddof=1))
    se = max(spread / sqrt(len(moments)), least)
    low, high = (max(variance - se * shift, 0.0) for shift in _hall_limits(moments, t))
    low, high = min(low, variance), max(high, variance)
    return Estimate(value, se / (2.0 * value), sqrt(low), sqrt(high))


def _hall_limits(samples: Array, t: float) -> tuple[float, float]:
    """Return the upper and lower quantile of the studentized mean, corrected for skewness."""
    n = len(samples)
    centred = samples - samples.mean()
    largest = float(np.abs(centred).max())
    if largest == 0.0:
        return t, -t
    centred /= largest
    second = float((centred**2).mean())
    a = float((centred**3).mean()) / second**1.5 / sqrt(n)
    if abs(a) < 1e-8:
        return t, -t
    upper, lower = ((cbrt(1.0 + a * (y - a / 6.0)) - 1.0) * 3.0 / a for y in (t, -t))
    return upper, lower
