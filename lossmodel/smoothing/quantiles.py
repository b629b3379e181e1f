"""Quantiles by inverting the smooth pooled cdf."""

from collections.abc import Callable
from math import ceil, copysign, inf, isfinite, log2

import numpy as np

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.pairing import scaled_to
from lossmodel.estimates.replicates import average
from lossmodel.smoothing.conditional import DECIDED, Array, Conditional, Tail
from lossmodel.smoothing.gridded import Gridded

Given = Conditional | Gridded
"""An output given everything but one input, by all points or by nodes that stand for them."""

_STEPS = 60
_CLOSE, _CLOSE_END = 1e-13, 1e-9
_LAST = 2.0
"""The last step to a quantile, in half-widths of its confidence."""
_SMALL = 1e-12
_NARROW = 0.05
"""Largest half-width, as a share of the nearer tail, where a straight line stands for the cdf."""
_NOISE = 4.0
"""What rounding leaves of A * x + B where that is 0, in units of the last place of B."""
_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)
"""What rounding leaves of a probability, as a share of it."""
_LEAST = float(np.finfo(np.float64).tiny)


def quantile(given: Given, p: float, near: float) -> Estimate:
    """Return the smallest y with P(output <= y) >= p, and its confidence.

    Parameters
    ----------
    given : Conditional or Gridded
    p : float
        Strictly between 0 and 1.
    near : float
        A finite guess, such as the quantile of some draws.

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
    if not given.is_smooth:
        atom = _atom(given, p, near)
        return _between(given, p, _root(given, p, near)) if atom is None else atom
    begun = _newton(given.rough, p, near)
    found = None if begun is None else _settled(given, p, *begun)
    if found is not None:
        return found
    return _between(given, p, _root(given, p, near))


def near_quantile(given: Given, p: float, near: float) -> float:
    """Return about the quantile at ``p``, however few points decide it; infinite if there is none.

    Parameters
    ----------
    given : Conditional or Gridded
    p, near : float
        As for :func:`quantile`.
    """
    if not given.is_smooth:
        return _root(given, p, near)
    begun = _newton(given.rough, p, near)
    return inf if begun is None else begun[0]


def _atom(given: Given, p: float, y: float) -> Estimate | None:
    """Return a guess at which the cdf jumps over ``p``, confidence included; None if it does not.

    Draws at an atom have its value to the last place, where a search would take many steps to it.
    """
    before = float(np.nextafter(y, -inf))
    if not _shifted(given, p, before, 1.0) < 0.0 <= _shifted(given, p, y, -1.0):
        return None
    side = _side(given, p)
    if given.largest_part(given.tail(y, side), y, side) > DECIDED:
        return None
    return Estimate.exact(_told(given, y))


def _between(given: Given, p: float, value: float) -> Estimate:
    """Return a quantile with the ends of its confidence found by inversion."""
    if not isfinite(value):
        return MISSING
    side = _side(given, p)
    shares = given.tail(value, side)
    if given.largest_part(shares, value, side) > DECIDED:
        return MISSING
    low = _crossed(lambda y: _shifted(given, p, y, 1.0), value, _CLOSE_END)
    high = _crossed(lambda y: _shifted(given, p, y, -1.0), value, _CLOSE_END)
    value, low, high = (_told(given, end) for end in (value, low, high))
    if not (isfinite(low) and isfinite(high)):
        return MISSING
    influence = _influence(given, p, shares)
    return Estimate.between(value, low, high, given.t, scaled_to(influence, low, high, given.t))


def _told(given: Given, y: float) -> float:
    """Return a value, 0 where it is no more than what rounding leaves of an atom at 0."""
    if given.is_smooth or not isinstance(given, Conditional):
        return y
    noise = _NOISE * float(np.finfo(np.float64).eps) * float(np.abs(given.B).max())
    return 0.0 if abs(y) <= noise else y


def _influence(given: Given, p: float, shares: Array) -> Array:
    """Return by how much the cdf of each replicate falls short of that of all, shape (R,)."""
    means = np.add.reduce(shares, axis=1) / shares.shape[1]
    sign = -1.0 if _side(given, p) == "below" else 1.0
    influence: Array = sign * (means - average(means))
    return influence


def _side(given: Given, p: float) -> Tail:
    """Return the tail in which a quantile is sought: the nearer one.

    Where the cdf has steps it is the lower one, in which a share that is reached exactly is found
    as it is written; weighted points have no share but that of their own tail.
    """
    nearer = given.is_smooth or given.weights is not None
    return "above" if p > 0.5 and nearer else "below"


def _missed(given: Given, p: float, shares: Array) -> float:
    """Return by how much the pooled cdf exceeds ``p`` where the tail has these shares."""
    mean = average(shares)
    return mean - p if _side(given, p) == "below" else (1.0 - p) - mean


def _miss(given: Given, p: float, y: float) -> float:
    """Return by how much the pooled cdf exceeds ``p`` at ``y``."""
    return _missed(given, p, given.tail(y, _side(given, p)))


def _shifted(given: Given, p: float, y: float, sign: float) -> float:
    """Return :func:`_miss` with the cdf raised or lowered by its half-width."""
    shares = given.tail(y, _side(given, p))
    return _missed(given, p, shares) + sign * _half_width(given, p, shares)


def _half_width(given: Given, p: float, shares: Array) -> float:
    """Return the half-width of the cdf's confidence, not less than what rounding leaves of it."""
    return max(given.half_width(shares), _ROUNDING * min(p, 1.0 - p))


