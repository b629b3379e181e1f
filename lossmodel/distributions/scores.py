"""Values from normal scores: quantile functions with all their digits in both tails."""

from collections.abc import Callable

import numpy as np
from scipy import special

from lossmodel.distributions.base import Array, Distribution
from lossmodel.distributions.cubics import FARTHEST, TABULATED, CubicTable, cubic_table
from lossmodel.distributions.location import Normal
from lossmodel.distributions.monotone import Transformed
from lossmodel.distributions.positive import LogNormal

FromScores = Callable[[Array], Array]


def from_scores(distribution: Distribution) -> FromScores:
    """Return the function that turns normal scores into values.

    Parameters
    ----------
    distribution : Distribution
        Any.

    Returns
    -------
    callable
        From an Array of scores z, abs(z) <= 37, of any shape to an Array of that shape: the value
        with the probability ``ndtr(z)`` below it.  Where z > 0 it is found from the probability
        ``ndtr(-z)`` above it, so that no digit of either tail is lost.  Tables, where
        :func:`~lossmodel.distributions.inverse.sampler` has one of the family's own, are right to
        their ``TOLERANCE`` of the nearer tail.
    """
    match distribution:
        case Normal(mu, sigma):
            return lambda z: mu + sigma * np.asarray(z, np.float64)
        case LogNormal(mu, sigma):
            return lambda z: _quiet_exp(mu + sigma * np.asarray(z, np.float64))
        case Transformed(parent, by):
            sign, inner = 1.0 if by.rises else -1.0, from_scores(parent)
            return lambda z: by.value(inner(sign * np.asarray(z, np.float64)))
        case _:
            table = cubic_table(distribution) if isinstance(distribution, TABULATED) else None
            if table is None:
                return lambda z: _exact(distribution, z)
            return lambda z: _by_table(table, z)


def _quiet_exp(y: Array) -> Array:
    """Return the exponential, infinite without a warning."""
    with np.errstate(over="ignore"):
        return np.exp(y)


def _exact(distribution: Distribution, z: Array) -> Array:
    """Return the values by the functions of the distribution."""
    z = np.asarray(z, np.float64)
    x, below = np.empty_like(z), z <= 0.0
    x[below] = distribution.quantile(special.ndtr(z[below]))
    x[~below] = distribution.upper_quantile(special.ndtr(-z[~below]))
    return x


def _by_table(table: CubicTable, z: Array) -> Array:
    """Return the values by a table, and by the functions of the distribution beyond it."""
    flat = np.array(z, np.float64).ravel()
    far = np.abs(flat) > FARTHEST
    if far.any():
        exact = _exact(table.distribution, flat[far])
        flat[far] = 0.0
    x = table.fill_scores(flat)
    if far.any():
        x[far] = exact
    return x.reshape(np.shape(z))
