"""A product with a lognormal input seen through a few values in the place of all points.

Where an output is A * U with U lognormal, its cdf given A = exp(a) is a smooth function of a, as
wide as the spread of log U.  Its mean over many points is the mean of its interpolant between even
nodes, and so a weighted sum over the nodes: one weight for each replicate and node stands for all
points, and a cdf costs as many values as there are nodes.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, log, pi, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from lossmodel.distributions.positive import LogNormal
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.moments import mean_of
from lossmodel.estimates.replicates import RULE_OF_THREE, average, spread_of, student_t
from lossmodel.smoothing.conditional import Array, Conditional, Tail

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]

_ORDER = 8
"""Nodes that an interpolant goes through, half on either side."""
_FINE = 16.0
"""Nodes to a standard deviation of log U: the interpolant is right to 2e-11."""
_TINY = 1e-300
_WORTH = 16
"""Points that a node stands for at least."""


@final
@dataclass(frozen=True)
class Gridded:
    """What :class:`~lossmodel.smoothing.conditional.Conditional` tells, from weights of nodes.

    Attributes
    ----------
    law : LogNormal
        Of U.
    nodes : array, shape (M,)
        Values of log A.
    weights : array, shape (R, M)
        Of each node in each replicate; they sum to 1.
    ends : (float, float)
        The least and the greatest log A.
    total : int
        How many points there are in all replicates.

    Notes
    -----
    Interpolation by the polynomial through the 8 nearest even nodes (P. Davis, *Interpolation and
    approximation* (1963), section 2.5): with nodes a sixteenth of the spread of log U apart, the
    error is below 2e-11 of the largest probability.
    """

    law: LogNormal
    nodes: Array
    weights: Array
    ends: tuple[float, float]
    total: int
    exact: bool = False
    is_smooth: bool = True

    @property
    def count(self) -> int:
        """The number R of replicates."""
        return len(self.weights)

    @cached_property
    def t(self) -> float:
        """The 97.5% point of Student's t with R - 1 degrees of freedom."""
        return student_t(self.count)

    @property
    def rough(self) -> "Gridded":
        """What comes near every answer at little cost: this."""
        return self

    def tail(self, y: float, side: Tail) -> Array:
        """Return :meth:`below` or :meth:`above`, shape (R, 1)."""
        return self.below(y) if side == "below" else self.above(y)

    def below(self, y: float) -> Array:
        """Return P(output <= y) of each replicate, shape (R, 1)."""
        if y <= 0.0:
            return np.zeros((self.count, 1))
        return self._mean(ndtr(self._scores(y)))

    def above(self, y: float) -> Array:
        """Return P(output > y) of each replicate, shape (R, 1)."""
        if y <= 0.0:
            return np.ones((self.count, 1))
        return self._mean(ndtr(-self._scores(y)))

    def tails(self, y: Array, upper: Bools) -> tuple[Array, Array]:
        """Return P(output > y) where ``upper``, else P(output <= y), and the densities.

        Parameters
        ----------
        y : array, shape (q,)
        upper : array of bool, shape (q,)

        Returns
        -------
        shares, densities : array, shape (q, R)
        """
        above = np.maximum(y, _TINY)[:, np.newaxis]
        z = (np.log(above) - self.law.mu - self.nodes) / self.law.sigma
        shares = ndtr(np.where(upper[:, np.newaxis], -z, z))
        return self._means(shares), self._means(self._heights(z, above))

    def density(self, y: float) -> Array:
        """Return the density at ``y`` of each replicate, shape (R,)."""
        heights: Array = self.densities(np.array([y]))[0]
        return heights

    def densities(self, y: Array) -> Array:
        """Return the density at some places of each replicate, shape (len(y), R)."""
        above = np.maximum(y, _TINY)[:, np.newaxis]
        z = (np.log(above) - self.law.mu - self.nodes) / self.law.sigma
        return self._means(self._heights(z, above))

    def probability(self, shares: Array) -> Estimate:
        """Return a probability from what it is in each replicate, shape (R, 1)."""
        if spread_of(shares) > _rounding(shares):
            return mean_of(shares[:, 0], self.t)
        value, half = average(shares), self.half_width(shares)
        return Estimate.between(value, max(value - half, 0.0), min(value + half, 1.0), self.t)

    def half_width(self, shares: Array) -> float:
        """Return the half-width of the 95% confidence of the mean of probabilities."""
        value, spread = average(shares), spread_of(shares)
        if spread <= _rounding(shares):
            return RULE_OF_THREE / self.total * max(value, 1.0 - value)
        return self.t * spread / sqrt(self.count)

    def largest_part(self, shares: Array, y: float, side: Tail) -> float:
        """Return the largest part that one point has in a probability; 1 where that is 0."""
        whole = average(shares) * self.total
        if not (whole > 0.0 and y > 0.0):
            return 1.0
        extreme = self.ends[0] if side == "below" else self.ends[1]
        z = (log(y) - extreme - self.law.mu) / self.law.sigma
        return float(ndtr(z if side == "below" else -z)) / whole

    def exact_quantile(self, p: float) -> float:
        """Return the quantile where all nodes are one."""
        return exp(float(self.nodes[0])) * float(self.law.quantile(np.array([p]))[0])

    def _scores(self, y: float) -> Array:
        """Return the normal score of U at which the output is ``y``, at each node."""
        return (log(y) - self.law.mu - self.nodes) / self.law.sigma

    def _heights(self, z: Array, y: Array) -> Array:
        """Return the densities at ``y`` given each node, where U has the normal scores z."""
        bells = np.exp(-0.5 * (z * z))
        bells /= y * (self.law.sigma * sqrt(2.0 * pi))
        return bells

    def _means(self, values: Array) -> Array:
        """Return the means over each replicate of rows of what nodes have, shape (q, R)."""
        # Without threads of a library, whose number would change the last digits.
        means: Array = np.einsum("qm,rm->qr", values, self.weights)
        return means

    def _mean(self, values: Array) -> Array:
        """Return the mean over each replicate of what nodes have, shape (R, 1)."""
        return self._means(values[np.newaxis]).T


