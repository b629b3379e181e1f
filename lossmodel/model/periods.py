"""Outputs that are the loss of a period of time, and what its largest event alone would cost."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count
from math import inf
from typing import final

from lossmodel.distributions.base import Continuous, Discrete
from lossmodel.formula.aggregates import Aggregate, aggregate_of
from lossmodel.formula.algebra import ONE, ZERO, affine_in, names, substituted
from lossmodel.formula.intervals import Bounds, bounds
from lossmodel.formula.tree import Binary, Call, Name, Node, Over
from lossmodel.model.compounding import compound_largest
from lossmodel.model.formulas import TypedFormulas
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import ModelOutput, Occurrence
from lossmodel.model.summing import as_one
from lossmodel.units import Units


def with_periods(
    outputs: Iterable[ModelOutput], formulas: TypedFormulas, units: Units
) -> tuple[ModelOutput, ...]:
    """Return outputs with the period that they are the loss of, if they are of one.

    An output per year is the loss of a year where it goes over what is counted per year; one per
    nothing is that of the largest event where it takes the largest of what is counted per year.
    """
    return tuple(_with_period(each, formulas, units.period(each.unit)) for each in outputs)


def _with_period(output: ModelOutput, formulas: TypedFormulas, per: str) -> ModelOutput:
    """Return an output, in a unit per a period or per none, with the period it is of."""
    reached = _reached(formulas.columns[output.name], formulas.aggregates)
    over = [(each.function, formulas.periods.get(each.axis, "")) for each in reached]
    if per:
        return replace(output, period=per) if ("sum", per) in over else output
    periods = {period for _, period in over if period}
    if len(periods) == 1 and all(function == "max" for function, period in over if period):
        return replace(output, period=periods.pop(), of_largest=True)
    return output


def _reached(node: Node, aggregates: tuple[Aggregate, ...]) -> list[Aggregate]:
    """Return the functions over units that a formula depends on."""
    needed, found = set(names(node)), []
    for each in reversed(aggregates):
        if each.name in needed:
            needed |= each.needs
            found.append(each)
    return found


def occurrences_of(
    outputs: Iterable[ModelOutput],
    formulas: TypedFormulas,
    inputs: Mapping[str, ModelInput],
    sums: Iterable[ModelInput],
) -> dict[str, Occurrence]:
    """Return, by output, what it would be of the largest event of its period alone.

    Only an output that is a sum over events has such a loss, and only where they are drawn.

    Parameters
    ----------
    outputs : iterable of ModelOutput
    formulas : TypedFormulas
    inputs : mapping of str to ModelInput
    sums : iterable of ModelInput
        Those that have a distribution of their own: of what three cumulants describe there are many
        events, and none is drawn to know the largest.
    """
    lawful = {each.name for each in sums if isinstance(each.distribution, Continuous)}
    spans = {name: each.support for name, each in inputs.items()}
    found: dict[str, Occurrence] = {}
    numbers = count(len(formulas.aggregates) + 1)
    for output in outputs:
        node = formulas.columns[output.name]
        parts = [each for each in formulas.aggregates if each.name in names(node)]
        if output.period and not output.of_largest and not lawful & names(node):
            kinds = _kinds(node, parts, output.period, formulas.periods, spans)
            if kinds:
                found[output.name] = _occurrence(output, kinds, numbers, spans)
    return found


def largest_as_one(
    occurrences: Mapping[str, Occurrence],
    formulas: TypedFormulas,
    inputs: Mapping[str, ModelInput],
    sums: tuple[ModelInput, ...],
) -> tuple[ModelInput, ...]:
    """Return the largest events that have a distribution of their own, behind all inputs and sums.

    They are those whose discrete sums have one: nothing else goes over these events.
    """
    discrete = {each.name for each in sums if isinstance(each.distribution, Discrete)}
    known = {_goes_over(each) for each in formulas.aggregates if each.name in discrete}
    every = dict.fromkeys(one for each in occurrences.values() for one in each.aggregates)
    alike = (each for each in every if _goes_over(each) in known)
    laws = {each.name: law for each in alike if (law := compound_largest(each, inputs))}
    first = len(inputs) + len(sums)
    return tuple(as_one(name, law, first + at) for at, (name, law) in enumerate(laws.items()))


def _goes_over(each: Aggregate) -> tuple[str, Node, Node]:
    """Return what a function over units is a function of."""
    return each.axis, each.body, each.count


@final
@dataclass(frozen=True, slots=True)
class _Kind:
    """The largest of one kind of events, with a factor before it."""

    factor: Node
    over: Over


def _kinds(
    node: Node,
    sums: list[Aggregate],
    period: str,
    periods: Mapping[str, str],
    spans: Mapping[str, tuple[float, float]],
) -> list[_Kind]:
    """Return the largest event of each kind, none where a formula is no sum over events.

    With shared factors A, the sums over events of A x and of A' x' are one of A x + A' x'.
    """
    own = frozenset(each.name for each in sums)
    rest, parts = node, dict[str, list[tuple[Node, Aggregate]]]()
    for each in sums:
        form = affine_in(rest, each.name)
        # Events that are counted by what was counted before are parts of events.
        is_event = periods.get(each.axis) == period and names(each.count) <= spans.keys()
        if each.function != "sum" or not is_event or form is None or names(form.A) & own:
            return []
        parts.setdefault(each.axis, []).append((form.A, each))
        rest = form.B
    return [_kind(each, spans) for each in parts.values()] if rest == ZERO else []


def _kind(parts: list[tuple[Node, Aggregate]], spans: Mapping[str, tuple[float, float]]) -> _Kind:
    """Return the largest of events, each the sum of the parts; a factor of all stands before it."""
    (factor, first), *others = parts
    if not others and names(factor) <= spans.keys() and bounds(factor, spans).low >= 0.0:
        return _Kind(factor, Over("max", first.axis, first.body, first.count))
    bodies = [Binary("*", factor, each.body) for factor, each in parts]
    body = reduce(lambda left, right: Binary("+", left, right), bodies)
    return _Kind(ONE, Over("max", first.axis, body, first.count))


def _occurrence(
    output: ModelOutput,
    kinds: list[_Kind],
    numbers: Iterator[int],
    spans: Mapping[str, tuple[float, float]],
) -> Occurrence:
    """Return the loss of the largest event of any kind."""
    aggregates = [aggregate_of(each.over, next(numbers)) for each in kinds]
    nodes = [
        Name(made.name) if each.factor == ONE else Binary("*", each.factor, Name(made.name))
        for made, each in zip(aggregates, kinds, strict=True)
    ]
    node = nodes[0] if len(nodes) == 1 else Call("max", tuple(nodes))
    whole = substituted(
        node, {made.name: each.over for made, each in zip(aggregates, kinds, strict=True)}
    )
    limit = bounds(whole, spans) if names(whole) <= spans.keys() else Bounds(-inf, inf)
    spec = replace(
        output,
        name=f"largest event of {output.name}",
        support=(limit.low, limit.high),
        of_largest=True,
        hazards=(),
    )
    return Occurrence(spec, node, tuple(aggregates))
