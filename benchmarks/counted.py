"""Things that are counted: units drawn one by one beside NumPy, and sums drawn as one beside units.

``python -m benchmarks.counted WAY`` is a process whose memory is measured.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.machine import peak
from benchmarks.pairs import Comparison, Contest, Spread, seconds
from benchmarks.tools import Array
from lossmodel import Scenario, run
from lossmodel.model.building import built
from lossmodel.model.evaluators import evaluator_of
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

_GROUP = "things that are counted"
_POINTS, _REPLICATES, _TRUCKS = 8192, 16, 168
_DRAWS = _POINTS * _REPLICATES
_PAIRS = 3
_MOST_MEGABYTES = 300.0
_MU, _SIGMA = 5.22, 0.13
_CAPACITY, _LOAD = f"lognormal(mu={_MU}, sigma={_SIGMA})", "beta(alpha=4, beta=2)"


def comparisons() -> Iterator[Comparison]:
    """Yield the rate of drawing, what drawing as one saves, and the peaks of memory."""
    drawn, as_one = _fleet("sum(min(capacity * load, most))"), _fleet("sum(capacity * load)")
    # 0.8 of the rate at which NumPy alone draws these numbers.
    yield Contest(
        f"{_DRAWS:,} draws x {_TRUCKS} trucks x 2 inputs, every unit drawn",
        lambda: _values(drawn),
        "rng.lognormal and rng.beta alone",
        _variates,
        target=1.0 / 0.8,
    ).measured(_GROUP, _PAIRS, "s", 1.0)
    yield Contest(
        "the same with all statistics told, its sum drawn as one",
        lambda: _told(as_one),
        "every unit drawn",
        lambda: _told(drawn),
        target=1.0 / 20.0,
    ).measured(_GROUP, _PAIRS, "s", 1.0)
    one, units = _column(as_one), _column(drawn)
    yield Contest(
        "the column of the sum alone, drawn as one", one, "every unit drawn", units, target=0.01
    ).measured(_GROUP, _PAIRS, "s", 1.0)
    for way, name in (
        ("units", "131,072 draws x 10,000 units, drawn"),
        ("one", "1,048,576 draws x 1,000,000 units, drawn as one"),
    ):
        found = _peak_of(way)
        yield Comparison(
            _GROUP,
            f"peak of {name}",
            "what was promised",
            "MB",
            Spread(found, found, found),
            Spread(_MOST_MEGABYTES, _MOST_MEGABYTES, _MOST_MEGABYTES),
            Spread(*[found / _MOST_MEGABYTES] * 3),
            1,
            target=1.0,
        )


def _fleet(formula: str, trucks: int = _TRUCKS) -> Scenario:
    """Return trucks each with a capacity and a load of its own."""
    varied = {"capacity": f"{_CAPACITY} bbl/truck", "load": _LOAD}
    inputs = {name: {"value": value, "varies": "per trucks"} for name, value in varied.items()}
    fixed = {"trucks": f"{trucks} truck", "most": "100,000 bbl/truck"}
    return Scenario.model_validate(
        {"title": "fleet", "units": ["truck"], "inputs": inputs | fixed, "model": {"loss": formula}}
    )


def _values(scenario: Scenario) -> Array:
    """Return the draws of a run on one thread."""
    return run(scenario, points=_POINTS, threads=1)["loss"].values


def _told(scenario: Scenario) -> dict[str, object]:
    """Return all that is told of a run on one thread."""
    return run(scenario, points=_POINTS, threads=1).to_dict()


def _column(scenario: Scenario) -> Callable[[], object]:
    """Return what draws the output of a model that has been prepared."""
    model = built(scenario)
    drawing, evaluator = Drawing(model, Plan(points=_POINTS)), evaluator_of(model)
    return lambda: drawing.outputs(evaluator)


def _variates() -> Array:
    """Return what NumPy draws, some draws at a time so that it stays in cache."""
    rng, total = np.random.default_rng(0), np.zeros(_DRAWS)
    for start in range(0, _DRAWS, 512):
        shape = 512, _TRUCKS
        capacity, load = rng.lognormal(_MU, _SIGMA, shape), rng.beta(4.0, 2.0, shape)
        total[start : start + 512] = capacity[:, 0] + load[:, 0]
    return total


def _peak_of(way: str) -> float:
    """Return the peak of a process that runs one of the two."""
    command = (sys.executable, "-m", "benchmarks.counted", way)
    root = Path(__file__).parents[1]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    return float(done.stdout)


def _measured(way: str) -> float:
    """Return this process's peak after a run."""
    if way == "units":
        scenario, points = _fleet("sum(min(capacity * load, most))", 10_000), _POINTS
    else:
        scenario, points = _fleet("sum(capacity * load)", 1_000_000), 65_536
    seconds(lambda: run(scenario, points=points)["loss"].quantile(0.95))
    return peak()


if __name__ == "__main__":
    print(_measured(sys.argv[1]))
