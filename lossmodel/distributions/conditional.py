"""Quantiles of counts whose parameters differ from draw to draw."""

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.roots import smallest_whole

Array = npt.NDArray[np.float64]


def poisson_quantile(u: Array, mean: Array) -> Array:
    """Return the smallest k with P(a Poisson count of this mean is at most k) >= u.

    Parameters
    ----------
    u : array
        0 < u < 1.
    mean : array
        0 or more; nan elsewhere.  Both of shapes that broadcast.
    """
    u, mean = np.broadcast_arrays(np.asarray(u, np.float64), np.asarray(mean, np.float64))
    usual = mean > 0.0
    rate = np.where(usual, mean, 1.0)
    found = smallest_whole(
        lambda k: special.gammaincc(k + 1.0, rate) >= u, np.zeros(u.shape), _most(rate)
    )
    return np.where(usual, found, np.where(mean == 0.0, 0.0, np.nan))


def binomial_quantile(u: Array, n: Array, p: Array) -> Array:
    """Return the smallest k with P(a binomial count is at most k) >= u.

    Parameters
    ----------
    u : array
        0 < u < 1.
    n : array
        A whole number, 0 or more; nan elsewhere.
    p : array
        From 0 to 1; nan elsewhere.  All of shapes that broadcast.
    """
    u, n, p = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (u, n, p)))
    sound = (n >= 0.0) & (n == np.floor(n)) & (p >= 0.0) & (p <= 1.0)
    usual = sound & (n > 0.0) & (p > 0.0) & (p < 1.0)
    many, chance = np.where(usual, n, 1.0), np.where(usual, p, 0.5)
    found = smallest_whole(
        lambda k: (
            (k >= many) | (special.betainc(np.maximum(many - k, 1.0), k + 1.0, 1.0 - chance) >= u)
        ),
        np.zeros(u.shape),
        np.minimum(_most(many * chance), many),
    )
    return np.where(usual, found, np.where(sound, np.where(p == 1.0, n, 0.0), np.nan))


def _most(mean: Array) -> Array:
    """Return a count that is exceeded once in 1e20 or less (Bernstein's inequality)."""
    return np.ceil(mean + 10.0 * np.sqrt(mean) + 50.0)
