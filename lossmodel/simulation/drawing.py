"""Drawing the inputs and evaluating the outputs, block by block."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.inverse import in_place
from lossmodel.distributions.location import Normal
from lossmodel.execution.blocks import SHARE, Block, blocks, shared_out
from lossmodel.execution.threads import in_order
from lossmodel.model.evaluators import Evaluator, FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.sampling.designs import Column
from lossmodel.simulation.columns import column_of, source_of
from lossmodel.simulation.per_unit import PerUnit
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]
T = TypeVar("T")

_NONE: Mapping[str, Array] = {}

_FEW = 4
_SETS = 4
"""Sets of inputs whose scores are kept: outputs have few different ones."""
_WITH_UNITS = 1 << 12
"""Points in a block where each draws units of its own: their time is that of many points."""


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
    threads : int, optional
        How many threads may compute the blocks of a run; it changes no number.
    held : mapping of str to array of shape (replicates, points), optional
        Inputs whose values were drawn before, by :func:`drawn_values` under the same plan.
    scores : Scores, optional
        Of the same plan, for drawings of variants to share.
    """

    def __init__(
        self,
        model: Model,
        plan: Plan,
        threads: int = 1,
        held: Mapping[str, Array] = _NONE,
        scores: "Scores | None" = None,
    ) -> None:
        self._plan, self._model = plan, model
        self._threads = threads
        shared = model.shared
        self._constants = {
            each.name: each.constant * each.factor for each in shared if each.is_constant
        }
        drawn = (*shared, *model.centres)
        self._random = {each.name: each for each in drawn if not each.is_constant}
        self._held = held
        self._scores = Scores(model, plan) if scores is None else scores
        self._drawn = {
            name: _prepared(model, each, plan)
            for name, each in self._random.items()
            if name not in held
        }
        self._per_unit = PerUnit(model, plan) if model.gone_over else None

    def outputs(self, evaluator: Evaluator, largest: int | None = None) -> dict[str, Array]:
        """Return all that ``evaluator`` computes, shape (replicates, points) each.

        ``largest`` is the most values of a column in a block; it changes no number.
        """
        shape = (self._plan.replicates, self._plan.points)
        results: dict[str, Array] = {}

        def kept(block: Block, values: Mapping[str, Array]) -> None:
            for name, column in values.items():
                if name not in results:
                    results.setdefault(name, np.empty(shape))  # another thread may have been first
                results[name][block.rows, block.points] = column.reshape(-1, block.size)

        for _ in self.each(evaluator, kept, largest):
            pass
        return results

    def each(
        self,
        evaluator: Evaluator,
        use: Callable[[Block, Mapping[str, Array]], T],
        largest: int | None = None,
    ) -> Iterator[T]:
        """Yield what ``use`` makes of the outputs in each block, flat, in the order of blocks.

        Parameters
        ----------
        evaluator : Evaluator
        use : callable
            Called with a block and the outputs in it, in several threads at the same time for
            different blocks.
        largest : int, optional
            The most values of a column in a block, a power of two; it changes no number.  By
            default it is chosen, and a run of formulas that is too small for threads has one.
        """
        threads, size = self._threads, largest
        if size is None:
            least = SHARE if isinstance(evaluator, FormulaEvaluator) else 1
            total = self._plan.evaluations
            threads, size = shared_out(total, len(self._random), threads, least)
        if self._per_unit is not None:
            size = min(size, _WITH_UNITS)
        cut = list(blocks(self._plan.replicates, self._plan.points, size))
        largest_count = max(block.count for block in cut)

        def worker() -> Callable[[Block], T]:
            room = np.empty((len(self._drawn), largest_count))
            return lambda block: use(block, self._evaluated(evaluator, block, room))

        yield from in_order(cut, worker, min(threads, len(cut)))

    @property
    def plan(self) -> Plan:
        """How the inputs are drawn."""
        return self._plan

    def first(self, evaluator: Evaluator, points: int) -> dict[str, Array]:
        """Return what ``evaluator`` computes at the first points of each replicate, flat."""
        block = Block(slice(0, self._plan.replicates), 0, min(points, self._plan.points))
        return self._evaluated(evaluator, block, np.empty((len(self._drawn), block.count)))

    def units(self, evaluator: Evaluator) -> float:
        """Return about how many units each point draws, read off the first points."""
        if self._per_unit is None:
            return 0.0
        block = Block(slice(0, self._plan.replicates), 0, min(_FEW, self._plan.points))
        columns = self._columns(block, np.empty((len(self._drawn), block.count)))
        return self._per_unit.expected(columns, block, self._per_unit.waves(evaluator.reads))

    def scores(self, names: Sequence[str], points: int) -> Array:
        """Return normal scores ``z = ndtri(u)`` of inputs at the first points of each replicate.

        Parameters
        ----------
        names : sequence of str
            Of inputs that are drawn.
        points : int
            A power of two, at most those of the plan.

        Returns
        -------
        array, shape (len(names), replicates, points), read-only
        """
        return self._scores.of(names, points)

    def independent_scores(self, names: Sequence[str], points: int) -> Array:
        """Return the scores that inputs are made of, as :meth:`scores`.

        Parameters
        ----------
        names : sequence of str
            Of sources; without ties those of the inputs themselves.
        points : int
        """
        return self._scores.independent(names, points)

    def _evaluated(self, evaluator: Evaluator, block: Block, room: Array) -> dict[str, Array]:
        """Return what ``evaluator`` computes in a block; ``room`` is for the columns of inputs."""
        columns = self._columns(block, room)
        if self._per_unit is not None:
            self._per_unit.add_to(columns, block, self._per_unit.waves(evaluator.reads))
        return evaluator.evaluate(columns, block.count)

    def _columns(self, block: Block, room: Array) -> dict[str, Array | float]:
        """Return every input in a block."""
        columns: dict[str, Array | float] = dict(self._constants)
        for name, values in self._held.items():
            columns[name] = values[block.rows, block.points].reshape(-1)
        for (name, drawn), space in zip(self._drawn.items(), room, strict=True):
            columns[name] = drawn.fill(space[: block.count], block)
        return columns


