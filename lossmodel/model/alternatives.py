"""The other reading of each input that belongs to counted things: shared, or one value for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import final

from lossmodel.distributions.base import Discrete
from lossmodel.formula.aggregates import taken_out
from lossmodel.formula.algebra import names
from lossmodel.formula.tree import Binary, Call, Name, Node, Number, Over, fold
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.model.summing import drawn_as_one, used_elsewhere

_RECENT = 32


@final
@dataclass(frozen=True, slots=True)
class Alternative:
    """A model in which one input is read the other way.

    Attributes
    ----------
    name : str
        Of the input.
    varies : str
        "shared" or "per NAME", unlike in the scenario.
    model : Model
    """

    name: str
    varies: str
    model: Model


@lru_cache(maxsize=_RECENT)
def alternatives(model: Model) -> tuple[Alternative, ...]:
    """Return a model for each uncertain input that varies per unit, or could by its own unit.

    An input in ``bbl/truck`` belongs to trucks where one input counts trucks, at least one of them:
    it is then read as one value for each, and where the formula wants one number, as their mean.
    """
    return () if model.scenario.is_code else tuple(_alternatives(model))


def _alternatives(model: Model) -> Iterator[Alternative]:
    """Yield the alternatives of a model made of formulas."""
    whole = model.formulas.in_inputs()
    for each in model.inputs:
        # What is tied to other inputs has no other reading: values per unit are independent.
        if each.is_constant or each.name not in model.used or model.tied_to(each.name):
            continue
        if each.counted_by:
            yield Alternative(each.name, "shared", _read(model, each, "", whole))
        elif counter := counter_of(model, each):
            mean = _mean(model, each.name, counter)
            nodes = {name: _of_each(node, each.name, mean, counter) for name, node in whole.items()}
            yield Alternative(each.name, f"per {counter}", _read(model, each, counter, nodes))


def counter_of(model: Model, each: ModelInput) -> str:
    """Return the one input that counts what an input is given per unit of, or ""."""
    nouns = {name for name, power in each.unit.powers if power == -1}
    counters = [
        other.name
        for other in model.inputs
        if not other.counted_by and _counts(model, other) in nouns
    ]
    return counters[0] if len(counters) == 1 else ""


def _counts(model: Model, each: ModelInput) -> str | None:
    """Return what an input counts one by one: a number from 1, or a random one of a period too.

    A rate that is no whole number of things, such as the orders of a usual day, counts none.
    """
    if isinstance(each.distribution, Discrete) and each.support[0] >= 0.0:
        return model.units.counted(model.units.timeless(each.unit))
    return model.units.counted(each.unit) if each.support[0] >= 1.0 else None


def _read(model: Model, each: ModelInput, counter: str, nodes: Mapping[str, Node]) -> Model:
    """Return a model with an input counted by something else, and formulas to suit."""
    other = replace(each, counted_by=counter)
    inputs = {one.name: other if one is each else one for one in model.inputs}
    axes = {name: one.counted_by for name, one in inputs.items() if one.counted_by}
    columns, aggregates = taken_out(nodes, axes)
    return replace(
        model,
        inputs=tuple(inputs.values()),
        used=model.used | {counter} if counter else model.used,
        formulas=replace(model.formulas, columns=columns, aggregates=aggregates),
        sums=drawn_as_one(aggregates, inputs, used_elsewhere(columns, model.scenario)),
        occurrences={},
    )


@final
@dataclass(frozen=True, slots=True)
class _Both:
    """A part of a formula as it is, and with the mean over units in the place of an input."""

    raw: Node
    mean: Node


def _mean(model: Model, name: str, counter: str) -> Node:
    """Return the mean of an input over units, which is 0 where there are none."""
    one = Name(name)
    least = min(each.support[0] for each in model.inputs if each.name == counter)
    if least >= 1.0:
        return Over("mean", counter, one, Name(counter))
    total = Over("sum", counter, one, Name(counter))
    return Binary("/", total, Call("max", (Name(counter), Number(1.0))))


def _of_each(node: Node, name: str, mean: Node, counter: str) -> Node:
    """Return a formula with one value of an input for each unit.

    Where it already goes over these units it takes the unit's own value, elsewhere their mean.
    """

    def visit(part: Node, parts: list[_Both]) -> _Both:
        if isinstance(part, Name):
            return _Both(part, mean if part.name == name else part)
        raw = part.with_parts([each.raw for each in parts]) if parts else part
        if isinstance(part, Over) and part.axis == counter:
            body, count = parts
            return _Both(raw, part.with_parts([body.raw, count.mean]))
        return _Both(raw, part.with_parts([each.mean for each in parts]) if parts else part)

    return fold(node, visit).mean


def reached(alternative: Alternative, model: Model) -> list[str]:
    """Return the outputs that the input of an alternative reaches."""
    whole = model.formulas.in_inputs()
    return [name for name, node in whole.items() if alternative.name in names(node)]
