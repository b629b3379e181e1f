"""The shortest interval that holds a given share of the distribution."""

from collections.abc import Callable, Iterable
from math import ceil, log, sqrt

import numpy as np
from scipy.special import expit

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.ordered import Ordered, Sorted
from lossmodel.estimates.replicates import (
    MOST_LEFT_OUT,
    RULE_OF_THREE,
    Array,
    Replicates,
    student_t,
    unit_of,
)

_DEGREE = 4
_USUAL = 1 << 14
_LIMIT, _STEP = 5.0, 0.125
_REACH, _NARROWING, _WINDOW = 2.0, 1.0 / 6.0, 33
"""Half-width of the window of a fit to 2**14 draws, in logits, how it narrows with more, and at how
many places: what a polynomial cannot follow shrinks faster with the window than noise grows."""
_FINE = 201


Ends = Callable[[Ordered], tuple[float, float]]


def shortest_interval(column: Replicates, level: float) -> tuple[Estimate, Estimate]:
    """Return both ends of the shortest interval of probability ``level``, as :func:`shortest_of`.

    Parameters
    ----------
    column : Replicates
    level : float
        Strictly between 0 and 1.
    """
    order = np.argsort(column.values, axis=None)
    pooled, owner = column.values.ravel()[order] / column.unit, order // column.values.shape[1]
    groups = min(column.count, MOST_LEFT_OUT)
    group = owner * groups // column.count
    rests = (Sorted(pooled[group != g]) for g in range(groups))
    low, high = shortest_of(Sorted(pooled), rests, level)
    return low.scaled(column.unit), high.scaled(column.unit)


def shortest_of(
    whole: Ordered, rests: Iterable[Ordered], level: float
) -> tuple[Estimate, Estimate]:
    """Return both ends of the shortest interval of probability ``level``.

    Parameters
    ----------
    whole : Ordered
        The draws of all replicates.
    rests : iterable of Ordered
        The draws of all but one replicate, for each; or but a group of them, where they are many.
    level : float
        Strictly between 0 and 1.

    Returns
    -------
    low, high : Estimate
        :data:`MISSING` where a draw is not finite.

    Notes
    -----
    Both ends are fitted as polynomials of degree 4 in the logit of the lower tail's share of
    1 - level, around a pilot minimum, so that the noise of single draws chooses nothing; where the
    density only falls or only rises, the interval starts at the smallest or ends at the largest
    draw.  Where draws repeat (atoms), the shortest between draws is taken as it is.  Errors by
    leaving one replicate out (B. Efron and C. Stein, Ann. Statist. 9 (1981) 586-596).
    """
    if not np.isfinite(whole.at(np.array([0.0, 1.0]))).all():
        return MISSING, MISSING
    ends = _between_draws(level) if whole.repeats else _fitted(whole, level)
    found = ends(whole)
    unit = unit_of(max(map(abs, found)))
    left_out = np.array([ends(rest) for rest in rests]) / unit
    t, errors = student_t(len(left_out)), sqrt(len(left_out) - 1) * left_out.std(axis=0) * unit
    halves = np.maximum(t * errors, _floors(whole, level))
    low, high = (
        Estimate.between(end, end - half, end + half, t)
        for end, half in zip(found, halves.tolist(), strict=True)
    )
    return low, high


def pilot(draws: Ordered, level: float) -> tuple[float, float]:
    """Return a first guess: the shortest interval on a grid of lower tails."""
    low, high = _quantiles(draws, level, np.array([_guess(draws, level)]))
    return float(low[0]), float(high[0])


def _guess(draws: Ordered, level: float) -> float:
    """Return the logit of the lower tail's share in the shortest of some intervals."""
    limit = _limit(draws.total)
    logits = np.arange(-limit, limit + _STEP, _STEP)
    low, high = _quantiles(draws, level, logits)
    return float(logits[np.argmin(high - low)])


def _limit(total: int) -> float:
    """Return the largest logit of a tail that so many draws tell of."""
    return _LIMIT + max(round(log(total / _USUAL) / _STEP) * _STEP, 0.0)


def _floors(draws: Ordered, level: float) -> Array:
    """Return what 3/N of probability is worth at either end: the least honest half-widths."""
    step = ceil(RULE_OF_THREE)
    last = draws.total - 1
    at = min(ceil(level * last), last)
    ahead = np.array([[0, min(step, last)], [at, min(at + step, last)]])
    behind = np.array([[max(last - at - step, 0), last - at], [last - step, last]])
    widths = np.diff(draws.numbered(np.stack((ahead, behind)).astype(np.float64)))[..., 0]
    return np.asarray(widths.min(axis=0))


def _between_draws(level: float) -> Ends:
    """Return the search for the shortest interval from draw to draw."""

    def ends(draws: Ordered) -> tuple[float, float]:
        return draws.narrowest(level)

    return ends


def _fitted(draws: Ordered, level: float) -> Ends:
    """Return the search along polynomials fitted around the shortest interval of ``draws``."""
    guess, limit = _guess(draws, level), _limit(draws.total)
    reach = _REACH * min(_USUAL / draws.total, 1.0) ** _NARROWING
    window = np.linspace(max(guess - reach, -limit), min(guess + reach, limit), _WINDOW)
    fine = np.linspace(window[0], window[-1], _FINE) - guess
    fit = np.linalg.pinv(np.vander(window - guess, _DEGREE + 1))

    def ends(some: Ordered) -> tuple[float, float]:
        low, high = (fit @ side for side in _quantiles(some, level, window))
        best = _lowest(high - low, fine)
        smallest, up, down, largest = some.at(np.array([0.0, level, 1.0 - level, 1.0]))
        inner = np.polyval(low, best), np.polyval(high, best)
        candidates = [inner, (smallest, up), (down, largest)]
        ends = min(candidates, key=lambda pair: float(pair[1] - pair[0]))
        return float(ends[0]), float(ends[1])

    return ends


def _lowest(polynomial: Array, places: Array) -> float:
    """Return where a polynomial is lowest: at one of some places, and a Newton step from there."""
    best = int(np.argmin(np.polyval(polynomial, places)))
    slope, bend = (np.polyval(np.polyder(polynomial, n), places[best]) for n in (1, 2))
    if best in (0, places.size - 1) or not bend > 0.0:
        return float(places[best])
    return float(np.clip(places[best] - slope / bend, places[best - 1], places[best + 1]))


def _quantiles(draws: Ordered, level: float, logits: Array) -> tuple[Array, Array]:
    """Return lower and upper ends of the intervals whose lower tails have the given logits."""
    tail = (1.0 - level) * expit(logits)
    return draws.at(tail), draws.at(tail + level)
