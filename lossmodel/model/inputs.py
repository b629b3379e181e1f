"""The inputs of a model: what is drawn, and in which unit."""

from dataclasses import dataclass
from math import isfinite, ulp
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous, Distribution
from lossmodel.distributions.families import build, lognormal_between
from lossmodel.model.hierarchy import law_of
from lossmodel.scenario.schema import Input
from lossmodel.scenario.values import Between, Constant, Drawn, Value
from lossmodel.units import Unit

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class ModelInput:
    """One input, as it is drawn.

    Attributes
    ----------
    name : str
    place : int
        In the file, from 0, constants counted.
    item : Input
        Its table in the scenario.
    text : str
        The value in force: the file's, or a replacement's.
    distribution : Distribution or None
        None for a constant.
    constant : float
        nan where there is a distribution.
    unit : Unit
        In which the value is written.
    factor : float
        Turns a number in ``unit`` into one in the unit the file writes, which formulas expect; 1
        but for a replacement in another unit.
    counted_by : str
        The name of what counts the input, or "" where one value is shared.
    parameters : tuple of str
        The names that its parameters refer to, as written.  ``distribution`` is then that of what
        is drawn for it, which a formula turns into its own values.
    typical : Distribution or None
        Of an input with such parameters: its distribution where they are at their medians.
    """

    name: str
    place: int
    item: Input
    text: str
    distribution: Distribution | None
    constant: float
    unit: Unit
    factor: float = 1.0
    counted_by: str = ""
    parameters: tuple[str, ...] = ()
    typical: Distribution | None = None

    @property
    def is_constant(self) -> bool:
        """Whether the value is taken as known."""
        return self.distribution is None

    @property
    def support(self) -> tuple[float, float]:
        """Bounds in the unit that formulas expect; what is drawn never is a continuous end at 0."""
        if self.distribution is None:
            return self.constant * self.factor, self.constant * self.factor
        low, high = (end * self.factor for end in self.distribution.support)
        if isinstance(self.distribution, Continuous):
            return low or ulp(0.0), high or -ulp(0.0)
        return low, high

    @property
    def shown(self) -> Distribution | None:
        """What it is shown as: its distribution, parameters that are formulas at their medians."""
        return self.typical or self.distribution

    def quantile(self, p: float) -> float:
        """Return the quantile at ``p`` of what it is shown as, in ``unit``."""
        return self.constant if self.shown is None else _quantile(self.shown, p)

    def drawn_quantile(self, p: float) -> float:
        """Return the quantile at ``p`` of what is drawn for it."""
        return self.constant if self.distribution is None else _quantile(self.distribution, p)

    @property
    def drawn_median(self) -> float:
        """The median of what is drawn for it."""
        return self.drawn_quantile(0.5)

    @property
    def has_mean(self) -> bool:
        """Whether the family has a finite mean."""
        return self.distribution is None or self._exists(self.distribution.mean, 1e300)

    @property
    def has_variance(self) -> bool:
        """Whether the family has a finite variance."""
        return self.distribution is None or self._exists(self.distribution.variance, 1e150)

    def _exists(self, moment: float, largest: float) -> bool:
        """Whether a moment is finite, or only too large a number for this size of values."""
        far = max(abs(self.drawn_quantile(0.05)), abs(self.drawn_quantile(0.95)))
        return isfinite(moment) or far > largest

    @property
    def is_assumed(self) -> bool:
        """Whether the value rests on no source."""
        replaced = self.text != self.item.value
        return replaced or self.item.basis == "assumed" or not (self.item.basis or self.item.source)


def _quantile(law: Distribution, p: float) -> float:
    """Return a quantile of a distribution."""
    return float(law.quantile(np.array([p]))[0])


def distribution_of(value: Value) -> Distribution | None:
    """Return the distribution that a value stands for, None for a constant.

    Raises
    ------
    Fault
        If the family or its parameters are refused.
    """
    match value:
        case Constant():
            return None
        case Between(low, high):
            return lognormal_between(low, high)
        case Drawn(call) if call.formulas:
            return law_of(call)
        case Drawn(call):
            return build(call)
