"""What one input would have to be for a figure to hold, all others at their medians."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.claims.roots import Grid
from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.distributions.scores import from_scores
from lossmodel.model.inputs import ModelInput

Array = npt.NDArray[np.float64]
Output = Callable[[Mapping[str, Array]], Array]
"""The output at some values of some inputs, all others at their medians."""

_JUMP = 1e-6
"""What is left of an amount where the output jumps past it, at least, by its usual size."""


@final
@dataclass(frozen=True, slots=True)
class Switching:
    """The value that one input would need.

    Attributes
    ----------
    value : float or None
        In the input's unit; None where no value does it.
    others : tuple of float
        Further values that do it.
    unit : str
    percentile, tail : float or None
        P(input <= value) and P(input > value) under the input's own distribution; of a discrete
        input P(input >= value).
    reaches : float or None
        Where no value does it: the output nearest to the amount that the input can bring about.
        Where the output jumps past the amount at the value: the output there.
    """

    value: float | None
    others: tuple[float, ...]
    unit: str
    percentile: float | None
    tail: float | None
    reaches: float | None

    def to_dict(self) -> dict[str, object]:
        """Return the value as it stands in the JSON."""
        return {
            "value": self.value,
            "others": list(self.others),
            "unit": self.unit,
            "percentile": self.percentile,
            "tail": self.tail,
            "reaches": self.reaches,
        }


def switching(each: ModelInput, output: Output, amount: float) -> Switching:
    """Return the value that an input would need for the output to be an amount.

    Parameters
    ----------
    each : ModelInput
        Uncertain.
    output : callable
    amount : float
        In the output's unit.

    Notes
    -----
    Roots are bracketed on an even grid of normal scores out to 37 and found by bisection; two
    roots within a tenth of a score of each other are not told apart.  Of values in a row that all
    do it the one nearest to the median is told, and an amount that is reached but not passed is
    sought around the nearest output on the grid.  An output that passes the amount by way of
    infinity does not reach it there.
    """
    if each.distribution is None:
        raise AssertionError("a constant has no other value")
    values_of = from_scores(each.distribution)

    def output_at(values: Array) -> Array:
        return output({each.name: values * each.factor})

    grid = Grid(lambda z: output_at(values_of(z)), amount)
    scores = grid.steps() if isinstance(each.distribution, Discrete) else grid.roots()
    if not scores.size:
        return Switching(None, (), str(each.unit), None, None, _nearest(grid.outputs, amount))
    order = np.argsort(np.abs(scores), kind="stable")
    found = _found(each, each.distribution, list(dict.fromkeys(values_of(scores[order]).tolist())))
    there = float(output_at(np.array([found.value]))[0])
    usual = max(abs(amount), float(np.median(np.abs(grid.outputs))))
    return found if abs(there - amount) <= _JUMP * usual else replace(found, reaches=there)


def _found(each: ModelInput, law: Distribution, roots: list[float]) -> Switching:
    """Return the first of some values that do it, and how rare it is."""
    value, *others = roots
    at = np.array([value])
    before = np.nextafter(at, -np.inf) if isinstance(law, Discrete) else at
    percentile, tail = float(law.cdf(at)[0]), float(law.survival(before)[0])
    return Switching(value, tuple(others), str(each.unit), percentile, tail, None)


def _nearest(outputs: Array, amount: float) -> float | None:
    """Return the output nearest to the amount; None where it has no value.

    All of them may be equally far from an amount that is much larger.
    """
    finite = outputs[np.isfinite(outputs)]
    beside = finite[finite <= amount].max(initial=-inf), finite[finite > amount].min(initial=inf)
    ends = [float(end) for end in beside if isfinite(end)]
    return min(ends, key=lambda end: abs(end - amount), default=None)