@final
class Scores:
    """Normal scores under a plan, computed once for all distributions that inputs may have.

    Parameters
    ----------
    model : Model
    plan : Plan
    """

    def __init__(self, model: Model, plan: Plan) -> None:
        self._model, self._plan = model, plan
        self._made = lru_cache(maxsize=_SETS)(self._computed)

    def of(self, names: Sequence[str], points: int) -> Array:
        """Return the scores of some inputs, as :meth:`Drawing.scores`."""
        return self._made(column_of, tuple(names), points)

    def independent(self, names: Sequence[str], points: int) -> Array:
        """Return the scores that inputs are made of, as :meth:`Drawing.independent_scores`."""
        return self._made(source_of, tuple(names), points)

    def _computed(
        self, column: Callable[[Model, str, Plan], Column], names: tuple[str, ...], points: int
    ) -> Array:
        """Return the scores of some columns at the first points of each replicate."""
        rows = slice(0, self._plan.replicates)
        scores = np.empty((len(names), self._plan.replicates, points))
        fill = in_place(Normal(0.0, 1.0), scores.size)
        for name, each in zip(names, scores, strict=True):
            column(self._model, name, self._plan).fill(each, rows, 0)
            each[:] = fill(each.reshape(-1)).reshape(each.shape)
        scores.flags.writeable = False
        return scores


def drawn_values(model: Model, each: ModelInput, plan: Plan) -> Array:
    """Return all values of one input that is drawn, shape (replicates, points).

    They are those of every run of the plan that draws the input.

    Parameters
    ----------
    model : Model
    each : ModelInput
        Of that model, or with another value.
    plan : Plan
    """
    block = Block(slice(0, plan.replicates), 0, plan.points)
    values = _prepared(model, each, plan).fill(np.empty(block.count), block)
    return values.reshape(plan.replicates, plan.points)


def _prepared(model: Model, each: ModelInput, plan: Plan) -> Drawn:
    """Return what draws one input."""
    if each.distribution is None:
        raise AssertionError("a constant is not drawn")
    column = column_of(model, each.name, plan)
    return Drawn(column, in_place(each.distribution, plan.evaluations), each.factor)
