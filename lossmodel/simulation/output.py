"""One output of a run, and the statistics that can be asked of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.statistics import SampleStatistics, Statistics
from lossmodel.estimates.tails import MEAN_DOUBTFUL, SD_DOUBTFUL
from lossmodel.model.model import ModelOutput
from lossmodel.simulation.arguments import check_amount
from lossmodel.simulation.intervals import Interval, check_share, tails
from lossmodel.smoothing.conditional import Conditional
from lossmodel.smoothing.near import as_near
from lossmodel.smoothing.recentring import Recentring
from lossmodel.smoothing.statistics import SmoothedStatistics
from lossmodel.views import Viewed

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Output(Viewed):
    """One output of a run: what was drawn of it, and statistics with their errors.

    Attributes
    ----------
    spec : ModelOutput
        Its name, unit and what is known of it without drawing.
    draws : SampleStatistics
        What answers from the draws, in the output's unit.
    smoothed_over : str or None
        The input that was integrated out; None where the draws alone are asked.
    given : Conditional or None
        The output given all other inputs, if one is integrated out.
    recentring : Recentring or None
        What looks at far tails from where they come about.
    near : float
        The most that the cdf of an input behind it may be off, but for the one integrated out.
    occurrence : Output or None
        What it would be of the largest event of its period alone, if it is the sum over events.
    """

    spec: ModelOutput
    draws: SampleStatistics
    smoothed_over: str | None = None
    given: Conditional | None = None
    recentring: Recentring | None = None
    near: float = 0.0
    occurrence: "Output | None" = None

    @property
    def name(self) -> str:
        """The formula's name."""
        return self.spec.name

    @property
    def unit(self) -> str:
        """The unit it is reported in; empty for a plain number."""
        return str(self.spec.unit)

    @property
    def values(self) -> Array:
        """The draws, shape (replicates, points), in the output's unit; read-only.

        Raises
        ------
        NotSupportedError
            If they were not kept: of a run of more than 2**20 draws, over all outputs, each is
            counted as it comes.
        """
        return self.draws.values

    @cached_property
    def mean(self) -> Estimate:
        """The mean; missing where it does not exist."""
        if self._fixed is not None:
            return self._fixed
        if not self.spec.has_mean:
            return MISSING
        return self._told(lambda known: known.mean())

    @cached_property
    def sd(self) -> Estimate:
        """The standard deviation; missing where it does not exist."""
        if self._fixed is not None:
            return Estimate.exact(0.0)
        if not self.spec.has_variance:
            return MISSING
        return self._told(lambda known: known.sd())

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
        if self._fixed is not None:
            return self._fixed
        return self._told(lambda known: known.quantile(p))

    def tvar(self, p: float) -> Estimate:
        """Return the tail value at risk: the mean of the largest values, of probability 1 - p.

        It is the mean beyond the quantile at ``p``, the value at risk, where no value has a
        probability of its own; missing where the mean does not exist.

        Parameters
        ----------
        p : float
            Strictly between 0 and 1.

        Raises
        ------
        UsageError
            If ``p`` is not.
        """
        check_share(p, "tvar")
        if self._fixed is not None:
            return self._fixed
        if not self.spec.has_mean:
            return MISSING
        return self._told(lambda known: known.tvar(p))

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
        with np.errstate(all="ignore"):
            low, high = self._statistics.shortest_interval(level)
        return Interval(level, low.if_finite(), high.if_finite())

    def exceedance(self, x: float) -> Estimate:
        """Return P(output > x), ``x`` in the output's unit.

        Raises
        ------
        UsageError
            If ``x`` is nan or no number.
        """
        check_amount(x, self.unit)
        if self._fixed is not None:
            return Estimate.exact(float(float(self._fixed) > x))
        return self._told(lambda known: known.exceedance(x))

    def seeks(self, x: float) -> bool:
        """Whether :attr:`recentring` looks at P(output > x) from where ``x`` comes about."""
        statistics = self._by_law
        if self._fixed is not None or not isinstance(statistics, SmoothedStatistics):
            return False
        with np.errstate(all="ignore"):
            return not self.undefined and statistics.seeks(x)

    def cdf(self, x: float) -> Estimate:
        """Return P(output <= x), ``x`` in the output's unit, with all digits of a small one.

        Raises
        ------
        UsageError
            If ``x`` is nan or no number.
        """
        check_amount(x, self.unit)
        if self._fixed is not None:
            return Estimate.exact(float(float(self._fixed) <= x))
        return self._told(lambda known: known.cdf(x))

    def density(self, x: float) -> Estimate:
        """Return the density at ``x``: probability per unit of the output.

        It is missing where the output has no density or where only draws are known: where no input
        could be integrated out.

        Raises
        ------
        UsageError
            If ``x`` is nan or no number.
        """
        check_amount(x, self.unit)
        if self._fixed is not None:
            return MISSING
        return self._told(lambda known: known.density(x))

    @cached_property
    def undefined(self) -> int:
        """How many draws have no value, such as the logarithm of a negative number."""
        return self.draws.undefined

    @cached_property
    def infinite(self) -> int:
        """How many draws are infinite."""
        return self.draws.infinite

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know beside the numbers."""
        total = self.draws.total
        if self.undefined:
            why = f": {'; '.join(self.spec.hazards)}" if self.spec.hazards else ""
            share = f"{self.undefined:,} of {total:,} draws"
            return (f"{self.name} has no value in {share}{why}; no statistic is given",)
        said = [f"{self.name}: {hazard}" for hazard in self.spec.hazards]
        if self.infinite:
            said.append(f"{self.name} is infinite in {self.infinite:,} of {total:,} draws")
        return (*said, *self._width_warnings(), *self._tail_warnings())

    def _width_warnings(self) -> list[str]:
        """Return a warning about an interval that has no width though inputs vary."""
        low, high = self.draws.ends
        if not self.spec.uncertain or low != high:
            return []
        fixed, total = self._fixed is not None, self.draws.total
        where = "whatever the inputs are" if fixed else f"in all {total:,} draws"
        return [f"{self.name} is {low:g} {where}: its interval has no width"]

    def _tail_warnings(self) -> list[str]:
        """Return warnings about moments that do not exist or may not."""
        if self._fixed is not None or self.infinite:
            return []
        if not self.spec.has_mean:
            return [f"{self.name} has no mean and no sd: an input's own mean is infinite"]
        index = self.draws.tail_index()
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
        """The one value of an output that no draw can change, without error."""
        low, high = self.spec.support
        if self.undefined or (self.spec.uncertain and low != high):
            return None
        value, _ = self.draws.ends
        return Estimate.exact(value) if isfinite(value) else None

    def _told(self, ask: Callable[[Statistics], Estimate]) -> Estimate:
        """Return a statistic, missing where draws have no value or the numbers do not suffice."""
        if self.undefined:
            return MISSING
        with np.errstate(all="ignore"):
            return ask(self._statistics).if_finite()

    @cached_property
    def _statistics(self) -> Statistics:
        """What answers for this output."""
        return as_near(self._by_law, self.given, self.near, self.draws.support)

    @cached_property
    def _by_law(self) -> Statistics:
        """What answers by the laws of the inputs as they are."""
        if self.given is None:
            return self.draws
        return SmoothedStatistics(self.given, self.draws, self.recentring)

    def __repr__(self) -> str:
        low, median, high = (self.quantile(p) for p in (0.05, 0.5, 0.95))
        return f"Output({self.name}: median {median}, 90% interval {low} to {high} {self.unit})"
