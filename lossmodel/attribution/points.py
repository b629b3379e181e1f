"""The points at which outputs are looked at: drawn once, and once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.leaning import counted, leaning_of, leant
from lossmodel.attribution.reaching import Reaching
from lossmodel.distributions.inverse import in_place
from lossmodel.estimates.replicates import unit_of
from lossmodel.execution.blocks import Block
from lossmodel.model.evaluators import Columns
from lossmodel.model.inputs import ModelInput
from lossmodel.sampling.designs import Stream, design_named
from lossmodel.simulation.drawing import Drawn
from lossmodel.simulation.per_unit import PerUnit
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the inputs in a block, and what each counts.

    Attributes
    ----------
    columns : mapping of str to array or float
        The inputs, flat, those that are not drawn too.
    uniforms : mapping of str to array, shape (rows, size)
        The uniform numbers of the inputs that are drawn.
    counts : mapping of str to array, shape (rows, size)
        What each counts of the inputs whose points lean to the tails.
    """

    columns: Columns
    uniforms: Mapping[str, Array]
    counts: Mapping[str, Array]
    _of_outputs: Mapping[str, Array]

    def weighed(self, output: str, y: Array) -> Array:
        """Return what is seen of an output, times what each point counts there."""
        return y * self._of_outputs[output] if output in self._of_outputs else y

    def weighed_by(self, name: str, y: Array) -> Array:
        """Return what is seen, times what the draws of one input count."""
        return y * self.counts[name] if name in self.counts else y


@final
class Points:
    """Two independent draws of the inputs, and the outputs at any columns made of them.

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
        The first draws are those of a run of this plan, but of inputs with heavy tails, to which
        they lean; the second take the dimensions of the design that follow those of all inputs.

    Attributes
    ----------
    every : frozenset of str
        The inputs that vary per unit.
    """

    def __init__(self, reaching: Reaching, plan: Plan) -> None:
        self._constants = reaching.constants
        count = len(reaching.model.inputs)
        shared = [each for each in reaching.inputs if not each.counted_by]
        self._first = {each.name: _drawn(each, plan, each.name, 0) for each in shared}
        self._second = {
            each.name: _drawn(each, plan, f"{each.name} again", count) for each in shared
        }
        varied = [each.name for each in reaching.inputs if each.counted_by]
        draws = [frozenset(varied), frozenset[str](), *(frozenset([name]) for name in varied)]
        self.every = draws[0]
        self._units = (
            {again: PerUnit(reaching.model, plan, again) for again in draws}
            if reaching.model.gone_over
            else {}
        )
        self._evaluators = {
            outputs: reaching.evaluator(outputs)
            for outputs in {reaching.outputs, *reaching.reached.values()} - {()}
        }
        self._leaning = leaning_of(shared)
        self._leaning_of = {
            name: inputs
            for name in reaching.outputs
            if (inputs := [x for x in self._leaning if name in reaching.reached[x]])
        }
        self._centres: dict[str, tuple[float, float]] = {}

    def first(self, block: Block) -> "Draws":
        """Return the first draws in a block."""
        return self._draws(self._first, block)

    def second(self, block: Block) -> "Draws":
        """Return the second draws in a block."""
        return self._draws(self._second, block)

    def _draws(self, drawn: Mapping[str, Drawn], block: Block) -> "Draws":
        """Return draws in a block, those of some inputs leaning to their tails."""
        numbers = {
            name: each.column.block(block.rows, block.start, block.size)
            for name, each in drawn.items()
        }
        counts = {name: counted(numbers[name]) for name in self._leaning}
        numbers |= {name: leant(numbers[name]) for name in self._leaning}
        columns = {name: _values(each, numbers[name]) for name, each in drawn.items()}
        of_outputs = {
            name: reduce(np.multiply, (counts[each] for each in inputs))
            for name, inputs in self._leaning_of.items()
        }
        return Draws({**self._constants, **columns}, numbers, counts, of_outputs)

    def evaluated(
        self,
        outputs: tuple[str, ...],
        columns: Columns,
        block: Block,
        again: frozenset[str] = frozenset(),
    ) -> dict[str, Array]:
        """Return outputs in a block, each in its own unit about its own centre.

        Parameters
        ----------
        outputs : tuple of str
        columns : mapping of str to array or float
            Of the inputs that do not vary per unit.
        block : Block
        again : frozenset of str, optional
            The inputs that vary per unit and are drawn again: all of them, one or none.
        """
        evaluator, own = self._evaluators[outputs], dict(columns)
        if self._units:
            per_unit = self._units[again]
            per_unit.add_to(own, block, per_unit.waves(evaluator.reads))
        found = evaluator.evaluate(own, block.count)
        return {name: self._centred(name, found[name].reshape(-1, block.size)) for name in outputs}

    def _centred(self, name: str, y: Array) -> Array:
        """Return an output less its mean in the first block, in a unit with safe squares."""
        if name not in self._centres:
            unit = unit_of(float(np.abs(y).max()))
            self._centres[name] = unit, float((y / unit).mean())
        unit, centre = self._centres[name]
        return y / unit - centre


def _drawn(each: ModelInput, plan: Plan, name: str, further: int) -> Drawn:
    """Return what draws an input from the stream of that name, some dimensions further on."""
    if each.distribution is None:
        raise AssertionError("a constant is not drawn")
    stream = Stream(plan.seed, name, each.place + further)
    column = design_named(plan.design).column(stream, plan.replicates, plan.points)
    return Drawn(column, in_place(each.distribution, plan.evaluations), each.factor)


def _values(drawn: Drawn, u: Array) -> Array:
    """Return the values at uniform numbers, flat, in the unit that formulas expect."""
    return drawn.quantile(u.ravel().copy()) * drawn.factor