def _rounding(shares: Array) -> float:
    """Return the spread that rounding alone gives to probabilities that are equal."""
    return 4.0 * float(np.spacing(shares.max()))


def gridded(given: Conditional) -> Gridded | None:
    """Return the nodes and weights of a product, or None where they would not do or not pay.

    Parameters
    ----------
    given : Conditional
    """
    law = given.law
    if not isinstance(law, LogNormal) or given.exact or given.steps or given.weights is not None:
        return None
    if given.B.any() or not (given.A > 0.0).all():
        return None
    logs: Array = np.log(given.A)
    low, high, step = float(logs.min()), float(logs.max()), law.sigma / _FINE
    cells = int(min((high - low) / step, logs.size)) + 1
    if cells * _WORTH > logs.size:
        return None
    places = (logs - low) / step
    first = places.astype(np.intp)
    places -= first
    replicates, points = logs.shape
    first += cells * np.arange(replicates)[:, np.newaxis]
    weights = _weights(first.ravel(), places.ravel(), (replicates, cells)) / points
    nodes: Array = low + step * np.arange(1.0 - _ORDER // 2, cells + _ORDER // 2)
    return Gridded(law, nodes, weights, (low, high), logs.size)


def _weights(first: Integers, shares: Array, shape: tuple[int, int]) -> Array:
    """Return the sums of what all points give each node, from their cells and places in them."""
    size, cells = shape[0] * shape[1], shape[1]
    power = np.ones_like(shares)
    sums = np.empty((_ORDER, size))
    for order in range(_ORDER):
        sums[order] = np.bincount(first, power, size)
        power *= shares
    parts = (_basis() @ sums).reshape(_ORDER, *shape)
    weights = np.zeros((shape[0], cells + _ORDER - 1))
    for node in range(_ORDER):
        weights[:, node : node + cells] += parts[node]
    return weights


@lru_cache(maxsize=1)
def _basis() -> Array:
    """Return Lagrange's polynomials between the two middle nodes, a row each, powers rising."""
    nodes = np.arange(_ORDER) - (_ORDER // 2 - 1.0)
    rows = []
    for place, node in enumerate(nodes):
        others = np.delete(nodes, place)
        rows.append(np.poly(others)[::-1] / np.prod(node - others))
    return np.array(rows)
