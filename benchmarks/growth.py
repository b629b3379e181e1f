"""How time and memory grow with the evaluations, each run in a process of its own.

``python -m benchmarks.growth MODEL LOG2 THREADS`` is one such process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

from benchmarks import golden
from benchmarks.machine import peak
from benchmarks.pairs import Comparison, Missing, Spread, seconds
from benchmarks.plain import Array
from lossmodel import CapacityError, Scenario, run

THREADS = 2
_GROUP = "growth"
_SIZES = {"function": (10, 13, 16, 20, 24, 27, 28, 30), "formula": (10, 13, 16, 19, 22, 24)}
_PROMISED = {"function": (0.0, 250.0), "formula": None}
"""Peaks in MB that were promised, packages included."""
_REPEATED, _REPEATS = 20, 3
_REPLICATES = 16


@final
@dataclass(frozen=True, slots=True)
class Run:
    """What one run took.

    Attributes
    ----------
    seconds : float
        For the run and three quantiles, all that is made once included.
    megabytes : float
        The process's peak, its packages included.
    """

    seconds: float
    megabytes: float


def comparisons() -> Iterator[Comparison | Missing]:
    """Yield time and memory for each size, drawn from a function and smoothed from a formula."""
    for model, sizes in _SIZES.items():
        for size in sizes:
            yield from _grown(model, size)


def _grown(model: str, size: int) -> Iterator[Comparison | Missing]:
    """Yield time and memory of one size, with two threads beside one."""
    how = {"function": "drawn from a function", "formula": "smoothed from a formula"}[model]
    name, reference = f"2^{size} evaluations {how}, {THREADS} threads", "1 thread"
    repeats = range(_REPEATS if size < _REPEATED else 1)
    try:
        pairs = [
            (_in_a_process(model, size, THREADS), _in_a_process(model, size, 1)) for _ in repeats
        ]
    except CapacityError as refused:
        yield Missing(_GROUP, name, reference, str(refused))
        return
    times = [(ours.seconds, other.seconds) for ours, other in pairs]
    peaks = [(ours.megabytes, other.megabytes) for ours, other in pairs]
    yield _compared(name, reference, "s", times)
    peak_of = _compared(f"{name}: peak", reference, "MB", peaks)
    yield replace(peak_of, limits=_PROMISED[model])


def _compared(name: str, reference: str, unit: str, pairs: list[tuple[float, float]]) -> Comparison:
    """Return what was measured with two threads beside one."""
    ours, other = zip(*pairs, strict=True)
    ratios = [own / beside for own, beside in pairs]
    return Comparison(
        _GROUP,
        name,
        reference,
        unit,
        Spread.of(ours),
        Spread.of(other),
        Spread.of(ratios),
        len(pairs),
    )


def _in_a_process(model: str, size: int, threads: int) -> Run:
    """Return what a run in a fresh process took.

    Raises
    ------
    CapacityError
        If it was refused.
    """
    command = (sys.executable, "-m", "benchmarks.growth", model, str(size), str(threads))
    root = Path(__file__).parents[1]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    told: Mapping[str, float | str] = json.loads(done.stdout)
    if "refused" in told:
        raise CapacityError(str(told["refused"]))
    return Run(float(told["seconds"]), float(told["megabytes"]))


def _measured(model: str, size: int, threads: int) -> dict[str, float | str]:
    """Return what a run in this process takes."""
    scenario = {"function": _function, "formula": golden.scenario}[model]()
    points = (1 << size) // _REPLICATES

    def answer() -> None:
        output = run(scenario, points=points, threads=threads)["loss"]
        for p in golden.TOLD:
            output.quantile(p)

    try:
        spent = seconds(answer)
    except CapacityError as refused:
        return {"refused": str(refused)}
    return {"seconds": spent, "megabytes": peak()}


def _function() -> Scenario:
    """Return the golden model with a function in the place of its formula."""
    scenario = golden.scenario()
    return Scenario(title=scenario.title, units=scenario.units, inputs=scenario.inputs, model=_loss)


def _loss(trucks: Array, capacity: Array, price: Array, load: Array) -> Array:
    """Return the loss."""
    loss: Array = trucks * capacity * price * load
    return loss


if __name__ == "__main__":
    _model, _size, _threads = sys.argv[1:]
    print(json.dumps(_measured(_model, int(_size), int(_threads))))
