import json
import math
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from golden_model import FILE, SCENARIO
from scipy.special import ndtr, roots_jacobi

import lossmodel as lm
from lossmodel.claims.settling import Doubt
from lossmodel.cli.entry import program
from lossmodel.report.settling import found_first, settled_by

# Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
WITHIN = 5.2
Z = 1.6448536269514722


def checked(model, says, inputs, replicates=16, **claim):
    scenario = lm.Scenario(title="t", inputs=inputs, model=model, claim=[{"says": says, **claim}])
    return lm.check_claims(scenario, replicates=replicates)[0]


def close(estimate, truth):
    return estimate.se > 0.0 and abs(estimate.value - truth) <= WITHIN * estimate.se


def left(shares, weights):
    p = weights @ shares
    return float((p - weights @ shares**2) / (p * (1.0 - p)))


def golden_doubt(amount):
    """What knowing each input leaves, by quadrature over its score and over the load."""
    nodes, weights = roots_jacobi(60, 1.0, 3.0)
    weights /= weights.sum()
    scores = np.linspace(-10, 10, 20_001)
    density = np.exp(-0.5 * scores**2)
    density /= density.sum()
    (mc, sc), (mp, sp) = (
        (math.log(low * high) / 2, math.log(high / low) / (2 * Z))
        for low, high in ((150, 230), (20, 55))
    )
    gap = math.log(amount) - math.log(168) - mc - mp - np.log(0.8 + 0.2 * nodes)
    known = {
        name: left(ndtr((gap - own * scores[:, np.newaxis]) / other) @ weights, density)
        for name, own, other in (("price", sp, sc), ("capacity", sc, sp))
    }
    return {**known, "load": left(ndtr(gap / math.hypot(sc, sp)), weights)}


@pytest.mark.parametrize("amount", [1e6, 2e6])
def test_the_doubt_that_inputs_of_the_golden_model_leave(amount):
    scenario = SCENARIO.model_copy(
        update={"claim": [SCENARIO.claim[0].model_copy(update={"says": f"{amount:.0f} USD"})]}
    )
    found = lm.check_claims(scenario)[0].readings["loss"].doubt_if_known
    for name, truth in golden_doubt(amount).items():
        assert close(found[name], truth), name
        assert found[name].se < 5e-4


def test_factors_of_either_sign():
    symmetric = "uniform(-1, 1)"
    found = checked({"y": "a * b"}, "0.25", inputs={"a": symmetric, "b": symmetric})
    # For abs(a) > c: P(a b <= c | a) = (1 + c / abs(a)) / 2, else 1.
    c = 0.25
    p = c + 0.5 * (c * math.log(1 / c) + 1 - c)
    square = c + 0.25 * (1 - c * c + 2 * c * math.log(1 / c))
    for each in found.readings["y"].doubt_if_known.values():
        assert close(each, (p - square) / (p * (1 - p)))


def test_an_input_that_cannot_be_integrated_out():
    inputs = {"x": "normal(mean=0, sd=1)", "b": "normal(mean=0, sd=1)"}
    found = checked({"y": "x * x + b"}, "1.5", inputs=inputs).readings["y"].doubt_if_known
    scores = np.linspace(-10, 10, 20_001)
    density = np.exp(-0.5 * scores**2)
    density /= density.sum()
    assert close(found["x"], left(ndtr(1.5 - scores**2), density))
    within = np.sqrt(np.maximum(1.5 - scores, 0.0))
    assert close(found["b"], left(2.0 * ndtr(within) - 1.0, density))


def test_a_range_is_in_doubt_as_a_whole():
    inputs = {"a": "uniform(0, 1)", "b": "uniform(0, 1)"}
    found = checked({"y": "a + b"}, "0.5 to 1.5", inputs=inputs).readings["y"].doubt_if_known
    # P(0.5 <= a + b < 1.5 | a) = 1/2 + min(a, 1 - a): 3/4 on average, 7/12 squared.
    for each in found.values():
        assert close(each, (3 / 4 - 7 / 12) / (3 / 16))


def test_atoms_at_the_ends_of_a_range_are_told_apart():
    inputs = {"n": "choice([1, 2, 3, 4], weights=[1, 1, 1, 1])", "hit": "bernoulli(p=0.5)"}
    found = checked({"y": "n * hit"}, "2 to 4", inputs=inputs).readings["y"].doubt_if_known
    # 2 and 3 are inside: 1/2 given a hit, and given either of them.
    assert close(found["hit"], (1 / 4 - 1 / 8) / (3 / 16))
    assert close(found["n"], (1 / 4 - 1 / 8) / (3 / 16))


def test_nothing_is_left_of_the_doubt_about_one_input():
    found = checked({"y": "2 * x"}, "3.0", inputs={"x": "uniform(1, 2)"}).readings["y"]
    assert found.doubt_if_known == {"x": lm.Estimate.exact(0.0)}


@pytest.mark.parametrize("says", ["9", "0.5", "1.02"])
def test_what_is_as_good_as_settled_is_not_in_doubt(says):
    inputs = {"a": "uniform(1, 2)", "b": "uniform(1, 2)"}
    check = checked({"y": "a * b", "z": "a + b"}, says, inputs=inputs, readings=["y"])
    assert check.readings["y"].doubt_if_known == {}
    assert settled_by(check) == ""


def test_two_replicates_tell_nothing_of_the_doubt():
    inputs = {"a": "uniform(1, 2)", "b": "uniform(1, 2)"}
    assert (
        not checked({"y": "a * b"}, "2", inputs=inputs, replicates=2).readings["y"].doubt_if_known
    )


