"""Every statistic with its error, beside NumPy's bare value of the same draws."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks import golden, plain
from benchmarks.pairs import Comparison, Contest
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.tails import tail_index
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

PAIRS = 101
_SHARES = golden.TOLD
_AMOUNT = 2e6
_MANY, _DOCUMENT = 540_000, 8.0 / 55.0
"""At most 8 ms were promised where so many draws by hand take 55."""


def comparisons() -> list[Comparison]:
    """Return the whole document of one output and each statistic in it, at the default plan."""
    found = []
    for smoothing, how in (("auto", "smoothed"), ("off", "drawn")):
        result = simulated(golden.model(), golden.DEFAULT, Ask(smoothing=smoothing))
        contests = (_document(result), *_statistics(result["loss"]))
        named = (replace(each, name=f"{each.name}, {how}") for each in contests)
        found += [each.measured("statistics", PAIRS, "ms", 1e3) for each in named]
    return found


def _document(result: Result) -> Contest:
    """Return the JSON of a result that is drawn, beside drawing by hand."""
    generator = np.random.default_rng(0)

    def document() -> str:
        outputs = {name: _anew(output) for name, output in result.outputs.items()}
        return json.dumps(replace(result, outputs=outputs).to_dict())

    return Contest(
        "the whole JSON of one output",
        document,
        f"NumPy, {_MANY:,} draws",
        lambda: plain.straightforward(generator, _MANY),
        _DOCUMENT,
    )


def _statistics(output: Output) -> Sequence[Contest]:
    """Return the statistics of an output; it is sorted here for those said to be sorted."""
    values, column = output.values, Replicates(output.values)
    output.quantile(0.5)
    tail_index(column)
    return (
        Contest("mean", lambda: _anew(output).mean, "np.mean", values.mean),
        Contest("sd", lambda: _anew(output).sd, "np.std", lambda: values.std(ddof=1)),
        Contest(
            "sorting and 3 quantiles",
            lambda: _quantiles(_anew(output)),
            "np.quantile",
            lambda: np.quantile(values, _SHARES),
        ),
        Contest(
            "3 quantiles, sorted",
            lambda: _quantiles(output),
            "np.quantile",
            lambda: np.quantile(values, _SHARES),
        ),
        Contest(
            "exceedance, sorted",
            lambda: output.exceedance(_AMOUNT),
            "a mean of comparisons",
            lambda: np.mean(values > _AMOUNT),
        ),
        Contest(
            "shortest interval",
            lambda: output.shortest_interval(0.9),
            "a search between draws",
            lambda: _shortest(values, 0.9),
        ),
        Contest(
            "tail index, sorted",
            lambda: tail_index(column),
            "np.sort",
            lambda: np.sort(values, None),
        ),
    )


def _anew(output: Output) -> Output:
    """Return an output of the same draws that remembers no statistic."""
    return replace(output)


def _quantiles(output: Output) -> list[object]:
    """Return the three quantiles that are always told."""
    return [output.quantile(p) for p in _SHARES]


def _shortest(values: plain.Array, level: float) -> tuple[float, float]:
    """Return the shortest interval between draws that holds a share of them."""
    draws = np.sort(values, axis=None)
    span = int(np.ceil(level * draws.size)) - 1
    start = int(np.argmin(draws[span:] - draws[:-span]))
    return float(draws[start]), float(draws[start + span])
