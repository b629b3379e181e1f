"""Shares, which are inputs written in percent: what would take them above the whole."""

from collections.abc import Iterable, Iterator

import numpy as np

from lossmodel.distributions.base import Discrete
from lossmodel.errors import Fault
from lossmodel.model.inputs import ModelInput
from lossmodel.scenario.numerals import NUMERAL
from lossmodel.scenario.values import Between, Constant, Value, parsed_value
from lossmodel.units.quoting import quoted

_MOST = 1e-3
"""Probability above 100% that is worth a warning."""


def refuse_bare(own: ModelInput, value: Value) -> None:
    """Refuse a plain number above 1 in the place of a share that is written in percent.

    Parameters
    ----------
    own : ModelInput
        As the file has it.
    value : Value
        What is to stand in its place.

    Raises
    ------
    Fault
        With the percent sign as the fix: 30 would be 3,000%.
    """
    if not _is_share(own, own.item.value) or value.unit:
        return
    match value:
        case Constant(number) if number > 1.0:
            numbers = [number]
        case Between(low, high) if low > 1.0:
            numbers = [low, high]
        case _:
            return
    said, meant = (
        " to ".join(f"{number * factor:,.6g}" for number in numbers) for factor in (1.0, 100.0)
    )
    found = f"{own.name} = {said}, which is {meant}%"
    raise Fault(found, f"a share, as {quoted(own.item.value)} in the file", f"{said}%")


def beyond_the_whole(inputs: Iterable[ModelInput]) -> Iterator[str]:
    """Yield a warning for each share that is above 100% with a probability of more than 0.001.

    Parameters
    ----------
    inputs : iterable of ModelInput

    Notes
    -----
    A share is what is written with a percent sign, has no unit and is no count.  Whoever types more
    than 100% means it.
    """
    for each in inputs:
        if each.shown is None or not _is_share(each, each.text):
            continue
        beyond = float(each.shown.survival(np.array([1.0 / each.factor]))[0])
        if beyond > _MOST:
            yield (
                f"{each.name}: {quoted(each.text)} is above 100% with probability {beyond:.2g}; "
                f"a share of something is better written as {_ending(each.text)}, which ends there"
            )


def _ending(text: str) -> str:
    """Return what to write in the place of a share."""
    match parsed_value(text):
        case Between(low, high) if high < 1.0:
            return f"beta(p5={100.0 * low:g}%, p95={100.0 * high:g}%)"
        case _:
            return "beta(...) or pert(...)"


def _is_share(each: ModelInput, text: str) -> bool:
    """Whether an input that is written so is a share of something."""
    typed = [
        float(match["digits"].replace("_", "").replace(",", ""))
        for match in NUMERAL.finditer(text)
        if (match["scale"] or "").strip() == "%"
    ]
    is_count = isinstance(each.distribution, Discrete)
    return bool(typed) and max(typed) <= 100.0 and not (each.unit.powers or is_count)
