"""Families between two ends."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from lossmodel.distributions.base import POSITIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.calls import written
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
