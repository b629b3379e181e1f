"""Two ways of doing something, timed in turns so that a busy machine slows both alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import final

import numpy as np

Action = Callable[[], object]


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """A median, and the two values that it is to be read with.

    Attributes
    ----------
    median, low, high : float
        ``low`` and ``high`` are quartiles of timings, and a 95% confidence of errors.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the median and the quartiles."""
        low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
        return cls(float(median), float(low), float(high))

    def times(self, factor: float) -> "Spread":
        """Return all three values times a factor."""
        return Spread(self.median * factor, self.low * factor, self.high * factor)


@final
@dataclass(frozen=True, slots=True)
class Comparison:
    """lossmodel beside a reference.

    Attributes
    ----------
    group, name, reference_name : str
        What is compared with what.
    unit : str
        Of ``ours`` and ``reference``.
    ours, reference, ratio : Spread
        ``ratio`` is of the pairs, not the ratio of the medians.
    pairs : int
        How many there were.
    target : float or None
        What the median of the ratio is to stay below, where that was promised.
    limits : pair of float or None
        Between which the median of ``ours`` is to be, where that was promised.
    """

    group: str
    name: str
    reference_name: str
    unit: str
    ours: Spread
    reference: Spread
    ratio: Spread
    pairs: int
    target: float | None = None
    limits: tuple[float, float] | None = None

    @property
    def verdict(self) -> str:
        """Whether the targets are met; empty where there are none."""
        if self.target is None and self.limits is None:
            return ""
        within = self.target is None or self.ratio.median <= self.target
        if self.limits is not None:
            low, high = self.limits
            within = within and low <= self.ours.median <= high
        return "met" if within else "missed"

    def extrapolated(self, factor: float) -> "Comparison":
        """Return the comparison with a reference that is so many times what was measured."""
        return replace(
            self,
            reference=self.reference.times(factor),
            ratio=self.ratio.times(1.0 / factor),
        )


@final
@dataclass(frozen=True, slots=True)
class Missing:
    """A comparison that could not be made.

    Attributes
    ----------
    group, name, reference_name : str
        As of :class:`Comparison`.
    reason : str
    """

    group: str
    name: str
    reference_name: str
    reason: str

    @property
    def verdict(self) -> str:
        """Nothing was measured, so nothing is met."""
        return "not measured"


@final
@dataclass(frozen=True, slots=True)
class Contest:
    """Two actions to be timed.

    Attributes
    ----------
    name, reference_name : str
    ours, reference : callable
        Called without arguments; a call is one measurement.
    target : float or None
        As :attr:`Comparison.target`.
    limits : pair of float or None
        As :attr:`Comparison.limits`.
    """

    name: str
    ours: Action
    reference_name: str
    reference: Action
    target: float | None = None
    limits: tuple[float, float] | None = None

    def measured(self, group: str, pairs: int, unit: str, per_second: float) -> Comparison:
        """Return the comparison.

        Parameters
        ----------
        group : str
        pairs : int
            How often both are timed, each first in every other pair, after one pair that does not
            count.
        unit : str
        per_second : float
            How many of that unit a second is.
        """
        self.ours()
        self.reference()
        timings = np.array([self._pair(number) for number in range(pairs)]) * per_second
        ours, reference = timings.T
        return Comparison(
            group,
            self.name,
            self.reference_name,
            unit,
            Spread.of(ours),
            Spread.of(reference),
            Spread.of(ours / reference),
            pairs,
            self.target,
            self.limits,
        )

    def _pair(self, number: int) -> tuple[float, float]:
        """Return the seconds that both take, ours first in even pairs."""
        if number % 2:
            reference = seconds(self.reference)
            return seconds(self.ours), reference
        return seconds(self.ours), seconds(self.reference)


def seconds(action: Action) -> float:
    """Return how long an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start
