"""The other reading of each input that belongs to counted things: shared, or one value for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import final

from lossmodel.formula.aggregates import taken_out
from lossmodel.formula.algebra import names
from lossmodel.formula.tree import Binary, Call, Name, Node, Number, Over, fold
from lossmodel.model.counting import counters_of, least
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

    An input in ``bbl/truck`` belongs to trucks where something counts trucks: it is then read as
    one value for each (of the first in the file, where several count them), and where the formula
    wants one number, as their mean.
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
        elif counters := counters_of(model, each):
            nodes = _each_its_own(model, each.name, counters[0])
            yield Alternative(
                each.name, f"per {counters[0]}", _read(model, each, counters[0], nodes)
            )


def _read(model: Model, each: ModelInput, counter: str, nodes: Mapping[str, Node]) -> Model:
    """Return a model with an input counted by something else, and formulas to suit."""
    other = replace(each, counted_by=counter)
    inputs = {one.name: other if one is each else one for one in model.inputs}
    axes = {name: one.counted_by for name, one in inputs.items() if one.counted_by}
    columns, aggregates = taken_out(nodes, axes)
    counting = names(model.formulas.whole(counter)) if counter else frozenset()
    return replace(
        model,
        inputs=tuple(inputs.values()),
        used=model.used | counting,
        formulas=replace(model.formulas, columns=columns, aggregates=aggregates),
        sums=drawn_as_one(aggregates, inputs, used_elsewhere(columns, model.scenario)),
        occurrences={},
    )


def _each_its_own(model: Model, name: str, counter: str) -> dict[str, Node]:
    """Return the outputs, in terms of inputs, with one value of an input for each unit."""
    own, count = model.formulas.whole(name), model.formulas.whole(counter)
    few = least(count, {each.name: each for each in model.inputs})
    mean = _mean(own, counter, count, few)
    whole = model.formulas.in_inputs(apart=[name])
    return {each: _of_each(node, name, own, mean, counter) for each, node in whole.items()}


@final
@dataclass(frozen=True, slots=True)
class _Both:
    """A part of a formula as it is, and with the mean over units in the place of an input."""

    raw: Node
    mean: Node


def _mean(own: Node, counter: str, count: Node, few: float) -> Node:
    """Return the mean of something over ``few`` units or more, 0 where there are none."""
    if few >= 1.0:
        return Over("mean", counter, own, count)
    total = Over("sum", counter, own, count)
    return Binary("/", total, Call("max", (count, Number(1.0))))


def _of_each(node: Node, name: str, own: Node, mean: Node, counter: str) -> Node:
    """Return a formula with one value of an input for each unit.

    Where it already goes over these units it takes the unit's ``own`` value, elsewhere their mean.
    """

    def visit(part: Node, parts: list[_Both]) -> _Both:
        if isinstance(part, Name):
            return _Both(own, mean) if part.name == name else _Both(part, part)
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
