"""The time of a whole answer at equal draws: a run, its mean and four quantiles."""

from benchmarks import golden
from benchmarks.cases import Case, cases, statistics_of
from benchmarks.pairs import Comparison, Contest, Missing
from benchmarks.tools import Absent, Tool
from lossmodel import run

PAIRS = 11
_GROUP = "equal draws"


def comparisons() -> list[Comparison | Missing]:
    """Return every tool by its plain Monte Carlo, in every case."""
    return [_compared(case, tool) for case in cases() for tool in case.tools]


def _compared(case: Case, tool: Tool | Absent) -> Comparison | Missing:
    """Return a default run of one case beside as many draws of a tool."""
    draws = golden.DEFAULT.evaluations
    name = f"{case.name}: {draws:,} draws, mean and 4 quantiles"
    if isinstance(tool, Absent):
        return Missing(_GROUP, name, tool.name, tool.reason)
    way = tool.ways[0]
    contest = Contest(
        name,
        lambda: statistics_of(run(case.scenario)[case.output]),
        f"{tool.name}, {way.name}",
        lambda: way.statistics(0, draws),
    )
    return contest.measured(_GROUP, PAIRS, "ms", 1e3)
