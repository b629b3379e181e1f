"""A number and its Monte Carlo error."""

from dataclasses import dataclass, field
from math import isfinite
from typing import final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_USUAL = 2.0
"""Half-widths of a 95% confidence are about so many standard errors."""


@final
@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic of the model, as far as this run knows it.

    Attributes
    ----------
    value : float or None
        The estimate, in the output's unit; None where the statistic does not exist.
    se : float or None
        Its Monte Carlo standard error: 0 only where the answer is exact.  For a quantile it is
        (high - low) / (2 t), t the 97.5% point of Student's t with one degree of freedom less than
        there are replicates.
    low, high : float or None
        Ends of the 95% Monte Carlo confidence, which more points shrink.  (The range of the loss
        itself is an interval between quantiles, which more points only make more certain.)
    influence : array, shape (R,), or None
        How far each replicate alone moves the value; their spread is the error, and what two
        estimates from the same draws have in common cancels in their difference.  None where the
        spread of the replicates does not tell the error.
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    influence: Array | None = field(default=None, compare=False, repr=False)

    @classmethod
    def exact(cls, value: float) -> "Estimate":
        """Return an estimate without error."""
        return cls(value, 0.0, value, value)

    @classmethod
    def between(
        cls, value: float, low: float, high: float, t: float, influence: Array | None = None
    ) -> "Estimate":
        """Return the estimate with the given confidence, its error read off the width.

        The confidence always contains the value.
        """
        low, high = min(low, value), max(high, value)
        return cls(value, (high - low) / (2.0 * t), low, high, influence)

    @property
    def exists(self) -> bool:
        """Whether the statistic exists and could be estimated."""
        return self.value is not None

    def if_finite(self) -> "Estimate":
        """Return the estimate, or :data:`MISSING` where a number of it left the range of floats."""
        numbers = (self.value, self.se, self.low, self.high)
        return self if all(each is not None and isfinite(each) for each in numbers) else MISSING

    def scaled(self, factor: float) -> "Estimate":
        """Return the estimate in another unit; ``factor`` is positive."""
        if self.value is None or self.se is None or self.low is None or self.high is None:
            return self
        influence = None if self.influence is None else self.influence * factor
        return Estimate(
            self.value * factor, self.se * factor, self.low * factor, self.high * factor, influence
        )

    def moved(self, by: float) -> "Estimate":
        """Return the estimate of as much more."""
        if self.value is None or self.low is None or self.high is None:
            return self
        return Estimate(self.value + by, self.se, self.low + by, self.high + by, self.influence)

    def widened(self, reach: float, t: float) -> "Estimate":
        """Return the estimate with as much more on either side of its confidence."""
        if self.value is None or self.low is None or self.high is None:
            return self
        return Estimate.between(self.value, self.low - reach, self.high + reach, t, self.influence)

    def no_narrower(self, reach: float, t: float) -> "Estimate":
        """Return the estimate with at least as much on either side in its confidence."""
        if self.value is None or self.low is None or self.high is None:
            return self
        low, high = min(self.low, self.value - reach), max(self.high, self.value + reach)
        if (low, high) == (self.low, self.high):
            return self
        return Estimate.between(self.value, low, high, t, self.influence)

    def reaching(self, low: float, high: float) -> "Estimate":
        """Return the estimate with a confidence that holds more, and its error in proportion."""
        if self.value is None or self.se is None or self.low is None or self.high is None:
            return self
        t = (self.high - self.low) / (2.0 * self.se) if self.se else _USUAL
        ends = min(low, self.low), max(high, self.high)
        return Estimate.between(self.value, *ends, t, self.influence)

    def covering(self, other: "Estimate", t: float) -> "Estimate":
        """Return the estimate with a confidence that covers that of another one too."""
        if self.value is None or self.low is None or self.high is None:
            return self
        if other.low is None or other.high is None:
            return self
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Estimate.between(self.value, low, high, t, self.influence)

    def complement(self) -> "Estimate":
        """Return the estimate of 1 minus it, as that of the other tail's probability."""
        if self.value is None or self.low is None or self.high is None:
            return self
        influence = None if self.influence is None else -self.influence
        return Estimate(1.0 - self.value, self.se, 1.0 - self.high, 1.0 - self.low, influence)

    def __float__(self) -> float:
        if self.value is None:
            raise ValueError("this statistic does not exist")
        return self.value

    def __format__(self, spec: str) -> str:
        return str(self) if not spec else format(float(self), spec)

    def __repr__(self) -> str:
        if self.value is None:
            return "Estimate(does not exist)"
        return f"Estimate({self.value:.6g} ± {self.se:.2g})"

    def to_dict(self) -> dict[str, float | None]:
        """Return the four numbers as a dictionary, None for what does not exist."""
        return {"value": self.value, "se": self.se, "low": self.low, "high": self.high}


MISSING = Estimate(None, None, None, None)
"""The estimate of a statistic that does not exist."""

NEVER, ALWAYS = Estimate.exact(0.0), Estimate.exact(1.0)
"""Probabilities of what no value of the inputs brings about, and of what all of them do."""
