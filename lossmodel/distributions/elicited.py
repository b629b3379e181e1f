"""Families made for what people can tell: a lowest, likeliest and highest value, or percentiles."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from numpy.polynomial.polynomial import polyder, polyval
from scipy import special

from lossmodel.distributions.base import NONNEGATIVE, REAL, Array, Continuous, Domain
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import require_mode, require_width
from lossmodel.distributions.calls import written
from lossmodel.distributions.links import Link, link_of
from lossmodel.distributions.percentiles import Points, columns, told, verified
from lossmodel.distributions.quadrature import mean_of, variance_of
from lossmodel.distributions.roots import smallest
from lossmodel.errors import Fault


@final
@dataclass(frozen=True, slots=True)
class Pert(Continuous):
    """A beta distribution between ``low`` and ``high`` with the given mode (Vose's PERT).

    With w the weight of the mode, 4 in the classical PERT, alpha is
    ``1 + w * (mode - low) / (high - low)`` and beta ``1 + w * (high - mode) / (high - low)``.
    """

    domains: ClassVar[Mapping[str, Domain]] = {
        "low": REAL, "mode": REAL, "high": REAL, "weight": NONNEGATIVE,
    }  # fmt: skip
    low: float
    mode: float
    high: float
    weight: float = 4.0

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    @property
    def beta(self) -> Beta:
        """The distribution of ``(x - low) / (high - low)``."""
        width = self.high - self.low
        alpha = 1.0 + self.weight * ((self.mode - self.low) / width)
        return Beta(alpha, 1.0 + self.weight * ((self.high - self.mode) / width))

    def _check(self) -> None:
        require_mode(self.low, self.mode, self.high)

    def _quantile(self, u: Array) -> Array:
        return self.low + (self.high - self.low) * self.beta.quantile(u)

    def _upper_quantile(self, q: Array) -> Array:
        return self.high - (self.high - self.low) * self.beta.complement_quantile(q)

    def _cdf(self, x: Array) -> Array:
        return self.beta.cdf((x - self.low) / (self.high - self.low))

    def _survival(self, x: Array) -> Array:
        # From the nearer end: the distance to the other one would lose the digits of the tail.
        beta, width = self.beta, self.high - self.low
        return Beta(beta.beta, beta.alpha).cdf((self.high - x) / width)

    def _density(self, x: Array) -> Array:
        width = self.high - self.low
        return self.beta.density((x - self.low) / width) / width

    def _moments(self) -> tuple[float, float]:
        beta, width = self.beta, self.high - self.low
        return self.low + width * beta.mean, width * width * beta.variance


@final
@dataclass(frozen=True, slots=True)
class Metalog(Continuous):
    """The metalog distribution through any number of percentiles, from two on.

    With y the probability, s = y - 1/2 and t = log(y / (1 - y)), the quantile function is
    ``A(s) * t + B(s)`` for polynomials A and B, carried from the line to the bounds by a
    logarithm or a logit.

    Parameters
    ----------
    coefficients : tuple of float
        In Keelin's order: those of 1, t, s t, s, then s**2, s**2 t, s**3, s**3 t and so on.
    bounds : (float, float), optional
        Lowest and highest value, infinite where there is none.

    Raises
    ------
    Fault
        When the quantile function falls anywhere, that is, when the density is negative.

    Notes
    -----
    T. W. Keelin (2016), "The metalog distributions", Decision Analysis 13(4): section 3 for the
    unbounded form, section 4 for the log and logit transforms.
    """

    domains: ClassVar[Mapping[str, Domain]] = {"percentile": REAL, "low": REAL, "high": REAL}
    coefficients: tuple[float, ...]
    bounds: tuple[float, float] = (-math.inf, math.inf)

    @classmethod
    def from_percentiles(
        cls, points: Points, low: float = -math.inf, high: float = math.inf
    ) -> Self:
        """Return the member with as many terms as percentiles, between bounds if they are given.

        Raises
        ------
        Fault
            When a percentile is outside the bounds, or the density would be negative.
        """
        probabilities, values = columns(points)
        if not low < values[0] or not values[-1] < high:
            bounds = f"{written(low)} to {written(high)}"
            raise Fault(told(points), f"percentiles within the bounds, {bounds}")
        heights = link_of((low, high)).to_line(values)
        coefficients = np.linalg.solve(_terms(probabilities), heights)
        return verified(cls(tuple(coefficients.tolist()), (low, high)), points)

    @property
    def support(self) -> tuple[float, float]:
        """The bounds."""
        return self.bounds

    def _check(self) -> None:
        if all(map(math.isfinite, self.bounds)):
            require_width(*self.bounds)
        if not self._lowest_slope() > 0.0:
            raise Fault(
                "percentiles between which the metalog density turns negative",
                "percentiles that change more evenly",
                "leave out the percentile that stands out, or use empirical or mixture",
            )

    def _quantile(self, u: Array) -> Array:
        return self._link().from_line(self._height(special.logit(u)))

    def _upper_quantile(self, q: Array) -> Array:
        return self._link().from_line(self._height(-special.logit(q)))

    def _cdf(self, x: Array) -> Array:
        return special.expit(self._log_odds(x))

    def _survival(self, x: Array) -> Array:
        return special.expit(-self._log_odds(x))

    def _density(self, x: Array) -> Array:
        t = self._log_odds(x)
        density = _logistic(t) * self._link().slope(x) / self._slope(t)
        return np.where(np.abs(t) < _FARTHEST, density, 0.0)

    def _moments(self) -> tuple[float, float]:
        power = self._tail_power()
        if power >= 1.0:
            return math.inf if math.isinf(self.bounds[1]) else -math.inf, math.inf
        return mean_of(self), variance_of(self) if power < 0.5 else math.inf

    def _link(self) -> Link:
        """Return the map from the bounds onto the line."""
        return link_of(self.bounds)

    def _polynomials(self) -> tuple[Array, Array]:
        """Return the coefficients of A and B by rising powers of s."""
        c = np.array(self.coefficients)
        return np.concatenate((c[1:3], c[5::2])), np.concatenate((c[:1], c[3:4], c[4::2]))

    def _height(self, t: Array) -> Array:
        """Return the quantile on the line at log odds t."""
        s = 0.5 * np.tanh(0.5 * t)
        a, b = self._polynomials()
        return polyval(s, a) * t + polyval(s, b)

    def _slope(self, t: Array) -> Array:
        """Return the derivative of the quantile on the line by the log odds t."""
        s = 0.5 * np.tanh(0.5 * t)
        a, b = self._polynomials()
        return polyval(s, a) + _logistic(t) * (polyval(s, polyder(a)) * t + polyval(s, polyder(b)))

    def _log_odds(self, x: Array) -> Array:
        """Return the t at which the quantile reaches x."""
        height = self._link().to_line(x)
        far = np.full_like(x, _FARTHEST)
        return smallest(lambda t: self._height(t) >= height, -far, far)

    def _lowest_slope(self) -> float:
        """Return the smallest slope at any log odds, limits at the ends included."""
        t = np.linspace(-_BENDING, _BENDING, 4001)
        slope = self._slope(t)
        dips = np.flatnonzero((slope[1:-1] <= slope[:-2]) & (slope[1:-1] <= slope[2:])) + 1
        dips = dips[np.argsort(slope[dips])[:100]]  # where it is flat, every point is a dip
        closer = self._slope(np.linspace(t[dips - 1], t[dips + 1], 101))
        ends = polyval(np.array([-0.5, 0.5]), self._polynomials()[0])
        return float(min(slope.min(), closer.min(initial=math.inf), ends.min()))

    def _tail_power(self) -> float:
        """Return the g of ``x ~ probability**-g`` in the open tail, 0 unless one end is bounded."""
        low, high = self.bounds
        if math.isfinite(low) == math.isfinite(high):
            return 0.0
        return float(polyval(0.5 if math.isinf(high) else -0.5, self._polynomials()[0]))


_FARTHEST = 800.0
"""Log odds beyond every probability that a float can hold."""

_BENDING = 40.0
"""Log odds beyond which a metalog is a straight line in double precision."""


def _logistic(t: Array) -> Array:
    """Return ``y * (1 - y)`` at log odds t."""
    return 0.25 / np.cosh(0.5 * t) ** 2


def _terms(probabilities: Array) -> Array:
    """Return Keelin's basis functions, one column each, at as many probabilities."""
    s, t = probabilities - 0.5, special.logit(probabilities)
    places = range(len(probabilities))
    with_t = [k in {1, 2} or (k % 2 == 1 and k > 4) for k in places]
    return np.stack([s ** (k // 2) * (t if with_t[k] else 1.0) for k in places], axis=1)
