"""Small histograms of the outputs, those of one unit on a common axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from lossmodel.simulation.output import Output

BINS = 16
_TAIL = 0.01


@final
@dataclass(frozen=True, slots=True)
class Histogram:
    """The draws of an output in equal bins.

    Attributes
    ----------
    low, high : float
        Ends of the axis, in the output's unit: the 1st to the 99th percentile of all outputs in
        that unit, and the amounts claimed.
    shares : tuple of float
        Of the draws, in each bin; what lies outside the axis is in none.
    marks : tuple of int
        The bins in which the amounts claimed for this output fall, if they are on the axis.
    """

    low: float
    high: float
    shares: tuple[float, ...]
    marks: tuple[int, ...]


def histograms(
    outputs: Sequence[Output], amounts: Mapping[str, Sequence[float]]
) -> dict[str, Histogram]:
    """Return the histogram of each output.

    Parameters
    ----------
    outputs : sequence of Output
    amounts : mapping of str to sequence of float
        By output, the amounts to mark, in its unit.
    """
    found: dict[str, Histogram] = {}
    for unit in dict.fromkeys(output.unit for output in outputs):
        alike = [output for output in outputs if output.unit == unit]
        low, high = _axis(alike, amounts)
        found |= {each.name: _histogram(each, low, high, amounts[each.name]) for each in alike}
    return {output.name: found[output.name] for output in outputs}


def side_by_side(first: Output, second: Output, factor: float) -> tuple[Histogram, Histogram]:
    """Return the histograms of two outputs on one axis, in the unit of the first.

    Parameters
    ----------
    first, second : Output
    factor : float
        Turns the second's unit into the first's.
    """
    here, there = _axis([first], {first.name: ()}), _axis([second], {second.name: ()})
    low, high = min(here[0], factor * there[0]), max(here[1], factor * there[1])
    other = _histogram(second, low / factor, high / factor, ())
    return _histogram(first, low, high, ()), replace(other, low=low, high=high)


def _axis(outputs: Sequence[Output], amounts: Mapping[str, Sequence[float]]) -> tuple[float, float]:
    """Return the ends of the axis of some outputs."""
    uncertain = [output for output in outputs if output.spec.uncertain]
    ends = [amount for output in uncertain for amount in amounts[output.name]]
    for output in uncertain:
        ends += output.draws.middle(_TAIL) or ()
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _histogram(output: Output, low: float, high: float, amounts: Sequence[float]) -> Histogram:
    """Return one output on an axis; all in the middle where the axis has no length."""
    width = high - low
    if not (width > 0.0 and np.isfinite(width)):
        return Histogram(low, high, (0.0,) * BINS, ())
    shares = output.draws.shares(low, high, BINS)
    # The axis holds the amounts claimed for what is uncertain, not all those for what is certain.
    seen = [amount for amount in amounts if low <= amount <= high]
    marks = (min(int(BINS * (amount - low) / width), BINS - 1) for amount in seen)
    return Histogram(low, high, tuple(shares.tolist()), tuple(marks))
