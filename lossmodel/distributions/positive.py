"""Families on the positive numbers with light or moderate tails."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from scipy import special

from lossmodel.distributions import stirling
from lossmodel.distributions.base import (
    ABOVE_ONE,
    POSITIVE,
    REAL,
    Array,
    Continuous,
    Domain,
)
from lossmodel.distributions.location import ROOT_TWO_PI
from lossmodel.distributions.percentiles import (
    Points,
    columns,
    exponential_scores,
    line,
    out_of_reach,
    verified,
)
from lossmodel.distributions.roots import root
from lossmodel.errors import Fault

SHAPED: Mapping[str, Domain] = {
    "shape": POSITIVE, "scale": POSITIVE, "mean": POSITIVE, "sd": POSITIVE, "percentile": POSITIVE,
}  # fmt: skip
"""The domains of the families on positive numbers that have a shape and a scale."""

_SHAPES = np.exp2(np.arange(-10.0, 50.0))


@final
@dataclass(frozen=True, slots=True)
class LogNormal(Continuous):
    """The logarithm is normal with mean ``mu`` and standard deviation ``sigma``.

    Also by its median ``exp(mu)`` and its geometric standard deviation ``exp(sigma)`` > 1.
    """

    domains: ClassVar[Mapping[str, Domain]] = {
        "mu": REAL, "sigma": POSITIVE, "median": POSITIVE, "gsd": ABOVE_ONE,
        "mean": POSITIVE, "sd": POSITIVE, "percentile": POSITIVE,
    }  # fmt: skip
    mu: float
    sigma: float

    @classmethod
    def from_median(cls, median: float, gsd: float) -> Self:
        """Return the member with this median and geometric standard deviation."""
        return cls(math.log(median), math.log(gsd))

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        ratio = sd / mean
        variance = math.log1p(ratio * ratio)
        return cls(math.log(mean) - 0.5 * variance, math.sqrt(variance))

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        return cls(*line(special.ndtri(probabilities), np.log(values)))

    @property
    def support(self) -> tuple[float, float]:
        """The positive numbers."""
        return 0.0, math.inf

    def _quantile(self, u: Array) -> Array:
        return np.exp(self.mu + self.sigma * special.ndtri(u))

    def _upper_quantile(self, q: Array) -> Array:
        return np.exp(self.mu - self.sigma * special.ndtri(q))

    def _cdf(self, x: Array) -> Array:
        return special.ndtr((np.log(x) - self.mu) / self.sigma)

    def _survival(self, x: Array) -> Array:
        return special.ndtr((self.mu - np.log(x)) / self.sigma)

    def _density(self, x: Array) -> Array:
        z = (np.log(x) - self.mu) / self.sigma
        return np.where(x > 0.0, np.exp(-0.5 * z * z) / (x * self.sigma * ROOT_TWO_PI), 0.0)

    def _moments(self) -> tuple[float, float]:
        variance = self.sigma * self.sigma
        with np.errstate(over="ignore"):
            mean = np.exp(self.mu + 0.5 * variance)
            return float(mean), float(np.expm1(variance) * mean * mean)


@final
@dataclass(frozen=True, slots=True)
class Gamma(Continuous):
    """Density proportional to ``x**(shape - 1) * exp(-x / scale)``."""

    domains: ClassVar[Mapping[str, Domain]] = SHAPED
    shape: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        ratio = mean / sd
        return cls(ratio * ratio, sd / ratio)

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles; Fault where floats cannot tell it."""
        (low, high), values = columns(points)
        target = np.log(values[1]) - np.log(values[0])
        shape = root(lambda k: _log_quantile(k, high) - _log_quantile(k, low) - target, _SHAPES)
        if shape is None:
            raise out_of_reach(points)
        return verified(cls(shape, float(values[1] / special.gammaincinv(shape, high))), points)

    @property
    def support(self) -> tuple[float, float]:
        """The positive numbers."""
        return 0.0, math.inf

    @property
    def _is_large(self) -> bool:
        """Whether scipy's incomplete gamma functions lose digits of the tails at this shape."""
        return self.shape >= stirling.LARGE

    def _quantile(self, u: Array) -> Array:
        if self._is_large:
            return self._at_score(special.ndtri(u))
        return self.scale * special.gammaincinv(np.asarray(self.shape), u)

    def _upper_quantile(self, q: Array) -> Array:
        if self._is_large:
            return self._at_score(-special.ndtri(q))
        return self.scale * special.gammainccinv(np.asarray(self.shape), q)

    def _at_score(self, z: Array) -> Array:
        """Return the value at normal scores, of a large shape."""
        return self.shape * self.scale * (1.0 + stirling.rise_at(self.shape, z))

    def _rise(self, x: Array) -> Array:
        """Return by what share values are above the mean."""
        return x / (self.shape * self.scale) - 1.0

    def _cdf(self, x: Array) -> Array:
        if self._is_large:
            return stirling.cdf_of(self.shape, self._rise(x))
        return special.gammainc(np.asarray(self.shape), x / self.scale)

    def _survival(self, x: Array) -> Array:
        if self._is_large:
            return stirling.survival_of(self.shape, self._rise(x))
        return special.gammaincc(np.asarray(self.shape), x / self.scale)

    def _density(self, x: Array) -> Array:
        if self._is_large:
            return stirling.density_of(self.shape, self._rise(x)) / self.scale
        y = x / self.scale
        log = special.xlogy(self.shape - 1.0, y) - y - special.gammaln(self.shape)
        return np.exp(log) / self.scale

    def _moments(self) -> tuple[float, float]:
        mean = self.shape * self.scale
        return mean, mean * self.scale


