"""A small scenario never seen before, beside running one that is ready."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import golden
from benchmarks.pairs import Comparison, Contest
from lossmodel import Plan, load, run
from lossmodel.simulation.output import Output
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

PAIRS = 101
POINTS = 64
TARGET = 3.0
_GROUP = "small run"
_LOAD = "pert(0.6, 0.9, 1.0)"


def comparisons() -> list[Comparison]:
    """Return a run from the text of a scenario beside the run alone, with and without a new table.

    What is new is the price or the load: only for a new load a table has to be made.
    """
    with TemporaryDirectory() as folder:
        return [
            _compared(Path(folder), "a new price", '"20 to 55 USD/bbl"', '"20 to 55.{} USD/bbl"'),
            _compared(Path(folder), "a new load", f'"{_LOAD}"', '"pert(0.6, 0.9{}, 1.0)"'),
        ]


def _compared(folder: Path, what: str, written: str, anew: str) -> Comparison:
    """Return files that differ in one input, each loaded and run once."""
    files = _files(folder / what, written, anew)
    model, plan = golden.model(), Plan(points=POINTS)
    over = simulated(model, plan, Ask())["loss"].smoothed_over or "off"
    contest = Contest(
        f"{what}: load, choose the input, run 16 x {POINTS}, 3 quantiles",
        lambda: _quantiles(run(load(next(files)), points=POINTS)["loss"]),
        "the run and 3 quantiles alone",
        lambda: _quantiles(simulated(model, plan, Ask(smoothing=over))["loss"]),
        TARGET,
    )
    return contest.measured(_GROUP, PAIRS, "ms", 1e3)


def _files(folder: Path, written: str, anew: str) -> Iterator[Path]:
    """Return scenario files that no run has seen."""
    folder.mkdir()
    text = golden.FILE.read_text(encoding="utf-8")
    if written not in text:
        raise AssertionError(f"no {written} in {golden.FILE}")
    files = [folder / f"{number}.toml" for number in range(PAIRS + 1)]
    for number, file in enumerate(files):
        changed = text.replace(written, anew.format(f"{number:06d}1"))
        file.write_text(changed, encoding="utf-8")
    return iter(files)


def _quantiles(output: Output) -> list[object]:
    """Return the three quantiles that are always told."""
    return [output.quantile(p) for p in golden.TOLD]
