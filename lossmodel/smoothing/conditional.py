"""An output given everything but one input: A * U + B, with the law of U known."""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous, Distribution
from lossmodel.distributions.forward import Probability, cdf_and_survival
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.moments import mean
from lossmodel.estimates.replicates import Replicates, student_t

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True)
class Conditional:
    """A * U + B at each point of the design.

    Attributes
    ----------
    A, B : array, shape (R, n)
        Finite; R at least 2.
    law : Distribution
        Of U, which is independent of A and B.
    exact : bool
        Whether A and B are the same at all points because nothing that is drawn reaches them.
    """

    A: Array
    B: Array
    law: Distribution
    exact: bool

    @property
    def count(self) -> int:
        """The number R of replicates."""
        return len(self.A)

    @property
    def t(self) -> float:
        """The 97.5% point of Student's t with R - 1 degrees of freedom."""
        return student_t(self.count)

    @cached_property
    def is_smooth(self) -> bool:
        """Whether the output has a density given every point: U has one and A is nowhere 0."""
        return isinstance(self.law, Continuous) and bool((self.A != 0.0).all())

    def below(self, y: float) -> Array:
        """Return P(output <= y) at each point, shape (R, n), accurate where it is small."""
        u = self._argument(y)
        if self._rises:
            return self._cdf(u)
        return np.where(
            self.A > 0.0,
            self._cdf(u),
            np.where(self.A < 0.0, self._at_least(u), np.where(y >= self.B, 1.0, 0.0)),
        )

    def above(self, y: float) -> Array:
        """Return P(output > y) at each point, shape (R, n), accurate where it is small."""
        u = self._argument(y)
        if self._rises:
            return self._survival(u)
        return np.where(
            self.A > 0.0,
            self._survival(u),
            np.where(self.A < 0.0, self._less(u), np.where(y < self.B, 1.0, 0.0)),
        )

    def density(self, y: float) -> Array:
        """Return the density at ``y`` of each replicate, shape (R,); only where it is smooth."""
        if not isinstance(self.law, Continuous):
            raise TypeError("a discrete law has no density")
        u = (y - self.B) / self.A
        heights: Array = (self.law.density(u) / np.abs(self.A)).mean(axis=1)
        return heights

    @cached_property
    def _probabilities(self) -> tuple[Probability, Probability]:
        """The cdf of U and its survival function."""
        return cdf_and_survival(self.law)

    def _cdf(self, u: Array) -> Array:
        """Return P(U <= u)."""
        return self._probabilities[0](u)

    def _survival(self, u: Array) -> Array:
        """Return P(U > u)."""
        return self._probabilities[1](u)

    @cached_property
    def _rises(self) -> bool:
        """Whether A is above 0 everywhere."""
        return bool((self.A > 0.0).all())

    def _argument(self, y: float) -> Array:
        """Return the u at which the output is ``y``; 0 where A is 0 and there is none."""
        if self._rises:
            return (y - self.B) / self.A
        return np.divide(y - self.B, self.A, out=np.zeros_like(self.A), where=self.A != 0.0)

    def _at_least(self, u: Array) -> Array:
        """Return P(U >= u)."""
        at = u if isinstance(self.law, Continuous) else np.nextafter(u, -np.inf)
        return self._survival(at)

    def _less(self, u: Array) -> Array:
        """Return P(U < u)."""
        at = u if isinstance(self.law, Continuous) else np.nextafter(u, -np.inf)
        return self._cdf(at)

    def mean_of(self, values: Array, support: tuple[float, float]) -> Estimate:
        """Return the mean of something that is known at each point, shape (R, n).

        As with draws, points that agree make nothing certain: what is drawn may still take values
        that no point met.
        """
        if self.exact:
            return Estimate.exact(float(values.flat[0]))
        return mean(Replicates(values, support))

    def half_width(self, shares: Array) -> float:
        """Return the half-width of the 95% confidence of the mean of probabilities."""
        found = self.mean_of(shares, (0.0, 1.0))
        if found.value is None or found.low is None or found.high is None:
            return 1.0
        return max(found.high - found.value, found.value - found.low)

    def exact_quantile(self, p: float) -> float:
        """Return the quantile where A and B are known numbers."""
        A, B = float(self.A.flat[0]), float(self.B.flat[0])
        share = np.array([p])
        u = self.law.quantile(share) if A >= 0.0 else self.law.upper_quantile(share)
        return A * float(u[0]) + B


def largest_part(shares: Array) -> float:
    """Return the largest part that one point has in a probability; 1 where that is 0."""
    total = float(shares.sum())
    return float(shares.max()) / total if total > 0.0 else 1.0
