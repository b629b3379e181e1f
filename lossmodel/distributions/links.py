"""Smooth increasing maps from a support onto the whole line."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np

from lossmodel.distributions.base import Array


@dataclass(frozen=True, slots=True)
class Link(ABC):
    """A smooth increasing map from an interval onto the line, its inverse and its slope."""

    @abstractmethod
    def to_line(self, x: Array) -> Array:
        """Return the coordinate of ``x`` on the line; infinite at a finite end of the interval."""

    @abstractmethod
    def from_line(self, y: Array) -> Array:
        """Return the x whose coordinate is ``y``."""

    @abstractmethod
    def slope(self, x: Array) -> Array:
        """Return the derivative of ``to_line`` at ``x``."""


@final
@dataclass(frozen=True, slots=True)
class Identity(Link):
    """The line as it is."""

    def to_line(self, x: Array) -> Array:
        """Return ``x``."""
        return x

    def from_line(self, y: Array) -> Array:
        """Return ``y``."""
        return y

    def slope(self, x: Array) -> Array:
        """Return ones."""
        return np.ones_like(x)


@final
@dataclass(frozen=True, slots=True)
class Arsinh(Link):
    """Linear about ``center`` over ``scale``, logarithmic in both tails."""

    center: float
    scale: float

    def to_line(self, x: Array) -> Array:
        """Return ``arsinh((x - center) / scale)``."""
        return np.arcsinh((x - self.center) / self.scale)

    def from_line(self, y: Array) -> Array:
        """Return ``center + scale * sinh(y)``."""
        return self.center + self.scale * np.sinh(y)

    def slope(self, x: Array) -> Array:
        """Return ``1 / hypot(scale, x - center)``."""
        return 1.0 / np.hypot(self.scale, x - self.center)


@final
@dataclass(frozen=True, slots=True)
class Above(Link):
    """The logarithm of the distance above ``low``."""

    low: float

    def to_line(self, x: Array) -> Array:
        """Return ``log(x - low)``."""
        return np.log(x - self.low)

    def from_line(self, y: Array) -> Array:
        """Return ``low + exp(y)``."""
        return self.low + np.exp(y)

    def slope(self, x: Array) -> Array:
        """Return ``1 / (x - low)``."""
        return 1.0 / (x - self.low)


@final
@dataclass(frozen=True, slots=True)
class Below(Link):
    """Minus the logarithm of the distance below ``high``."""

    high: float

    def to_line(self, x: Array) -> Array:
        """Return ``-log(high - x)``."""
        return -np.log(self.high - x)

    def from_line(self, y: Array) -> Array:
        """Return ``high - exp(-y)``."""
        return self.high - np.exp(-y)

    def slope(self, x: Array) -> Array:
        """Return ``1 / (high - x)``."""
        return 1.0 / (self.high - x)


@final
@dataclass(frozen=True, slots=True)
class Between(Link):
    """The logarithm of the ratio of the distances to ``low`` and to ``high``."""

    low: float
    high: float

    def to_line(self, x: Array) -> Array:
        """Return ``log((x - low) / (high - x))``."""
        return np.log(x - self.low) - np.log(self.high - x)

    def from_line(self, y: Array) -> Array:
        """Return ``low + (high - low) / (1 + exp(-y))``."""
        return self.low + (self.high - self.low) / (1.0 + np.exp(-y))

    def slope(self, x: Array) -> Array:
        """Return ``1 / (x - low) + 1 / (high - x)``."""
        return 1.0 / (x - self.low) + 1.0 / (self.high - x)


def link_of(support: tuple[float, float]) -> Link:
    """Return the link that suits a support, by which of its ends are finite.

    Parameters
    ----------
    support : (float, float)
        Its ends, infinite where there is none.
    """
    low, high = support
    if math.isinf(low):
        return Identity() if math.isinf(high) else Below(high)
    return Above(low) if math.isinf(high) else Between(low, high)
