"""Distributions on whole numbers."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from scipy import special

from lossmodel.distributions.base import (
    COUNT,
    EXACT,
    INTEGER,
    MANY,
    NONNEGATIVE,
    POSITIVE,
    RARE,
    UNIT_CLOSED,
    Array,
    Discrete,
    Domain,
)
from lossmodel.distributions.calls import written
from lossmodel.distributions.roots import smallest_whole
from lossmodel.errors import Fault


@dataclass(frozen=True, slots=True)
class Count(Discrete):
    """A distribution on whole numbers whose quantiles are found by bisection of its cdf."""

    def atoms(self) -> Array | None:
        """Return the whole numbers that occur; see :meth:`Discrete.atoms`."""
        low = float(self.quantile(np.asarray(RARE)))
        high = float(self.upper_quantile(np.asarray(RARE)))
        few = high - low < MANY and max(-low, high) <= EXACT
        return np.arange(low, high + 1.0) if few else None

    @abstractmethod
    def _limit(self, q: Array) -> Array:
        """Return a value that is exceeded with a probability of at most ``q``."""

    def _quantile(self, u: Array) -> Array:
        start = np.full_like(u, self.support[0])
        return smallest_whole(lambda x: self._cdf(x) >= u, start, self._limit(1.0 - u))

    def _upper_quantile(self, q: Array) -> Array:
        start = np.full_like(q, self.support[0])
        return smallest_whole(lambda x: self._survival(x) <= q, start, self._limit(q))


@dataclass(frozen=True, slots=True)
class _Number(Count):
    """A number of events, from 0 on."""

    @final
    def _limit(self, q: Array) -> Array:
        # Cantelli's inequality; a u just below 1 may round to q = 0.
        mean, variance = self._moments()
        spread = math.sqrt(variance) / np.sqrt(np.maximum(q, 1e-300))
        return np.minimum(np.ceil(mean + spread), self.support[1])


@final
@dataclass(frozen=True, slots=True)
class Binomial(_Number):
    """The number of successes in ``n`` independent trials of probability ``p``."""

    domains: ClassVar[Mapping[str, Domain]] = {"n": COUNT, "p": UNIT_CLOSED}
    n: float
    p: float

    @classmethod
    def single(cls, p: float) -> Self:
        """Return the Bernoulli distribution: 1 with probability ``p``, else 0."""
        return cls(1.0, p)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 to ``n``, or the one value there is."""
        return (self.n if self.p == 1.0 else 0.0), (0.0 if self.p == 0.0 else self.n)

    def _cdf(self, x: Array) -> Array:
        k = np.floor(x)
        below = _incomplete_beta(self.n - k, k + 1.0, 1.0 - self.p, self.p)
        return np.where(k < self.n, below, 1.0)

    def _survival(self, x: Array) -> Array:
        k = np.floor(x)
        above = _incomplete_beta(k + 1.0, self.n - k, self.p, 1.0 - self.p)
        return np.where(k < self.n, above, 0.0)

    def _moments(self) -> tuple[float, float]:
        mean = self.n * self.p
        return mean, mean * (1.0 - self.p)


@final
@dataclass(frozen=True, slots=True)
class Poisson(_Number):
    """The number of independent events of which ``rate`` are expected."""

    domains: ClassVar[Mapping[str, Domain]] = {"rate": NONNEGATIVE, "mean": NONNEGATIVE}
    rate: float

    @classmethod
    def from_mean(cls, mean: float) -> Self:
        """Return the member with this mean."""
        return cls(mean)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 up; 0 alone where nothing is expected."""
        return 0.0, math.inf if self.rate else 0.0

    def _cdf(self, x: Array) -> Array:
        return special.gammaincc(np.floor(x) + 1.0, np.asarray(self.rate))

    def _survival(self, x: Array) -> Array:
        return special.gammainc(np.floor(x) + 1.0, np.asarray(self.rate))

    def _moments(self) -> tuple[float, float]:
        return self.rate, self.rate


@final
@dataclass(frozen=True, slots=True)
class NegativeBinomial(_Number):
    """A Poisson number whose rate is gamma with shape ``size`` and mean ``rate``.

    The variance is ``rate + rate**2 / size``.
    """

    domains: ClassVar[Mapping[str, Domain]] = {
        "size": POSITIVE, "rate": POSITIVE, "mean": POSITIVE, "sd": POSITIVE,
    }  # fmt: skip
    size: float
    rate: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and sd; Fault unless ``sd**2 > mean``."""
        excess = sd * sd - mean
        if excess <= 0.0:
            found = f"mean={written(mean)}, sd={written(sd)}"
            fix = f"poisson(mean={written(mean)}), whose sd is {math.sqrt(mean):.3g}"
            raise Fault(found, "sd**2 > mean: it is more spread than Poisson", fix)
        return cls(mean * (mean / excess), mean)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 up."""
        return 0.0, math.inf

    def _cdf(self, x: Array) -> Array:
        return _incomplete_beta(self.size, np.floor(x) + 1.0, *self._odds())

    def _survival(self, x: Array) -> Array:
        return _incomplete_beta(np.floor(x) + 1.0, self.size, *self._odds()[::-1])

    def _moments(self) -> tuple[float, float]:
        return self.rate, self.rate + self.rate * (self.rate / self.size)

    def _odds(self) -> tuple[float, float]:
        """Return p and 1 - p, each with all its digits."""
        total = self.size + self.rate
        return self.size / total, self.rate / total


def _incomplete_beta(a: Array | float, b: Array | float, x: float, rest: float) -> Array:
    """Return the regularized incomplete beta function at ``x = 1 - rest``."""
    # The complement keeps the digits of a tiny rest, but costs ten times as much.
    value = special.betainc(a, b, x) if rest > 1e-4 else special.betaincc(b, a, rest)
    return np.asarray(value)


@final
@dataclass(frozen=True, slots=True)
class Integers(Count):
    """Every whole number from ``low`` to ``high``, both included, is equally likely."""

    domains: ClassVar[Mapping[str, Domain]] = {"low": INTEGER, "high": INTEGER}
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def _check(self) -> None:
        if not self.low < self.high:
            raise Fault(f"low={written(self.low)}, high={written(self.high)}", "low < high")

    def _limit(self, q: Array) -> Array:
        return np.full_like(q, self.high)

    def _cdf(self, x: Array) -> Array:
        return (np.floor(x) - self.low + 1.0) / self._number()

    def _survival(self, x: Array) -> Array:
        return (self.high - np.floor(x)) / self._number()

    def _moments(self) -> tuple[float, float]:
        number = self._number()
        return self.low + 0.5 * (number - 1.0), (number - 1.0) * (number + 1.0) / 12.0

    def _number(self) -> float:
        """Return how many there are."""
        return self.high - self.low + 1.0