def _log_quantile(shape: Array, u: float) -> Array:
    """Return the logarithm of the standard gamma quantile, also where that underflows."""
    # P(shape, x) is x**shape / gamma(shape + 1) for tiny x.
    tiny = (np.log(u) + special.gammaln(shape + 1.0)) / shape
    return np.where(tiny < -40.0, tiny, np.log(special.gammaincinv(shape, u)))


@final
@dataclass(frozen=True, slots=True)
class Weibull(Continuous):
    """``P(X > x) = exp(-(x / scale)**shape)``."""

    domains: ClassVar[Mapping[str, Domain]] = SHAPED
    shape: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation; Fault where floats fail."""
        target = 2.0 * (math.log(sd) - math.log(mean))
        shape = root(lambda k: np.log(_weibull_spread(1.0 / k)) - target, _SHAPES)
        if shape is None:
            raise Fault(f"sd/mean = {sd / mean:.3g}", "a ratio that a Weibull reaches in floats")
        return cls(shape, mean / math.gamma(1.0 + 1.0 / shape))

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        log_scale, exponent = line(np.log(exponential_scores(probabilities)), np.log(values))
        return cls(1.0 / exponent, math.exp(log_scale))

    @property
    def support(self) -> tuple[float, float]:
        """The positive numbers."""
        return 0.0, math.inf

    def _quantile(self, u: Array) -> Array:
        return self.scale * (-np.log1p(-u)) ** (1.0 / self.shape)

    def _upper_quantile(self, q: Array) -> Array:
        return self.scale * (-np.log(q)) ** (1.0 / self.shape)

    def _cdf(self, x: Array) -> Array:
        return -np.expm1(-((x / self.scale) ** self.shape))

    def _survival(self, x: Array) -> Array:
        return np.exp(-((x / self.scale) ** self.shape))

    def _density(self, x: Array) -> Array:
        y = x / self.scale
        return self.shape / self.scale * y ** (self.shape - 1.0) * np.exp(-(y**self.shape))

    def _moments(self) -> tuple[float, float]:
        power = 1.0 / self.shape
        with np.errstate(over="ignore"):
            mean = self.scale * special.gamma(1.0 + power)
            return float(mean), float(mean * mean * _weibull_spread(np.asarray(power)))


def _weibull_spread(power: Array) -> Array:
    """Return variance / mean**2 of a Weibull distribution of shape ``1 / power``."""
    # log gamma(1 + 2e) - 2 log gamma(1 + e), by its Taylor series where the two would cancel.
    orders = np.arange(2, 13)
    terms = (-1.0) ** orders * special.zeta(orders) * (2.0**orders - 2.0) / orders
    series = np.polynomial.polynomial.polyval(power, np.concatenate(([0.0, 0.0], terms)))
    direct = special.gammaln(1.0 + 2.0 * power) - 2.0 * special.gammaln(1.0 + power)
    return np.expm1(np.where(power < 0.02, series, direct))


@final
@dataclass(frozen=True, slots=True)
class Exponential(Continuous):
    """The exponential distribution with mean ``scale``."""

    domains: ClassVar[Mapping[str, Domain]] = {"scale": POSITIVE, "mean": POSITIVE}
    scale: float

    @classmethod
    def from_mean(cls, mean: float) -> Self:
        """Return the member with this mean."""
        return cls(mean)

    @property
    def support(self) -> tuple[float, float]:
        """The positive numbers."""
        return 0.0, math.inf

    def _quantile(self, u: Array) -> Array:
        return -self.scale * np.log1p(-u)

    def _upper_quantile(self, q: Array) -> Array:
        return -self.scale * np.log(q)

    def _cdf(self, x: Array) -> Array:
        return -np.expm1(-x / self.scale)

    def _survival(self, x: Array) -> Array:
        return np.exp(-x / self.scale)

    def _density(self, x: Array) -> Array:
        return np.exp(-x / self.scale) / self.scale

    def _moments(self) -> tuple[float, float]:
        return self.scale, self.scale * self.scale
