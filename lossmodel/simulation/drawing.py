"""Drawing the inputs and evaluating the outputs, block by block."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.inverse import sampler
from lossmodel.execution.blocks import BLOCK, Block, blocks
from lossmodel.model.evaluators import evaluator_of
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.sampling.designs import Column, Stream, design_named
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """One input that is drawn: its uniform column, and what turns it into values.

    Attributes
    ----------
    column : Column
    quantile : callable
        From an array of uniform numbers to values.
    factor : float
        Turns the values into the unit that formulas expect.
    """

    column: Column
    quantile: Callable[[Array], Array]
    factor: float

    def block(self, block: Block) -> Array:
        """Return the input's values in a block, flat."""
        values = self.quantile(self.column.block(block.rows, block.start, block.size).ravel())
        return values if self.factor == 1.0 else values * self.factor


@final
class Drawing:
    """All inputs of a model under a plan, ready to be drawn.

    Parameters
    ----------
    model : Model
    plan : Plan
    """

    def __init__(self, model: Model, plan: Plan) -> None:
        self._evaluator = evaluator_of(model)
        self._plan = plan
        used = [each for each in model.inputs if each.name in model.used]
        self._constants = {
            each.name: each.constant * each.factor for each in used if each.is_constant
        }
        self._drawn = {each.name: self._prepared(each) for each in used if not each.is_constant}

    def outputs(self, largest: int = BLOCK) -> dict[str, Array]:
        """Return every output's values, shape (replicates, points) each.

        ``largest`` is the most values of a column in a block; it changes no number.
        """
        shape = (self._plan.replicates, self._plan.points)
        results: dict[str, Array] = {}
        for block in blocks(*shape, largest):
            for name, values in self.evaluated(block).items():
                whole = results.setdefault(name, np.empty(shape))
                whole[block.rows, block.points] = values.reshape(-1, block.size)
        return results

    def evaluated(self, block: Block) -> Mapping[str, Array]:
        """Return the outputs of one block, flat."""
        columns: dict[str, Array | float] = dict(self._constants)
        for name, drawn in self._drawn.items():
            columns[name] = drawn.block(block)
        return self._evaluator.evaluate(columns, block.count)

    def _prepared(self, each: ModelInput) -> Drawn:
        """Return what draws one input."""
        if each.distribution is None:
            raise AssertionError("a constant is not drawn")
        design = design_named(self._plan.design)
        stream = Stream(self._plan.seed, each.name, each.place)
        column = design.column(stream, self._plan.replicates, self._plan.points)
        return Drawn(column, sampler(each.distribution), each.factor)
