"""Cumulative probabilities by table where the exact functions are slow.

The table holds the normal score z of the probability, on even steps of the smooth coordinate of x
that :mod:`lossmodel.distributions.inverse` uses, with the exact slope at every knot: ``ndtr(z)``
and ``ndtr(-z)`` are then right in both tails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from scipy import special

from lossmodel.distributions.base import Array, Continuous, Distribution
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.links import Link, link_of
from lossmodel.distributions.location import ROOT_TWO_PI
from lossmodel.distributions.pearson import Pearson3
from lossmodel.distributions.positive import Gamma

Probability = Callable[[Array], Array]

TABULATED = (Beta, Pert, Gamma, Pearson3)
"""The families whose cdf is slow and smooth enough for a table."""

TOLERANCE = 1e-9
"""Largest error of a score halfway between knots; of a tail of 1e-9 that is 6e-9 of its size."""

_STEPS = 2048
_FARTHEST = 6.0  # farther out, 1 - x loses its digits at an upper end; the exact function is asked


def cdf_and_survival(distribution: Distribution) -> tuple[Probability, Probability]:
    """Return two functions of arrays: P(X <= x) and P(X > x).

    Parameters
    ----------
    distribution : Distribution
        Any: where no table is right to ``TOLERANCE`` the functions are its own.
    """
    table = _table(distribution) if isinstance(distribution, TABULATED) else None
    if table is None:
        return distribution.cdf, distribution.survival
    return table.cdf, table.survival


@final
@dataclass(frozen=True, slots=True, eq=False)
class _ScoreTable:
    """Cubics of the normal score, one row for each power of the step's share."""

    distribution: Continuous
    link: Link
    start: float
    step: float
    rows: Array

    def cdf(self, x: Array) -> Array:
        """Return P(X <= x)."""
        return self._probability(x, 1.0, self.distribution.cdf)

    def survival(self, x: Array) -> Array:
        """Return P(X > x)."""
        return self._probability(x, -1.0, self.distribution.survival)

    def _probability(self, x: Array, sign: float, exact: Probability) -> Array:
        """Return ndtr of the signed score, and the exact function beyond the table."""
        flat = np.ravel(np.asarray(x, np.float64))
        with np.errstate(all="ignore"):
            share = (self.link.to_line(flat) - self.start) / self.step
            inside = (share >= 0.0) & (share < _STEPS)
            share[~inside] = 0.0
            z = self.scores(share)
        z *= sign
        found = special.ndtr(z)
        if not inside.all():
            found[~inside] = exact(flat[~inside])
        return found.reshape(np.shape(x))

    def scores(self, share: Array) -> Array:
        """Return the scores at a number of steps from the start, which is written over."""
        place = share.astype(np.intp)
        share -= place
        z, row = np.empty_like(share), np.empty_like(share)
        self.rows[3].take(place, out=z, mode="clip")
        for power in (2, 1, 0):
            z *= share
            z += self.rows[power].take(place, out=row, mode="clip")
        return z


@lru_cache(maxsize=256)
def _table(distribution: Continuous) -> _ScoreTable | None:
    """Return the table of a distribution, or None where it is not right everywhere."""
    link, tail = link_of(distribution.support), special.ndtr(-_FARTHEST)
    with np.errstate(all="ignore"):
        ends = (
            distribution.quantile(np.array([tail])),
            distribution.upper_quantile(np.array([tail])),
        )
        low, high = (float(link.to_line(end)[0]) for end in ends)
        if not np.isfinite(high - low):
            return None
        step = (high - low) / _STEPS
        z, slope = _scores(distribution, link, low + step * np.arange(_STEPS + 1.0))
        slope *= step
        rise = np.diff(z)
        quadratic = 3.0 * rise - 2.0 * slope[:-1] - slope[1:]
        cubic = slope[:-1] + slope[1:] - 2.0 * rise
        rows = np.stack((z[:-1], slope[:-1], quadratic, cubic))
        table = _ScoreTable(distribution, link, low, step, rows)
        halves = np.arange(0.5, _STEPS)
        exact, _ = _scores(distribution, link, low + step * halves)
        worst = float(np.abs(table.scores(halves) - exact).max())
    return table if worst <= TOLERANCE else None


def _scores(distribution: Continuous, link: Link, y: Array) -> tuple[Array, Array]:
    """Return the normal scores at coordinates y, and their derivatives by y."""
    x = link.from_line(y)
    below, above = distribution.cdf(x), distribution.survival(x)
    z: Array = np.where(below < above, special.ndtri(below), -special.ndtri(above))
    bell = np.exp(-0.5 * z * z) / ROOT_TWO_PI
    return z, distribution.density(x) / (link.slope(x) * bell)
