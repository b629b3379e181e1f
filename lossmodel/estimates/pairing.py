"""Differences of estimates from the same draws: what they have in common cancels."""

from math import hypot, sqrt

from lossmodel.estimates.estimate import MISSING, Array, Estimate
from lossmodel.estimates.replicates import spread_of, student_t


def difference(second: Estimate, first: Estimate) -> Estimate:
    """Return ``second`` minus ``first``.

    Parameters
    ----------
    second, first : Estimate
        Of two runs with the same seed, replicates and design.

    Returns
    -------
    Estimate
        :data:`MISSING` where one of them is.  Its error is that of a difference of independent
        estimates where the replicates do not tell how much the two have in common.

    Notes
    -----
    Each replicate moves both estimates, by its influence on each; the difference moves by the
    difference of the two, and Student's t over the replicates bounds it.  For means these are the
    paired replicate means of common random numbers; for quantiles the influence is
    -(F_r(q) - p) / f(q).  P. Glasserman and D. Yao, "Some guidelines and guarantees for common
    random numbers", Management Science 38 (1992) 884-908; R. Serfling, *Approximation theorems of
    mathematical statistics* (1980), section 2.5.
    """
    if second.value is None or first.value is None:
        return MISSING
    value = second.value - first.value
    pair = _influences(second, first)
    if pair is None:
        return _unpaired(value, second, first)
    moved = pair[0] - pair[1]
    t, se = student_t(len(moved)), spread_of(moved) / sqrt(len(moved))
    return Estimate(value, se, value - t * se, value + t * se, moved).if_finite()


def unchanged(second: Estimate, first: Estimate) -> Estimate:
    """Return :func:`difference` where nothing that differs reaches the statistic: exactly 0."""
    return Estimate.exact(0.0) if second.exists and first.exists else MISSING


def is_unsettled(each: Estimate) -> bool:
    """Whether the confidence of a difference holds 0, and the difference is not known to be 0."""
    if each.value is None or each.low is None or each.high is None:
        return False
    return each.se != 0.0 and each.low <= 0.0 <= each.high


def _influences(second: Estimate, first: Estimate) -> tuple[Array, Array] | None:
    """Return what each replicate does to both; an exact estimate is moved by none."""
    one, other = second.influence, first.influence
    if one is None and other is not None and second.se == 0.0:
        return 0.0 * other, other
    if other is None and one is not None and first.se == 0.0:
        return one, 0.0 * one
    return None if one is None or other is None else (one, other)


def _unpaired(value: float, second: Estimate, first: Estimate) -> Estimate:
    """Return a difference as if the two had nothing in common."""
    one, other = _reach(second), _reach(first)
    below, above = hypot(one[0], other[1]), hypot(one[1], other[0])
    se = hypot(second.se or 0.0, first.se or 0.0)
    return Estimate(value, se, value - below, value + above).if_finite()


def _reach(each: Estimate) -> tuple[float, float]:
    """Return how far the ends of a confidence are from the value, below and above."""
    if each.value is None or each.low is None or each.high is None:
        return 0.0, 0.0
    return each.value - each.low, each.high - each.value


def scaled_to(deviations: Array, low: float, high: float, t: float) -> Array | None:
    """Return influences in proportion to deviations, their spread that of a confidence.

    Parameters
    ----------
    deviations : array, shape (R,)
        By how much each replicate differs from all, on another scale.
    low, high : float
        The ends of the confidence.
    t : float
        The 97.5% point of Student's t with R - 1 degrees of freedom.

    Returns
    -------
    array, shape (R,), or None
        None where all replicates agree: then they do not tell the error.
    """
    spread = spread_of(deviations)
    if not spread > 0.0:
        return None
    se = (high - low) / (2.0 * t)
    influence: Array = deviations * (se * sqrt(len(deviations)) / spread)
    return influence
