"""The golden model with capacity and price tied: answers by quadrature, and many seeds."""

from collections import defaultdict

import pytest
from golden_model import SCENARIO
from repetition import covered, estimates

import lossmodel as lm
from lossmodel.simulation.plan import Plan

TIED = lm.Scenario(
    **SCENARIO.model_dump(exclude_unset=True),
    dependence=[{"between": ["capacity", "price"], "rank_correlation": 0.5}],
)
EXACT = {
    "mean": (lambda loss: loss.mean, 968163.769),
    "p5": (lambda loss: loss.quantile(0.05), 462646.137),
    "p50": (lambda loss: loss.quantile(0.5), 894186.586),
    "p95": (lambda loss: loss.quantile(0.95), 1724346.102),
}
SHAPLEY = {"capacity": 0.294109, "price": 0.663095, "load": 0.042796}
SEEDS = 200
# 200 seeds at a coverage of 0.95 fall below 0.90 once in 500.
LEAST = 0.90


def test_the_golden_model_with_a_dependence():
    loss = lm.run(TIED)["loss"]
    assert loss.smoothed_over == "price"
    for name, (statistic, truth) in EXACT.items():
        found = statistic(loss)
        # Student's t with 15 degrees of freedom passes 4.9 once in 5,000.
        assert abs(found.value - truth) <= 4.9 * found.se, name
        assert found.se <= 2e-4 * truth, name


def test_errors_of_a_run_with_a_dependence_cover_the_truth():
    found = estimates(TIED, Plan("sobol", 16, 128, 0), SEEDS, EXACT)
    for name, (_, truth) in EXACT.items():
        assert covered(found[name], truth) >= LEAST, name


def test_errors_of_shapley_effects_cover_the_truth():
    found = defaultdict(list)
    for seed in range(SEEDS):
        told = lm.sensitivity(TIED, seed=seed, points=128)["loss"].shapley
        for name, each in told.items():
            found[name].append(each)
    for name, truth in SHAPLEY.items():
        assert covered(found[name], truth) >= LEAST, name


@pytest.mark.parametrize("name", SHAPLEY)
def test_shapley_effects_of_the_golden_model(name):
    found = lm.sensitivity(TIED)["loss"].shapley[name]
    assert abs(found.value - SHAPLEY[name]) <= 4.9 * found.se
    assert found.se <= 0.002


# Given the sum of the logarithms each of two lognormals is lognormal: by quadrature over the sum.
GIVEN = {
    "more than 500": (19.236362, 22.838359, 27.116171),
    "more than 1500": (32.909358, 39.022366, 46.270952),
}


@pytest.mark.parametrize("says", GIVEN)
def test_errors_of_tied_inputs_given_a_rare_claim_cover_the_truth(says):
    scenario = lm.Scenario(
        title="t",
        inputs=dict.fromkeys("ab", "10 to 20"),
        model={"loss": "a * b"},
        claim=[{"says": says}],
        dependence=[{"between": ["a", "b"], "rank_correlation": 0.5}],
    )
    found = defaultdict(list)
    for seed in range(SEEDS):
        reading = lm.check_claims(scenario, seed=seed, points=64)[0].readings["loss"]
        for name, quantiles in reading.given_claim.items():
            for p, each in quantiles.items():
                found[name, p].append(each)
    for (name, p), each in found.items():
        truth = dict(zip((0.05, 0.5, 0.95), GIVEN[says], strict=True))[p]
        assert covered(each, truth) >= LEAST, (name, p)
        assert all(estimate.se <= 0.01 * truth for estimate in each), (name, p)
