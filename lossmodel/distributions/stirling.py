"""Gamma distributions of very large shape, by expansions that are uniform in the normal score.

With ``y = shape * (1 + m)`` and ``eta**2 / 2 = m - log(1 + m)``, the cdf at y is nearly that of
a standard normal score ``sqrt(shape) * eta`` (N. M. Temme, "The asymptotic expansion of the
incomplete gamma functions", SIAM J. Math. Anal. 10 (1979) 757-766), and a quantile nearly that of
the score (N. M. Temme, "Asymptotic inversion of incomplete gamma functions", Math. Comp. 58 (1992)
755-764).  What the series leave out is below 1e-12 of a tail from a shape of 100,000 on and scores
up to 8, and 1e-10 up to 37.  Quantiles found by search in the cdf are slow there and not smooth,
and from ten million on wrong.
"""

import numpy as np
from numpy.polynomial.polynomial import polyval
from scipy import special

from lossmodel.distributions.base import Array

LARGE = 1e5
"""A shape from which on the series are used."""
_FARTHEST = 38.5
"""No float is a probability of less than that of this score."""

# 1 + m in powers of eta, less 1 and by eta.
_RISE = (1.0, 1 / 3, 1 / 36, -1 / 270, 1 / 4320, 1 / 17010, -139 / 5443200, 1 / 204120)
# Eta in powers of m, by m, for m below 0.001.
_SCORE, _NEAR = (1.0, -1 / 3, 7 / 36, -73 / 540, 1331 / 12960), 1e-3
# The score of y less that of u, in powers of 1 / shape, each in powers of eta (Temme 1992, (5.2)).
_SHIFTS = (
    (-1 / 3, 1 / 36, 1 / 1620, -7 / 6480, 5 / 18144, -11 / 382725, -101 / 16329600),
    (-7 / 405, -7 / 2592, 533 / 204120, -1579 / 2099520, 109 / 1749600),
    (449 / 102060, -63149 / 20995200, 29233 / 36741600),
)
# What the survival is above the normal one, likewise (Temme 1979, (3.5)).
_RESTS = (
    (-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600, 1 / 25515),
    (-1 / 540, -1 / 288, 1 / 378, -77 / 77760),
    (25 / 6048, -139 / 51840),
)


def rise_at(shape: float, z: Array) -> Array:
    """Return by what share of the shape a quantile is above it.

    Parameters
    ----------
    shape : float
        At least :data:`LARGE`.
    z : Array
        Normal scores of the probabilities of being below; perhaps infinite.

    Returns
    -------
    Array
        -1 and infinity where the score is infinite: at the ends of the support.
    """
    score = np.clip(z, -_FARTHEST, _FARTHEST) / np.sqrt(shape)
    shifts = (_series(score, each) / shape**power for power, each in enumerate(_SHIFTS, 1))
    eta = score + sum(shifts, np.zeros_like(score))
    rise = np.asarray(eta * _series(eta, _RISE))
    return np.where(np.isinf(z), np.where(z < 0.0, -1.0, np.inf), rise)


def survival_of(shape: float, rise: Array) -> Array:
    """Return the probability of more than a value that is so much above the shape, as a share."""
    rise = _within(shape, rise)
    return np.asarray(special.ndtr(-np.sqrt(shape) * _eta(rise)) + _rest(shape, rise))


def cdf_of(shape: float, rise: Array) -> Array:
    """Return the probability of less than such a value."""
    rise = _within(shape, rise)
    return np.asarray(special.ndtr(np.sqrt(shape) * _eta(rise)) - _rest(shape, rise))


def density_of(shape: float, rise: Array) -> Array:
    """Return the density at such a value, per unit of the gamma distribution."""
    rise, stirling = _within(shape, rise), 1.0 + 1.0 / (12.0 * shape)
    return np.asarray(_bell(shape, rise) / (np.sqrt(shape) * stirling * (1.0 + rise)))


def _within(shape: float, rise: Array) -> Array:
    """Return values, those at which no float is a probability moved to the first of these."""
    return np.clip(rise, *rise_at(shape, np.array([-_FARTHEST, _FARTHEST])))


def _series(x: Array, coefficients: tuple[float, ...]) -> Array:
    """Return a polynomial, the constant first."""
    return np.asarray(polyval(x, coefficients))


def _eta(rise: Array) -> Array:
    """Return the score of a value, by the root of the shape."""
    far = np.copysign(np.sqrt(2.0 * np.maximum(rise - np.log1p(rise), 0.0)), rise)
    # The difference of a small rise and its logarithm has few digits.
    return np.where(np.abs(rise) < _NEAR, rise * _series(rise, _SCORE), far)


def _rest(shape: float, rise: Array) -> Array:
    """Return what the survival is above that of the normal score."""
    eta = _eta(rise)
    terms = (_series(eta, each) / shape**power for power, each in enumerate(_RESTS))
    return np.asarray(_bell(shape, rise) / np.sqrt(shape) * sum(terms, np.zeros_like(eta)))


def _bell(shape: float, rise: Array) -> Array:
    """Return the standard normal density at the score of a value."""
    return np.asarray(np.exp(-0.5 * shape * _eta(rise) ** 2) / np.sqrt(2.0 * np.pi))
