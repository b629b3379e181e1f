"""Families on the whole line: a location and a scale."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.base import POSITIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.calls import written
from lossmodel.distributions.percentiles import Points, columns, line
from lossmodel.errors import Fault

ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@final
@dataclass(frozen=True, slots=True)
class Normal(Continuous):
    """The normal distribution with mean ``mu`` and standard deviation ``sigma``."""

    domains: ClassVar[Mapping[str, Domain]] = {
        "mu": REAL, "sigma": POSITIVE, "mean": REAL, "sd": POSITIVE, "percentile": REAL,
    }  # fmt: skip
    mu: float
    sigma: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        return cls(mean, sd)

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        return cls(*line(special.ndtri(probabilities), values))

    @property
    def support(self) -> tuple[float, float]:
        """The whole line."""
        return -math.inf, math.inf

    def _quantile(self, u: Array) -> Array:
        return self.mu + self.sigma * special.ndtri(u)

    def _upper_quantile(self, q: Array) -> Array:
        return self.mu - self.sigma * special.ndtri(q)

    def _cdf(self, x: Array) -> Array:
        return special.ndtr((x - self.mu) / self.sigma)

    def _survival(self, x: Array) -> Array:
        return special.ndtr((self.mu - x) / self.sigma)

    def _density(self, x: Array) -> Array:
        z = (x - self.mu) / self.sigma
        return np.exp(-0.5 * z * z) / (self.sigma * ROOT_TWO_PI)

    def _moments(self) -> tuple[float, float]:
        return self.mu, self.sigma * self.sigma


@final
@dataclass(frozen=True, slots=True)
class Gumbel(Continuous):
    """The Gumbel distribution of maxima, ``cdf(x) = exp(-exp(-(x - loc) / scale))``."""

    domains: ClassVar[Mapping[str, Domain]] = {
        "loc": REAL, "scale": POSITIVE, "mean": REAL, "sd": POSITIVE, "percentile": REAL,
    }  # fmt: skip
    loc: float
    scale: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation."""
        scale = sd * math.sqrt(6.0) / math.pi
        return cls(mean - np.euler_gamma * scale, scale)

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles."""
        probabilities, values = columns(points)
        return cls(*line(-np.log(-np.log(probabilities)), values))

    @property
    def support(self) -> tuple[float, float]:
        """The whole line."""
        return -math.inf, math.inf

    def _quantile(self, u: Array) -> Array:
        return self.loc - self.scale * np.log(-np.log(u))

    def _upper_quantile(self, q: Array) -> Array:
        return self.loc - self.scale * np.log(-np.log1p(-q))

    def _cdf(self, x: Array) -> Array:
        return np.exp(-np.exp((self.loc - x) / self.scale))

    def _survival(self, x: Array) -> Array:
        return -np.expm1(-np.exp((self.loc - x) / self.scale))

    def _density(self, x: Array) -> Array:
        z = (self.loc - x) / self.scale
        return np.exp(z - np.exp(z)) / self.scale

    def _moments(self) -> tuple[float, float]:
        spread = math.pi * self.scale
        return self.loc + np.euler_gamma * self.scale, spread * spread / 6.0


@final
@dataclass(frozen=True, slots=True)
class StudentT(Continuous):
    """Student's t distribution with ``df`` degrees of freedom, moved to ``loc`` and scaled.

    The far tails, where ``scipy.special`` overflows, follow the power law that they approach:
    ``P(T > t) = (t / sqrt(df))**-df / (df * B(df / 2, 1 / 2))``.
    """

    domains: ClassVar[Mapping[str, Domain]] = {
        "df": POSITIVE, "loc": REAL, "scale": POSITIVE,
        "mean": REAL, "sd": POSITIVE, "percentile": REAL,
    }  # fmt: skip
    df: float
    loc: float
    scale: float

    @classmethod
    def from_moments(cls, df: float, mean: float, sd: float) -> Self:
        """Return the member with this mean and standard deviation; Fault unless df > 2."""
        if df <= 2.0:
            fix = "student_t(df=, loc=, scale=)"
            raise Fault(f"df={written(df)} with sd", "df > 2: no sd exists below", fix)
        return cls(df, mean, sd * math.sqrt((df - 2.0) / df))

    @classmethod
    def from_percentiles(cls, points: Points, df: float) -> Self:
        """Return the member with ``df`` degrees of freedom through two percentiles."""
        probabilities, values = columns(points)
        return cls(df, *line(cls(df, 0.0, 1.0).quantile(probabilities), values))

    @property
    def support(self) -> tuple[float, float]:
        """The whole line."""
        return -math.inf, math.inf

    def _quantile(self, u: Array) -> Array:
        # 1 - u is exact for u >= 1/2.
        tail = self.scale * self._tail_quantile(np.minimum(u, 1.0 - u))
        return np.where(u < 0.5, self.loc - tail, self.loc + tail)

    def _upper_quantile(self, q: Array) -> Array:
        tail = self.scale * self._tail_quantile(np.minimum(q, 1.0 - q))
        return np.where(q < 0.5, self.loc + tail, self.loc - tail)

    def _cdf(self, x: Array) -> Array:
        t = (x - self.loc) / self.scale
        return np.where(t < 0.0, self._tail(np.abs(t)), 1.0 - self._tail(np.abs(t)))

    def _survival(self, x: Array) -> Array:
        t = (x - self.loc) / self.scale
        return np.where(t > 0.0, self._tail(np.abs(t)), 1.0 - self._tail(np.abs(t)))

    def _density(self, x: Array) -> Array:
        s, df = np.abs(x - self.loc) / (self.scale * math.sqrt(self.df)), self.df
        log = np.where(s < 1e100, np.log1p(s * s), 2.0 * np.log(s))  # the square would overflow
        constant = special.betaln(0.5 * df, 0.5) + 0.5 * math.log(df)
        return np.exp(-constant - 0.5 * (df + 1.0) * log) / self.scale

    def _moments(self) -> tuple[float, float]:
        mean = self.loc if self.df > 1.0 else math.nan
        if self.df <= 2.0:
            return mean, math.inf if self.df > 1.0 else math.nan
        return mean, self.scale * self.scale * self.df / (self.df - 2.0)

    def _tail(self, t: Array) -> Array:
        """Return P(T > t) for t >= 0."""
        far = np.exp(-self.df * np.log(t / math.sqrt(self.df)) - self._log_constant())
        return np.where(self._is_far(t), far, special.stdtr(self.df, -t))

    def _tail_quantile(self, q: Array) -> Array:
        """Return the t that is exceeded with probability q, for q <= 1/2."""
        far = math.sqrt(self.df) * np.exp(-(np.log(q) + self._log_constant()) / self.df)
        return np.where(self._is_far(far), far, -special.stdtrit(self.df, q))

    def _log_constant(self) -> float:
        """Return the logarithm of ``df * B(df / 2, 1 / 2)``."""
        return float(math.log(self.df) + special.betaln(0.5 * self.df, 0.5))

    def _is_far(self, t: Array) -> npt.NDArray[np.bool_]:
        """Return where the power law is exact in floats: its error is near df**2 / t**2."""
        return t > 1e9 * (1.0 + self.df)
