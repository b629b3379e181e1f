"""Errors over many seeds at equal draws, against answers known by quadrature."""

import numpy as np
from scipy.special import fdtri

from benchmarks import golden, plain
from benchmarks.pairs import Comparison, Spread
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

SEEDS = 100
_NAMES = ("mean", *(f"P{100 * p:g}" for p in golden.QUANTILES))
_EXACT = np.array([golden.MEAN, *golden.QUANTILES.values()])


def comparisons() -> list[Comparison]:
    """Return the root mean square error of each statistic over the seeds, in all three ways."""
    reference = _mean_squares([_by_hand(seed) for seed in range(SEEDS)])
    return [
        each
        for smoothing, how in (("auto", "smoothed"), ("off", "drawn"))
        for each in _compared(smoothing, how, reference)
    ]


def _compared(smoothing: str, how: str, reference: plain.Array) -> list[Comparison]:
    """Return the errors of each statistic, smoothed or not, beside those of plain Monte Carlo."""
    ours = _mean_squares([_ours(seed, smoothing) for seed in range(SEEDS)])
    plan = golden.DEFAULT
    return [
        Comparison(
            "accuracy",
            f"RMS error of the {name}, {how}, {plan.replicates} x {plan.points:,}",
            f"NumPy, {plan.evaluations:,} draws",
            "USD",
            _root(own, _chi_square_limits()),
            _root(other, _chi_square_limits()),
            _root(own / other, _ratio_limits()),
            SEEDS,
        )
        for name, own, other in zip(_NAMES, ours, reference, strict=True)
    ]


def _ours(seed: int, smoothing: str) -> list[float]:
    """Return the statistics of one run."""
    output = simulated(golden.model(), Plan(seed=seed), Ask(smoothing=smoothing))["loss"]
    return [float(output.mean), *(float(output.quantile(p)) for p in golden.QUANTILES)]


def _by_hand(seed: int) -> list[float]:
    """Return the statistics of plain Monte Carlo with as many draws."""
    draws = plain.straightforward(np.random.default_rng(seed), golden.DEFAULT.evaluations)
    return [float(draws.mean()), *np.quantile(draws, tuple(golden.QUANTILES)).tolist()]


def _mean_squares(rows: list[list[float]]) -> plain.Array:
    """Return the mean square error of each statistic."""
    errors = np.array(rows) - _EXACT
    return np.asarray((errors * errors).mean(axis=0))


def _root(square: float, limits: tuple[float, float]) -> Spread:
    """Return a root mean square with its 95% confidence, whose limits are of squares."""
    low, high = limits
    return Spread(
        float(np.sqrt(square)), float(np.sqrt(square * low)), float(np.sqrt(square * high))
    )


def _chi_square_limits() -> tuple[float, float]:
    """Return the limits of a mean square of normal errors, as factors: F against the truth."""
    return _ratio_limits(1e12)


def _ratio_limits(other: float = SEEDS) -> tuple[float, float]:
    """Return the limits of a ratio of mean squares of normal errors, as factors."""
    return 1.0 / float(fdtri(SEEDS, other, 0.975)), 1.0 / float(fdtri(SEEDS, other, 0.025))
