"""Which uncertain inputs reach which outputs, and what computes those."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from lossmodel.errors import NotSupportedError
from lossmodel.formula.algebra import names
from lossmodel.formula.tree import Node
from lossmodel.model.evaluators import Evaluator, FormulaEvaluator, evaluator_of
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model

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
        In the order of the file.
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
    if model.gone_over:
        drawn_units = ", ".join(each.name for each in model.gone_over)
        raise NotSupportedError(
            "this version cannot tell yet what matters where units are drawn one by one: "
            + drawn_units
        )
    used = model.shared
    drawn = [each for each in used if not each.is_constant]
    nodes: Mapping[str, Node] = {}
    needs = {name: frozenset(each.name for each in drawn) for name in outputs}
    if not model.scenario.is_code:
        nodes = model.formulas.columns
        needs = {name: names(nodes[name]) for name in outputs}
    reached = {
        each.name: tuple(name for name in outputs if each.name in needs[name]) for each in drawn
    }
    inputs = tuple(each for each in drawn if reached[each.name])
    found = tuple(name for name in outputs if any(name in reached[each.name] for each in inputs))
    constants = {each.name: each.constant * each.factor for each in used if each.is_constant}
    return Reaching(model, found, inputs, reached, constants, nodes)
