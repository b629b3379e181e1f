"""What one input would have to be for a figure to hold, all others at their medians."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.distributions.scores import from_scores
from lossmodel.model.inputs import ModelInput

Array = npt.NDArray[np.float64]
Output = Callable[[Mapping[str, Array]], Array]
"""The output at some values of some inputs, all others at their medians."""

_FARTHEST, _CELLS, _HALVINGS = 37.0, 740, 60


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
        P(input <= value) and P(input > value) under the input's own distribution.
    reaches : float or None
        Where no value does it: the output nearest to the amount that the input can bring about.
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
    roots within a tenth of a score of each other are not told apart.
    """
    if each.distribution is None:
        raise AssertionError("a constant has no other value")
    values_of = from_scores(each.distribution)
    z = np.linspace(-_FARTHEST, _FARTHEST, _CELLS + 1)

    def left_at(z: Array) -> Array:
        return output({each.name: values_of(z) * each.factor}) - amount

    values, left = values_of(z), left_at(z)
    crossed = np.flatnonzero((left[:-1] < 0.0) != (left[1:] < 0.0))
    if not crossed.size:
        return Switching(None, (), str(each.unit), None, None, _nearest(left, amount))
    if isinstance(each.distribution, Discrete):
        # The last value, or the first, at which the output is not below the amount.
        roots = np.where(left[crossed] < 0.0, values[crossed + 1], values[crossed])
    else:
        roots = values_of(
            _bisected(
                lambda z: output({each.name: values_of(z) * each.factor}) - amount, z, crossed
            )
        )
    order = np.argsort(np.abs(z[crossed]), kind="stable")
    return _found(each, each.distribution, [float(root) for root in roots[order]])


def _found(each: ModelInput, law: Distribution, roots: list[float]) -> Switching:
    """Return the first of some values that do it, and how rare it is."""
    value, *others = roots
    at = np.array([value])
    percentile, tail = float(law.cdf(at)[0]), float(law.survival(at)[0])
    return Switching(value, tuple(others), str(each.unit), percentile, tail, None)


def _bisected(left: Callable[[Array], Array], z: Array, crossed: npt.NDArray[np.intp]) -> Array:
    """Return the scores of the roots, all brackets halved at once."""
    low, high = z[crossed], z[crossed + 1]
    negative = left(low) < 0.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = (left(middle) < 0.0) == negative
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    roots: Array = 0.5 * (low + high)
    return roots


def _nearest(left: Array, amount: float) -> float | None:
    """Return the output nearest to the amount; None where it has no value."""
    finite = left[np.isfinite(left)]
    return float(finite[np.argmin(np.abs(finite))]) + amount if finite.size else None
