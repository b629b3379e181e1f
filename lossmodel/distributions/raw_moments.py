"""Moments about 0 in closed form, of the families that have them: no quadrature is as quick."""

import math

from lossmodel.distributions.base import Distribution
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Uniform
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.location import Normal
from lossmodel.distributions.positive import LogNormal

Three = tuple[float, float, float]


def raw_moments(law: Distribution) -> Three | None:
    """Return E(X), E(X**2) and E(X**3), or None where no closed form is known here.

    Parameters
    ----------
    law : Distribution

    Notes
    -----
    N. L. Johnson, S. Kotz and N. Balakrishnan, *Continuous Univariate Distributions*, 2nd ed.:
    normal, chapter 13; lognormal, equation 14.8; beta, equation 25.11.
    """
    match law:
        case Normal(mu, sigma):
            return mu, mu**2 + sigma**2, mu**3 + 3.0 * mu * sigma**2
        case LogNormal(mu, sigma):
            first, second, third = (k * mu + 0.5 * (k * sigma) ** 2 for k in (1.0, 2.0, 3.0))
            return _exp(first), _exp(second), _exp(third)
        case Uniform(low, high):
            return _scaled((0.5, 1.0 / 3.0, 0.25), low, high - low)
        case Beta(alpha, beta):
            return _of_beta(alpha, beta)
        case Pert(low, _, high):
            return _scaled(_of_beta(law.beta.alpha, law.beta.beta), low, high - low)
        case _:
            return None


def _exp(y: float) -> float:
    """Return the exponential, infinite where that is no float."""
    return math.exp(y) if y < math.log(1.7e308) else math.inf


def _of_beta(alpha: float, beta: float) -> Three:
    """Return the moments of a beta distribution on (0, 1)."""
    first = alpha / (alpha + beta)
    second = first * (alpha + 1.0) / (alpha + beta + 1.0)
    return first, second, second * (alpha + 2.0) / (alpha + beta + 2.0)


def _scaled(moments: Three, low: float, width: float) -> Three:
    """Return the moments of ``low + width * X``."""
    first, second, third = moments[0] * width, moments[1] * width**2, moments[2] * width**3
    return (
        low + first,
        low**2 + 2.0 * low * first + second,
        low**3 + 3.0 * (low**2 * first + low * second) + third,
    )
