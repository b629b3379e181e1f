"""One output of a run, and the statistics that can be asked of it."""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.statistics import DrawnStatistics, Statistics
from lossmodel.estimates.tails import MEAN_DOUBTFUL, SD_DOUBTFUL, tail_index
from lossmodel.model.model import ModelOutput
from lossmodel.smoothing.conditional import Conditional
from lossmodel.smoothing.statistics import SmoothedStatistics

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds a share of the distribution.

    Attributes
    ----------
    level : float
        The share: 0.9 is the 90% interval.
    low, high : Estimate
        Its ends, each with its Monte Carlo error.
    """

    level: float
    low: Estimate
    high: Estimate

    def to_dict(self) -> dict[str, object]:
        """Return the interval as it stands in the JSON."""
        return {"level": self.level, "low": self.low.to_dict(), "high": self.high.to_dict()}


@final
@dataclass(frozen=True, eq=False)
class Output:
    """One output of a run: what was drawn of it, and statistics with their errors.

    Attributes
    ----------
    spec : ModelOutput
        Its name, unit and what is known of it without drawing.
    values : array, shape (replicates, points)
        The draws, in the output's unit; read-only.
    smoothed_over : str or None
        The input that was integrated out; None where the draws alone are asked.
    given : Conditional or None
        The output given all other inputs, if one is integrated out.
    """

    spec: ModelOutput
    values: Array
    smoothed_over: str | None = None
    given: Conditional | None = None

    @property
    def name(self) -> str:
        """The formula's name."""
        return self.spec.name

    @property
    def unit(self) -> str:
        """The unit it is reported in; empty for a plain number."""
        return str(self.spec.unit)

    @cached_property
    def mean(self) -> Estimate:
        """The mean; missing where it does not exist."""
        if self._fixed is not None:
            return self._fixed
        if not self.spec.has_mean or self.undefined:
            return MISSING
        return self._statistics.mean()

    @cached_property
    def sd(self) -> Estimate:
        """The standard deviation; missing where it does not exist."""
        if self._fixed is not None:
            return Estimate.exact(0.0)
        if not self.spec.has_variance or self.undefined:
            return MISSING
        return self._statistics.sd()

    def quantile(self, p: float) -> Estimate:
        """Return the smallest y with P(output <= y) >= p.

        Parameters
        ----------
        p : float
            Strictly between 0 and 1.

        Raises
        ------
        UsageError
            If ``p`` is not.
        """
        check_share(p, "quantile")
        if self._fixed is not None:
            return self._fixed
        return MISSING if self.undefined else self._statistics.quantile(p)

    def interval(self, level: float = 0.9) -> Interval:
        """Return the interval between the quantiles at (1 - level) / 2 and (1 + level) / 2.

        This is the coverage interval of JCGM 101:2008, what many call a confidence interval.

        Raises
        ------
        UsageError
            If ``level`` is not strictly between 0 and 1.
        """
        check_share(level, "level")
        low, high = tails(level)
        return Interval(level, self.quantile(low), self.quantile(high))

    def shortest_interval(self, level: float = 0.9) -> Interval:
        """Return the shortest interval that holds ``level`` of the distribution.

        Raises
        ------
        UsageError
            If ``level`` is not strictly between 0 and 1.
        """
        check_share(level, "level")
        if self._fixed is not None:
            return Interval(level, self._fixed, self._fixed)
        if self.undefined:
            return Interval(level, MISSING, MISSING)
        return Interval(level, *self._statistics.shortest_interval(level))

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x), ``x`` in the output's unit.

        Raises
        ------
        UsageError
            If ``x`` is nan or no number.
        """
        try:
            is_amount = not isnan(x)
        except TypeError:
            is_amount = False
        if not is_amount:
            raise UsageError(f"{x!r}", f"a number: an amount in {self.unit or 'plain numbers'}")
        if self._fixed is not None:
            return Estimate.exact(float(float(self._fixed) > x))
        return MISSING if self.undefined else self._statistics.exceedance(x)

    @cached_property
    def undefined(self) -> int:
        """How many draws have no value, such as the logarithm of a negative number."""
        return int(np.count_nonzero(np.isnan(self.values)))

    @cached_property
    def infinite(self) -> int:
        """How many draws are infinite."""
        return int(np.count_nonzero(np.isinf(self.values)))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know beside the numbers."""
        total = self.values.size
        if self.undefined:
            why = f": {'; '.join(self.spec.hazards)}" if self.spec.hazards else ""
            share = f"{self.undefined:,} of {total:,} draws"
            return (f"{self.name} has no value in {share}{why}; no statistic is given",)
        said = [f"{self.name}: {hazard}" for hazard in self.spec.hazards]
        if self.infinite:
            said.append(f"{self.name} is infinite in {self.infinite:,} of {total:,} draws")
        return (*said, *self._tail_warnings())

    def _tail_warnings(self) -> list[str]:
        """Return warnings about moments that do not exist or may not."""
        if self._fixed is not None or self.infinite:
            return []
        if not self.spec.has_mean:
            return [f"{self.name} has no mean and no sd: an input's own mean is infinite"]
        index = tail_index(self._replicates)
        said = []
        if index < MEAN_DOUBTFUL:
            said.append(
                f"{self.name} has a very heavy tail (index {index:.2f}): "
                "its mean and sd may not exist; rely on quantiles"
            )
        elif index < SD_DOUBTFUL and self.spec.has_variance:
            said.append(f"{self.name} has a heavy tail (index {index:.2f}): its sd may not exist")
        if not self.spec.has_variance:
            said.append(f"{self.name} has no sd: an input's own variance is infinite")
        return said

    @cached_property
    def _fixed(self) -> Estimate | None:
        """The one value of an output that nothing drawn reaches, without error."""
        value = float(self.values.flat[0])
        return None if self.spec.uncertain or not np.isfinite(value) else Estimate.exact(value)

    @cached_property
    def _statistics(self) -> Statistics:
        """What answers for this output."""
        drawn = DrawnStatistics(self._replicates)
        return drawn if self.given is None else SmoothedStatistics(self.given, drawn)

    @cached_property
    def _replicates(self) -> Replicates:
        """The draws as replicates."""
        return Replicates(self.values, self.spec.support)

    def __repr__(self) -> str:
        low, median, high = (self.quantile(p) for p in (0.05, 0.5, 0.95))
        return f"Output({self.name}: median {median}, 90% interval {low} to {high} {self.unit})"


def tails(level: float) -> tuple[float, float]:
    """Return the shares of probability at the ends of an interval, as one would write them."""
    return round((1.0 - level) / 2.0, 12), round((1.0 + level) / 2.0, 12)


def check_share(value: float, name: str) -> None:
    """Refuse a share that is not strictly between 0 and 1.

    Raises
    ------
    UsageError
        Naming the argument.
    """
    if not 0.0 < value < 1.0:
        fix = f"{value / 100.0:g}" if 1.0 < value < 100.0 else "0.9"
        raise UsageError(f"{name} {value}", "a share strictly between 0 and 1", fix)
