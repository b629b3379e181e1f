"""Values from normal scores: quantile functions with all their digits in both tails."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.base import Array, Distribution
from lossmodel.distributions.cubics import FARTHEST, TABULATED, CubicTable, cubic_table
from lossmodel.distributions.location import Normal
from lossmodel.distributions.monotone import Transformed
from lossmodel.distributions.positive import LogNormal

Integers = npt.NDArray[np.intp]
FromScores = Callable[[Array], Array]
EachFromScores = Callable[[Array, Integers], Array]
"""From scores, shape (..., m), and the place of the law that each of the m is of, to values."""


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


def each_from_scores(laws: Sequence[Distribution]) -> EachFromScores:
    """Return the function that turns normal scores into values of several distributions.

    Parameters
    ----------
    laws : sequence of Distribution
        At least one.

    Returns
    -------
    callable
        As those of :func:`from_scores`, each score with the distribution at its place.
    """
    parameters = _of_lognormals(laws)
    if parameters is not None:
        mu, sigma = parameters
        return lambda z, place: _quiet_exp(mu[place] + sigma[place] * z)
    kinds = {law: kind for kind, law in enumerate(dict.fromkeys(laws))}
    functions = [from_scores(law) for law in kinds]
    if len(functions) == 1:
        return lambda z, _: functions[0](z)
    own = np.array([kinds[law] for law in laws])

    def values(z: Array, place: Integers) -> Array:
        found, kind = np.empty_like(z), own[place]
        for each in np.unique(kind).tolist():
            mine = kind == each
            found[..., mine] = functions[each](z[..., mine])
        return found

    return values


def _of_lognormals(laws: Sequence[Distribution]) -> tuple[Array, Array] | None:
    """Return mu and sigma of several lognormal distributions; None where one is of another kind."""
    lognormals = [law for law in laws if isinstance(law, LogNormal)]
    if not 1 < len(lognormals) == len(laws):
        return None
    mu, sigma = zip(*((law.mu, law.sigma) for law in lognormals), strict=True)
    return np.array(mu), np.array(sigma)


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
