"""Moments about 0 in closed form, of the families that have them: no quadrature is as quick."""

import math

from lossmodel.distributions.base import Distribution
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Uniform
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.location import Normal
from lossmodel.distributions.positive import LogNormal

Four = tuple[float, float, float, float]


def raw_moments(law: Distribution) -> Four | None:
    """Return E(X), E(X**2), E(X**3) and E(X**4), or None where no closed form is known here.

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
            second, third = mu**2 + sigma**2, mu**3 + 3.0 * mu * sigma**2
            return mu, second, third, mu**4 + 6.0 * (mu * sigma) ** 2 + 3.0 * sigma**4
        case LogNormal(mu, sigma):
            first, second, third, fourth = (k * mu + 0.5 * (k * sigma) ** 2 for k in range(1, 5))
            return _exp(first), _exp(second), _exp(third), _exp(fourth)
        case Uniform(low, high):
            return _scaled((0.5, 1.0 / 3.0, 0.25, 0.2), low, high - low)
        case Beta(alpha, beta):
            return _of_beta(alpha, beta)
        case Pert(low, _, high):
            return _scaled(_of_beta(law.beta.alpha, law.beta.beta), low, high - low)
        case _:
            return None


def _exp(y: float) -> float:
    """Return the exponential, infinite where that is no float."""
    return math.exp(y) if y < math.log(1.7e308) else math.inf


def _of_beta(alpha: float, beta: float) -> Four:
    """Return the moments of a beta distribution on (0, 1)."""
    first = alpha / (alpha + beta)
    second = first * (alpha + 1.0) / (alpha + beta + 1.0)
    third = second * (alpha + 2.0) / (alpha + beta + 2.0)
    return first, second, third, third * (alpha + 3.0) / (alpha + beta + 3.0)


def _scaled(moments: Four, low: float, width: float) -> Four:
    """Return the moments of ``low + width * X``."""
    first, second, third, fourth = (each * width**k for k, each in enumerate(moments, 1))
    return (
        low + first,
        low**2 + 2.0 * low * first + second,
        low**3 + 3.0 * (low**2 * first + low * second) + third,
        low**4 + 4.0 * (low**3 * first + low * third) + 6.0 * low**2 * second + fourth,
    )
