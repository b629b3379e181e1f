"""The tail value at risk of a sum with a shared factor, against quadrature, over many seeds."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaincc

import lossmodel as lm
from lossmodel.model.building import built
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

SEEDS = 200
# 200 seeds at a coverage of 0.95 fall below 0.895 once in 1,000.
LEAST = 0.895

SCENARIO = lm.Scenario(
    title="t",
    units=["fire"],
    inputs={
        "rate": "gamma(shape=2, scale=1) fire/year",
        "n": "poisson(mean=rate) fire/year",
        "c": {"value": "exponential(mean=10) USD/fire", "varies": "per n"},
        "k": "lognormal(median=1, gsd=1.5)",
    },
    model={"loss": "k * sum(c)"},
)


def exact(p):
    # The count is negative binomial; given it the sum is gamma, and k is a sum over Gauss's nodes.
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    scales, n = 10.0 * 1.5**nodes, np.arange(1, 80)[:, np.newaxis]
    joint = stats.nbinom(2, 0.5).pmf(n) * (weights / weights.sum())
    q = brentq(lambda y: (joint * gammaincc(n, y / scales)).sum() - (1.0 - p), 1.0, 5000.0)
    d = q / scales
    beyond = scales * (n * gammaincc(n + 1, d) - d * gammaincc(n, d))
    return q + (joint * beyond).sum() / (1.0 - p)


@pytest.mark.parametrize("p", [0.9, 0.99])
def test_the_quadrature_agrees_with_plain_draws(p):
    rng, size = np.random.default_rng(0), 2_000_000
    n = rng.poisson(rng.gamma(2.0, 1.0, size))
    # A sum of n exponential losses is gamma, and 0 of none.
    drawn = np.where(n > 0, rng.gamma(np.maximum(n, 1), 10.0), 0.0) * 1.5 ** rng.normal(size=size)
    q = np.quantile(drawn, p)
    told = q + np.maximum(drawn - q, 0.0) / (1.0 - p)
    # To first order the error of q does not count.  Beyond 4.9 standard errors once in a million.
    assert abs(told.mean() - exact(p)) <= 4.9 * told.std() / math.sqrt(size)


def test_few_draws_beyond_a_quantile_and_steps_leave_the_confidence_right():
    model, plans = built(SCENARIO), [Plan(points=64, seed=seed) for seed in range(SEEDS)]
    outputs = [simulated(model, plan, Ask())["loss"] for plan in plans]
    near, far = ([output.tvar(p) for output in outputs] for p in (0.9, 0.99))
    for found, truth in ((near, exact(0.9)), (far, exact(0.99))):
        assert np.mean([each.low <= truth <= each.high for each in found]) >= LEAST
    # Where the replicates differ they tell the error: it is not stated twice what it is.
    actual = np.std([each.value for each in near], ddof=1)
    stated = math.sqrt(np.mean([each.se**2 for each in near]))
    assert 0.8 < stated / actual < 1.3
