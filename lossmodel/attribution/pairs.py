"""Drawing every point twice, and once more with each input taken from the second draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.atoms import Atoms, AtomSums, atom_sums, atoms_of, effective_points
from lossmodel.attribution.bases import Basis, bases_of
from lossmodel.attribution.points import Draws, Points
from lossmodel.attribution.reaching import Reaching
from lossmodel.execution.blocks import Block, blocks
from lossmodel.model.inputs import ModelInput
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]

_BLOCK = 1 << 14
"""Values of a column in a block: with all functions of a basis they stay in cache."""
_NEARLY_ALWAYS = 0.9
"""Probability of a value beside which others are rare."""
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
        The output times each function of a basis; empty where none is known to suit the input.
    fourths : array, shape (R,)
        The mean square of what a point counts of ``halves``.
    points : int
        Of each replicate.
    """

    halves: Array
    products: Array
    projections: Mapping[Basis, Array]
    fourths: Array
    points: int

    @classmethod
    def blank(cls, replicates: int, points: int, bases: Sequence[Basis]) -> "InputSums":
        """Return the sums before any block."""
        projections = {basis: np.zeros((replicates, basis.count)) for basis in bases}
        halves, products, fourths = np.zeros((3, replicates))
        return cls(halves, products, projections, fourths, points)

    def add(self, rows: slice, squares: Array, products: Array) -> None:
        """Add the squared change at each point of a block, and the sum of the products."""
        self.halves[rows] += squares.sum(axis=1) / (2.0 * self.points)
        self.products[rows] += products / self.points
        self.fourths[rows] += np.einsum("rn,rn->r", squares, squares) / (4.0 * self.points)

    @property
    def effective(self) -> float:
        """How many points that count alike would tell as much of the halves."""
        return effective_points(self.halves, self.fourths, self.points)


