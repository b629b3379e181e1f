"""The beta distribution."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np
from scipy import special

from lossmodel.distributions.base import POSITIVE, UNIT_OPEN, Array, Continuous, Domain
from lossmodel.distributions.calls import written
from lossmodel.distributions.percentiles import Points, columns, out_of_reach, verified
from lossmodel.distributions.roots import smallest
from lossmodel.errors import Fault

_LONGEST = 30.0
"""Logarithm of an alpha or beta beyond which the incomplete beta function has no digits left."""
_LARGE = 1e4
"""Above this alpha + beta the inverse of scipy is right to 1e-9 only."""


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
        # That inverse fails for some u below 1e-120 and, as nan, for a few others, and for tiny x,
        # where the function is x**alpha / (alpha * B(alpha, beta)).
        log = np.log(u) + math.log(self.alpha) + special.betaln(self.alpha, self.beta)
        tiny = np.exp(log / self.alpha)
        is_tiny = tiny * (1.0 + self.beta) < 1e-17
        rare = ((u < 1e-50) | np.isnan(x)) & ~is_tiny
        if (few := u[rare]).size:
            x[rare] = smallest(lambda x: self._cdf(x) >= few, 0.0 * few, 0.0 * few + 1.0)
        if self.alpha + self.beta > _LARGE:
            # One step of Newton's method takes what is left of its error, 1e-9 of u and more.
            step = (self._cdf(x) - u) / self._density(x)
            x = np.where(np.abs(step) < 1e-6 * x * (1.0 - x), x - step, x)
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


def _logit_normal_start(probabilities: Array, values: Array) -> Array:
    """Return logs of a rough alpha and beta: the logit as if it were normal, variances added up."""
    scores, logits = special.ndtri(probabilities), special.logit(values)
    slope = (logits[1] - logits[0]) / (scores[1] - scores[0])
    odds = np.exp(np.clip(logits[0] - slope * scores[0], -30.0, 30.0))
    start: Array = np.log((1.0 + odds) / slope**2 / np.array([1.0, odds]))
    return start
