"""Whether the stated errors are true: coverage over many seeds, against exact answers.

A 95% confidence that covers exactly 95% of 1,000 seeds lands outside 93 to 97% about once in 200.
The bounds asserted are those the project promises; the seeds are fixed, so that a failure is a
change of the code and not of luck.
"""

import numpy as np
import pytest
from golden_model import MEAN, QUANTILES, SCENARIO, SD, SHORTEST_90, probability_above
from repetition import covered, estimates, stated_over_seen
from scipy.special import ndtr

import lossmodel as lm
from lossmodel.model.building import built
from lossmodel.model.evaluators import evaluator_of
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

SEEDS = 1000


def quantile(p):
    return lambda output: output.quantile(p), QUANTILES[p]


def exceedance(amount):
    return lambda output: output.exceedance(amount), probability_above(amount)


KNOWN = {
    "mean": (lambda output: output.mean, MEAN),
    "sd": (lambda output: output.sd, SD),
    **{f"p{100 * p:g}": quantile(p) for p in (0.01, 0.05, 0.5, 0.95, 0.99, 0.999)},
    "above 2m": exceedance(2e6),
    "above 1.2m": exceedance(1.2e6),
    "shortest low": (lambda output: output.shortest_interval(0.9).low, SHORTEST_90[0]),
    "shortest high": (lambda output: output.shortest_interval(0.9).high, SHORTEST_90[1]),
}
LEAST, MOST = 0.91, 0.985


def promised(name, points, smoothing):
    """Least and most coverage, and the most stated over seen; as in docs/methods.md."""
    least, most, ratio = LEAST, MOST, 1.3
    if name == "p99.9":
        least, most = 0.89, 1.0
    elif smoothing == "auto":
        most = 1.0 if name == "mean" else MOST
    elif name == "sd":
        least = 0.89
    elif name.startswith("shortest"):
        least = 0.89 if points >= 1024 else 0.85
    elif name == "above 2m" and points == 128:
        # Some 19 hits: the exact binomial confidence, which Sobol' points overfulfil.
        most, ratio = 1.0, 1.8
    return least, most, ratio


@pytest.mark.parametrize("smoothing", ["auto", "off"])
@pytest.mark.parametrize("points", [128, 1024])
def test_every_confidence_covers_and_every_error_is_the_spread_seen(points, smoothing):
    found = estimates(SCENARIO, Plan(points=points), SEEDS, KNOWN, smoothing)
    wrong = {}
    for name, (_, truth) in KNOWN.items():
        if (name, points, smoothing) == ("p99.9", 128, "off"):
            # 3/N is more than the tail: nothing bounds it from above.
            assert not any(each.exists for each in found[name])
            continue
        share, ratio = covered(found[name], truth), stated_over_seen(found[name])
        least, most, highest = promised(name, points, smoothing)
        if not (least <= share <= most and 0.8 <= ratio <= highest):
            wrong[name] = share, ratio
    assert not wrong


def test_smoothing_leaves_a_small_part_of_the_error():
    smoothed = estimates(SCENARIO, Plan(points=128), 60, KNOWN)
    plain = estimates(SCENARIO, Plan(points=128), 60, KNOWN, "off")
    for name in ("mean", "p5", "p50", "p95", "shortest low", "shortest high"):
        spreads = [np.std([each.value for each in found[name]]) for found in (smoothed, plain)]
        assert 2.5 * spreads[0] < spreads[1], name


@pytest.mark.parametrize("design", ["sobol", "lhs", "independent"])
def test_every_design_states_true_errors(design):
    found = estimates(SCENARIO, Plan(design, 16, 512), 300, KNOWN, "off")
    for name, (_, truth) in KNOWN.items():
        # 300 seeds at a coverage of 0.93 fall below 0.88 about once in 1,500.
        assert covered(found[name], truth) >= 0.88, name


def test_a_share_that_every_replicate_agrees_on_is_not_taken_for_certain():
    scenario = lm.Scenario(
        title="one lognormal", inputs={"x": "lognormal(mu=0, sigma=1)"}, model=lambda x: x
    )
    truth = float(ndtr(-np.log(2.0)))
    above = {"above": (lambda output: output.exceedance(2.0), truth)}
    found = estimates(scenario, Plan(), SEEDS, above, "off")["above"]
    assert covered(found, truth) >= 0.90
    assert min(each.se for each in found) > 0.0


@pytest.mark.parametrize("probability", [1e-6, 1e-4, 3e-4])
def test_rare_hits_cover_the_truth(probability):
    threshold = -np.log(probability)
    scenario = lm.Scenario(title="rare", inputs={"x": "exponential(mean=1)"}, model={"y": "x"})
    rare = {"rare": (lambda output: output.exceedance(threshold), probability)}
    found = estimates(scenario, Plan("independent", 16, 256), 400, rare, "off")["rare"]
    assert covered(found, probability) >= 0.92


def test_a_mean_of_equal_draws_allows_for_what_was_not_drawn():
    scenario = lm.Scenario(
        title="a rare event", inputs={"hit": "bernoulli(p=1e-5)"}, model={"loss": "hit * 100"}
    )
    output = lm.run(scenario, points=256, smoothing="off")["loss"]
    assert set(np.unique(output.values)) == {0.0}
    assert output.mean.low <= 1e-3 <= output.mean.high
    assert output.mean.se > 0.0


def test_sobol_points_are_more_precise_than_independent_ones():
    known = {name: KNOWN[name] for name in ("mean", "p50")}
    errors = {
        design: {
            name: np.std([each.value for each in found])
            for name, found in estimates(SCENARIO, Plan(design), 60, known, "off").items()
        }
        for design in ("sobol", "independent")
    }
    # The gain is about 40 for the mean and 3 for the median; a ratio of two spreads from 60 seeds
    # errs by more than a factor of 1.64 once in 10,000 (F with 59 and 59 degrees of freedom).
    assert errors["sobol"]["mean"] * 40 / 1.64 < errors["independent"]["mean"]
    assert errors["sobol"]["p50"] * 3 / 1.64 < errors["independent"]["p50"]


@pytest.mark.parametrize("design", ["sobol", "lhs", "independent"])
def test_blocks_change_no_bit(design):
    model = built(SCENARIO)
    drawing, evaluator = Drawing(model, Plan(design, 5, 1024)), evaluator_of(model)
    whole = drawing.outputs(evaluator)["loss"]
    for largest in (64, 1024, 1 << 16):
        assert np.array_equal(whole, drawing.outputs(evaluator, largest)["loss"])
