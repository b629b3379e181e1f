"""A column of R independent randomizations, and what every statistic of it needs."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import frexp, inf, isfinite, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from lossmodel.errors import UsageError

Array = npt.NDArray[np.float64]

CONFIDENCE = 0.95
"""Coverage of every Monte Carlo confidence."""

RULE_OF_THREE = 3.0
"""No hit in N draws: the probability is below 3/N with 95% confidence (-ln 0.05 = 2.996)."""

MOST_LEFT_OUT = 64
"""A jackknife leaves replicates out one by one up to so many, beyond it in so many groups."""

_FEW = 1024

_SMALL, _LARGE = 1e-60, 1e60
"""Between them the fourth power of a value is a number of the usual size."""


@lru_cache(maxsize=64)
def student_t(replicates: int) -> float:
    """Return the 97.5% point of Student's t with ``replicates`` - 1 degrees of freedom."""
    return float(stdtrit(replicates - 1, (1.0 + CONFIDENCE) / 2.0))


def average(values: Array) -> float:
    """Return the mean of all values, at less cost for few than by asking them."""
    return float(np.add.reduce(values, axis=None)) / values.size


def spread_of(values: Array) -> float:
    """Return the standard deviation of some values, shape (R,), by R - 1."""
    off = values - average(values)
    return sqrt(float(np.add.reduce(off * off, axis=None)) / (values.size - 1))


def unit_of(largest: float) -> float:
    """Return a power of two near a value, and 1 where it is of a usual size or infinite."""
    if not isfinite(largest) or largest == 0.0 or _SMALL < largest < _LARGE:
        return 1.0
    return 2.0 ** max(frexp(largest)[1] - 1, -1000)


@final
@dataclass(frozen=True)
class Replicates:
    """One output's values, a row per replicate.

    Attributes
    ----------
    values : array, shape (R, n)
        Without nan; R at least 2.
    support : (float, float)
        Bounds that no value of the output can leave.

    Raises
    ------
    UsageError
        If there are fewer than two replicates: no spread, so no error.
    """

    values: Array
    support: tuple[float, float] = (-inf, inf)

    def __post_init__(self) -> None:
        if len(self.values) < 2:
            raise UsageError(f"{len(self.values)} replicates", "at least 2, for an error", "16")

    @property
    def count(self) -> int:
        """The number R of replicates."""
        return len(self.values)

    @property
    def total(self) -> int:
        """The number N = R n of values."""
        return self.values.size

    @cached_property
    def unit(self) -> float:
        """A power of two near the largest value, in which squares neither overflow nor vanish.

        It is 1 for values of a usual size, and where one is infinite.
        """
        return unit_of(float(np.abs(self.values).max()))

    @property
    def t(self) -> float:
        """The 97.5% point of Student's t with R - 1 degrees of freedom."""
        return student_t(self.count)

    @cached_property
    def rows(self) -> Array:
        """The values with each row sorted, shape (R, n)."""
        return np.sort(self.values, axis=1)

    @cached_property
    def pooled(self) -> Array:
        """All values sorted, shape (N,)."""
        return np.sort(self.rows, axis=None, kind="stable")

    @cached_property
    def few(self) -> Array:
        """Some values sorted, at least the first of each replicate: enough for a guess."""
        return np.sort(self.values[:, : max(1, _FEW // self.count)], axis=None)

    def counts(self, y: Array) -> Array:
        """Return how many values of each replicate are at most ``y``, shape (R, len(y))."""
        return np.stack([np.searchsorted(row, y, side="right") for row in self.rows]).astype(float)

    def cdf(self, y: Array) -> tuple[Array, Array]:
        """Return the pooled cdf at ``y`` and the half-width of its 95% confidence.

        Where the replicates agree to the last count, the half-width is 3/N: no agreement of finite
        counts makes a probability certain.
        """
        shares = self.counts(y) / self.values.shape[1]
        spread = shares.std(axis=0, ddof=1)
        floor = RULE_OF_THREE / self.total
        return shares.mean(axis=0), np.maximum(self.t * spread / sqrt(self.count), floor)
