"""Families between two ends."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from scipy import special

from lossmodel.distributions.base import POSITIVE, REAL, UNIT_OPEN, Array, Continuous, Domain
from lossmodel.distributions.calls import written
from lossmodel.distributions.percentiles import Points, columns, out_of_reach, verified
from lossmodel.distributions.roots import smallest
from lossmodel.errors import Fault


def require_width(low: float, high: float) -> None:
    """Refuse two ends unless ``low < high`` and their distance is a finite number.

    Raises
    ------
    Fault
        Naming both.
    """
    if not low < high or math.isinf(high - low):
        found = f"low={written(low)}, high={written(high)}"
        raise Fault(found, "low < high, a finite distance apart")


@final
@dataclass(frozen=True, slots=True)
class Uniform(Continuous):
    """Every value between ``low`` and ``high`` is equally likely."""

    domains: ClassVar[Mapping[str, Domain]] = {"low": REAL, "high": REAL}
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def _check(self) -> None:
        require_width(self.low, self.high)

    def _quantile(self, u: Array) -> Array:
        return self.low + (self.high - self.low) * u

    def _upper_quantile(self, q: Array) -> Array:
        return self.high - (self.high - self.low) * q

    def _cdf(self, x: Array) -> Array:
        return (x - self.low) / (self.high - self.low)

    def _survival(self, x: Array) -> Array:
        return (self.high - x) / (self.high - self.low)

    def _density(self, x: Array) -> Array:
        return np.full_like(x, 1.0 / (self.high - self.low))

    def _moments(self) -> tuple[float, float]:
        width = self.high - self.low
        return self.low + 0.5 * width, width * width / 12.0


@final
@dataclass(frozen=True, slots=True)
class LogUniform(Continuous):
    """The logarithm is uniform between those of ``low`` and ``high``."""

    domains: ClassVar[Mapping[str, Domain]] = {"low": POSITIVE, "high": POSITIVE}
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def _check(self) -> None:
        require_width(self.low, self.high)

    def _quantile(self, u: Array) -> Array:
        return self.low * np.exp(self._width() * u)

    def _upper_quantile(self, q: Array) -> Array:
        return self.high * np.exp(-self._width() * q)

    def _cdf(self, x: Array) -> Array:
        return _log_ratio(self.low, x) / self._width()

    def _survival(self, x: Array) -> Array:
        return _log_ratio(x, np.asarray(self.high)) / self._width()

    def _density(self, x: Array) -> Array:
        return 1.0 / (x * self._width())

    def _moments(self) -> tuple[float, float]:
        width, middle = self._width(), math.sqrt(self.low) * math.sqrt(self.high)
        mean = (self.high - self.low) / width
        if width > 2.0:
            return mean, mean * (0.5 * (self.high + self.low) - mean)
        # The series of sinh(w)/w - (sinh(w/2)/(w/2))**2, whose terms are all positive.
        terms = (2 * k * width ** (2 * k) / math.factorial(2 * k + 2) for k in range(1, 15))
        return mean, middle * middle * math.fsum(terms)

    def _width(self) -> float:
        """Return ``log(high / low)``."""
        return float(_log_ratio(self.low, np.asarray(self.high)))


def _log_ratio(low: Array | float, high: Array) -> Array:
    """Return ``log(high / low)``, with all its digits where the two lie close."""
    near = np.log1p((high - low) / low)
    return np.where(high < 2.0 * low, near, np.log(high) - np.log(low))


@final
@dataclass(frozen=True, slots=True)
class Triangular(Continuous):
    """The density rises in a line from ``low`` to ``mode`` and falls in a line to ``high``."""

    domains: ClassVar[Mapping[str, Domain]] = {"low": REAL, "mode": REAL, "high": REAL}
    low: float
    mode: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def _check(self) -> None:
        require_mode(self.low, self.mode, self.high)

    def _quantile(self, u: Array) -> Array:
        return self._at(u, 1.0 - u)

    def _upper_quantile(self, q: Array) -> Array:
        return self._at(1.0 - q, q)

    def _cdf(self, x: Array) -> Array:
        rising, falling = self._areas(x)
        return np.where(x < self.mode, rising, 1.0 - falling)

    def _survival(self, x: Array) -> Array:
        rising, falling = self._areas(x)
        return np.where(x < self.mode, 1.0 - rising, falling)

    def _density(self, x: Array) -> Array:
        rise, fall, width = self._sides()
        rising, falling = (x - self.low) / rise, (self.high - x) / fall
        return 2.0 / width * np.where(x == self.mode, 1.0, np.where(x < self.mode, rising, falling))

    def _moments(self) -> tuple[float, float]:
        rise, fall, _ = (float(side) for side in self._sides())
        mean = self.mode + (fall - rise) / 3.0
        return mean, (rise * rise + rise * fall + fall * fall) / 18.0

    def _at(self, u: Array, q: Array) -> Array:
        """Return the value with probability u below and q above."""
        rise, fall, width = self._sides()
        rising = self.low + width * np.sqrt(u * (rise / width))
        falling = self.high - width * np.sqrt(q * (fall / width))
        return np.where(u * width < rise, rising, falling)

    def _areas(self, x: Array) -> tuple[Array, Array]:
        """Return the areas left of x under the rise and right of x under the fall."""
        rise, fall, width = self._sides()
        left, right = x - self.low, self.high - x
        rising = np.where(left > 0.0, left / rise * (left / width), 0.0)
        return rising, np.where(right > 0.0, right / fall * (right / width), 0.0)

    def _sides(self) -> tuple[np.float64, np.float64, np.float64]:
        """Return the widths of rise, fall and both, by which NumPy may divide though they be 0."""
        low, mode, high = np.float64(self.low), np.float64(self.mode), np.float64(self.high)
        return mode - low, high - mode, high - low


def require_mode(low: float, mode: float, high: float) -> None:
    """Refuse two ends and a mode unless ``low <= mode <= high`` and ``low < high``.

    Raises
    ------
    Fault
        Naming the mode and the ends.
    """
    require_width(low, high)
    if not low <= mode <= high:
        raise Fault(f"mode={written(mode)}", f"mode from {written(low)} to {written(high)}")


@final
@dataclass(frozen=True, slots=True)
class Beta(Continuous):
    """Density proportional to ``x**(alpha - 1) * (1 - x)**(beta - 1)`` between 0 and 1."""

    domains: ClassVar[Mapping[str, Domain]] = {
        "alpha": POSITIVE, "beta": POSITIVE,
        "mean": UNIT_OPEN, "sd": POSITIVE, "percentile": UNIT_OPEN,
    }  # fmt: skip
    alpha: float
    beta: float

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the member with this mean and sd; Fault unless ``sd**2 < mean * (1 - mean)``."""
        most = math.sqrt(mean * (1.0 - mean))
        if sd >= most:
            raise Fault(f"sd={written(sd)}", f"sd < {most:.3g}: no beta of this mean has more")
        concentration = (most / sd - 1.0) * (most / sd + 1.0)
        return cls(mean * concentration, (1.0 - mean) * concentration)

    @classmethod
    def from_percentiles(cls, points: Points) -> Self:
        """Return the member through two percentiles; Fault where floats cannot tell it."""
        from scipy.optimize import root  # noqa: PLC0415 -- slow to import, rarely needed

        probabilities, values = columns(points)
        goal = special.logit(probabilities)

        def miss(logs: Array) -> Array:
            alpha, beta = np.exp(logs)
            below = np.log(special.betainc(alpha, beta, values))
            error: Array = below - np.log(special.betaincc(alpha, beta, values)) - goal
            return error

        with np.errstate(all="ignore"):
            found = root(miss, _logit_normal_start(probabilities, values), tol=1e-13).x
        if not np.all(np.abs(found) < _LONGEST):
            raise out_of_reach(points)
        return verified(cls(*map(math.exp, found)), points)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 to 1."""
        return 0.0, 1.0

    def complement_quantile(self, u: Array) -> Array:
        """Return 1 minus the upper quantile, with all its digits however small it is.

        Parameters
        ----------
        u : Array
            Probabilities, 0 < u < 1, of any shape.
        """
        return Beta(self.beta, self.alpha).quantile(u)

    def _quantile(self, u: Array) -> Array:
        x = np.asarray(special.betaincinv(self.alpha, self.beta, u))
        # That inverse fails for some u below 1e-190, where one may look for it step by step, and
        # for tiny x, where the function is x**alpha / (alpha * B(alpha, beta)).
        log = np.log(u) + math.log(self.alpha) + special.betaln(self.alpha, self.beta)
        tiny = np.exp(log / self.alpha)
        is_tiny = tiny * (1.0 + self.beta) < 1e-17
        rare = (u < 1e-150) & ~is_tiny
        if rare.any():
            low, high = np.zeros_like(u[rare]), np.ones_like(u[rare])
            x[rare] = smallest(lambda x: self._cdf(x) >= u[rare], low, high)
        return np.where(is_tiny, tiny, x)

    def _upper_quantile(self, q: Array) -> Array:
        gap = self.complement_quantile(q)
        return np.where(gap < 0.5, 1.0 - gap, special.betainccinv(self.alpha, self.beta, q))

    def _cdf(self, x: Array) -> Array:
        return special.betainc(self.alpha, self.beta, x)

    def _survival(self, x: Array) -> Array:
        # betaincc would cost ten times as much.  1 - x loses an x far below the mean.
        low = 1.0 - special.betainc(self.alpha, self.beta, x)
        high = special.betainc(self.beta, self.alpha, 1.0 - x)
        return np.where(x * (self.alpha + self.beta) < self.alpha, low, high)

    def _density(self, x: Array) -> Array:
        log = special.xlogy(self.alpha - 1.0, x) + special.xlog1py(self.beta - 1.0, -x)
        density: Array = np.exp(log - special.betaln(self.alpha, self.beta))
        return density

    def _moments(self) -> tuple[float, float]:
        total = self.alpha + self.beta
        mean = self.alpha / total
        return mean, mean * (self.beta / total) / (total + 1.0)


_LONGEST = 30.0
"""Logarithm of an alpha or beta beyond which the incomplete beta function has no digits left."""


def _logit_normal_start(probabilities: Array, values: Array) -> Array:
    """Return logs of a rough alpha and beta: the logit as if it were normal, variances added up."""
    scores, logits = special.ndtri(probabilities), special.logit(values)
    slope = (logits[1] - logits[0]) / (scores[1] - scores[0])
    odds = np.exp(np.clip(logits[0] - slope * scores[0], -30.0, 30.0))
    start: Array = np.log((1.0 + odds) / slope**2 / np.array([1.0, odds]))
    return start
