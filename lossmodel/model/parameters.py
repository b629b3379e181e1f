"""The parameters of inputs that are formulas of other inputs: their units and their axes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import final

from lossmodel.distributions.calls import Call
from lossmodel.errors import Fault
from lossmodel.formula.algebra import names
from lossmodel.formula.checking import Resolved, Typed, expressed, resolved, simplest
from lossmodel.formula.program import compiled
from lossmodel.formula.tree import Node, Over, ordered
from lossmodel.model.hierarchy import IN_UNIT, node_of, standard_of, typical
from lossmodel.model.inputs import ModelInput
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.parsing import Reading
from lossmodel.scenario.values import Drawn
from lossmodel.units import DIMENSIONLESS, Unit, Units

Spans = Mapping[str, tuple[float, float]]


@final
@dataclass(frozen=True, slots=True)
class Parameters:
    """An input whose parameters are formulas.

    Attributes
    ----------
    node : Node
        The input in terms of inputs, where its own name is what is drawn for it.
    arguments : mapping of str to Node
        The parameters in terms of inputs.
    family : str
    """

    node: Node
    arguments: Mapping[str, Node]
    family: str

    @property
    def needs(self) -> frozenset[str]:
        """The inputs that the parameters depend on."""
        return frozenset().union(*map(names, self.arguments.values()))


def arguments_of(
    each: ModelInput,
    reading: Reading,
    known: Mapping[str, Typed],
    units: Units,
    counted: Mapping[str, Unit],
) -> dict[str, Node]:
    """Return the parameters of an input that are formulas, units worked in.

    Parameters
    ----------
    each : ModelInput
    reading : Reading
    known : mapping of str to Typed
        What the names in its parameters stand for.
    units : Units
    counted : mapping of str to Unit
        Of what counts inputs that vary.

    Raises
    ------
    Fault
        If a parameter has another dimension than the family takes, varies per unit of something
        that the input does not, or goes over units.
    """
    trees = reading.formulas.parameters[each.name]
    _, arguments = standard_of(_call(reading, each.name))
    nodes = {}
    for name, text in arguments.items():
        if isinstance(text, str):
            found = resolved(trees[text], known, units, counted)
            _refuse_axes(name, text, found, each)
            nodes[name] = _in_unit(name, text, found, each, units).node
    return nodes


def family_of(name: str, reading: Reading) -> str:
    """Return the name of the family of an input whose parameters are formulas."""
    return _call(reading, name).family


def own_node(
    each: ModelInput,
    reading: Reading,
    arguments: Mapping[str, Node],
    spans: Spans,
    whole: Collection[str],
) -> Node:
    """Return an input whose parameters are formulas, as a formula of what is drawn for it.

    Parameters
    ----------
    each : ModelInput
    reading : Reading
    arguments : mapping of str to Node
    spans : mapping of str to (float, float)
        Bounds of the names in them, and of what is drawn.
    whole : collection of str
        The parameters that are whole numbers in every draw.

    Raises
    ------
    Fault
        If a parameter is always out of range.
    """
    return node_of(each.name, _call(reading, each.name), arguments, spans, whole)


def with_typical(
    inputs: Mapping[str, ModelInput],
    reading: Reading,
    parameters: Mapping[str, Parameters],
    findings: Findings,
) -> dict[str, ModelInput]:
    """Return the inputs, each with what it is where its parameters are at their medians.

    Parameters
    ----------
    inputs : mapping of str to ModelInput
        In force.
    reading : Reading
    parameters : mapping of str to Parameters
        Of inputs whose parameters are formulas.
    findings : Findings
        Takes those that the family does not take.
    """
    found = dict(inputs)
    for name, own in parameters.items():
        columns = {one.name: one.drawn_median * one.factor for one in inputs.values()}
        made = compiled(own.arguments).evaluate(columns)
        medians = {each: float(value) for each, value in made.items()}
        with findings.at("inputs", name, "value"):
            law = typical(_call(reading, name), medians)
            found[name] = replace(inputs[name], typical=law)
    return found


def _call(reading: Reading, name: str) -> Call:
    """Return the family of an input as written."""
    match reading.values[name]:
        case Drawn(call):
            return call
        case _:
            raise AssertionError("only families have parameters")


def _refuse_axes(name: str, text: str, found: Resolved, each: ModelInput) -> None:
    """Refuse a parameter that varies per unit of something where the input does not."""
    for axis in sorted(found.axes - {each.counted_by}):
        fix = "" if each.counted_by else f'varies = "per {axis}"'
        raise Fault(f"{name}={text}, which varies per {axis}", f"{each.name} to vary so too", fix)
    refuse_over_units(f"{name}={text}", found.node)


def refuse_over_units(what: str, node: Node) -> None:
    """Refuse a parameter that is known only once units are drawn."""
    if any(isinstance(part, Over) for part in ordered(node)):
        raise Fault(f"{what}, which goes over units", "a parameter of shared inputs")


def _in_unit(name: str, text: str, found: Resolved, each: ModelInput, units: Units) -> Resolved:
    """Return a parameter in the unit of its input, or as a plain number."""
    simple = simplest(found, units)
    if simple.unit == DIMENSIONLESS:
        # As numbers in brackets are: in the unit that stands behind them.
        return simple
    own = each.unit if name in IN_UNIT else DIMENSIONLESS
    if units.dimension(simple.unit) == units.dimension(own):
        return expressed(found, own, units)
    wanted = f"{own} or a plain number" if own != DIMENSIONLESS else "a plain number"
    raise Fault(f"{name}={text} in {simple.unit}", f"{name} of {each.name} in {wanted}")
