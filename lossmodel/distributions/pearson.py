"""The Pearson type III distribution: a gamma distribution shifted, scaled and perhaps mirrored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy import special

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

    def _quantile(self, u: Array) -> Array:
        inverse = special.gammaincinv if self.skewness > 0.0 else special.gammainccinv
        return self._start + self._scale * inverse(np.asarray(self._shape), u)

    def _upper_quantile(self, q: Array) -> Array:
        inverse = special.gammainccinv if self.skewness > 0.0 else special.gammaincinv
        return self._start + self._scale * inverse(np.asarray(self._shape), q)

    def _cdf(self, x: Array) -> Array:
        share = special.gammainc if self.skewness > 0.0 else special.gammaincc
        return share(np.asarray(self._shape), (x - self._start) / self._scale)

    def _survival(self, x: Array) -> Array:
        share = special.gammaincc if self.skewness > 0.0 else special.gammainc
        return share(np.asarray(self._shape), (x - self._start) / self._scale)

    def _density(self, x: Array) -> Array:
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
