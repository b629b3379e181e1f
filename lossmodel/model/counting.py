"""What counts things one by one: numbers of trucks, of fires in a year, of claims.

Whole numbers count: constants, discrete inputs, what is rounded, and sums and products of such;
random ones may be per a period of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from lossmodel.formula.algebra import names
from lossmodel.formula.intervals import bounds
from lossmodel.formula.tree import Call, Node
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.model.wholes import ROUNDED, is_whole
from lossmodel.units import Unit

_RECENT = 32


def counters_of(model: Model, each: ModelInput) -> tuple[str, ...]:
    """Return the inputs and formulas that count what an input is given per unit of.

    Parameters
    ----------
    model : Model
        Made of formulas.
    each : ModelInput
        Such as a cost in ``USD/truck``.

    Returns
    -------
    tuple of str
        In the order of the file, inputs first; without what depends on the input itself.  None for
        an input that only is a parameter of others.
    """
    nouns = {name for name, power in each.unit.powers if power == -1}
    found = [one for one in _counters(model) if one.noun in nouns and each.name not in one.needs]
    return tuple(one.name for one in found) if found and each.name in _priced(model) else ()


@final
@dataclass(frozen=True, slots=True)
class _Counter:
    """What counts things: its name, their noun, and the inputs that it depends on."""

    name: str
    noun: str
    needs: frozenset[str]


@lru_cache(maxsize=_RECENT)
def _counters(model: Model) -> tuple[_Counter, ...]:
    """Return all that counts things in a model."""
    inputs = {each.name: each for each in model.inputs}
    found = []
    for name, unit in model.formulas.shared.items():
        simple, _ = model.units.simplified(unit)
        noun = model.units.counted(model.units.timeless(simple))
        node = model.formulas.whole(name) if noun else None
        if noun and node and _counts(node, inputs) and not _is_rate(node, simple, model):
            found.append(_Counter(name, noun, names(node)))
    return tuple(found)


def _is_rate(node: Node, unit: Unit, model: Model) -> bool:
    """Whether it is a known number per time; the orders of a usual day count none."""
    random = any(each.name in names(node) and not each.is_constant for each in model.inputs)
    return not random and model.units.counted(unit) is None


@lru_cache(maxsize=_RECENT)
def _priced(model: Model) -> frozenset[str]:
    """Return the inputs that outputs go by other than as a parameter of another input."""
    whole = model.formulas.in_inputs(apart=model.formulas.parameters)
    return frozenset().union(*map(names, whole.values()))


def least(node: Node, inputs: Mapping[str, ModelInput]) -> float:
    """Return a number that a count in terms of inputs is never below."""
    return bounds(node, {name: inputs[name].support for name in names(node)}).low


def _counts(node: Node, inputs: Mapping[str, ModelInput]) -> bool:
    """Whether something in terms of inputs is a whole number of things, and may be above 0."""
    if not is_whole(node, inputs):
        return False
    span = bounds(node, {name: inputs[name].support for name in names(node)})
    rounded = isinstance(node, Call) and node.function in ROUNDED
    return span.high > 0.0 and (span.low >= 0.0 or rounded)
