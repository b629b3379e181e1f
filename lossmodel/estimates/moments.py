"""Mean and standard deviation, from the spread of the replicates."""

from math import cbrt, frexp, inf, isfinite, sqrt

import numpy as np

from lossmodel.estimates.estimate import MISSING, Estimate
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
    values, unit = _comfortable(column.values)
    if not np.isfinite(values).all():
        return MISSING
    means = values.mean(axis=1)
    value, spread = float(means.mean()), float(means.std(ddof=1))
    if spread <= _rounding(means):
        return _agreed(column, value * unit)
    se = spread / sqrt(column.count)
    half = column.t * se
    return Estimate(value, se, value - half, value + half).scaled(unit)


def _comfortable(values: Array) -> tuple[Array, float]:
    """Return the values in a unit in which sums and squares neither overflow nor vanish."""
    largest = float(np.abs(values).max())
    if not isfinite(largest) or largest == 0.0 or 1e-140 < largest < 1e140:
        return values, 1.0
    unit = 2.0 ** frexp(largest)[1] if largest < 1e300 else 2.0**1000
    return values / unit, unit


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
    values, unit = _comfortable(column.values)
    if not np.isfinite(values).all() or values.min() == values.max():
        return MISSING
    deviations = values - values.mean()
    moments = (deviations * deviations).mean(axis=1)
    variance = float(moments.mean())
    value, spread = sqrt(variance), float(moments.std(ddof=1))
    se = max(spread / sqrt(column.count), RULE_OF_THREE / column.total * variance / column.t)
    low, high = (max(variance - se * shift, 0.0) for shift in _hall_limits(moments, column.t))
    low, high = min(low, variance), max(high, variance)
    return Estimate(value, se / (2.0 * value), sqrt(low), sqrt(high)).scaled(unit)


def _hall_limits(samples: Array, t: float) -> tuple[float, float]:
    """Return the upper and lower quantile of the studentized mean, corrected for skewness."""
    n = len(samples)
    centred = samples - samples.mean()
    second = float((centred**2).mean())
    if second == 0.0:
        return t, -t
    a = float((centred**3).mean()) / second**1.5 / sqrt(n)
    if abs(a) < 1e-8:
        return t, -t
    upper, lower = ((cbrt(1.0 + a * (y - a / 6.0)) - 1.0) * 3.0 / a for y in (t, -t))
    return upper, lower
