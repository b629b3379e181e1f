"""Moments by quadrature of the quantile function, tails of any weight included."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from lossmodel.distributions.base import Array, Continuous

_Function = Callable[[Array], Array]

REACH = 690.0
"""Tails are followed until their probability is ``exp(-REACH)`` / 2, near 1e-300."""


@lru_cache(maxsize=256)
def mean_of(distribution: Continuous, reach: float = REACH) -> float:
    """Return a mean that is known to be finite, to about 1e-11 of its size.

    Parameters
    ----------
    distribution : Continuous
        Its quantiles are all that is asked of it.
    reach : float, optional
        How far its tails are followed: to a probability of ``exp(-reach) / 2``.
    """
    return expectation(distribution, lambda x: x, reach)


@lru_cache(maxsize=256)
def variance_of(distribution: Continuous, reach: float = REACH) -> float:
    """Return a variance that is known to be finite, as :func:`mean_of` does."""
    mean = mean_of(distribution, reach)
    return expectation(distribution, lambda x: np.square(x - mean), reach)


def expectation(distribution: Continuous, function: _Function, reach: float = REACH) -> float:
    """Return the mean of a function, known to be finite, of what is drawn from a distribution.

    Parameters
    ----------
    distribution : Continuous
    function : callable
        From an Array of values to one of the same shape; smooth.
    reach : float, optional
        As for :func:`mean_of`.
    """

    def below(depth: Array) -> Array:
        u = 0.5 * np.exp(-depth)
        return function(distribution.quantile(u)) * u

    def above(depth: Array) -> Array:
        q = 0.5 * np.exp(-depth)
        return function(distribution.upper_quantile(q)) * q

    with np.errstate(all="ignore"):
        return math.fsum(_integral(f, reach) + _remainder(f, reach) for f in (below, above))


def partial_mean(distribution: Continuous, q: float) -> float:
    """Return E(X; X above what it exceeds with probability ``q``), known to be finite."""

    def above(depth: Array) -> Array:
        tail = q * np.exp(-depth)
        return distribution.upper_quantile(tail) * tail

    with np.errstate(all="ignore"):
        reach = REACH + math.log(2.0 * q)
        return _integral(above, reach) + _remainder(above, reach)


def dies_away(distribution: Continuous, function: _Function, power: float) -> bool:
    """Return whether the mean of a power of a function is finite, as far as its tails tell.

    Of 1 / uniform(0, 1) what is integrated over the depth of the tail stays level; of what has a
    mean it falls in proportion to the depth.
    """
    depth = np.array([0.5 * REACH, REACH])
    tail = 0.5 * np.exp(-depth)
    with np.errstate(all="ignore"):
        sides = distribution.quantile(tail), distribution.upper_quantile(tail)
        logs = [power * np.log(np.abs(function(side))) - depth for side in sides]
    return all(bool(np.isneginf(late)) or bool(late - early < -1.0) for early, late in logs)


def _remainder(function: _Function, start: float) -> float:
    """Return the integral from ``start`` on of what decays there as an exponential."""
    before, last = function(np.array([start - 1.0, start]))
    return float(last / np.log(before / last)) if before / last > 1.0 else 0.0


def _integral(function: _Function, high: float) -> float:
    """Return the integral from 0 to ``high``, halving panels until both halves agree with them."""
    edges = np.linspace(0.0, high, 65)
    left, right = edges[:-1], edges[1:]
    total = size = 0.0
    for _ in range(40):
        middle = 0.5 * (left + right)
        whole = _gauss(function, left, right)
        halves = _gauss(function, left, middle) + _gauss(function, middle, right)
        size = max(size, float(np.abs(halves).sum()))
        rough = np.abs(halves - whole) > 1e-13 * size
        total += float(halves[~rough].sum())
        if not rough.any():
            break
        left, right = (
            np.concatenate((left[rough], middle[rough])),
            np.concatenate((middle[rough], right[rough])),
        )
    return total


def _gauss(function: _Function, left: Array, right: Array) -> Array:
    """Return the integral over each panel by the Gauss-Legendre rule with 16 nodes."""
    nodes, weights = _rule()
    half = 0.5 * (right - left)
    x = (left + half)[:, None] + half[:, None] * nodes
    return (function(x.ravel()).reshape(x.shape) @ weights) * half


@lru_cache(maxsize=1)
def _rule() -> tuple[Array, Array]:
    """Return nodes and weights on (-1, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    return nodes, weights
