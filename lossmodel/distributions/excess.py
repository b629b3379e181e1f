"""What a distribution has beyond an amount: E((X - d)+), the mean excess of a stop-loss cover.

It is M(d) - d P(X > d), with M(d) = E(X; X > d), which is tabulated by the normal score of d.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from scipy import special

from lossmodel.distributions.base import Array, Continuous, Discrete, Distribution
from lossmodel.distributions.forward import cdf_and_survival
from lossmodel.distributions.location import ROOT_TWO_PI
from lossmodel.distributions.mixtures import Mixture
from lossmodel.distributions.quadrature import partial_mean

Excess = Callable[[Array], Array]

_FARTHEST = 8.0
_STEPS = 2048
_STEP = 2.0 * _FARTHEST / _STEPS


def excess_of(distribution: Distribution) -> Excess | None:
    """Return the function that gives E((X - d)+) for an array of d.

    Parameters
    ----------
    distribution : Distribution
        With a finite mean.

    Returns
    -------
    callable or None
        None for a discrete distribution of too many values, and where no density or mass tells it
        whole.

    Notes
    -----
    S. Klugman, H. Panjer and G. Willmot, *Loss Models* (4th ed. 2012), section 3.1: the expected
    excess loss, whose derivative is the survival function with its sign changed.
    """
    match distribution:
        case Mixture():
            return _of_mixture(distribution)
        case Discrete():
            return _of_atoms(distribution)
        case Continuous():
            return _table(distribution).excess
        case _:
            return None


def _of_mixture(distribution: Mixture) -> Excess | None:
    """Return what a mixture has: the weighted mean of what its components have."""
    parts = [excess_of(part) for part in distribution.components]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None

    def excess(d: Array) -> Array:
        weighted = zip(distribution.weights, known, strict=True)
        return np.asarray(sum(weight * part(d) for weight, part in weighted))

    return excess


def _of_atoms(distribution: Discrete) -> Excess | None:
    """Return what a discrete distribution has, by sums over its values from the largest down."""
    atoms = distribution.atoms()
    if atoms is None:
        return None
    mass = distribution.mass(atoms)
    above, sums = (np.append(np.cumsum(part[::-1])[::-1], 0.0) for part in (mass, mass * atoms))

    def excess(d: Array) -> Array:
        place = np.searchsorted(atoms, d, side="right")
        return np.asarray(np.maximum(sums[place] - d * above[place], 0.0))

    return excess


@final
@dataclass(frozen=True, slots=True, eq=False)
class _PartialMeans:
    """E(X; X > d) at even normal scores of d, with exact slopes."""

    distribution: Continuous
    means: Array
    slopes: Array

    def excess(self, d: Array) -> Array:
        """Return E((X - d)+)."""
        with np.errstate(all="ignore"):
            cdf, survival = (share(d) for share in cdf_and_survival(self.distribution))
            z = np.where(cdf < survival, special.ndtri(cdf), -special.ndtri(survival))
            found = self._partial(np.clip(z, -_FARTHEST, _FARTHEST)) - d * survival
            found = np.where(z > _FARTHEST, self._beyond(d, survival), found)
            found = np.where(z < -_FARTHEST, self.distribution.mean - d, found)
        return np.asarray(np.maximum(found, 0.0))

    def _partial(self, z: Array) -> Array:
        """Return E(X; X > d) for d of these scores, by cubics."""
        place = np.minimum((z + _FARTHEST) / _STEP, _STEPS - 1).astype(np.intp)
        share = (z + _FARTHEST) / _STEP - place
        first, last = self.means[place], self.means[place + 1]
        rise = last - first
        begin, end = self.slopes[place] - rise, self.slopes[place + 1] - rise
        rest = 1.0 - share
        return first + share * (rise + rest * (rest * begin - share * end))

    def _beyond(self, d: Array, survival: Array) -> Array:
        """Return E((X - d)+) beyond the table, where it falls like d P(X > d) in a heavy tail."""
        end = self.distribution.upper_quantile(special.ndtr(np.array([-_FARTHEST])))[0]
        share = special.ndtr(-_FARTHEST)
        at_end = max(self.means[-1] - end * share, 0.0)
        return np.where(survival > 0.0, at_end * d * survival / (end * share), 0.0)


@lru_cache(maxsize=64)
def _table(distribution: Continuous) -> _PartialMeans:
    """Return the partial means of a distribution, summed up from the upper end."""
    knots = _STEP * np.arange(_STEPS + 1.0) - _FARTHEST
    nodes, weights = np.polynomial.legendre.leggauss(4)
    z = knots[:-1, np.newaxis] + 0.5 * _STEP * (1.0 + nodes)
    with np.errstate(all="ignore"):
        panels = 0.5 * _STEP * (_heights(distribution, z.ravel()).reshape(z.shape) @ weights)
        last = partial_mean(distribution, float(special.ndtr(-_FARTHEST)))
        means = last + np.append(np.cumsum(panels[::-1])[::-1], 0.0)
        return _PartialMeans(distribution, means, -_STEP * _heights(distribution, knots))


def _heights(distribution: Continuous, z: Array) -> Array:
    """Return the quantiles at rising scores times the normal density there."""
    middle = np.searchsorted(z, 0.0)
    lower = distribution.quantile(special.ndtr(z[:middle]))
    upper = distribution.upper_quantile(special.ndtr(-z[middle:]))
    return np.concatenate((lower, upper)) * np.exp(-0.5 * z * z) / ROOT_TWO_PI
