"""Answers by quadrature: a product of independent inputs, one of them by its exact law.

Given the others, whose product takes the values of a Gauss-Jacobi rule, the output is a multiple of
the one; its cdf is the weighted sum of exact cdfs. None of it is lossmodel's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr, roots_jacobi

Array = npt.NDArray[np.float64]
Rule = tuple[Array, Array]
"""Values of an input and their weights, which sum to 1."""

_Z95 = 1.6448536269514722


@final
@dataclass(frozen=True, slots=True)
class Law:
    """The law of the one input.

    Attributes
    ----------
    mean : float
    survival : callable
        From x to P(input > x), with all its digits however small it is.
    """

    mean: float
    survival: Callable[[Array], Array]


@final
@dataclass(frozen=True, slots=True)
class Product:
    """An output that is a product.

    Attributes
    ----------
    factor : Rule
        The product of all inputs but one.
    rest : Law
        The one.
    """

    factor: Rule
    rest: Law

    @property
    def mean(self) -> float:
        """The mean."""
        values, weights = self.factor
        return float(values @ weights) * self.rest.mean

    def exceedance(self, x: float) -> float:
        """Return P(output > x)."""
        values, weights = self.factor
        return float(weights @ self.rest.survival(x / values))

    def quantile(self, p: float) -> float:
        """Return the root of the cdf."""
        low, high = 1e-6 * self.mean, 1e6 * self.mean
        found = brentq(lambda y: self.exceedance(exp(y)) - (1.0 - p), log(low), log(high))
        return exp(float(found))


def pert(low: float, mode: float, high: float, size: int = 32) -> Rule:
    """Return a Gauss-Jacobi rule for a PERT of weight 4."""
    width = high - low
    return _jacobi(low, high, 4.0 * (mode - low) / width, 4.0 * (high - mode) / width, size)


def triangular(low: float, mode: float, high: float, size: int = 32) -> Rule:
    """Return a rule for a triangular law: Gauss-Jacobi on either side of its mode."""
    rising, falling = _jacobi(low, mode, 1.0, 0.0, size), _jacobi(mode, high, 0.0, 1.0, size)
    share = (mode - low) / (high - low)
    values = np.concatenate([rising[0], falling[0]])
    weights = np.concatenate([share * rising[1], (1.0 - share) * falling[1]])
    return values[weights > 0.0], weights[weights > 0.0]


def product(scale: float, *rules: Rule) -> Rule:
    """Return a rule for a constant times independent inputs."""
    values, weights = np.array([scale]), np.ones(1)
    for each, shares in rules:
        values, weights = np.outer(values, each).ravel(), np.outer(weights, shares).ravel()
    return values, weights


def lognormal(*ends: tuple[float, float]) -> Law:
    """Return the law of a product of lognormals, given the 5th and 95th percentile of each."""
    mu = sum(log(low * high) / 2.0 for low, high in ends)
    sigma = sqrt(sum((log(high / low) / (2.0 * _Z95)) ** 2 for low, high in ends))
    return Law(exp(mu + sigma**2 / 2.0), lambda x: ndtr((mu - np.log(x)) / sigma))


def triangular_law(low: float, mode: float, high: float) -> Law:
    """Return a triangular law."""

    def survival(x: Array) -> Array:
        inside = np.clip(x, low, high)
        falling = (high - inside) ** 2 / ((high - low) * (high - mode))
        rising = 1.0 - (inside - low) ** 2 / ((high - low) * (mode - low))
        return np.where(inside > mode, falling, rising)

    return Law((low + mode + high) / 3.0, survival)


def _jacobi(low: float, high: float, rise: float, fall: float, size: int) -> Rule:
    """Return a rule for the density ``(x - low)**rise * (high - x)**fall`` between two ends."""
    nodes, weights = roots_jacobi(size, fall, rise)
    return low + (high - low) * (nodes + 1.0) / 2.0, weights / weights.sum()
