"""An output given everything but one input: A * U + B, with the law of U known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import Literal, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous, Distribution
from lossmodel.distributions.excess import excess_of
from lossmodel.distributions.forward import Probability, cdf_and_survival
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.moments import mean
from lossmodel.estimates.replicates import RULE_OF_THREE, Replicates, student_t

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Tail = Literal["below", "above"]
"""Which side of an amount a probability is of."""

DECIDED = 0.01
"""Largest part that one point may have in a probability: beyond it the points are too few to tell
that probability."""
_LEAST = float(np.finfo(np.float64).tiny)
"""What is less is 0 as far as floats go."""
_BELOW_ONE = float(np.nextafter(1.0, 0.0))
_BLOCK = 1 << 13
"""Values worked on at once: in cache, and in memory that is not handed back to the system."""
_ROUGH = 1024
"""Points that are enough to come near an answer, which all points then settle."""


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
    weights : array, shape (R, n), or None
        What each point counts, where the points are not those of the inputs' own distribution:
        the mean of weight times probability is a probability.  None where all count 1.
    steps : bool
        Whether probabilities may jump from point to point, as where another input is discrete:
        replicates may then agree by how many points lie on either side of a jump.
    """

    A: Array
    B: Array
    law: Distribution
    exact: bool
    weights: Array | None = None
    steps: bool = False

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

    @cached_property
    def rough(self) -> "Conditional":
        """The first points: as many as come near every answer at little cost, or all.

        Weighted points come in a mixture that only whole replicates have.
        """
        if self.A.size <= 2 * _ROUGH:
            return self
        rows = slice(0, ceil(_ROUGH / self.A.shape[1]))
        if self.weights is not None:
            weights = self.weights[rows]
            return replace(self, A=self.A[rows], B=self.B[rows], weights=weights)
        part = rows, slice(0, _ROUGH)
        return replace(self, A=self.A[part], B=self.B[part])

    def tail(self, y: float, side: Tail) -> Array:
        """Return :meth:`below` or :meth:`above`, shape (R, n)."""
        return self.below(y) if side == "below" else self.above(y)

    def below(self, y: float) -> Array:
        """Return P(output <= y) at each point, weighted, shape (R, n), accurate where it is small.

        Where points are weighted only the mean of all is a probability.
        """
        return self._by_blocks(lambda A, B: self._below(y, A, B))

    def above(self, y: float) -> Array:
        """Return P(output > y) at each point, as :meth:`below`."""
        return self._by_blocks(lambda A, B: self._above(y, A, B))

    def density(self, y: float) -> Array:
        """Return the density at ``y`` of each replicate, shape (R,); only where it is smooth."""
        law = self.law
        if not isinstance(law, Continuous):
            raise TypeError("a discrete law has no density")
        heights = self._by_blocks(lambda A, B: law.density((y - B) / A) / np.abs(A))
        means: Array = heights.mean(axis=1)
        return means

    def tails(self, y: Array, upper: Bools) -> tuple[Array, Array]:
        """Return P(output > y) where ``upper``, else P(output <= y), and densities: (q, R) each."""
        shares = [
            (self.above(each) if is_upper else self.below(each)).mean(axis=1)
            for each, is_upper in zip(y.tolist(), upper.tolist(), strict=True)
        ]
        return np.stack(shares), self.densities(y)

    def densities(self, y: Array) -> Array:
        """Return the density at some places of each replicate, shape (len(y), R)."""
        return np.stack([self.density(each) for each in y.tolist()])

    def off(self, y: float) -> float:
        """Return how far P(output <= y) may be off because the law of U is near to another one."""
        if self.law.is_exact:
            return 0.0

        off = self._by_blocks(lambda A, B: np.where(A, self.law.off(_ratio(y - B, A)), 0.0))
        return float(off.mean())

    def excess(self, y: float) -> Array | None:
        """Return E((output - y)+) at each point, weighted, shape (R, n), or None if not known."""
        beyond = excess_of(self.law)
        if beyond is None:
            return None
        mean = self.law.mean

        def share(A: Array, B: Array) -> Array:
            u = _ratio(y - B, A)
            above = beyond(u)
            below = np.maximum(above - mean + u, 0.0)
            return np.where(
                A == 0.0, np.maximum(B - y, 0.0), np.abs(A) * np.where(A > 0.0, above, below)
            )

        return self._by_blocks(share)

    def _by_blocks(self, share: Callable[[Array, Array], Array]) -> Array:
        """Return a function of A and B, weighted, computed in blocks that stay in cache."""
        A, B, values = self.A.ravel(), self.B.ravel(), np.empty(self.A.size)
        for start in range(0, A.size, _BLOCK):
            part = slice(start, start + _BLOCK)
            values[part] = share(A[part], B[part])
        shares = values.reshape(self.A.shape)
        if self.weights is not None:
            shares *= self.weights
        return shares

    def _below(self, y: float, A: Array, B: Array) -> Array:
        """Return P(A U + B <= y)."""
        if self._rises:
            return self._cdf((y - B) / A)
        u = _ratio(y - B, A)
        steps = np.where(y >= B, 1.0, 0.0)
        if self._falls:
            steps = np.where(A < 0.0, self._at_least(u), steps)
        return np.where(A > 0.0, self._cdf(u), steps)

    def _above(self, y: float, A: Array, B: Array) -> Array:
        """Return P(A U + B > y)."""
        if self._rises:
            return self._survival((y - B) / A)
        u = _ratio(y - B, A)
        steps = np.where(y < B, 1.0, 0.0)
        if self._falls:
            steps = np.where(A < 0.0, self._less(u), steps)
        return np.where(A > 0.0, self._survival(u), steps)

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

    @cached_property
    def _falls(self) -> bool:
        """Whether A is below 0 anywhere."""
        return bool((self.A < 0.0).any())

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

    def probability(self, shares: Array) -> Estimate:
        """Return a probability from what it is at each point, shape (R, n).

        Where it jumps, 3/N of the points may lie on the other side of a jump than they should.
        """
        found = self.mean_of(shares, (0.0, 1.0))
        if found.value is None or found.low is None or found.high is None or self.exact:
            return found
        jump = float(shares.max() - shares.min()) if self.steps else 0.0
        floor = RULE_OF_THREE / shares.size * jump
        low, high = min(found.low, found.value - floor), max(found.high, found.value + floor)
        told = found.influence if (low, high) == (found.low, found.high) else None
        return Estimate.between(found.value, max(low, 0.0), min(high, 1.0), self.t, told)

    def mean_excess(self, excess: Array, most: float) -> Estimate:
        """Return the mean of :meth:`excess`, of which none exceeds ``most``.

        Where it jumps, 3/N of the points may lie on the other side of a jump than they should.
        """
        if self.weights is None:
            excess = np.minimum(excess, most)  # what rounding left beyond it
        found = self.mean_of(excess, (0.0, max(most, 0.0)))
        if self.exact or not self.steps:
            return found
        return found.no_narrower(RULE_OF_THREE / excess.size * float(np.ptp(excess)), self.t)

    def half_width(self, shares: Array) -> float:
        """Return the half-width of the 95% confidence of the mean of probabilities."""
        found = self.probability(shares)
        if found.value is None or found.low is None or found.high is None:
            return 1.0
        return max(found.high - found.value, found.value - found.low)

    def largest_part(self, shares: Array, y: float, side: Tail) -> float:
        """Return the largest part that one point has in the probability of a tail."""
        del y, side  # the shares tell
        return largest_part(shares)

    def exact_probability(self, y: float, side: Tail) -> Estimate:
        """Return the probability of one side of an amount where A and B are known numbers."""
        A, B = float(self.A.flat[0]), float(self.B.flat[0])
        low, high = sorted(A * end + B for end in self.law.support) if A else (B, B)
        share = float(self.tail(y, side).flat[0])
        decided = self.law.is_exact and not low < y < high
        return Estimate.exact(share) if decided else self.known(share)

    def known(self, share: float) -> Estimate:
        """Return a probability that is known, of what may happen and may not.

        Floats round what is next to 0 and to 1 to these: then it is known to the next float.
        """
        low = _BELOW_ONE if share == 1.0 else share
        high = _LEAST if share == 0.0 else share
        return Estimate.between(share, low, high, self.t)

    def exact_quantile(self, p: float) -> float:
        """Return the quantile where A and B are known numbers."""
        A, B = float(self.A.flat[0]), float(self.B.flat[0])
        share = np.array([p])
        u = self.law.quantile(share) if A >= 0.0 else self.law.upper_quantile(share)
        return A * float(u[0]) + B


def _ratio(above: Array, below: Array) -> Array:
    """Return a ratio, 0 where there is none."""
    return np.divide(above, below, out=np.zeros_like(below), where=below != 0.0)


def largest_part(shares: Array) -> float:
    """Return the largest part that one point has in a probability; 1 where that is 0."""
    total = float(shares.sum())
    return float(shares.max()) / total if total > 0.0 else 1.0
