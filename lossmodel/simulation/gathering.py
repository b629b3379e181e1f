"""Drawing all blocks of a run: what is kept of them, and what is counted as it comes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.statistics import DrawnStatistics, SampleStatistics
from lossmodel.estimates.tallies import Tallies, Tally, origin_of, tallied
from lossmodel.execution.blocks import Block
from lossmodel.model.evaluators import Evaluator
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]

KEPT = 1 << 20
"""Draws of all outputs together that are kept; of a run with more each is counted as it comes.

It is a matter of the plan and never of the memory that is free: the same command gives the same
numbers everywhere.
"""

_SURELY_KEPT = 1 << 14
_PILOT = 16
"""Points of each replicate from which it is read where an output lies."""

Watch = Callable[[Plan, float], None]
"""Is told the plan at hand and the share of it that is done."""


def unwatched(plan: Plan, share: float) -> None:
    """Take no notice."""
    del plan, share


@final
@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run leaves behind.

    Attributes
    ----------
    columns : mapping of str to array, shape (replicates, points)
        What is kept.
    tallies : mapping of str to Tallies
        What was counted.
    """

    columns: Mapping[str, Array]
    tallies: Mapping[str, Tallies]

    def draws(self, name: str, support: tuple[float, float]) -> SampleStatistics:
        """Return what answers from the draws of an output with the given support."""
        if name in self.tallies:
            return self.tallies[name].statistics(support)
        return DrawnStatistics(Replicates(self.columns[name], support))


def gathered(
    drawing: Drawing, evaluator: Evaluator, plan: Plan, streamed: Collection[str], watch: Watch
) -> Gathered:
    """Carry out a run.

    Parameters
    ----------
    drawing : Drawing
    evaluator : Evaluator
    plan : Plan
        Of the drawing.
    streamed : collection of str
        What the evaluator computes and is not to be kept.
    watch : Watch
    """
    columns: dict[str, Array] = {}
    few = drawing.first(evaluator, _PILOT) if streamed else {}
    origins = {name: origin_of(few[name]) for name in streamed}
    tallies = {name: Tallies(plan.replicates, origins[name]) for name in streamed}

    names: list[frozenset[str]] = []

    def use(block: Block, values: Mapping[str, Array]) -> tuple[Block, dict[str, list[Tally]]]:
        names.append(frozenset(values))
        if names[-1] != names[0]:
            raise _unlike(names[0], names[-1])
        counted: dict[str, list[Tally]] = {}
        for name, column in values.items():
            part = column.reshape(-1, block.size)
            if name in tallies:
                counted[name] = [tallied(row, origins[name]) for row in part]
                continue
            if name not in columns:
                columns.setdefault(name, np.empty((plan.replicates, plan.points)))
            columns[name][block.rows, block.points] = part
        return block, counted

    done = 0
    for block, counted in drawing.each(evaluator, use):
        for name, parts in counted.items():
            for replicate, tally in enumerate(parts, block.rows.start):
                tallies[name].add(replicate, tally)
        done += block.count
        watch(plan, done / plan.evaluations)
    return Gathered(columns, tallies)


def _unlike(first: Collection[str], then: Collection[str]) -> UsageError:
    """Return what tells of a function that returns other outputs from call to call."""
    former, latter = (", ".join(sorted(each)) for each in (first, then))
    found = f"a model function that returns {former} once and {latter} another time"
    return UsageError(found, "the same outputs from every call")


def streamed_of(names: Collection[str], plan: Plan) -> frozenset[str]:
    """Return which outputs of a run are counted as they come: all or none."""
    return frozenset(names) if len(names) * plan.evaluations > KEPT else frozenset()


def streamed_by(evaluator: Evaluator, drawing: Drawing, plan: Plan) -> frozenset[str]:
    """Return which outputs of a Python function, known once it is called, are counted."""
    if plan.evaluations <= _SURELY_KEPT:
        return frozenset()
    return streamed_of(drawing.first(evaluator, 1), plan)
