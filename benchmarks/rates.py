"""How the error of a way of drawing falls with the draws, measured and fitted."""

from dataclasses import dataclass
from time import perf_counter
from typing import final

import numpy as np

from benchmarks import rms
from benchmarks.cases import Case
from benchmarks.tools import CORE, SHARES, Array, Way

SEEDS = 25
_FIRST, _STEP, _FEWEST = 256, 4, 3
_SPENT = 2.0
"""About how many seconds the largest size may take over all seeds."""


@final
@dataclass(frozen=True, slots=True)
class Rate:
    """A power law for the error of each of P5, P50 and P95, and the time of a draw.

    Attributes
    ----------
    slope, level : array, shape (3,)
        The logarithm of the error is ``level + slope * log(draws)``.
    seconds_a_draw : float
        At the largest size measured.
    """

    slope: Array
    level: Array
    seconds_a_draw: float

    def draws(self, precision: float) -> float:
        """Return how many draws bring the errors of all three within a precision."""
        return float(np.exp((np.log(precision) - self.level) / self.slope).max())

    def seconds(self, precision: float) -> float:
        """Return how long they take, about."""
        return self.draws(precision) * self.seconds_a_draw


def rate(case: Case, way: Way) -> Rate:
    """Return the rate of a way of drawing.

    Random draws follow the square-root law, of which the level is fitted; better spread ones have
    a rate of their own, fitted by least squares to the logarithms.
    """
    sizes: list[int] = []
    logs: list[Array] = []
    spent = 0.0
    size = _FIRST
    while len(sizes) < _FEWEST or spent * _STEP < _SPENT:
        start = perf_counter()
        squares = _mean_squares(case, way, size)
        spent = perf_counter() - start
        sizes.append(size)
        logs.append(np.log(squares) / 2.0)
        size *= _STEP
    slope, level = _fitted(np.log(sizes), np.array(logs), way)
    return Rate(slope, level, _seconds(way, sizes[-1]) / sizes[-1])


def _fitted(sizes: Array, errors: Array, way: Way) -> tuple[Array, Array]:
    """Return slope and level of each statistic."""
    if way.quasi:
        slope, level = np.polyfit(sizes, errors, 1)
        return slope, level
    slope = np.full(errors.shape[1], -0.5)
    return slope, (errors + 0.5 * sizes[:, None]).mean(axis=0)


def _mean_squares(case: Case, way: Way, size: int) -> Array:
    """Return the mean square relative errors of P5, P50 and P95 over the seeds."""
    exact = case.exact[CORE]
    quantiles = [np.quantile(way.draw(seed, size), SHARES[:3]) for seed in range(SEEDS)]
    return rms.mean_squares([each / exact - 1.0 for each in quantiles])


def _seconds(way: Way, size: int) -> float:
    """Return how long the first draws of a tool take."""
    start = perf_counter()
    np.quantile(way.draw(0, size), SHARES[:3])
    return perf_counter() - start
