"""Shares that may exceed the whole: inputs written in percent, of which much lies above 100%."""

from collections.abc import Iterable, Iterator

import numpy as np

from lossmodel.model.inputs import ModelInput
from lossmodel.scenario.numerals import NUMERAL
from lossmodel.scenario.values import Between, parsed_value
from lossmodel.units.quoting import quoted

_MOST = 1e-3
"""Probability above 100% that is worth a warning."""


def beyond_the_whole(inputs: Iterable[ModelInput]) -> Iterator[str]:
    """Yield a warning for each share that is above 100% with a probability of more than 0.001.

    Parameters
    ----------
    inputs : iterable of ModelInput

    Notes
    -----
    A share is what is written with a percent sign and has no unit.  Whoever types more than 100%
    means it.
    """
    for each in inputs:
        typed = [
            float(part["digits"].replace("_", "").replace(",", "")) for part in _percents(each)
        ]
        if each.shown is None or each.unit.powers or not typed or max(typed) > 100.0:
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


def _percents(each: ModelInput) -> Iterator[dict[str, str]]:
    """Yield the numbers that are written with a percent sign."""
    for match in NUMERAL.finditer(each.text):
        if (match["scale"] or "").strip() == "%":
            yield match.groupdict()
