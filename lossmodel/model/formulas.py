"""The formulas of a scenario with their units checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.errors import Fault, UsageError
from lossmodel.formula.aggregates import Aggregate, taken_out
from lossmodel.formula.algebra import names, substituted
from lossmodel.formula.checking import Resolved, Typed, expressed, resolved, simplest, sum_without
from lossmodel.formula.intervals import bounds
from lossmodel.formula.tree import Name, Node
from lossmodel.model.inputs import ModelInput
from lossmodel.model.parameters import (
    Parameters,
    arguments_of,
    family_of,
    own_node,
    refuse_over_units,
)
from lossmodel.model.replacing import replaced
from lossmodel.model.wholes import is_whole
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.parsing import Reading
from lossmodel.units import Unit, Units

_LONGEST_FIX = 80
_NO_SETTINGS: Mapping[str, str] = {}


@final
@dataclass(frozen=True, slots=True)
class TypedFormulas:
    """Formulas whose units agree.

    Attributes
    ----------
    nodes : mapping of str to Node
        In dependency order, conversion factors worked in.
    reported : mapping of str to Node
        Of the outputs: the formula in the unit it is reported in.
    units : mapping of str to Unit
        Of the outputs: that unit.
    columns : mapping of str to Node
        The outputs as they are reported, in terms of shared inputs and of aggregates.
    aggregates : tuple of Aggregate
        The functions over units in them, each after those that it depends on.
    periods : mapping of str to str
        By the name of what counts units in a period of time: that period, such as "year".
    parameters : mapping of str to Parameters
        Of inputs whose parameters are formulas.
    shared : mapping of str to Unit
        Of all inputs and formulas that have one value for all units: theirs.
    """

    nodes: Mapping[str, Node]
    reported: Mapping[str, Node]
    units: Mapping[str, Unit]
    columns: Mapping[str, Node]
    aggregates: tuple[Aggregate, ...]
    periods: Mapping[str, str]
    parameters: Mapping[str, Parameters]
    shared: Mapping[str, Unit]

    def in_inputs(self, apart: Collection[str] = ()) -> dict[str, Node]:
        """Return the outputs as they are reported, in terms of inputs alone.

        The inputs ``apart`` stay names, though their parameters be formulas.
        """
        nodes = {name: node for name, node in self.nodes.items() if name not in apart}
        return _in_inputs(nodes, self.reported)

    def whole(self, name: str) -> Node:
        """Return an input or formula in terms of inputs alone."""
        return _in_inputs(self.nodes, {name: Name(name)})[name]


def typed_formulas(
    reading: Reading,
    inputs: Mapping[str, ModelInput],
    units: Units,
    findings: Findings,
    settings: Mapping[str, str] = _NO_SETTINGS,
) -> TypedFormulas:
    """Check the units of all formulas, and note what does not agree.

    A formula that uses something whose unit is not known is passed over: the fault is there.  An
    input whose parameters are formulas becomes one itself, unless a setting replaces it.
    """
    wanted = frozenset(reading.outputs)
    in_force = _in_force(inputs, settings, units)
    known = {name: Typed(each.unit) for name, each in inputs.items() if not each.counted_by}
    counted_by = _counted_by(reading)
    counted: dict[str, Unit] = {}
    nodes: dict[str, Node] = {}
    outputs: dict[str, Resolved] = {}
    arguments: dict[str, Mapping[str, Node]] = {}
    staged = {name for name in reading.formulas.parameters if name not in settings}
    order = reading.formulas.order
    # Formulas stand behind what counts the inputs they use.
    for name in dict.fromkeys([*(each for each in known if each not in staged), *order]):
        if name in staged and name in known:
            with findings.at("inputs", name, "value"):
                own = arguments_of(inputs[name], reading, known, units, counted)
                whole = _wholes(own, in_force, nodes)
                spans = _spans(in_force, nodes)
                nodes[name] = own_node(inputs[name], reading, own, spans, whole)
                arguments[name] = own
        if name in reading.formulas.trees:
            with findings.at("model", name, "formula"):
                tree = reading.formulas.trees[name]
                if not names(tree) <= known.keys():
                    continue
                found = resolved(tree, known, units, counted)
                nodes[name], known[name] = found.node, Typed(found.unit, found.axes)
                if name in wanted:
                    _refuse_axes(reading, name, found)
                    outputs[name] = simplest(found, units)
            with findings.at("model", name, "unit"):
                unit = reading.scenario.formulas[name].unit
                if unit and name in outputs:
                    outputs[name] = expressed(found, units.parse(unit), units)
        if name in known and name in counted_by:
            each = _counted(name, counted_by[name], known[name], units, findings)
            known |= {
                one: Typed(inputs[one].unit, frozenset({name})) for one in each if one in inputs
            }
            counted |= {name: known[name].unit} if each else {}
    reported = {name: outputs[name].node for name in reading.outputs if name in outputs}
    columns, aggregates = taken_out(_in_inputs(nodes, reported), reading.counts)
    return TypedFormulas(
        nodes,
        reported,
        {name: outputs[name].unit for name in reading.outputs if name in outputs},
        columns,
        aggregates,
        {axis: period for axis, unit in counted.items() if (period := _period(unit, units))},
        _whole(reading, nodes, arguments, findings),
        {name: each.unit for name, each in known.items() if not each.axes},
    )


def _whole(
    reading: Reading,
    nodes: Mapping[str, Node],
    arguments: Mapping[str, Mapping[str, Node]],
    findings: Findings,
) -> dict[str, Parameters]:
    """Return inputs with parameters that are formulas, and these, in terms of inputs alone."""
    found = {}
    whole = _in_inputs(nodes, {name: Name(name) for name in nodes}) if arguments else {}
    for name, own in arguments.items():
        with findings.at("inputs", name, "value"):
            refuse_over_units(name, whole[name])
            found[name] = Parameters(
                whole[name],
                {each: substituted(node, whole) for each, node in own.items()},
                family_of(name, reading),
            )
    return found


def _in_force(
    inputs: Mapping[str, ModelInput], settings: Mapping[str, str], units: Units
) -> Mapping[str, ModelInput]:
    """Return the inputs with settings in place, as far as these can be read."""
    try:
        return replaced(inputs, settings, units)
    except (Fault, UsageError):
        # That is told once the file has no fault of its own.
        return inputs


def _wholes(
    arguments: Mapping[str, Node], inputs: Mapping[str, ModelInput], nodes: Mapping[str, Node]
) -> list[str]:
    """Return the parameters that are whole numbers in every draw."""
    whole = _in_inputs(nodes, arguments)
    return [name for name, node in whole.items() if is_whole(node, inputs)]


def _spans(
    inputs: Mapping[str, ModelInput], nodes: Mapping[str, Node]
) -> dict[str, tuple[float, float]]:
    """Return bounds of all inputs, and of all formulas so far."""
    spans = {name: each.support for name, each in inputs.items()}
    for name, node in nodes.items():
        limit = bounds(node, spans)
        spans[name] = limit.low, limit.high
    return spans


def _period(counted: Unit, units: Units) -> str:
    """Return the period of time that a count is per, if it is per one."""
    simple, _ = units.simplified(counted)
    return units.period(simple)


def _in_inputs(nodes: Mapping[str, Node], reported: Mapping[str, Node]) -> dict[str, Node]:
    """Return reported formulas with all formulas that they refer to put in their place."""
    whole: dict[str, Node] = {}
    for name, node in nodes.items():
        whole[name] = substituted(node, whole)
    return {name: substituted(node, whole) for name, node in reported.items()}


def _counted_by(reading: Reading) -> dict[str, list[str]]:
    """Return the inputs that vary per something, by what counts them."""
    inputs: dict[str, list[str]] = {}
    for one, counter in reading.counts.items():
        inputs.setdefault(counter, []).append(one)
    return inputs


def _counted(
    name: str, each: list[str], counter: Typed, units: Units, findings: Findings
) -> list[str]:
    """Return the inputs that ``name`` is to count; note them if it cannot, and return none."""
    if units.is_count(counter.unit) and not counter.axes:
        return each
    why = f"varies per {min(counter.axes)}" if counter.axes else f"is in {counter.unit}"
    expected = "per NAME, where NAME is one count for all, its unit a counting noun or one per year"
    for one in each:
        findings.add(("inputs", one, "varies"), f'"per {name}", which {why}', expected)
    return []


def _refuse_axes(reading: Reading, name: str, found: Resolved) -> None:
    """Refuse to report something that still varies per unit."""
    if not found.axes:
        return
    text = reading.scenario.formulas[name].formula
    # What was multiplied by the number of units is given per unit without it.
    likely = sum_without(found.node, min(found.axes)) or f"sum({text})"
    fix = f'"{likely}"' if len(found.axes) == 1 and len(text) <= _LONGEST_FIX else ""
    per = " and ".join(f"per {axis}" for axis in sorted(found.axes))
    raise Fault(f"{name}, which varies {per}", "one number: its sum or mean", fix)
