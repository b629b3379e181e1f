"""Errors over many seeds at equal draws, against answers known by quadrature."""

import numpy as np

from benchmarks import golden, plain, rms
from benchmarks.cases import Case, by_numpy, golden_case, statistics_of
from benchmarks.pairs import Comparison
from benchmarks.tools import STATISTICS, Array
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

SEEDS = 100
_LIMITS = {"mean": 30.0, "P5": 60.0, "P50": 30.0, "P95": 60.0, "P99.9": 500.0}
"""What was promised of the smoothed statistics, in ppm."""


def comparisons() -> list[Comparison]:
    """Return the root mean square error of each statistic over the seeds, in all three ways."""
    case = golden_case()
    by_hand = by_numpy(plain.straightforward)
    draws = golden.DEFAULT.evaluations
    reference = rms.mean_squares(
        [case.errors(by_hand.statistics(seed, draws)) for seed in range(SEEDS)]
    )
    return [
        each
        for smoothing, how in (("auto", "smoothed"), ("off", "drawn"))
        for each in _compared(case, smoothing, how, reference)
    ]


def _compared(case: Case, smoothing: str, how: str, reference: Array) -> list[Comparison]:
    """Return the errors of each statistic, smoothed or not, beside those of plain Monte Carlo."""
    ours = rms.mean_squares([_errors(case, seed, smoothing) for seed in range(SEEDS)])
    plan = golden.DEFAULT
    return [
        Comparison(
            "accuracy",
            f"RMS error of the {name}, {how}, {plan.replicates} x {plan.points:,}",
            f"NumPy, {plan.evaluations:,} draws",
            "ppm",
            rms.root(own, SEEDS),
            rms.root(other, SEEDS),
            rms.ratio(own, other, SEEDS),
            SEEDS,
            limits=(0.0, _LIMITS[name]) if smoothing == "auto" else None,
        )
        for name, own, other in zip(STATISTICS, ours, reference, strict=True)
    ]


def _errors(case: Case, seed: int, smoothing: str) -> Array:
    """Return the relative errors of one run."""
    result = simulated(golden.model(), Plan(seed=seed), Ask(smoothing=smoothing))
    return np.asarray(case.errors(statistics_of(result[case.output])))
