"""Functions over units, evaluated at the points of a run: each point draws its own units."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.inverse import in_place
from lossmodel.errors import UsageError
from lossmodel.execution.blocks import Block
from lossmodel.formula.aggregates import Aggregate
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.sampling.units import MOST_UNITS, UnitColumn, uniforms
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CHUNK = 1 << 16
"""Units that are drawn at once: few enough to stay in cache."""
_MANY = 1 << 30


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """Some units of some points of a block.

    Attributes
    ----------
    points : slice
    first : int
        The number of the first unit of each point.
    numbers : array of int, shape (points,)
        How many units of each point.
    """

    points: slice
    first: int
    numbers: Integers


@final
@dataclass(frozen=True, slots=True)
class UnitInput:
    """One input that varies per unit, ready to be drawn."""

    column: UnitColumn
    quantile: Callable[[Array], Array]
    factor: float

    def drawn(self, points: npt.NDArray[np.uint64], units: npt.NDArray[np.uint64]) -> Array:
        """Return the values of some units, given the keys of their points."""
        values = self.quantile(uniforms(points, units))
        return values if self.factor == 1.0 else values * self.factor


@final
@dataclass(frozen=True, slots=True)
class Wave:
    """Functions over the same units that need nothing of each other.

    Attributes
    ----------
    count : FormulaEvaluator
        Computes ``count``: how many units there are.
    bodies : FormulaEvaluator
        Computes what each function goes over, under the function's name.
    functions : mapping of str to str
        By that name.
    axis : str
    """

    count: FormulaEvaluator
    bodies: FormulaEvaluator
    functions: Mapping[str, str]
    axis: str


@final
class PerUnit:
    """The functions over units of a model, under a plan.

    Every value depends on seed, replicate, point, input and unit alone.

    Parameters
    ----------
    model : Model
    plan : Plan
    again : collection of str, optional
        The inputs of which other units are drawn than in a run.
    """

    def __init__(self, model: Model, plan: Plan, again: Collection[str] = ()) -> None:
        self._aggregates = model.gone_over
        self._constants = {
            each.name: each.constant * each.factor
            for each in model.inputs
            if each.counted_by and each.is_constant
        }
        self._inputs = {
            each.name: _prepared(each, plan, " again" if each.name in again else "")
            for each in model.inputs
            if each.counted_by and not each.is_constant
        }

    def waves(self, wanted: Collection[str]) -> tuple[Wave, ...]:
        """Return what is to be computed for some names, in order."""
        needed = set(wanted)
        for each in reversed(self._aggregates):
            if each.name in needed:
                needed |= each.needs
        levels: dict[str, int] = {}
        waves: dict[tuple[int, str], list[Aggregate]] = {}
        for each in self._aggregates:
            if each.name in needed:
                level = 1 + max((levels.get(name, 0) for name in each.needs), default=0)
                levels[each.name] = level
                waves.setdefault((level, each.axis), []).append(each)
        return tuple(_wave(waves[place]) for place in sorted(waves))

    def add_to(
        self, columns: dict[str, Array | float], block: Block, waves: Collection[Wave]
    ) -> None:
        """Add the values of functions over units to the columns of a block.

        Raises
        ------
        UsageError
            Where a count is negative or no whole number.
        """
        keys = {
            name: each.column.points(block.rows, block.start, block.size)
            for name, each in self._inputs.items()
        }
        for wave in waves:
            numbers = _numbers(wave, columns, block.count)
            counts = np.where(np.isnan(numbers), 0.0, numbers).astype(np.int64)
            found = {name: np.zeros(block.count) for name in wave.functions}
            for piece in pieces(counts):
                self._go_over(wave, piece, columns, keys, found)
            for name, values in found.items():
                with np.errstate(invalid="ignore"):
                    columns[name] = values / numbers if wave.functions[name] == "mean" else values
                    np.copyto(values, np.nan, where=np.isnan(numbers))

    def expected(
        self, columns: dict[str, Array | float], block: Block, waves: Collection[Wave]
    ) -> float:
        """Return how many units a point has on average, all counts taken together.

        What counts by what was gone over before is not known without going over it.
        """
        total = 0.0
        for wave in waves:
            if wave.count.reads <= columns.keys():
                total += float(np.nanmean(_numbers(wave, columns, block.count)))
        return total

    def _go_over(
        self,
        wave: Wave,
        piece: Piece,
        columns: Mapping[str, Array | float],
        keys: Mapping[str, npt.NDArray[np.uint64]],
        found: Mapping[str, Array],
    ) -> None:
        """Add the units of a piece to the results of their points."""
        total = int(piece.numbers.sum())
        starts = np.cumsum(piece.numbers) - piece.numbers
        units = np.arange(total) - np.repeat(starts - piece.first, piece.numbers)
        numbered = units.astype(np.uint64)
        of_units: dict[str, Array | float] = dict(self._constants)
        for name in wave.bodies.reads - of_units.keys():
            if name in self._inputs:
                points = np.repeat(keys[name][piece.points], piece.numbers)
                of_units[name] = self._inputs[name].drawn(points, numbered)
            else:
                of_units[name] = _spread(columns[name], piece)
        held = piece.numbers > 0
        for name, values in wave.bodies.evaluate(of_units, total).items():
            join = _JOINS[wave.functions[name]]
            reduced, into = join.reduceat(values, starts[held]), found[name][piece.points]
            into[held] = join(into[held], reduced) if piece.first else reduced


_JOINS = {"sum": np.add, "mean": np.add, "min": np.minimum, "max": np.maximum}


def _spread(column: Array | float, piece: Piece) -> Array | float:
    """Return what is shared by the units of each point, unit by unit."""
    if not isinstance(column, np.ndarray):
        return column
    return np.repeat(column[piece.points], piece.numbers)


def pieces(counts: Integers) -> Iterator[Piece]:
    """Cut the units of some points into pieces of at most :data:`CHUNK`.

    A point's units are cut at multiples of that, whatever is before them, so that sums are rounded
    alike in blocks of any size.
    """
    ends = np.cumsum(counts)
    start = 0
    while start < counts.size:
        before = int(ends[start]) - int(counts[start])
        stop = int(np.searchsorted(ends, before + CHUNK, side="right"))
        if stop > start:
            if ends[stop - 1] > before:
                yield Piece(slice(start, stop), 0, counts[start:stop])
            start = stop
            continue
        for first in range(0, int(counts[start]), CHUNK):
            left = min(int(counts[start]) - first, CHUNK)
            yield Piece(slice(start, start + 1), first, np.array([left]))
        start += 1


def _prepared(each: ModelInput, plan: Plan, which: str) -> UnitInput:
    """Return what draws one input that varies per unit."""
    if each.distribution is None:
        raise AssertionError("a constant is not drawn")
    column = UnitColumn.of(plan.seed, each.name + which, plan.replicates)
    return UnitInput(column, in_place(each.distribution, _MANY), each.factor)


def _wave(group: Collection[Aggregate]) -> Wave:
    """Return functions over the same units as one wave."""
    first = next(iter(group))
    return Wave(
        FormulaEvaluator({"count": first.count}),
        FormulaEvaluator({each.name: each.body for each in group}),
        {each.name: each.function for each in group},
        first.axis,
    )


def _numbers(wave: Wave, columns: Mapping[str, Array | float], size: int) -> Array:
    """Return how many units each point has, nan where that has no value."""
    numbers = wave.count.evaluate(columns, size)["count"]
    wrong = (numbers < 0.0) | (numbers > MOST_UNITS) | (numbers != np.floor(numbers))
    wrong &= ~np.isnan(numbers)
    if wrong.any():
        raise _no_count(wave.axis, float(numbers[wrong][0]))
    return numbers


def _no_count(axis: str, number: float) -> UsageError:
    """Return what is said of a draw that is no number of units."""
    fix = ""
    if number < 0.0:
        fix = f"{axis} that is 0 at least: max(..., 0)"
    elif number <= MOST_UNITS:
        fix = f"{axis} rounded: round(...)"
    expected = f"whole numbers from 0 to {MOST_UNITS:,}, as units are counted"
    return UsageError(f"{axis} = {number:g} in a draw", expected, fix)
