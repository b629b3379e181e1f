"""Far tails: probabilities that no number of random draws would show, and their confidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import final

import numpy as np
from scipy.special import betaincinv

from benchmarks import golden, rms
from benchmarks.pairs import Comparison, Spread
from benchmarks.tools import Array
from lossmodel import Scenario, run
from lossmodel.estimates.estimate import Estimate

SEEDS = 100
COVERAGE = (92.0, 100.0)
_GROUP = "far tails"
_CAPACITY, _LOAD, _PRICE = (75.0, 170.0, 230.0), (0.6, 0.9, 1.0), (20.0, 35.0, 45.0)


@final
@dataclass(frozen=True, slots=True)
class Tail:
    """A probability to be found.

    Attributes
    ----------
    name : str
    scenario : Scenario
        Its output is "loss".
    amount : float
    probability : float
        That the loss is above it, by quadrature.
    limit : float
        What was promised of the relative error, in ppm.
    """

    name: str
    scenario: Scenario
    amount: float
    probability: float
    limit: float

    @property
    def evaluations(self) -> int:
        """How often the model is evaluated."""
        return golden.DEFAULT.evaluations


def comparisons() -> Iterator[Comparison]:
    """Yield the error of each probability, and how often its confidence holds it."""
    for tail in (_lognormal(1e7), _lognormal(7.5e6), _bounded(1.724e6)):
        found = [_found(tail, seed) for seed in range(SEEDS)]
        yield _error(tail, found)
        yield _coverage(tail, found)


def _found(tail: Tail, seed: int) -> Estimate:
    """Return the estimate of one run."""
    return run(tail.scenario, seed=seed)["loss"].exceedance(tail.amount)


def _error(tail: Tail, found: list[Estimate]) -> Comparison:
    """Return the relative error beside the binomial one of as many random draws."""
    errors = np.array([float(each) for each in found]) / tail.probability - 1.0
    own = rms.root(float(rms.mean_squares(list(errors))), SEEDS)
    plain = rms.PPM * sqrt((1.0 - tail.probability) / (tail.probability * tail.evaluations))
    return Comparison(
        _GROUP,
        f"RMS error of {tail.name}",
        f"{tail.evaluations:,} random draws, by the binomial law",
        "ppm",
        own,
        Spread(plain, plain, plain),
        own.times(1.0 / plain),
        SEEDS,
        limits=(0.0, tail.limit),
    )


def _coverage(tail: Tail, found: list[Estimate]) -> Comparison:
    """Return in how many runs the confidence holds the probability, with its 95% confidence."""
    held = sum(_holds(each, tail.probability) for each in found)
    own = _clopper_pearson(held, len(found)).times(100.0)
    return Comparison(
        _GROUP,
        f"coverage of {tail.name}",
        "what it states",
        "%",
        own,
        Spread(95.0, 95.0, 95.0),
        own.times(1.0 / 95.0),
        SEEDS,
        limits=COVERAGE,
    )


def _holds(estimate: Estimate, probability: float) -> bool:
    """Whether the confidence of an estimate holds a probability."""
    if estimate.low is None or estimate.high is None:
        return False
    return estimate.low <= probability <= estimate.high


def _clopper_pearson(held: int, runs: int) -> Spread:
    """Return a share with its 95% confidence."""
    low = float(betaincinv(held, runs - held + 1, 0.025)) if held else 0.0
    high = float(betaincinv(held + 1, runs - held, 0.975)) if held < runs else 1.0
    return Spread(held / runs, low, high)


def _lognormal(amount: float) -> Tail:
    """Return a tail of the golden model."""
    probability = golden.product().exceedance(amount)
    name = f"P(loss > {amount:,.0f}) = {probability:.3g}, golden model"
    return Tail(name, golden.scenario(), amount, probability, 200.0)


def _bounded(amount: float) -> Tail:
    """Return a tail of a product of bounded inputs, near the largest value it can have."""
    scenario = Scenario.model_validate(
        {
            "title": "168 tankers, bounded",
            "units": ["truck"],
            "inputs": {
                "trucks": "168 truck",
                "capacity": "triangular(75, 170, 230) bbl/truck",
                "load": "pert(0.6, 0.9, 1.0)",
                "price": "triangular(20, 35, 45) USD/bbl",
            },
            "model": {"loss": "trucks * capacity * load * price"},
        }
    )
    probability = _corner(amount / 168.0)
    name = f"P(loss > {amount:,.0f}) = {probability:.3g}, product of bounded inputs"
    return Tail(name, scenario, amount, probability, 10_000.0)


def _corner(amount: float) -> float:
    """Return P(capacity * load * price > amount) by Gauss-Legendre over the corner that is above.

    There every density is on its falling side and the price's survival a polynomial: nothing has a
    kink, and 48 nodes a side leave only rounding.
    """
    nodes, weights = _legendre()
    (low_x, mode_x, high_x), (low_y, _, high_y), (low_z, mode_z, high_z) = _CAPACITY, _LOAD, _PRICE
    start = amount / (high_y * high_z)
    if not (start > mode_x and amount / (high_x * high_y) > mode_z):
        raise AssertionError("the corner reaches over a mode")
    x = start + (high_x - start) * nodes
    y_start = amount / (x * high_z)
    y = y_start[:, None] + (high_y - y_start)[:, None] * nodes
    z = amount / (x[:, None] * y)
    above = (high_z - z) ** 2 / ((high_z - low_z) * (high_z - mode_z))
    density_y = (y - low_y) ** 3 * (high_y - y) * 20.0 / (high_y - low_y) ** 5  # beta(4, 2)
    density_x = 2.0 * (high_x - x) / ((high_x - low_x) * (high_x - mode_x))
    inner = (high_y - y_start) * ((density_y * above) @ weights)
    return float((high_x - start) * ((density_x * inner) @ weights))


@cache
def _legendre() -> tuple[Array, Array]:
    """Return Gauss-Legendre nodes and weights on (0, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(48)
    return (nodes + 1.0) / 2.0, weights / 2.0
