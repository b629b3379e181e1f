"""Families with power-law tails, whose mean or variance may be infinite."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from scipy import special

from lossmodel.distributions.base import POSITIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.calls import written
from lossmodel.distributions.location import ROOT_TWO_PI
from lossmodel.distributions.percentiles import (
    Points,
    columns,
    exponential_scores,
    line,
    out_of_reach,
    told,
    verified,
)
from lossmodel.distributions.positive import SHAPED
from lossmodel.distributions.roots import root
from lossmodel.errors import Fault


@final
@dataclass(frozen=True, slots=True)
class Pareto(Continuous):
    """Pareto type I, ``P(X > x) = (scale / x)**shape`` for x >= scale, its minimum."""

    domains: ClassVar[Mapping[str, Domain]] = SHAPED
    shape: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        shape = 1.0 + math.hypot(1.0, mean / sd)
        return cls(shape, mean * (shape - 1.0) / shape)

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        log_scale, exponent = line(exponential_scores(probabilities), np.log(values))
        return cls(1.0 / exponent, math.exp(log_scale))

    @property
    def support(self) -> tuple[float, float]:
        """From the scale up."""
        return self.scale, math.inf

    def _quantile(self, u: Array) -> Array:
        return self.scale * np.exp(-np.log1p(-u) / self.shape)

    def _upper_quantile(self, q: Array) -> Array:
        return self.scale * np.exp(-np.log(q) / self.shape)

    def _cdf(self, x: Array) -> Array:
        # log1p of the excess keeps the digits of an x just above the minimum.
        return -np.expm1(-self.shape * np.log1p((x - self.scale) / self.scale))

    def _survival(self, x: Array) -> Array:
        return (self.scale / x) ** self.shape

    def _density(self, x: Array) -> Array:
        return self.shape * (self.scale / x) ** self.shape / x

    def _moments(self) -> tuple[float, float]:
        a = self.shape
        mean = self.scale * a / (a - 1.0) if a > 1.0 else math.inf
        above = self.scale / (a - 1.0) if a > 1.0 else math.inf
        return mean, above * above * a / (a - 2.0) if a > 2.0 else math.inf


@final
@dataclass(frozen=True, slots=True)
class Lomax(Continuous):
    """Pareto type II, ``P(X > x) = (1 + x / scale)**-shape`` for x >= 0."""

    domains: ClassVar[Mapping[str, Domain]] = SHAPED
    shape: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation; Fault unless sd > mean."""
        if sd <= mean:
            given = f"mean={written(mean)}, sd={written(sd)}"
            raise Fault(given, "sd > mean, as in every Lomax", f"gamma({given})")
        ratio = sd / mean
        shape = 2.0 + 2.0 / ((ratio - 1.0) * (ratio + 1.0))
        return cls(shape, mean * (shape - 1.0))

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles; Fault where they lie too close."""
        tail = GenPareto.from_percentiles(points)
        if tail.shape <= 0.0:
            raise Fault(
                told(points),
                "percentiles further apart: a Lomax tail is heavier than exponential",
                f"genpareto({told(points)})",
            )
        return cls(1.0 / tail.shape, tail.scale / tail.shape)

    @property
    def support(self) -> tuple[float, float]:
        """The positive numbers."""
        return 0.0, math.inf

    def _quantile(self, u: Array) -> Array:
        return self.scale * np.expm1(-np.log1p(-u) / self.shape)

    def _upper_quantile(self, q: Array) -> Array:
        return self.scale * np.expm1(-np.log(q) / self.shape)

    def _cdf(self, x: Array) -> Array:
        return -np.expm1(-self.shape * np.log1p(x / self.scale))

    def _survival(self, x: Array) -> Array:
        return np.exp(-self.shape * np.log1p(x / self.scale))

    def _density(self, x: Array) -> Array:
        return self.shape / self.scale * np.exp(-(self.shape + 1.0) * np.log1p(x / self.scale))

    def _moments(self) -> tuple[float, float]:
        a = self.shape
        mean = self.scale / (a - 1.0) if a > 1.0 else math.inf
        return mean, mean * mean * a / (a - 2.0) if a > 2.0 else math.inf


@final
@dataclass(frozen=True, slots=True)
class GenPareto(Continuous):
    """Generalized Pareto, ``P(X > x) = (1 + shape * x / scale)**(-1 / shape)`` for x >= 0.

    The shape, often called xi, may be any number: above 0 a power-law tail, 0 the exponential,
    below 0 a tail that ends at ``-scale / shape``.
    """

    domains: ClassVar[Mapping[str, Domain]] = {**SHAPED, "shape": REAL}
    shape: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        ratio = mean / sd
        shape = 0.5 * (1.0 - ratio) * (1.0 + ratio)
        return cls(shape, mean * (1.0 - shape))

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles; Fault where floats cannot tell it."""
        probabilities, values = columns(points)
        (first, second), (low, high) = exponential_scores(probabilities), np.log(values)

        def miss(shape: Array) -> Array:
            ratio = special.exprel(shape * second) / special.exprel(shape * first)
            excess: Array = np.log(ratio * second / first) - (high - low)
            return excess

        powers = np.exp2(np.arange(-30.0, 14.0))
        shape = root(miss, np.concatenate((-powers[::-1], [0.0], powers)))
        if shape is None:
            raise out_of_reach(points)
        scale = float(values[1] / (second * special.exprel(shape * second)))
        return verified(cls(shape, scale), points)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 up, to ``-scale / shape`` where the shape is below 0."""
        return 0.0, -self.scale / self.shape if self.shape < 0.0 else math.inf

    def _quantile(self, u: Array) -> Array:
        return self._at(-np.log1p(-u))

    def _upper_quantile(self, q: Array) -> Array:
        return self._at(-np.log(q))

    def _cdf(self, x: Array) -> Array:
        return -np.expm1(-self._score(x))

    def _survival(self, x: Array) -> Array:
        return np.exp(-self._score(x))

    def _density(self, x: Array) -> Array:
        if self.shape == 0.0:
            return np.exp(-x / self.scale) / self.scale
        power = -1.0 / self.shape - 1.0
        return np.exp(special.xlog1py(power, self._growth(x))) / self.scale

    def _moments(self) -> tuple[float, float]:
        mean = self.scale / (1.0 - self.shape) if self.shape < 1.0 else math.inf
        return mean, mean * mean / (1.0 - 2.0 * self.shape) if self.shape < 0.5 else math.inf

    def _at(self, score: Array) -> Array:
        """Return the value whose survival is ``exp(-score)``."""
        return self.scale * score * special.exprel(self.shape * score)

    def _score(self, x: Array) -> Array:
        """Return minus the logarithm of the survival."""
        return np.log1p(self._growth(x)) / self.shape if self.shape else x / self.scale

    def _growth(self, x: Array) -> Array:
        """Return ``shape * x / scale``, never below -1 by rounding."""
        return np.maximum(self.shape * (x / self.scale), -1.0)


@final
@dataclass(frozen=True, slots=True)
class Levy(Continuous):
    """The Lévy distribution: ``loc + scale / Z**2`` for a standard normal Z; no finite mean."""

    domains: ClassVar[Mapping[str, Domain]] = {"loc": REAL, "scale": POSITIVE, "percentile": REAL}
    loc: float
    scale: float

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        return cls(*line(special.ndtri(0.5 * probabilities) ** -2.0, values))

    @property
    def support(self) -> tuple[float, float]:
        """From the location up."""
        return self.loc, math.inf

    def _quantile(self, u: Array) -> Array:
        # The normal score is exact in its lower tail, the error function near its centre.
        root = np.where(u < 0.5, special.ndtri(0.5 * u), math.sqrt(2.0) * special.erfinv(1.0 - u))
        return self.loc + self.scale / (root * root)

    def _upper_quantile(self, q: Array) -> Array:
        root = special.erfinv(q)
        return self.loc + 0.5 * self.scale / root / root

    def _cdf(self, x: Array) -> Array:
        return 2.0 * special.ndtr(-self._root(x))

    def _survival(self, x: Array) -> Array:
        return special.erf(self._root(x) / math.sqrt(2.0))

    def _density(self, x: Array) -> Array:
        # Beyond 100 the exponential is 0, and the bound keeps infinity out of the product.
        root = np.minimum(self._root(x), 100.0)
        return root**3 * np.exp(-0.5 * root * root) / (self.scale * ROOT_TWO_PI)

    def _moments(self) -> tuple[float, float]:
        return math.inf, math.inf

    def _root(self, x: Array) -> Array:
        """Return the |Z| that gives ``x``."""
        return np.sqrt(self.scale / (x - self.loc))
