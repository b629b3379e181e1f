"""The shortest interval that holds a given share of the distribution."""

from collections.abc import Callable
from math import ceil, isfinite, sqrt

import numpy as np
from scipy.special import expit

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import RULE_OF_THREE, Array, Replicates

_DEGREE = 4
_GRID = np.linspace(-5.0, 5.0, 81)
_REACH = 2.0
_FINE = 201

Ends = Callable[[Array], tuple[float, float]]


def shortest_interval(column: Replicates, level: float) -> tuple[Estimate, Estimate]:
    """Return both ends of the shortest interval of probability ``level``.

    Parameters
    ----------
    column : Replicates
    level : float
        Strictly between 0 and 1.

    Returns
    -------
    low, high : Estimate
        :data:`MISSING` where a draw near the ends is not finite.

    Notes
    -----
    Both ends are fitted as polynomials of degree 4 in the logit of the lower tail's share of
    1 - level, around a pilot minimum, so that the noise of single draws does not choose the
    interval; where the density only falls or only rises, the interval starts at the smallest or
    ends at the largest draw.  Where draws repeat (atoms), the shortest of the intervals between
    draws is taken as it is.  Errors by leaving one replicate out (B. Efron and C. Stein, Ann.
    Statist. 9 (1981) 586-596).
    """
    order = np.argsort(column.values, axis=None)
    pooled, owner = column.values.ravel()[order] / column.unit, order // column.values.shape[1]
    if not isfinite(pooled[0]) or not isfinite(pooled[-1]):
        return MISSING, MISSING
    repeats = np.count_nonzero(pooled[1:] == pooled[:-1])
    ends = _between_draws(level) if 2 * repeats > pooled.size else _fitted(pooled, level)
    whole = ends(pooled)
    left_out = np.array([ends(pooled[owner != r]) for r in range(column.count)])
    errors = sqrt(column.count - 1) * left_out.std(axis=0)
    floors = _floors(pooled, level)
    low, high = (
        Estimate.between(end, end - half, end + half, column.t).scaled(column.unit)
        for end, half in zip(whole, np.maximum(column.t * errors, floors), strict=True)
    )
    return low, high


def pilot(column: Replicates, level: float) -> tuple[float, float]:
    """Return a first guess of the shortest interval: the shortest on a grid of lower tails."""
    low, high = _quantiles(column.pooled, level, _GRID)
    best = int(np.argmin(high - low))
    return float(low[best]), float(high[best])


def _floors(pooled: Array, level: float) -> Array:
    """Return what 3/N of probability is worth at either end: the least honest half-widths."""
    step = ceil(RULE_OF_THREE)
    last = pooled.size - 1
    at = min(ceil(level * last), last)
    ahead = pooled[min(step, last)] - pooled[0], pooled[min(at + step, last)] - pooled[at]
    behind = (
        pooled[last - at] - pooled[max(last - at - step, 0)],
        pooled[last] - pooled[last - step],
    )
    return np.array([min(ahead[0], behind[0]), min(ahead[1], behind[1])])


def _between_draws(level: float) -> Ends:
    """Return the search for the shortest interval from draw to draw."""

    def ends(pooled: Array) -> tuple[float, float]:
        span = ceil(level * pooled.size) - 1
        start = int(np.argmin(pooled[span:] - pooled[: pooled.size - span]))
        return float(pooled[start]), float(pooled[start + span])

    return ends


def _fitted(pooled: Array, level: float) -> Ends:
    """Return the search along polynomials fitted around the shortest interval of ``pooled``."""
    low, high = _quantiles(pooled, level, _GRID)
    pilot = _GRID[int(np.argmin(high - low))]
    window = _GRID[np.abs(_GRID - pilot) <= _REACH]
    fine = np.linspace(window[0], window[-1], _FINE)
    projection = np.vander(fine - pilot, _DEGREE + 1) @ np.linalg.pinv(
        np.vander(window - pilot, _DEGREE + 1)
    )

    def ends(values: Array) -> tuple[float, float]:
        lows, highs = (projection @ side for side in _quantiles(values, level, window))
        best = int(np.argmin(highs - lows))
        smallest, largest = float(values[0]), float(values[-1])
        index = level * (values.size - 1)
        candidates = [
            (float(lows[best]), float(highs[best])),
            (smallest, float(values[round(index)])),
            (float(values[round(values.size - 1 - index)]), largest),
        ]
        return min(candidates, key=lambda pair: pair[1] - pair[0])

    return ends


def _quantiles(pooled: Array, level: float, logits: Array) -> tuple[Array, Array]:
    """Return lower and upper ends of the intervals whose lower tails have the given logits."""
    tail = (1.0 - level) * expit(logits)
    index = np.arange(pooled.size)
    positions = tail * pooled.size - 0.5, (tail + level) * pooled.size - 0.5
    low, high = (np.interp(position, index, pooled) for position in positions)
    return low, high
