"""The Pearson type III distribution: a gamma distribution shifted, scaled and perhaps mirrored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy import special

from lossmodel.distributions import stirling
from lossmodel.distributions.base import POSITIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.location import ROOT_TWO_PI

_STRAIGHT = 1e-10
"""A skewness with which it is the normal distribution to eight digits."""
_LARGEST = 0.5506
"""Of the third Hermite polynomial times the normal density, where z * z = 3 - sqrt(6)."""
_SAFE, _LEAST = 1.5, 1e-6
"""How many times the leading term of what four cumulants tell it may be off, and what it may be off
in any case."""


@final
@dataclass(frozen=True, slots=True)
class Pearson3(Continuous):
    """The shifted gamma distribution with these moments.

    Parameters
    ----------
    centre : float
        The mean.
    sd : float
    skewness : float
        Not 0; where it is negative the longer tail is below.
    mismatch : float, optional
        By how much the kurtosis of the sum that it stands for is not its own.
    """

    domains: ClassVar[Mapping[str, Domain]] = {"centre": REAL, "sd": POSITIVE, "skewness": REAL}
    centre: float
    sd: float
    skewness: float
    mismatch: float = 0.0

    @property
    def _shape(self) -> float:
        """Of the gamma distribution."""
        return 4.0 / (self.skewness * self.skewness)

    @property
    def is_nearly_normal(self) -> bool:
        """Whether the end of its support is hundreds of standard deviations away."""
        return self._shape >= stirling.LARGE

    @property
    def _scale(self) -> float:
        """What one unit of the gamma distribution is here; negative where it is mirrored."""
        return 0.5 * self.sd * self.skewness

    @property
    def _start(self) -> float:
        """Where the gamma distribution's 0 is."""
        return self.centre - 2.0 * self.sd / self.skewness

    @property
    def support(self) -> tuple[float, float]:
        """From where the gamma distribution starts on, on one side."""
        return (self._start, math.inf) if self.skewness > 0.0 else (-math.inf, self._start)

    @property
    def is_exact(self) -> bool:
        """Never: the sums that it stands for end elsewhere."""
        return False

    def off(self, x: Array) -> Array:
        """Return how far its cdf may be from that of the sum.

        The leading term of the Edgeworth series that three cumulants leave is mismatch / 24 times
        the third Hermite polynomial times the normal density (W. Feller, *An introduction to
        probability theory and its applications*, vol. II, 2nd ed. (1971), chapter XVI).  It swings;
        its reach does not.
        """
        z = (x - self.centre) / self.sd
        reach = np.hypot(z * (z * z - 3.0), 3.0 * (z * z - 1.0)) * np.exp(-0.5 * z * z)
        reach *= _SAFE * abs(self.mismatch) / (24.0 * ROOT_TWO_PI)
        most: Array = np.maximum(reach, _LEAST)
        return most

    @property
    def most_off(self) -> float:
        """How far its cdf may be off anywhere: the leading term at its largest."""
        return max(_SAFE * abs(self.mismatch) / 24.0 * _LARGEST, _LEAST)

    def _quantile(self, u: Array) -> Array:
        if self.is_nearly_normal:
            return self._at_score(special.ndtri(u))
        inverse = special.gammaincinv if self.skewness > 0.0 else special.gammainccinv
        return self._start + self._scale * inverse(np.asarray(self._shape), u)

    def _upper_quantile(self, q: Array) -> Array:
        if self.is_nearly_normal:
            return self._at_score(-special.ndtri(q))
        inverse = special.gammainccinv if self.skewness > 0.0 else special.gammaincinv
        return self._start + self._scale * inverse(np.asarray(self._shape), q)

    def _at_score(self, z: Array) -> Array:
        """Return the value at normal scores, of a large shape."""
        rise = stirling.rise_at(self._shape, np.copysign(1.0, self.skewness) * z)
        return self.centre + self._scale * self._shape * rise

    def _rise(self, x: Array) -> Array:
        """Return by what share of the shape the gamma distribution's value is above it."""
        return (x - self.centre) / (self._scale * self._shape)

    def _cdf(self, x: Array) -> Array:
        if self.is_nearly_normal:
            below = stirling.cdf_of if self.skewness > 0.0 else stirling.survival_of
            return below(self._shape, self._rise(x))
        share = special.gammainc if self.skewness > 0.0 else special.gammaincc
        return share(np.asarray(self._shape), (x - self._start) / self._scale)

    def _survival(self, x: Array) -> Array:
        if self.is_nearly_normal:
            above = stirling.survival_of if self.skewness > 0.0 else stirling.cdf_of
            return above(self._shape, self._rise(x))
        share = special.gammaincc if self.skewness > 0.0 else special.gammainc
        return share(np.asarray(self._shape), (x - self._start) / self._scale)

    def _density(self, x: Array) -> Array:
        if self.is_nearly_normal:
            return stirling.density_of(self._shape, self._rise(x)) / abs(self._scale)
        k, y = self._shape, (x - self._start) / self._scale
        log = special.xlogy(k - 1.0, y) - y - special.gammaln(k)
        return np.exp(log) / abs(self._scale)

    def _moments(self) -> tuple[float, float]:
        return self.centre, self.sd * self.sd


def with_cumulants(mean: float, variance: float, third: float, fourth: float) -> Pearson3:
    """Return the distribution with the first three of these cumulants, the variance above 0."""
    sd = math.sqrt(variance)
    skewness = third / (variance * sd)
    if abs(skewness) < _STRAIGHT:
        skewness = math.copysign(_STRAIGHT, skewness)
    # The excess kurtosis of a gamma distribution is 1.5 times its squared skewness.
    return Pearson3(mean, sd, skewness, fourth / (variance * variance) - 1.5 * skewness * skewness)
