"""The points at which outputs are looked at: drawn once, and once more."""

from typing import final

import numpy as np
import numpy.typing as npt

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
class Points:
    """Two independent draws of the inputs, and the outputs at any columns made of them.

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
        The first draws are those of a run of this plan; the second take the dimensions of the
        design that follow those of all inputs.

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
        self._centres: dict[str, tuple[float, float]] = {}

    def uniforms(self, block: Block) -> dict[str, Array]:
        """Return the uniform numbers of the first draws in a block, shape (rows, size) each."""
        return {name: _uniform(each, block) for name, each in self._first.items()}

    def columns(self, uniforms: dict[str, Array]) -> dict[str, Array | float]:
        """Return the first draws, flat, and the inputs that are not drawn."""
        drawn = {name: _values(each, uniforms[name]) for name, each in self._first.items()}
        return {**self._constants, **drawn}

    def again(self, block: Block) -> dict[str, Array | float]:
        """Return the second draws in a block, flat, and the inputs that are not drawn."""
        drawn = {name: _values(each, _uniform(each, block)) for name, each in self._second.items()}
        return {**self._constants, **drawn}

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


def _uniform(drawn: Drawn, block: Block) -> Array:
    """Return an input's uniform numbers in a block."""
    return drawn.column.block(block.rows, block.start, block.size)


def _values(drawn: Drawn, u: Array) -> Array:
    """Return the values at uniform numbers, flat, in the unit that formulas expect."""
    return drawn.quantile(u.ravel().copy()) * drawn.factor
