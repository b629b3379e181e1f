"""Quantiles by inverting the smooth pooled cdf."""

from collections.abc import Callable
from math import inf, isfinite

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.smoothing.conditional import Array, Conditional, largest_part

_STEPS = 60
_CLOSE = 1e-13
_SMALL = 1e-5
_NARROW = 0.05
"""Largest half-width, as a share of the nearer tail, where a straight line stands for the cdf."""
DECIDED = 0.01
"""Largest part that one point may have in a probability: beyond it the points are too few to tell
that probability, and the draws, with what they admit not to know, are asked instead."""


def quantile(given: Conditional, p: float, near: float) -> Estimate:
    """Return the smallest y with P(output <= y) >= p, and its confidence.

    Parameters
    ----------
    given : Conditional
    p : float
        Strictly between 0 and 1.
    near : float
        A finite guess, such as the quantile of the draws.

    Returns
    -------
    Estimate
        :data:`MISSING` where too few points decide it.

    Notes
    -----
    The confidence is that of :func:`lossmodel.estimates.quantiles.quantile`, of the smooth cdf: its
    ends are read off a straight line with the density's slope where the half-width is below 5% of
    the nearer tail, and found by inversion elsewhere.  M. Nakayama, "Confidence intervals for
    quantiles using sectioning when applying variance-reduction techniques", ACM TOMACS 24 (2014).
    """
    if given.exact:
        return Estimate.exact(given.exact_quantile(p))
    value, shares, slope = _root(given, p, near)
    if not isfinite(value):
        return MISSING
    if largest_part(shares) > DECIDED:
        return MISSING
    half = given.half_width(shares)
    if slope > 0.0 and half <= _NARROW * min(p, 1.0 - p):
        reach = half / slope
        return Estimate.between(value, value - reach, value + reach, given.t)
    low = _bisected(lambda y: _shifted(given, y, 1.0) >= p, value)
    high = _bisected(lambda y: _shifted(given, y, -1.0) >= p, value)
    if not (isfinite(low) and isfinite(high)):
        return MISSING
    return Estimate.between(value, low, high, given.t)


def _tail(given: Conditional, p: float, y: float) -> tuple[Array, float]:
    """Return the probability of the nearer tail at each point, and what the pooled cdf misses."""
    if p <= 0.5:
        shares = given.below(y)
        return shares, float(shares.mean()) - p
    shares = given.above(y)
    return shares, (1.0 - p) - float(shares.mean())


def _shifted(given: Conditional, y: float, sign: float) -> float:
    """Return the pooled cdf at ``y``, raised or lowered by its half-width."""
    shares = given.below(y)
    return float(shares.mean()) + sign * given.half_width(shares)


def _root(given: Conditional, p: float, near: float) -> tuple[float, Array, float]:
    """Return the quantile, the nearer tail's shares there and the density, 0 if there is none."""
    if given.is_smooth:
        found = _newton(given, p, near)
        if found is not None:
            return found
    value = _bisected(lambda y: float(given.below(y).mean()) >= p, near)
    return value, _tail(given, p, value)[0], 0.0


def _newton(given: Conditional, p: float, near: float) -> tuple[float, Array, float] | None:
    """Return the root of cdf = p, shares and density beside it, or None if steps do not settle.

    The guess is so near that the density there serves for all steps.
    """
    y, tail, slope = near, min(p, 1.0 - p), float(given.density(near).mean())
    if not slope > 0.0:
        return None
    for _ in range(12):
        shares, miss = _tail(given, p, y)
        if abs(miss) > 0.5 * tail:
            return None
        y -= miss / slope
        if abs(miss) <= _SMALL * tail:
            return y, shares, float(given.density(y).mean())
    return None


def _bisected(reached: Callable[[float], bool], near: float) -> float:
    """Return the smallest y that is reached, around a guess; infinite where none brackets it."""
    width = max(abs(near), 1e-300) * 1e-3
    low, high = near, near
    while reached(low) and isfinite(low):
        low, width = low - width, 2.0 * width
    while not reached(high) and isfinite(high):
        high, width = high + width, 2.0 * width
    if not (isfinite(low) and isfinite(high)):
        return inf
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if not low < middle < high or high - low <= _CLOSE * abs(middle):
            break
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
