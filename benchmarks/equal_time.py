"""Errors at equal time: every tool makes as many draws as fit into a default run of lossmodel."""

from dataclasses import dataclass
from statistics import median
from typing import final

from benchmarks import rms
from benchmarks.cases import Case, cases, statistics_of
from benchmarks.pairs import Comparison, Missing, seconds
from benchmarks.tools import CORE, STATISTICS, Absent, Array, Tool, Way
from lossmodel import run

SEEDS = 64
_GROUP = "equal time"
_FIRST, _LOOKS, _REPEATS = 256, 5, 5


@final
@dataclass(frozen=True, slots=True)
class Found:
    """What a way of drawing reached in the time given.

    Attributes
    ----------
    way : Way
    draws : int
    squares : array
        Mean square relative error of each statistic.
    """

    way: Way
    draws: int
    squares: Array

    @property
    def worst(self) -> float:
        """The largest among P5, P50 and P95, by which ways are compared."""
        return float(self.squares[CORE].max())


def comparisons() -> list[Comparison | Missing]:
    """Return every tool by the better of its ways, in every case."""
    return [row for case in cases() for row in _in_case(case)]


def _in_case(case: Case) -> list[Comparison | Missing]:
    """Return all tools in one case."""

    def ours(seed: int) -> Array:
        return statistics_of(run(case.scenario, seed=seed)[case.output])

    ours(0)
    time = _typical([seconds(lambda: ours(0)) for _ in range(21)])
    squares = rms.mean_squares([case.errors(ours(seed)) for seed in range(SEEDS)])
    return [row for tool in case.tools for row in _rows(case, tool, time, squares)]


def _rows(
    case: Case, tool: Tool | Absent, time: float, squares: Array
) -> list[Comparison | Missing]:
    """Return one tool in one case, a row for each statistic."""
    name = f"{case.name}: RMS error in {1e3 * time:.1f} ms"
    if isinstance(tool, Absent):
        return [Missing(_GROUP, name, tool.name, tool.reason)]
    best = min((_found(case, way, time) for way in tool.ways), key=lambda each: each.worst)
    return [
        Comparison(
            _GROUP,
            f"{name}, {statistic}",
            f"{tool.name}, {best.way.name}, {best.draws:,} draws",
            "ppm",
            rms.root(own, SEEDS),
            rms.root(other, SEEDS),
            rms.ratio(own, other, SEEDS),
            SEEDS,
        )
        for statistic, own, other in zip(STATISTICS, squares, best.squares, strict=True)
    ]


def _found(case: Case, way: Way, time: float) -> Found:
    """Return what a way of drawing reaches in the time given."""
    draws = _fitting(way, time)
    errors = [case.errors(way.statistics(seed, draws)) for seed in range(SEEDS)]
    return Found(way, draws, rms.mean_squares(errors))


def _fitting(way: Way, time: float) -> int:
    """Return how many draws fit, never less than a first few."""
    wanted = float(_FIRST)
    for _ in range(_LOOKS):
        size = way.size(wanted)
        spent = _typical([seconds(lambda: way.statistics(0, size)) for _ in range(_REPEATS)])  # noqa: B023 - called here and now
        wanted = max(float(_FIRST), size * time / spent)
    return way.size(wanted)


def _typical(times: list[float]) -> float:
    """Return the median."""
    return float(median(times))
