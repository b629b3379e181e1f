"""Monotone functions of a distribution: powers, reciprocals, exponentials and logarithms of it."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np

from lossmodel.distributions.base import Array, Continuous
from lossmodel.distributions.quadrature import dies_away, mean_of, variance_of

_LEAST, _MOST = 1e-300, 1e300
"""Beyond them a float has few digits left, or none."""
_FAR = 1e150
"""Where an upper tail is far enough out to fall as a power, and its density is still a float."""


@dataclass(frozen=True, slots=True)
class Monotone(ABC):
    """A monotone differentiable function on the support of what it is applied to."""

    @property
    @abstractmethod
    def rises(self) -> bool:
        """Whether it increases."""

    @abstractmethod
    def value(self, x: Array) -> Array:
        """Return the function of ``x``."""

    def value_of_log(self, logs: Array) -> Array:
        """Return the function of the x with these logarithms, which no float may be able to hold.

        Powers and logarithms of it may be ordinary numbers all the same.
        """
        return self.value(np.exp(logs))

    @abstractmethod
    def inverse(self, y: Array) -> Array:
        """Return the x whose value is ``y``, for y among the values."""

    @abstractmethod
    def slope(self, x: Array) -> Array:
        """Return the derivative at ``x``."""

    @abstractmethod
    def suits(self, support: tuple[float, float]) -> bool:
        """Return whether the function is defined and monotone on a support."""


@final
@dataclass(frozen=True, slots=True)
class Power(Monotone):
    """``x ** exponent`` for x above 0; a negative exponent for reciprocals."""

    exponent: float

    @property
    def rises(self) -> bool:
        """Whether the exponent is positive."""
        return self.exponent > 0.0

    def value(self, x: Array) -> Array:
        """Return the power."""
        return x**self.exponent

    def value_of_log(self, logs: Array) -> Array:
        """Return the power."""
        return np.exp(self.exponent * logs)

    def inverse(self, y: Array) -> Array:
        """Return the root."""
        return y ** (1.0 / self.exponent)

    def slope(self, x: Array) -> Array:
        """Return ``exponent * x ** (exponent - 1)``."""
        return self.exponent * x ** (self.exponent - 1.0)

    def suits(self, support: tuple[float, float]) -> bool:
        """Return whether nothing is below 0."""
        return support[0] >= 0.0 and self.exponent != 0.0


@final
@dataclass(frozen=True, slots=True)
class Exponential(Monotone):
    """``exp(x)``."""

    @property
    def rises(self) -> bool:
        """Return True."""
        return True

    def value(self, x: Array) -> Array:
        """Return ``exp(x)``."""
        return np.exp(x)

    def inverse(self, y: Array) -> Array:
        """Return ``log(y)``."""
        return np.log(y)

    def slope(self, x: Array) -> Array:
        """Return ``exp(x)``."""
        return np.exp(x)

    def suits(self, support: tuple[float, float]) -> bool:
        """Return whether the largest value can be held in a float."""
        return support[1] < 700.0 or math.isinf(support[1])


@final
@dataclass(frozen=True, slots=True)
class Logarithm(Monotone):
    """``log(x)`` for x above 0."""

    @property
    def rises(self) -> bool:
        """Return True."""
        return True

    def value(self, x: Array) -> Array:
        """Return ``log(x)``."""
        return np.log(x)

    def value_of_log(self, logs: Array) -> Array:
        """Return them."""
        return logs

    def inverse(self, y: Array) -> Array:
        """Return ``exp(y)``."""
        return np.exp(y)

    def slope(self, x: Array) -> Array:
        """Return ``1 / x``."""
        return 1.0 / x

    def suits(self, support: tuple[float, float]) -> bool:
        """Return whether nothing is below 0."""
        return support[0] >= 0.0


@final
@dataclass(frozen=True, slots=True)
class Transformed(Continuous):
    """A monotone function of a continuous distribution.

    Parameters
    ----------
    parent : Continuous
    by : Monotone
        Must suit the parent's support.
    """

    parent: Continuous
    by: Monotone

    @property
    def support(self) -> tuple[float, float]:
        """The values at the ends of the parent's support, in order."""
        with np.errstate(all="ignore"):
            ends = self.by.value(np.array(self.parent.support))
        return float(ends.min()), float(ends.max())

    @property
    def is_exact(self) -> bool:
        """Whether that of the parent is."""
        return self.parent.is_exact

    def off(self, x: Array) -> Array:
        """Return how far that of the parent may be off."""
        return self.parent.off(self.by.inverse(x))

    @property
    def most_off(self) -> float:
        """How far that of the parent may be off."""
        return self.parent.most_off

    def _quantile(self, u: Array) -> Array:
        return self._at(u) if self.by.rises else self._at_upper(u)

    def _upper_quantile(self, q: Array) -> Array:
        return self._at_upper(q) if self.by.rises else self._at(q)

    def _at(self, u: Array) -> Array:
        """Return the value at the parent's quantile of ``u``."""
        x = self.parent.quantile(u)
        values = self.by.value(x)
        if self.parent.support[0] == 0.0 and (x < _LEAST).any():
            return np.where(x < _LEAST, self.by.value_of_log(_low_log(self.parent, u)), values)
        return values

    def _at_upper(self, q: Array) -> Array:
        """Return the value at what the parent exceeds with probability ``q``."""
        x = self.parent.upper_quantile(q)
        values = self.by.value(x)
        if math.isinf(self.parent.support[1]) and (x > _MOST).any():
            return np.where(x > _MOST, self.by.value_of_log(_high_log(self.parent, q)), values)
        return values

    def _cdf(self, x: Array) -> Array:
        before = self.by.inverse(x)
        return self.parent.cdf(before) if self.by.rises else self.parent.survival(before)

    def _survival(self, x: Array) -> Array:
        before = self.by.inverse(x)
        return self.parent.survival(before) if self.by.rises else self.parent.cdf(before)

    def _density(self, x: Array) -> Array:
        before = self.by.inverse(x)
        return self.parent.density(before) / np.abs(self.by.slope(before))

    def _moments(self) -> tuple[float, float]:
        mean = mean_of(self) if dies_away(self, np.asarray, 1) else math.inf
        variance = variance_of(self) if dies_away(self, np.asarray, 2) else math.inf
        return mean, variance


def _low_log(parent: Continuous, u: Array) -> Array:
    """Return the logarithm of a quantile that is too small for a float.

    A cdf that is not 0 there falls as a power of x, which its slope on logarithmic scales tells.
    """
    x = np.array([_LEAST])
    below = parent.cdf(x)
    logs: Array = np.log(x) + np.log(u / below) * below / (x * parent.density(x))
    return logs


def _high_log(parent: Continuous, q: Array) -> Array:
    """Return the logarithm of what is exceeded with probability ``q``, too large for a float."""
    x = np.array([_FAR])
    above = parent.survival(x)
    logs: Array = np.log(x) - np.log(q / above) * above / (x * parent.density(x))
    return logs
