"""The Pearson type III distribution: a gamma distribution shifted, scaled and perhaps mirrored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy import special

from lossmodel.distributions import stirling
from lossmodel.distributions.base import POSITIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.location import Normal

_STRAIGHT = 1e-7
"""A skewness below which the normal distribution is the same to nine digits."""


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
    """

    domains: ClassVar[Mapping[str, Domain]] = {"centre": REAL, "sd": POSITIVE, "skewness": REAL}
    centre: float
    sd: float
    skewness: float

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


def with_cumulants(mean: float, variance: float, third: float) -> Continuous:
    """Return the distribution with these three cumulants, the variance above 0."""
    sd = math.sqrt(variance)
    skewness = third / (variance * sd)
    return Normal(mean, sd) if abs(skewness) < _STRAIGHT else Pearson3(mean, sd, skewness)
