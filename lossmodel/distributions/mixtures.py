"""Mixtures of distributions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, final

import numpy as np

from lossmodel.distributions.base import (
    NONNEGATIVE,
    Array,
    Continuous,
    Discrete,
    Distribution,
    Domain,
)
from lossmodel.distributions.choices import normalized
from lossmodel.distributions.roots import smallest


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Components that are drawn from with given probabilities.

    Parameters
    ----------
    components : tuple of Distribution
        At least one.
    weights : tuple of float
        Their probabilities: positive, with the sum 1.

    Notes
    -----
    Quantiles are found by bisection between the components' own, which is right for any of them,
    gaps and atoms included.  Of the three kinds, :func:`mixture` picks the one that fits.
    """

    domains: ClassVar[Mapping[str, Domain]] = {"weights": NONNEGATIVE}
    components: tuple[Distribution, ...]
    weights: tuple[float, ...]

    @final
    @property
    def support(self) -> tuple[float, float]:
        """From the lowest end of a component to the highest."""
        lows, highs = zip(*(part.support for part in self.components), strict=True)
        return min(lows), max(highs)

    @final
    def _quantile(self, u: Array) -> Array:
        own = [part.quantile(u) for part in self.components]
        low, high = reduce(np.minimum, own), reduce(np.maximum, own)
        return smallest(lambda x: self.cdf(x) >= u, low, high)

    @final
    def _upper_quantile(self, q: Array) -> Array:
        own = [part.upper_quantile(q) for part in self.components]
        low, high = reduce(np.minimum, own), reduce(np.maximum, own)
        return smallest(lambda x: self.survival(x) <= q, low, high)

    @final
    def _cdf(self, x: Array) -> Array:
        return self._weighted([part.cdf(x) for part in self.components])

    @final
    def _survival(self, x: Array) -> Array:
        return self._weighted([part.survival(x) for part in self.components])

    @final
    def _moments(self) -> tuple[float, float]:
        means = [part.mean for part in self.components]
        mean = math.fsum(self._each(means)) if _addable(means) else math.nan
        if not math.isfinite(mean):
            return mean, math.nan if math.isnan(mean) else math.inf
        spreads = [
            part.variance + (part.mean - mean) * (part.mean - mean) for part in self.components
        ]
        return mean, math.fsum(self._each(spreads))

    @final
    def _weighted(self, columns: Sequence[Array]) -> Array:
        """Return the mean of the columns by the weights."""
        return reduce(np.add, (w * c for w, c in zip(self.weights, columns, strict=True)))

    @final
    def _each(self, numbers: Sequence[float]) -> list[float]:
        """Return each number times its weight."""
        return [w * number for w, number in zip(self.weights, numbers, strict=True)]


def _addable(numbers: Sequence[float]) -> bool:
    """Return whether the sum exists: no NaN, and not both infinities."""
    return not (any(map(math.isnan, numbers)) or {-math.inf, math.inf} <= set(numbers))


@final
@dataclass(frozen=True, slots=True)
class ContinuousMixture(Mixture, Continuous):
    """A mixture whose components all have densities."""

    components: tuple[Continuous, ...]

    def _density(self, x: Array) -> Array:
        return self._weighted([part.density(x) for part in self.components])


@final
@dataclass(frozen=True, slots=True)
class DiscreteMixture(Mixture, Discrete):
    """A mixture whose components are all discrete."""

    components: tuple[Discrete, ...]

    def atoms(self) -> Array | None:
        """Return the atoms of all components; see :meth:`Discrete.atoms`."""
        atoms = [part.atoms() for part in self.components]
        known = [some for some in atoms if some is not None]
        return np.unique(np.concatenate(known)) if len(known) == len(atoms) else None


@final
@dataclass(frozen=True, slots=True)
class HybridMixture(Mixture):
    """A mixture of continuous and discrete components: neither density nor mass tells it whole."""


def mixture(
    families: Sequence[Distribution], weights: Sequence[float] | None = None
) -> Distribution:
    """Return a distribution that draws from one of several.

    Parameters
    ----------
    families : sequence of Distribution
        At least one, continuous, discrete or both.
    weights : sequence of float, optional
        As many, >= 0, not all 0; they need not sum to 1.  Equal if left out.

    Raises
    ------
    Fault
        Where there are no families, or the weights do not fit them.
    """
    shares = normalized(len(families), weights).tolist()
    kept = [(part, share) for part, share in zip(families, shares, strict=True) if share > 0.0]
    parts, shares = zip(*kept, strict=True)
    smooth = tuple(part for part in parts if isinstance(part, Continuous))
    separate = tuple(part for part in parts if isinstance(part, Discrete))
    if len(parts) == 1:
        return kept[0][0]
    if len(smooth) == len(parts):
        return ContinuousMixture(smooth, shares)
    if len(separate) == len(parts):
        return DiscreteMixture(separate, shares)
    return HybridMixture(parts, shares)
