"""Which uncertain inputs reach which outputs, and what computes those."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import final

from lossmodel.formula.algebra import names
from lossmodel.formula.tree import Node
from lossmodel.model.evaluators import Evaluator, FormulaEvaluator, evaluator_of
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

_UNITS = 1 << 26
"""Units that are drawn in all, at most."""
_FEWEST = 64
"""Points of each replicate that are looked at, whatever they cost."""

NO_PARTS: Mapping[str, Node] = MappingProxyType({})


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reaching:
    """The outputs that are asked about, and the inputs that are drawn and may reach them.

    Attributes
    ----------
    model : Model
    outputs : tuple of str
        Each is reached by an input that is drawn.
    inputs : tuple of ModelInput
        In the order of the file; one that varies per unit stands for all its values.
    reached : mapping of str to tuple of str
        By input, the outputs; of a Python function all of them.
    constants : mapping of str to float
        The inputs that are not drawn, in the units that formulas expect.
    nodes : mapping of str to Node
        The outputs in terms of inputs alone; empty for a Python function.
    """

    model: Model
    outputs: tuple[str, ...]
    inputs: tuple[ModelInput, ...]
    reached: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, float]
    nodes: Mapping[str, Node]

    def evaluator(
        self, outputs: Collection[str], parts: Mapping[str, Node] = NO_PARTS
    ) -> Evaluator:
        """Return what computes some outputs, and perhaps others beside.

        Parameters
        ----------
        outputs : collection of str
        parts : mapping of str to Node, optional
            Formulas in terms of inputs to compute with them; none for a Python function.
        """
        if self.model.scenario.is_code:
            return evaluator_of(self.model)
        return FormulaEvaluator({**{name: self.nodes[name] for name in outputs}, **parts})

    def reaching(self, output: str) -> list[ModelInput]:
        """Return the inputs that reach an output."""
        return [each for each in self.inputs if output in self.reached[each.name]]


def reaching_of(model: Model, outputs: Sequence[str]) -> Reaching:
    """Return which inputs reach some outputs of a model.

    Parameters
    ----------
    model : Model
    outputs : sequence of str
    """
    used = model.shared
    per_unit = [each for each in model.inputs if each.name in model.used and each.counted_by]
    every = sorted((*used, *per_unit), key=lambda each: each.place)
    drawn = [each for each in every if not each.is_constant]
    nodes: Mapping[str, Node] = {}
    needs = {name: frozenset(each.name for each in drawn) for name in outputs}
    if not model.scenario.is_code:
        nodes = model.formulas.columns
        needs = {name: reached_by(names(nodes[name]), model.depends) for name in outputs}
    reached = {
        each.name: tuple(name for name in outputs if each.name in needs[name]) for each in drawn
    }
    inputs = tuple(each for each in drawn if reached[each.name])
    found = tuple(name for name in outputs if any(name in reached[each.name] for each in inputs))
    constants = {each.name: each.constant * each.factor for each in used if each.is_constant}
    return Reaching(model, found, inputs, reached, constants, nodes)


def reached_by(used: Collection[str], depends: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the inputs that some inputs and functions over units depend on."""
    return frozenset[str]().union(*(depends.get(name, {name}) for name in used))


def affordable(reaching: Reaching, plan: Plan, times: int) -> Plan:
    """Return a plan of so many points that their units can be drawn so many times.

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
    times : int
    """
    if not reaching.model.gone_over:
        return plan
    units = Drawing(reaching.model, plan).units(reaching.evaluator(reaching.outputs))
    room = int(_UNITS / (plan.replicates * times * max(units, 1.0)))
    return replace(plan, points=max(min(plan.points, 1 << max(room, 1).bit_length() - 1), _FEWEST))