def test_readings_that_agree_are_worth_nothing_to_tell_apart():
    inputs = {"a": "uniform(1, 2)", "b": "uniform(1, 2)"}
    both = checked({"y": "a * b", "z": "b * a"}, "2", inputs=inputs)
    assert both.doubt.reading.value == pytest.approx(1.0, abs=1e-9)
    alone = both.readings["y"].doubt_if_known
    for name, each in both.doubt.inputs.items():
        assert each.value == pytest.approx(alone[name].value, abs=1e-9)


def test_readings_that_are_sure_of_the_contrary_are_all_that_is_in_doubt():
    both = checked(
        {"y": "a * 1", "z": "b * 1"}, "2.5", inputs={"a": "uniform(1, 2)", "b": "uniform(3, 4)"}
    )
    assert both.doubt.reading.value == 0.0
    assert {each.value for each in both.doubt.inputs.values()} == {1.0}
    assert settled_by(both) == (
        "The missing fact is which reading is meant: it would remove more than 99% of the doubt "
        "whether the true figure is above 2.5."
    )


def test_prior_weights_count():
    inputs = {"a": "uniform(1, 3)", "b": "uniform(1, 3)"}
    check = checked({"y": "a * 1", "z": "a * b"}, "2", inputs=inputs, weights={"y": 1, "z": 0})
    assert not check.doubt.reading.exists
    # P(y <= 2) = 1/2; P(a b <= 2) = (2 log 2 - 1) / 4.
    p, q = 0.5, (2 * math.log(2) - 1) / 4
    both = checked({"y": "a * 1", "z": "a * b"}, "2", inputs=inputs, weights={"y": 0.75, "z": 0.25})
    mean = 0.75 * p + 0.25 * q
    known = mean - 0.75 * p * p - 0.25 * q * q
    assert close(both.doubt.reading, known / (mean * (1 - mean)))


def test_one_input_may_pull_readings_apart():
    # One is at most 1 where the other is at least 1: whatever a is, one of two is.
    inputs = {"a": "lognormal(mu=0, sigma=1)", "b": "lognormal(mu=0, sigma=1)"}
    check = checked({"y": "a * b", "z": "1 / (a * b)"}, "1.0", inputs=inputs)
    assert check.readings["y"].doubt_if_known["a"].value < 0.8
    assert check.doubt.inputs["a"].value == pytest.approx(1.0, abs=1e-3)


def test_the_screen_names_the_missing_fact():
    text = " ".join(CliRunner().invoke(program, ["claim", "palmyra-tankers"]).stdout.split())
    assert (
        "The missing fact is which reading is meant: it would remove 55% of the doubt whether the "
        "true figure is above 2 million USD"
    ) in text
    assert "To settle it, find truck_value: that removes 62% of the doubt." in text
    assert "To settle it, find truckload_price: nothing else is in doubt." in text
    golden = " ".join(CliRunner().invoke(program, ["claim", str(FILE)]).stdout.split())
    assert "The missing fact" not in golden
    assert "To settle it, find price: that removes 38% of the doubt" in golden


def test_the_screen_owns_up_where_no_fact_would_do():
    inputs = {"a": "uniform(1, 2)", "b": "uniform(1, 2)"}
    check = checked({"y": "a * b", "z": "b * a"}, "2 to 2.5", inputs)
    little = lm.Estimate(0.97, 0.001, 0.968, 0.972)
    assert settled_by(replace(check, doubt=Doubt(little, {"a": little}))) == (
        "No single fact would remove much of the doubt whether the true figure is 2 to 2.5."
    )
    told = replace(check.readings["y"], doubt_if_known={"a": little, "b": little})
    assert found_first(told) == "No single input would remove much of the doubt."


def test_the_document_has_the_doubt():
    document = json.loads(
        CliRunner().invoke(program, ["claim", "palmyra-tankers", "--json"]).stdout
    )
    claim, certain = document["claims"]
    assert 0.4 < claim["doubt_if_reading_known"]["value"] < 0.5
    assert 0.9 < claim["doubt_if_known"]["truckload_price"]["value"] < 1.0
    assert claim["readings"]["truckload_rule"]["doubt_if_known"]["truckload_price"]["value"] == 0.0
    assert claim["readings"]["cargo_brent"]["doubt_if_known"] == {}
    assert certain["doubt_if_known"] == {}


def test_what_varies_per_unit_leaves_doubt_beside_one_shared_input():
    inputs = {
        "trucks": "20 truck",
        "price": "lognormal(median=1, gsd=1.1) USD",
        "load": {"value": "bernoulli(p=0.5) 1/truck", "varies": "per trucks"},
    }
    scenario = lm.Scenario(
        title="t",
        units=["truck"],
        inputs=inputs,
        model={"loss": "price * sum(load)"},
        claim=[{"says": "10 USD"}],
    )
    (check,) = lm.check_claims(scenario)
    (left_over,) = check.readings["loss"].doubt_if_known.values()
    assert 0.5 < left_over.value < 1.0


def test_what_a_tied_input_settles_is_known_to_two_digits():
    scenario = lm.Scenario(
        title="168 tankers",
        units=["truck"],
        inputs=SCENARIO.inputs,
        model={"loss": "trucks * capacity * price * load"},
        dependence=[{"between": ["capacity", "price"], "rank_correlation": 0.5}],
        claim=[{"says": "more than 1.8 million USD"}],
    )
    # By quadrature over the score of price, that of capacity given it, and 2,000 loads.
    for seed in range(3):
        found = lm.check_claims(scenario, seed=seed)[0].readings["loss"].doubt_if_known["price"]
        assert found.se < 0.02
        assert abs(found.value - 0.4240) < 5.2 * found.se
