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
    typing = _Typing(reading, inputs, units, findings, settings)
    # Formulas stand behind what counts the inputs they use.
    begun = (name for name in typing.known if name not in typing.staged)
    for name in dict.fromkeys([*begun, *reading.formulas.order]):
        typing.add(name)
    return typing.found()


@final
class _Typing:
    """What is known of the formulas so far, those before the others that they are used in."""

    def __init__(
        self,
        reading: Reading,
        inputs: Mapping[str, ModelInput],
        units: Units,
        findings: Findings,
        settings: Mapping[str, str],
    ) -> None:
        self._reading, self._inputs, self._units = reading, inputs, units
        self._findings = findings
        self._in_force = _in_force(inputs, settings, units)
        self._counted_by = _counted_by(reading)
        self.known = {
            name: Typed(each.unit) for name, each in inputs.items() if not each.counted_by
        }
        self.staged = {name for name in reading.formulas.parameters if name not in settings}
        self._counted: dict[str, Unit] = {}
        self._nodes: dict[str, Node] = {}
        self._outputs: dict[str, Resolved] = {}
        self._arguments: dict[str, Mapping[str, Node]] = {}

    def add(self, name: str) -> None:
        """Look at an input or a formula; all that it uses has been looked at."""
        if name in self.staged and name in self.known:
            self._add_input(name)
        trees = self._reading.formulas.trees
        if name in trees:
            if not names(trees[name]) <= self.known.keys():
                return
            self._add_formula(name)
        if name in self.known and name in self._counted_by:
            self._count_by(name)

    def _add_input(self, name: str) -> None:
        """Look at an input whose parameters are formulas."""
        each, reading = self._inputs[name], self._reading
        with self._findings.at("inputs", name, "value"):
            own = arguments_of(each, reading, self.known, self._units, self._counted)
            whole = _wholes(own, self._in_force, self._nodes)
            spans = _spans(self._in_force, self._nodes)
            self._nodes[name] = own_node(each, reading, own, spans, whole)
            self._arguments[name] = own

    def _add_formula(self, name: str) -> None:
        """Look at a formula of which all that it uses is known."""
        reading, units = self._reading, self._units
        with self._findings.at("model", name, "formula"):
            found = resolved(reading.formulas.trees[name], self.known, units, self._counted)
            self._nodes[name], self.known[name] = found.node, Typed(found.unit, found.axes)
            if name in reading.outputs:
                _refuse_axes(reading, name, found)
                self._outputs[name] = simplest(found, units)
        with self._findings.at("model", name, "unit"):
            unit = reading.scenario.formulas[name].unit
            if unit and name in self._outputs:
                self._outputs[name] = expressed(found, units.parse(unit), units)

    def _count_by(self, name: str) -> None:
        """Let something count the inputs that vary per it."""
        per, known = self._counted_by[name], self.known[name]
        counted = _counted(name, per, known, self._units, self._findings)
        for each in counted:
            if each in self._inputs:
                self.known[each] = Typed(self._inputs[each].unit, frozenset({name}))
        if counted:
            self._counted[name] = known.unit

    def found(self) -> TypedFormulas:
        """Return what was found of all of them."""
        reading, outputs = self._reading, self._outputs
        told = [name for name in reading.outputs if name in outputs]
        reported = {name: outputs[name].node for name in told}
        columns, aggregates = taken_out(_in_inputs(self._nodes, reported), reading.counts)
        periods = {axis: _period(unit, self._units) for axis, unit in self._counted.items()}
        return TypedFormulas(
            self._nodes,
            reported,
            {name: outputs[name].unit for name in told},
            columns,
            aggregates,
            {axis: period for axis, period in periods.items() if period},
            _whole(reading, self._nodes, self._arguments, self._findings),
            {name: each.unit for name, each in self.known.items() if not each.axes},
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