def _newton(given: Given, p: float, y: float) -> tuple[float, float] | None:
    """Return about the root of cdf = p and the density there, or None if there is none."""
    tail = min(p, 1.0 - p)
    for _ in range(12):
        miss, slope = _miss(given, p, y), average(given.density(y))
        if abs(miss) > 0.5 * tail or not slope > 0.0:
            break
        y -= miss / slope
        if abs(miss) <= 0.01 * tail:  # squared by the step just taken
            return y, slope
    y = _crossed(lambda y: _miss(given, p, y), y if isfinite(y) else 0.0)
    slope = average(given.density(y)) if isfinite(y) else 0.0
    return (y, slope) if slope > 0.0 else None


def _settled(given: Given, p: float, y: float, slope: float) -> Estimate | None:
    """Return the quantile by steps of one slope, or None where a straight line will not do.

    Some points have come near it; all of them take the last steps.  The last one may be a few
    half-widths long, as the slope is right to a few percent.
    """
    before = inf
    while True:
        side = _side(given, p)
        shares = given.tail(y, side)
        miss, half = _missed(given, p, shares), _half_width(given, p, shares)
        if given.largest_part(shares, y, side) > DECIDED:
            return MISSING
        if half > _NARROW * min(p, 1.0 - p) or not abs(miss) < 0.5 * before:
            return None
        y, before = y - miss / slope, abs(miss)
        if abs(miss) <= max(_LAST * half, _SMALL * min(p, 1.0 - p)):
            reach = half / slope
            ends = ((y - reach, -half), (y + reach, half))
            # The slope of a few points is no more than a guess where the density is rough.
            if any(abs(_miss(given, p, end) - off) > 0.25 * half for end, off in ends):
                return None
            influence = _influence(given, p, shares) / slope
            return Estimate.between(y, y - reach, y + reach, given.t, influence)


def _root(given: Given, p: float, near: float) -> float:
    """Return the quantile by all points, begun where the first points have it."""
    rough = given.rough
    if rough is not given:
        begun = _crossed(lambda y: _miss(rough, p, y), near, _CLOSE_END)
        near = begun if isfinite(begun) else near
    return _crossed(lambda y: _miss(given, p, y), near)


def _crossed(miss: Callable[[float], float], near: float, close: float = _CLOSE) -> float:
    """Return the smallest y with ``miss(y) >= 0``, near a guess; infinite if none brackets it."""
    width = max(abs(near), 1e-300) * 1e-3
    low = high = near
    below = above = miss(near)
    while below >= 0.0 and isfinite(low):
        (high, above), low, width = (low, below), low - width, 4.0 * width
        below = miss(low)
    while not above >= 0.0 and isfinite(high):
        (low, below), high, width = (high, above), high + width, 4.0 * width
        above = miss(high)
    if not (isfinite(low) and isfinite(high)):
        return inf
    found = _narrowed(miss, (low, below), (high, above), close)
    # A ratio to a larger number rounds what is smaller than every normal number to 0.
    return found if abs(found) >= _LEAST else 0.0


def _narrowed(
    miss: Callable[[float], float],
    start: tuple[float, float],
    end: tuple[float, float],
    close: float,
) -> float:
    """Return where a rising function crosses 0 between two places where it is known.

    Notes
    -----
    Interpolate, truncate and project (I. Oliveira and R. Takahashi, ACM TOMS 47 (2020), algorithm
    2.4, with kappa 0.1 and 2, and one step more than bisection would take): a few steps where the
    function is smooth, and never many more than bisection where it jumps.
    """
    (low, below), (high, above) = start, end
    whole = high - low
    aim = close * max(abs(low), abs(high)) / 2.0
    most = min(ceil(log2(max(whole / (2.0 * aim), 1.0))) if aim > 0.0 else _STEPS, _STEPS) + 1
    for step in range(most):
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        if not low < middle < high or half <= aim:
            break
        guess = low + (high - low) * min(max(-below / (above - below), 0.0), 1.0)
        off = middle - guess
        guess += copysign(min(0.4 * half * (half / whole), abs(off)), off)
        room = aim * 2.0 ** (most - step) - half
        if abs(guess - middle) > room or not low < guess < high:
            guess = middle - copysign(max(min(room, half), 0.0), off)
        if not low < guess < high:
            guess = middle
        value = miss(guess)
        if value >= 0.0:
            high, above = guess, value
        else:
            low, below = guess, value
    return high