@final
@dataclass(slots=True)
class OutputSums:
    """What was seen of one output, in a unit of its own and about a number near its mean.

    Attributes
    ----------
    means, squares : array, shape (R,)
        Over the points of each replicate and both draws.
    fourths : array, shape (R,)
        The mean square of what a point counts of ``squares``.
    points : int
        Of each replicate, both draws.
    low, high : float
        The smallest and the largest value drawn.
    inputs : dict of str to InputSums or AtomSums
        By input that reaches it: the latter of discrete inputs of few values.
    """

    means: Array
    squares: Array
    fourths: Array
    points: int
    low: float
    high: float
    inputs: dict[str, InputSums | AtomSums]

    @classmethod
    def blank(cls, replicates: int, points: int) -> "OutputSums":
        """Return the sums before any block."""
        means, squares, fourths = np.zeros((3, replicates))
        return cls(means, squares, fourths, 2 * points, np.inf, -np.inf, {})

    @property
    def effective(self) -> float:
        """How many points that count alike would tell as much of the variance."""
        rarest = self.rarest
        if rarest is not None:
            return rarest.effective
        return effective_points(self.squares, self.fourths, self.points)

    @property
    def rarest(self) -> AtomSums | None:
        """What was seen of the discrete input that most nearly always has the same value."""
        held = [each for each in self.inputs.values() if isinstance(each, AtomSums)]
        found = max(held, key=lambda each: float(each.shares.max()), default=None)
        return found if found is not None and found.shares.max() > _NEARLY_ALWAYS else None

    @property
    def variances(self) -> Array:
        """Each replicate's second moment about the common mean, shape (R,).

        Draws may miss the rare values of an input that nearly always has the same: then what was
        seen with all values of the one that is most nearly so counts.
        """
        rarest = self.rarest
        if rarest is not None:
            return rarest.variances
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
    sensitivity analysis of model output", Computer Physics Communications 181 (2010) 259-270.
    """
    pairing, done = _Pairing(reaching, plan), 0
    room = min(_BLOCK, _ROOM // (2 * len(reaching.inputs) + 1))
    for block in blocks(plan.replicates, plan.points, 1 << max(room, 1).bit_length() - 1):
        with np.errstate(all="ignore"):
            pairing.add(block)
        done += block.count
        watch(done / plan.evaluations)
    with np.errstate(all="ignore"):
        return pairing.with_inputs(plan)


@final
class _Pairing:
    """The sums of all blocks so far."""

    def __init__(self, reaching: Reaching, plan: Plan) -> None:
        self._reaching, self._size = reaching, plan.points
        self._points = Points(reaching, plan)
        self._paired = [each for each in reaching.inputs if _own_atoms(each) is None]
        self._bases = {each.name: _own_bases(each) for each in self._paired}
        rows = plan.replicates
        self.sums = {name: OutputSums.blank(rows, plan.points) for name in reaching.outputs}
        self._seen = {
            (name, each.name): InputSums.blank(rows, plan.points, self._bases[each.name])
            for each in self._paired
            for name in reaching.reached[each.name]
        }

    def with_inputs(self, plan: Plan) -> dict[str, OutputSums]:
        """Return the sums with those of every input that reaches the output."""
        for each in self._reaching.inputs:
            reached, atoms = self._reaching.reached[each.name], _own_atoms(each)
            if atoms is None:
                for name in reached:
                    self.sums[name].inputs[each.name] = self._seen[name, each.name]
            else:
                for name, seen in atom_sums(self._points, each, atoms, reached, plan).items():
                    self.sums[name].inputs[each.name] = seen
        return self.sums

    def add(self, block: Block) -> None:
        """Draw a block and add what is seen."""
        points, outputs = self._points, self._reaching.outputs
        one, other = points.first(block), points.second(block)
        first = points.evaluated(outputs, one.columns, block)
        second = points.evaluated(outputs, other.columns, block, points.every)
        for name in outputs:
            self._add_output(name, block.rows, one, first[name])
            self._add_output(name, block.rows, other, second[name])
        weighed = {name: one.weighed(name, first[name]) for name in outputs}
        last = {name: other.weighed(name, second[name]) for name in outputs}
        for each in self._paired:
            for name, moved in self._moved(each, block, one, other).items():
                change = moved - first[name]
                counts = one.weighed(name, change)
                products = np.einsum("rn,rn->r", last[name], counts)
                squares = change * other.weighed_by(each.name, counts)
                self._seen[name, each.name].add(block.rows, squares, products)
            if self._bases[each.name]:
                self._project(each.name, block.rows, one.uniforms[each.name], weighed)

    def _moved(self, each: ModelInput, block: Block, one: Draws, other: Draws) -> dict[str, Array]:
        """Return the outputs that an input reaches with this input alone drawn again."""
        reached = self._reaching.reached[each.name]
        if each.counted_by:
            again = frozenset([each.name])
            return self._points.evaluated(reached, one.columns, block, again)
        replaced = {**one.columns, each.name: other.columns[each.name]}
        return self._points.evaluated(reached, replaced, block)

    def _add_output(self, name: str, rows: slice, draws: Draws, y: Array) -> None:
        """Add one draw of an output."""
        sums, weighed = self.sums[name], draws.weighed(name, y)
        sums.means[rows] += weighed.sum(axis=1) / sums.points
        squares = weighed * y
        sums.squares[rows] += squares.sum(axis=1) / sums.points
        sums.fourths[rows] += self._means(squares, squares) / 2.0
        sums.low, sums.high = min(sums.low, float(y.min())), max(sums.high, float(y.max()))

    def _project(self, name: str, rows: slice, u: Array, first: Mapping[str, Array]) -> None:
        """Add the outputs, weighed, times the functions of one input."""
        for basis in self._bases[name]:
            functions = basis.values(u)
            for output in self._reaching.reached[name]:
                found = np.einsum("krn,rn->rk", functions, first[output]) / self._size
                self._seen[output, name].projections[basis][rows] += found

    def _means(self, one: Array, other: Array) -> Array:
        """Return what a block adds to the means of products."""
        found: Array = np.einsum("rn,rn->r", one, other) / self._size
        return found


def _own_atoms(each: ModelInput) -> Atoms | None:
    """Return the few values of a discrete input; None of one that varies per unit."""
    return None if each.counted_by else atoms_of(each.distribution)


def _own_bases(each: ModelInput) -> tuple[Basis, ...]:
    """Return what outputs may be projected on; nothing suits what has a value for each unit."""
    return () if each.counted_by or each.distribution is None else bases_of(each.distribution)
