"""Sweeps: what a point costs, beside passes of ndtr, single runs, and loops written by hand.

``python -m benchmarks.sweeping POINTS WORKERS`` is one sweep in a process of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from time import process_time

import numpy as np
from scipy.special import ndtr

from benchmarks import bare, golden, plain
from benchmarks.machine import peak
from benchmarks.pairs import Comparison, Contest, Spread, seconds
from lossmodel import run, sweep
from lossmodel.simulation.summary import OPTIONAL

_GROUP = "sweeps"
POINTS, REPLICATES = 256, 16
_SEEDS = 40
_PASSES = 20
_TURNS = 3
_FEW = 1_000
_GAIN = 0.85
"""Of what bare processes gain, two workers were promised to gain so much."""
_CHUNK = 400
_LOADS, _PRICES = 100, 100
_SIZES = (100, 1_000, 10_000, 100_000)
_ALL = "all that run tells"
_TOLD: dict[str, tuple[str, ...]] = {"mean, P5, P50, P95": (), _ALL: OPTIONAL}
_SCORES = np.random.default_rng(0).standard_normal(POINTS * REPLICATES)


def vary(points: int) -> dict[str, list[str]]:
    """Return as many points on a grid of the price's upper end and the load's likeliest value."""
    loads = min(_LOADS, max(points // _PRICES, 10))
    return {
        "load": [f"pert(0.6, {0.65 + 0.3 * place / loads:.6f}, 1.0)" for place in range(loads)],
        "price": [
            f"20 to {40.0 + 40.0 * place / (points // loads):.6f} USD/bbl"
            for place in range(points // loads)
        ],
    }


def swept(points: int, tell: tuple[str, ...] = (), workers: int | None = None) -> object:
    """Return a sweep of the golden model."""
    choices = {"points": POINTS, "tell": tell, "workers": workers}
    return sweep(golden.scenario(), vary(points), **choices)


def comparisons() -> Iterator[Comparison]:
    """Yield what a point costs beside other ways."""
    yield from _beside_passes()
    yield from _beside_runs()
    yield _on_both_cores()
    yield _beside_a_loop()
    yield from _grown()
    yield _beside_bare_processes()


def _beside_passes() -> Iterator[Comparison]:
    """Yield a point beside passes of ndtr over as many values: told in part, and all."""

    def passes() -> None:
        for _ in range(_PASSES * _CHUNK):
            ndtr(_SCORES)

    for what, tell in _TOLD.items():
        contest = Contest(
            f"a point of 16 x 256: {what} and their changes",
            partial(swept, _CHUNK, tell),
            f"{_PASSES} passes of ndtr",
            passes,
        )
        found = contest.measured(_GROUP, 9, "ms a point", 1e3 / _CHUNK)
        # A millisecond was promised, or these passes where they take longer.
        yield replace(found, target=max(1.0, 1.0 / found.reference.median))


def _beside_runs() -> Iterator[Comparison]:
    """Yield points of a sweep beside a run for each that tells the same."""
    for what, tell in _TOLD.items():
        yield Contest(
            f"a point of 16 x 256: {what}",
            partial(swept, _CHUNK, tell),
            "lm.run for each point",
            partial(_runs, tell),
            1.0 / 3.0,
        ).measured(_GROUP, 9, "ms a point", 1e3 / _CHUNK)


def _runs(tell: tuple[str, ...]) -> None:
    """Run each of a few points alone."""
    scenario, grid = golden.scenario(), vary(_CHUNK)
    for load in grid["load"]:
        for price in grid["price"]:
            found = run(scenario, points=POINTS, settings={"load": load, "price": price})
            loss = found["loss"]
            _ = found.summaries if tell else (loss.mean, *map(loss.quantile, golden.TOLD))


def _on_both_cores() -> Comparison:
    """Return a point told in full by two workers, their start included, beside single runs."""
    count, tell = _LOADS * _PRICES, _TOLD[_ALL]
    turns = [
        (seconds(lambda: swept(count, tell, 2)) / count, seconds(lambda: _runs(tell)) / _CHUNK)
        for _ in range(_TURNS)
    ]
    ours, reference = 1e3 * np.array(turns).T
    return Comparison(
        _GROUP,
        f"a point of 16 x 256: {_ALL}, 2 workers, their start included, {count:,} points",
        "lm.run for each point, in this process",
        "ms a point",
        Spread.of(ours),
        Spread.of(reference),
        Spread.of(ours / reference),
        _TURNS,
    )


def _beside_a_loop() -> Comparison:
    """Return a point beside as many draws of NumPy as make P5, P50 and P95 as accurate."""
    grid = {"price": ["20 to 55 USD/bbl"]}
    errors = dict.fromkeys(golden.TOLD, 0.0)
    for seed in range(_SEEDS):
        (point,) = sweep(golden.scenario(), grid, seed=seed, points=POINTS, tell=())
        for p in golden.TOLD:
            found = float(point.outputs["loss"].quantiles[p])
            errors[p] += (found / golden.QUANTILES[p] - 1.0) ** 2 / _SEEDS
    needed = max(p * (1.0 - p) / _slope(golden.QUANTILES[p]) ** 2 / errors[p] for p in golden.TOLD)
    generator, size = np.random.default_rng(1), 1 << 20

    def drawn() -> None:
        np.quantile(plain.tuned(generator, size), golden.TOLD)

    name = "a point of 16 x 256: mean, P5, P50, P95"
    contest = Contest(name, lambda: swept(_CHUNK), "NumPy at equal accuracy", drawn, 1.0 / 500.0)
    found = contest.measured(_GROUP, 9, "ms a point", 1e3)
    ours = found.ours.times(1.0 / _CHUNK)
    factor = needed / size
    return Comparison(
        _GROUP,
        name,
        f"NumPy at equal accuracy: {needed:,.0f} draws",
        "ms a point",
        ours,
        found.reference.times(factor),
        found.ratio.times(1.0 / _CHUNK / factor),
        9,
        1.0 / 500.0,
    )


def _slope(x: float) -> float:
    """Return the density at x times x: how steep the cdf is on a scale of ratios."""
    law, step = golden.product(), 1e-4
    return (law.exceedance(x * (1.0 - step)) - law.exceedance(x * (1.0 + step))) / (2.0 * step)


def _grown() -> Iterator[Comparison]:
    """Yield time and memory of a point as sweeps grow, beside the smallest."""
    found = {size: _in_a_process(size) for size in _SIZES}
    first, base = found[_SIZES[0]]
    for size in _SIZES[1:]:
        cost, most = found[size]
        yield _one(f"cost of a point of {size:,}", "ms", cost * 1e3, first * 1e3)
        yield _one(f"peak of memory of {size:,} points", "MB", most, base)


def _one(name: str, unit: str, ours: float, reference: float) -> Comparison:
    """Return one measurement of each."""
    spreads = [Spread(x, x, x) for x in (ours, reference, ours / reference)]
    return Comparison(_GROUP, name, f"of {_SIZES[0]}", unit, *spreads, 1)


def _in_a_process(size: int) -> tuple[float, float]:
    """Return seconds a point, and the process's peak of memory in MB."""
    command = [sys.executable, "-m", "benchmarks.sweeping", str(size)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    cost, most = json.loads(ran.stdout)
    return cost, most


def _beside_bare_processes() -> Comparison:
    """Return the share of the time that two workers need, beside two processes of NumPy alone.

    Both are started within the time, and have as much to do: starting takes its part of both.
    """
    count = _LOADS * _PRICES
    shares = []
    for _ in range(_TURNS):
        alone, two = seconds(lambda: swept(count)), seconds(lambda: swept(count, workers=2))
        half = max(int(0.5 * alone * _FEW / seconds(lambda: bare.passes(_FEW))), 1)
        one = seconds(partial(bare.passes, 2 * half))
        shares.append((two / alone, seconds(partial(_in_two_processes, half)) / one))
    ours, reference = np.array(shares).T
    return Comparison(
        _GROUP,
        f"2 workers, {count:,} points, their start included: of the time of one",
        "2 bare NumPy processes, theirs too",
        "",
        Spread.of(ours),
        Spread.of(reference),
        Spread.of(ours / reference),
        _TURNS,
        1.0 / _GAIN,
    )


def _in_two_processes(passes: int) -> None:
    """Do so many passes in each of two new processes."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(bare.passes, [passes, passes]))


if __name__ == "__main__":
    number = int(sys.argv[1])
    swept(20)
    # The processor's time, as what else runs on the machine lengthens a long sweep.
    begun = process_time()
    swept(number)
    cost = (process_time() - begun) / number
    print(json.dumps([cost, peak()]))
