"""Mean and standard deviation, from the spread of the replicates."""

from dataclasses import dataclass
from math import cbrt, inf, sqrt
from typing import final

import numpy as np

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.probabilities import FEW, clopper_pearson
from lossmodel.estimates.replicates import (
    RULE_OF_THREE,
    Array,
    Replicates,
    average,
    spread_of,
    student_t,
    unit_of,
)


@final
@dataclass(frozen=True, slots=True)
class Ends:
    """The smallest and the largest draw, and how many draws are equal to each."""

    low: float
    high: float
    at_low: int
    at_high: int

    @classmethod
    def of(cls, values: Array) -> "Ends":
        """Return the ends of some draws."""
        low, high = values.min(), values.max()
        counts = (int(np.count_nonzero(values == end)) for end in (low, high))
        return cls(float(low), float(high), *counts)


def mean(column: Replicates) -> Estimate:
    """Return the mean of draws, as :func:`mean_of_draws`."""
    values, unit = column.values / column.unit, column.unit
    with np.errstate(invalid="ignore"):
        means = values.mean(axis=1)
    if not np.isfinite(means).all():
        return MISSING
    low, high = column.support
    support = low / unit, high / unit
    return mean_of_draws(means, Ends.of(values), column.total, support).scaled(unit)


def mean_of_draws(means: Array, ends: Ends, total: int, support: tuple[float, float]) -> Estimate:
    """Return the mean, with Student's t over the replicate means.

    Parameters
    ----------
    means : array, shape (R,)
        Finite.
    ends : Ends
    total : int
        How many draws there are in all replicates.
    support : (float, float)
        Bounds that no value can leave.

    Returns
    -------
    Estimate
        :data:`MISSING` where all replicates agree and nothing bounds the values that were not
        drawn.

    Notes
    -----
    A. B. Owen, *Monte Carlo theory, methods and examples* (2013), section 17.5; its coverage for
    scrambled nets: P. L'Ecuyer, M. Nakayama, A. Owen and B. Tuffin, "Confidence intervals for
    randomized quasi-Monte Carlo estimators", WSC 2023.
    """
    t = student_t(len(means))
    value, spread = average(means), spread_of(means)
    if spread <= _rounding(means):
        return _agreed(value, ends, total, support, t)
    rare = _rare(value, ends, total, FEW * len(means))
    if rare is None:
        return mean_of(means, t)
    half = t * spread / sqrt(len(means))
    low, high = min(rare[0], value - half), max(rare[1], value + half)
    return Estimate.between(value, low, high, t)


def _rare(value: float, ends: Ends, total: int, few: int) -> tuple[float, float] | None:
    """Return bounds of a mean that a few draws decide: all others are at one end, exactly.

    The share of those few has the exact binomial confidence; None where they are not few.
    """
    for end, there in ((ends.low, ends.at_low), (ends.high, ends.at_high)):
        away = total - there
        if 0 < away < few:
            reach = (value - end) * total / away
            low, high = sorted(end + reach * share for share in clopper_pearson(away, total))
            return low, high
    return None


def mean_of(means: Array, t: float) -> Estimate:
    """Return the mean of replicate means, shape (R,), with Student's t over their spread."""
    unit = unit_of(float(np.abs(means).max()))
    scaled = means / unit
    value, se = average(scaled), spread_of(scaled) / sqrt(len(means))
    influence = scaled - value
    return Estimate(value, se, value - t * se, value + t * se, influence).scaled(unit)


def _rounding(means: Array) -> float:
    """Return the spread that rounding alone gives to replicate means that are equal."""
    return 4.0 * float(np.spacing(np.abs(means).max()))


def _agreed(
    value: float, ends: Ends, total: int, support: tuple[float, float], t: float
) -> Estimate:
    """Return the mean where all replicates give the same: what was not drawn may still differ.

    A share of at most 3/N of the draws lies elsewhere, with 95% confidence: among the values drawn
    if they differ, else anywhere in the support.
    """
    low, high = (ends.low, ends.high) if ends.low < ends.high else support
    share = RULE_OF_THREE / total
    below, above = share * (value - low), share * (high - value)
    if inf in (below, above):
        return MISSING
    return Estimate.between(value, value - below, value + above, t)


def sd(column: Replicates) -> Estimate:
    """Return the standard deviation of draws, as :func:`sd_of_draws`.

    Returns
    -------
    Estimate
        :data:`MISSING` where it is not finite or where the draws do not differ.
    """
    values, unit = column.values / column.unit, column.unit
    if not np.isfinite(values).all() or values.min() == values.max():
        return MISSING
    deviations = values - values.mean()
    moments = (deviations * deviations).mean(axis=1)
    return sd_of_draws(moments, column.total).scaled(unit)


def sd_of_draws(moments: Array, total: int) -> Estimate:
    """Return the standard deviation: the root of the pooled second moment.

    Its confidence is that of the variance by Hall's transformation, which allows for the skewness
    of the replicates' second moments; the error is by the delta method.

    Parameters
    ----------
    moments : array, shape (R,)
        Each replicate's second moment about the common mean; not all 0.
    total : int
        How many draws there are in all replicates.

    Notes
    -----
    P. Hall, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54 (1992)
    221-228, the cubic of section 2.
    """
    t = student_t(len(moments))
    # As 3/N of the draws may lie elsewhere, so may that share of the variance.
    return sd_of(moments, t, RULE_OF_THREE / total * float(moments.mean()) / t)


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
    low, high = (max(variance - se * shift, 0.0) for shift in hall_limits(moments, t))
    low, high = min(low, variance), max(high, variance)
    influence = (moments - variance) / (2.0 * value)
    return Estimate(value, se / (2.0 * value), sqrt(low), sqrt(high), influence)


def hall_limits(samples: Array, t: float) -> tuple[float, float]:
    """Return the upper and lower quantile of the studentized mean, corrected for skewness.

    Parameters
    ----------
    samples : array, shape (R,)
        Whose mean it is.
    t : float
        The quantile where they are not skewed.
    """
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
