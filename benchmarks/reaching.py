"""The time to a precision in all of P5, P50 and P95."""

from collections.abc import Iterator
from functools import cache
from time import perf_counter

import numpy as np

from benchmarks import rms
from benchmarks.cases import Case, cases, golden_case
from benchmarks.pairs import Comparison, Contest, Missing
from benchmarks.rates import Rate, rate
from benchmarks.tools import CORE, SHARES, Absent, Array, Tool, Way
from lossmodel import run

SEEDS = 100
TARGETS = {1e-3: 1.0 / 20.0, 1e-4: 1.0 / 1_000.0, 1e-5: 1.0 / 10_000.0}
"""The precisions, and how much of a tool's time lossmodel may take on the golden model."""

LONGEST = 0.7
"""About how many seconds a run of a tool may take; what would take longer is extrapolated."""

_GROUP = "time to precision"
_SPENT = 1.5
_FIRST, _LARGEST = 16, 1 << 18
_SHARES = SHARES[:3]
_TIMED = 9


def comparisons() -> Iterator[Comparison | Missing]:
    """Yield every tool by the quickest of its ways, in every case and to every precision."""
    for case in cases():
        for tool in case.tools:
            yield from _compared(case, tool)


def _compared(case: Case, tool: Tool | Absent) -> Iterator[Comparison | Missing]:
    """Yield one tool in one case."""
    if isinstance(tool, Absent):
        yield Missing(_GROUP, f"{case.name}: to 1e-3, 1e-4, 1e-5", tool.name, tool.reason)
        return
    rates = {way: rate(case, way) for way in tool.ways}
    for precision in TARGETS:
        way = min(rates, key=lambda each: rates[each].seconds(precision))
        yield _raced(case, tool, way, rates[way], precision)


def _raced(case: Case, tool: Tool, way: Way, rated: Rate, precision: float) -> Comparison:
    """Return the time to a precision, that of the tool extrapolated from what it can be run for."""
    needed = rated.draws(precision)
    timed = way.size(min(needed, LONGEST / rated.seconds_a_draw))
    points, target = _points(case, precision), TARGETS[precision]
    contest = Contest(
        f"{case.name}: to {_power(precision)}, 16 x {points:,}",
        lambda: _ours(case, points, 0),
        f"{tool.name}, {way.name}, {needed:,.0f} draws{_origin(needed, timed)}",
        lambda: np.quantile(way.draw(0, timed), _SHARES),
        target if case is golden_case() else None,
    )
    pairs = int(np.clip(_SPENT / (timed * rated.seconds_a_draw), 3, 21))
    return contest.measured(_GROUP, pairs, "ms", 1e3).extrapolated(needed / timed)


def _power(precision: float) -> str:
    """Return a power of ten as one writes it."""
    return f"1e{round(np.log10(precision))}"


def _origin(needed: float, timed: int) -> str:
    """Return from what a time is extrapolated, where it is."""
    return f" (timed: {timed:,})" if needed > timed else ""


@cache
def _points(case: Case, precision: float) -> int:
    """Return the points a replicate that are within a precision soonest.

    They are the fewest whose error over the seeds is, or two or four times as many: where few
    points decide a quantile it is looked for with more care, which takes longer than more points.
    """
    points = _FIRST
    while points < _LARGEST and not _reaches(case, points, precision):
        points *= 2
    return min((points, 2 * points, 4 * points), key=lambda each: _seconds(case, each))


def _seconds(case: Case, points: int) -> float:
    """Return how long a run takes, the median of some."""
    times = []
    for seed in range(_TIMED):
        start = perf_counter()
        _ours(case, points, seed)
        times.append(perf_counter() - start)
    return float(np.median(times))


def _reaches(case: Case, points: int, precision: float) -> bool:
    """Whether the error over all seeds is within a precision.

    Twice the precision over the first ten seeds settles it: 1.7e-5 is the probability of that
    where the error is within the precision (chi-square).
    """
    return _worst(case, points, 10) < 2.0 * precision and _worst(case, points, SEEDS) < precision


@cache
def _worst(case: Case, points: int, seeds: int) -> float:
    """Return the largest root mean square error among P5, P50 and P95."""
    exact = case.exact[CORE]
    errors = [_ours(case, points, seed) / exact - 1.0 for seed in range(seeds)]
    return float(np.sqrt(rms.mean_squares(errors).max()))


def _ours(case: Case, points: int, seed: int) -> Array:
    """Return the three quantiles of a run."""
    output = run(case.scenario, seed=seed, points=points)[case.output]
    return np.array([float(output.quantile(p)) for p in _SHARES])
