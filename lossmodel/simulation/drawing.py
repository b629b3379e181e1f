"""Drawing the inputs and evaluating the outputs, block by block."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.inverse import in_place
from lossmodel.execution.blocks import BLOCK, Block, blocks
from lossmodel.model.evaluators import Evaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.sampling.designs import Column, Stream, design_named
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]
T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """One input that is drawn: its uniform column, and what turns it into values.

    Attributes
    ----------
    column : Column
    quantile : callable
        From an array of uniform numbers, which it may write over, to values.
    factor : float
        Turns the values into the unit that formulas expect.
    """

    column: Column
    quantile: Callable[[Array], Array]
    factor: float

    def fill(self, out: Array, block: Block) -> Array:
        """Return the input's values in a block, flat; ``out`` is room for them to be made in."""
        self.column.fill(out.reshape(-1, block.size), block.rows, block.start)
        values = self.quantile(out)
        return values if self.factor == 1.0 else values * self.factor


@final
class Drawing:
    """The inputs of a model under a plan, ready to be drawn as often as they are needed.

    Parameters
    ----------
    model : Model
    plan : Plan
    """

    def __init__(self, model: Model, plan: Plan) -> None:
        self._plan = plan
        used = [each for each in model.inputs if each.name in model.used]
        self._constants = {
            each.name: each.constant * each.factor for each in used if each.is_constant
        }
        self._drawn = {each.name: self._prepared(each) for each in used if not each.is_constant}

    def outputs(self, evaluator: Evaluator, largest: int = BLOCK) -> dict[str, Array]:
        """Return all that ``evaluator`` computes, shape (replicates, points) each.

        ``largest`` is the most values of a column in a block; it changes no number.
        """
        shape = (self._plan.replicates, self._plan.points)
        results: dict[str, Array] = {}

        def kept(block: Block, values: Mapping[str, Array]) -> None:
            for name, column in values.items():
                whole = results.setdefault(name, np.empty(shape))
                whole[block.rows, block.points] = column.reshape(-1, block.size)

        for _ in self.each(evaluator, kept, largest):
            pass
        return results

    def each(
        self,
        evaluator: Evaluator,
        use: Callable[[Block, Mapping[str, Array]], T],
        largest: int = BLOCK,
    ) -> Iterator[T]:
        """Yield what ``use`` makes of the outputs in each block, flat, in the order of blocks."""
        room = np.empty((len(self._drawn), largest))
        for block in blocks(self._plan.replicates, self._plan.points, largest):
            values = evaluator.evaluate(self._columns(block, room), block.count)
            yield use(block, values)

    def first(self, evaluator: Evaluator, points: int) -> dict[str, Array]:
        """Return what ``evaluator`` computes at the first points of each replicate, flat."""
        block = Block(slice(0, self._plan.replicates), 0, min(points, self._plan.points))
        room = np.empty((len(self._drawn), block.count))
        return evaluator.evaluate(self._columns(block, room), block.count)

    def _columns(self, block: Block, room: Array) -> dict[str, Array | float]:
        """Return every input in a block."""
        columns: dict[str, Array | float] = dict(self._constants)
        for (name, drawn), space in zip(self._drawn.items(), room, strict=True):
            columns[name] = drawn.fill(space[: block.count], block)
        return columns

    def _prepared(self, each: ModelInput) -> Drawn:
        """Return what draws one input."""
        if each.distribution is None:
            raise AssertionError("a constant is not drawn")
        design = design_named(self._plan.design)
        stream = Stream(self._plan.seed, each.name, each.place)
        column = design.column(stream, self._plan.replicates, self._plan.points)
        return Drawn(column, in_place(each.distribution), each.factor)
