"""Drawing every point twice, and once more with each input taken from the second draw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.bases import Basis, bases_of
from lossmodel.attribution.reaching import Reaching
from lossmodel.distributions.inverse import in_place
from lossmodel.estimates.replicates import unit_of
from lossmodel.execution.blocks import Block, blocks
from lossmodel.model.evaluators import Columns
from lossmodel.model.inputs import ModelInput
from lossmodel.sampling.designs import Stream, design_named
from lossmodel.simulation.drawing import Drawn
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]

_BLOCK = 1 << 14
"""Values of a column in a block: with all functions of a basis they stay in cache."""
_ROOM = 1 << 21
"""Values of all columns in a block."""


@final
@dataclass(frozen=True, slots=True)
class InputSums:
    """What was seen of one input in one output: a mean over the points of each replicate.

    Attributes
    ----------
    halves : array, shape (R,)
        Half the square of the output's change where this input is drawn again.
    products : array, shape (R,)
        That change times the second draw of the output.
    projections : mapping of Basis to array, shape (R, count)
        The output times each function of a basis.
    """

    halves: Array
    products: Array
    projections: Mapping[Basis, Array]


@final
@dataclass(slots=True)
class OutputSums:
    """What was seen of one output, in a unit of its own and about a number near its mean.

    Attributes
    ----------
    means, squares : array, shape (R,)
        Over the points of each replicate and both draws.
    low, high : float
        The smallest and the largest value drawn.
    inputs : mapping of str to InputSums
        By input that reaches it.
    """

    means: Array
    squares: Array
    low: float
    high: float
    inputs: Mapping[str, InputSums]

    @property
    def variances(self) -> Array:
        """Each replicate's second moment about the common mean, shape (R,)."""
        mean = float(self.means.mean())
        return self.squares - mean * (2.0 * self.means - mean)


def paired(reaching: Reaching, plan: Plan, watch: Callable[[float], None]) -> dict[str, OutputSums]:
    """Return what is seen of the outputs where points are drawn twice (pick-freeze).

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
        The first draws are those of a run of this plan.
    watch : callable
        Is told the share that is done.

    Notes
    -----
    A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto and S. Tarantola, "Variance based
    sensitivity analysis of model output", Computer Physics Communications 181 (2010) 259-270.  The
    second draws take the dimensions of the design that follow those of all inputs.
    """
    pairing, done = _Pairing(reaching, plan), 0
    room = min(_BLOCK, _ROOM // (2 * len(reaching.inputs) + 1))
    for block in blocks(plan.replicates, plan.points, 1 << max(room, 1).bit_length() - 1):
        with np.errstate(all="ignore"):
            pairing.add(block)
        done += block.count
        watch(done / plan.evaluations)
    return pairing.sums


@final
class _Pairing:
    """The sums of all blocks so far."""

    def __init__(self, reaching: Reaching, plan: Plan) -> None:
        self._reaching, self._points = reaching, plan.points
        count = len(reaching.model.inputs)
        self._first = {each.name: _drawn(each, plan, each.name, 0) for each in reaching.inputs}
        self._second = {
            each.name: _drawn(each, plan, f"{each.name} again", count) for each in reaching.inputs
        }
        self._bases = {
            each.name: bases_of(each.distribution)
            for each in reaching.inputs
            if each.distribution is not None
        }
        self._evaluators = {
            outputs: reaching.evaluator(outputs)
            for outputs in {reaching.outputs, *reaching.reached.values()} - {()}
        }
        self._centres: dict[str, tuple[float, float]] = {}
        self.sums = {name: self._blank(name, plan.replicates) for name in reaching.outputs}

    def _blank(self, output: str, replicates: int) -> OutputSums:
        """Return the sums before any block."""
        zeros = np.zeros(replicates)
        inputs = {
            each.name: InputSums(
                zeros.copy(),
                zeros.copy(),
                {basis: np.zeros((replicates, basis.count)) for basis in self._bases[each.name]},
            )
            for each in self._reaching.reaching(output)
        }
        return OutputSums(zeros.copy(), zeros.copy(), np.inf, -np.inf, inputs)

    def add(self, block: Block) -> None:
        """Draw a block and add what is seen."""
        uniforms = {name: _uniform(each, block) for name, each in self._first.items()}
        constants = self._reaching.constants
        columns = {n: _values(each, uniforms[n]) for n, each in self._first.items()}
        again = {n: _values(each, _uniform(each, block)) for n, each in self._second.items()}
        outputs = self._reaching.outputs
        first = self._evaluated(outputs, {**constants, **columns}, block)
        second = self._evaluated(outputs, {**constants, **again}, block)
        for name in outputs:
            self._add_output(name, block.rows, first[name], second[name])
        for each in self._reaching.inputs:
            replaced: Columns = {**constants, **columns, each.name: again[each.name]}
            reached = self._reaching.reached[each.name]
            moved = self._evaluated(reached, replaced, block)
            for name in reached:
                sums = self.sums[name].inputs[each.name]
                change = moved[name] - first[name]
                sums.halves[block.rows] += 0.5 * self._means(change, change)
                sums.products[block.rows] += self._means(second[name], change)
            self._project(each.name, block.rows, uniforms[each.name], first)

    def _add_output(self, name: str, rows: slice, first: Array, second: Array) -> None:
        """Add both draws of an output."""
        sums = self.sums[name]
        for y in (first, second):
            sums.means[rows] += 0.5 * y.sum(axis=1) / self._points
            sums.squares[rows] += 0.5 * self._means(y, y)
            sums.low, sums.high = min(sums.low, float(y.min())), max(sums.high, float(y.max()))

    def _project(self, name: str, rows: slice, u: Array, first: Mapping[str, Array]) -> None:
        """Add the outputs times the functions of one input."""
        for basis in self._bases[name]:
            functions = basis.values(u)
            for output in self._reaching.reached[name]:
                found = np.einsum("krn,rn->rk", functions, first[output]) / self._points
                self.sums[output].inputs[name].projections[basis][rows] += found

    def _means(self, one: Array, other: Array) -> Array:
        """Return what a block adds to the means of products."""
        found: Array = np.einsum("rn,rn->r", one, other) / self._points
        return found

    def _evaluated(
        self, outputs: tuple[str, ...], columns: Columns, block: Block
    ) -> dict[str, Array]:
        """Return outputs in a block, each in its own unit about its own centre."""
        found = self._evaluators[outputs].evaluate(columns, block.count)
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
