import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from golden_model import SCENARIO, probability_above
from scipy.special import bdtr, gammainc, ndtr, ndtri, pdtr, roots_jacobi

import lossmodel as lm
from lossmodel.claims.bands import Band, effective_size
from lossmodel.claims.posterior import quantile_of_draws, quantiles_given
from lossmodel.claims.verdicts import verdict
from lossmodel.claims.weights import weights_of
from lossmodel.cli.entry import program
from lossmodel.cli.printing import print_text
from lossmodel.distributions.location import Normal
from lossmodel.formula.tree import Name
from lossmodel.model.building import built
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.report.checks import checks_text
from lossmodel.report.needs import rarity_words
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask
from lossmodel.smoothing.conditional import Conditional

# Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
WITHIN = 5.2


def golden(says="2.0 million USD", model=None, **claim):
    return lm.Scenario(
        title="168 tankers",
        units=["truck"],
        inputs=SCENARIO.inputs,
        model=model or {"loss": "trucks * capacity * price * load"},
        claim=[{"says": says, **claim}],
    )


def check_of(scenario, output="loss", **options):
    return lm.check_claims(scenario, **options)[0].readings[output]


@pytest.fixture(scope="module")
def two_million():
    return check_of(golden())


def close(estimate, truth):
    # An error that is too large to tell anything must not pass for one that is true.
    return abs(estimate.value - truth) <= WITHIN * estimate.se <= 0.03 * abs(truth)


def test_probabilities_of_the_golden_model(two_million):
    assert close(two_million.below, 0.99051768)
    assert close(two_million.inside, 0.00374566)
    assert close(check_of(golden("2 million USD")).inside, 0.06473622)
    assert two_million.verdict == "tail"
    assert close(two_million.ratio_to_median, 2e6 / 894319.6284996787)


def test_switching_values_of_the_golden_model(two_million):
    price, capacity, load = (two_million.switching[name] for name in ("price", "capacity", "load"))
    assert price.value == pytest.approx(73.2931, abs=5e-5)
    assert price.percentile == pytest.approx(0.995040, abs=5e-7)
    assert capacity.value == pytest.approx(410.465, abs=5e-4)
    assert capacity.tail == pytest.approx(5.2e-10, rel=0.01)
    assert load.value is None
    assert load.reaches == pytest.approx(1_034_940, abs=0.5)


def strain_of(says, formula, inputs, **more):
    claim = [{"says": says}]
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": formula}, claim=claim, **more)
    return check_of(scenario, "y")


def test_the_least_strain_of_values_with_a_probability_of_their_own():
    # P(m <= 0) is a quarter; n stays at its median.
    found = strain_of("at least 9", "n - 2 * m + 7", {"n": "integers(0, 4)", "m": "integers(0, 3)"})
    assert found.least_strain.inputs == {"n": 2.0, "m": 0.0}
    assert found.least_strain.strain == pytest.approx(-ndtri(0.25))
    choice = {"c": "choice([1, 2, 5], weights=[0.5, 0.3, 0.2])", "x": "uniform(0, 1)"}
    found = strain_of("about 2", "clip(c * x, 0.5, 2)", choice)
    assert found.least_strain.strain == pytest.approx(ndtri(0.8))
    counts = {"n": "poisson(mean=2)", "k": "binomial(n=10, p=0.3)", "m": "1 to 2"}
    found = strain_of("60 million", "5000000 * n * k + 0 * m", counts)
    assert found.least_strain.inputs == {"n": 3.0, "k": 4.0}
    scores = ndtri(pdtr(2, 2.0)), ndtri(bdtr(3, 10, 0.3))
    assert found.least_strain.strain == pytest.approx(math.hypot(*scores))
    assert found.least_strain_of_all.strain <= found.least_strain.strain
    # Five of n alone would do at x = 1.4; four and a larger x are likelier together.
    found = strain_of("about 7", "n * x", {"n": "poisson(mean=2)", "x": "1 to 2"})
    away = ndtri(pdtr(3, 2.0)), math.log(1.75 / math.sqrt(2.0)) / (math.log(2.0) / (2 * Z))
    assert found.least_strain.strain == pytest.approx(math.hypot(*away))


def test_no_strain_is_larger_than_that_of_one_input():
    mixed = "mixture([uniform(0, 1), lognormal(mu=1, sigma=0.3)], weights=[0.3, 0.7])"
    found = strain_of("at most 1.5", "a * b", {"a": mixed, "b": "uniform(1, 2)"})
    alone = abs(ndtri(found.switching["a"].percentile))
    assert found.switching["a"].value == pytest.approx(1.0)
    assert found.least_strain.strain <= alone * (1 + 1e-12)
    assert found.least_strain_of_all.strain <= found.least_strain.strain
    # Of tied inputs the other, at its median, holds the one back: a = 2 with b = 0 is farther out.
    tied = [{"between": ["a", "b"], "rank_correlation": 0.5}]
    laws = {"a": "normal(mean=0, sd=1)", "b": "poisson(mean=3)"}
    found = strain_of("about 8", "a + b", laws, dependence=tied)
    r = 2 * math.sin(math.pi * 0.5 / 6)
    best = min(
        math.sqrt((x * x - 2 * r * x * s + s * s) / (1 - r * r))
        for k in range(1, 12)
        for x in [8.0 - k]
        for s in np.linspace(max(ndtri(pdtr(k - 1, 3.0)), -9), min(ndtri(pdtr(k, 3.0)), 9), 20001)
    )
    assert found.least_strain.strain == pytest.approx(best, rel=1e-6)


def test_the_least_strain_of_the_golden_model(two_million):
    strain = two_million.least_strain
    assert strain.inputs["price"] == pytest.approx(64.9971, abs=5e-5)
    assert strain.inputs["capacity"] == pytest.approx(209.449, abs=5e-4)
    assert strain.strain == pytest.approx(2.375268, abs=5e-7)
    assert two_million.least_strain_of_all.strain < strain.strain


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("price", (51.0542, 63.2332, 79.0001)),
        ("capacity", (171.106, 208.480, 254.033)),
        ("load", (0.79240, 0.91125, 0.97949)),
    ],
)
def test_inputs_given_the_claim(two_million, name, known):
    for estimate, truth in zip(two_million.given_claim[name].values(), known, strict=True):
        assert close(estimate, truth)
        assert estimate.se < 5e-4 * truth


def test_an_amount_known_up_to_a_factor():
    told = check_of(golden(error=1.1))
    for estimate, truth in zip(
        told.given_claim["price"].values(), (49.5599, 62.1971, 78.6226), strict=True
    ):
        assert close(estimate, truth)


Z = 1.6448536269514722


def lognormal(low, high):
    return math.log(low * high) / 2, math.log(high / low) / (2 * Z)


def given_up_to_a_factor(amount, error):
    """The evidence, and the cdf of the logarithm of the price; all logarithms are normal."""
    (mc, sc), (mp, sp) = lognormal(150, 230), lognormal(20, 55)
    nodes, weights = roots_jacobi(60, 1.0, 3.0)
    variance, sd = sc**2 + sp**2, math.log(error) / Z
    gap = math.log(amount) - math.log(168) - mc - mp - np.log(0.8 + 0.2 * nodes)
    total = variance + sd**2
    parts = weights / weights.sum() * sd / math.sqrt(total) * np.exp(-0.5 * gap**2 / total)
    gain = sp**2 / total
    spread = sp * math.sqrt(1 - gain)
    return parts.sum(), lambda x: parts @ ndtr((x - mp - gain * gap) / spread) / parts.sum()


@pytest.mark.parametrize("amount", ["1.0", "2.0"])
@pytest.mark.parametrize("error", [1.003, 1.1, 1.6, 3])
def test_amounts_known_well_or_badly(amount, error):
    told = check_of(golden(f"{amount} million USD", error=error))
    evidence, cdf = given_up_to_a_factor(float(amount) * 1e6, error)
    assert close(told.inside, evidence)
    for p, estimate in told.given_claim["price"].items():
        assert cdf(math.log(estimate.value - WITHIN * estimate.se)) < p
        assert cdf(math.log(estimate.value + WITHIN * estimate.se)) > p
        assert estimate.se < 1e-3 * estimate.value


def test_one_input_and_an_amount_known_up_to_a_factor_leave_no_error():
    scenario = lm.Scenario(
        title="t",
        inputs={"x": "20 to 55 USD"},
        model={"y": "x * 1"},
        claim=[{"says": "40 USD", "error": 1.1}],
    )
    told = check_of(scenario, "y")
    (mean, sd), spread = lognormal(20, 55), math.log(1.1) / Z
    gain, total, gap = sd**2 / (sd**2 + spread**2), sd**2 + spread**2, math.log(40) - mean
    assert told.inside == lm.Estimate.exact(told.inside.value)
    evidence = spread / math.sqrt(total) * math.exp(-0.5 * gap**2 / total)
    assert told.inside.value == pytest.approx(evidence, rel=1e-7)
    for p, estimate in told.given_claim["x"].items():
        exact = math.exp(mean + gain * gap + ndtri(p) * sd * math.sqrt(1 - gain))
        assert estimate.value == pytest.approx(exact, rel=1e-7)


def posterior_of_price(low, high):
    """The cdf of the price given the loss in [low, high), by quadrature over load and price."""
    (mc, sc), (mp, sp) = lognormal(150, 230), lognormal(20, 55)
    nodes, weights = roots_jacobi(60, 1.0, 3.0)
    load = 0.8 + 0.2 * nodes
    score = np.linspace(-9, 9, 40_001)
    rest = math.log(168) + mc + mp + sp * score[:, np.newaxis] + np.log(load)
    inside = ndtr((math.log(high) - rest) / sc) - ndtr((math.log(low) - rest) / sc)
    density = np.exp(-0.5 * score**2) * (inside @ weights)
    cdf = np.cumsum(density) / density.sum()
    return lambda p: math.exp(mp + sp * np.interp(p, cdf, score))


def test_the_posterior_is_that_of_quadrature_and_of_weighted_draws():
    scenario = golden("2 million USD")
    told = check_of(scenario)
    exact = posterior_of_price(1.5e6, 2.5e6)
    model, plan = built(scenario), Plan()
    values = simulated(model, plan, Ask(smoothing="off"))["loss"].values
    hits = ((values >= 1.5e6) & (values < 2.5e6)).astype(float)
    price = Drawing(model, plan).outputs(FormulaEvaluator({"price": Name("price")}))["price"]
    for p, estimate in told.given_claim["price"].items():
        assert close(estimate, exact(p))
        assert close(quantile_of_draws(price, hits, p), exact(p))
    assert effective_size(hits) == hits.sum()


def test_break_even_price_of_full_large_trucks():
    told = check_of(golden(), settings={"capacity": "230 bbl/truck", "load": "1"})
    assert told.switching["price"].value == pytest.approx(51.7598, abs=5e-5)


@pytest.mark.parametrize("amount", [7.5e6, 1e7])
def test_far_claims_keep_their_digits(amount):
    (check,) = lm.check_claims(golden(f"more than {amount / 1e6:g} million USD"))
    told = check.readings["loss"]
    exact = probability_above(check.claim.low) - probability_above(check.claim.high)
    assert told.verdict == "not-reproduced"
    assert told.inside.value == pytest.approx(exact, rel=1e-3)
    assert close(told.inside, exact)
    assert 1.0 - told.below.value == pytest.approx(probability_above(amount), rel=1e-3)
    assert told.effective_sample_size > 1000
    assert told.given_claim["price"][0.5].value > 150


def test_verdicts_by_the_nearer_tail():
    def estimate(value, half):
        return lm.Estimate(value, half / 2, value - half, value + half)

    def word_for(below):
        return verdict(below, below.complement())

    assert word_for(estimate(0.5, 0.3)) == "middle-half (on the line)"
    assert word_for(estimate(0.3, 0.01)) == "middle-half"
    assert word_for(estimate(0.249, 0.01)) == "middle-half (on the line)"
    assert word_for(estimate(0.9, 0.01)) == "inside"
    assert word_for(estimate(0.949, 0.01)) == "inside (on the line)"
    assert word_for(estimate(0.97, 0.001)) == "tail"
    assert word_for(estimate(0.001, 0.0001)) == "not-reproduced"
    assert word_for(lm.Estimate.exact(0.0)) == "impossible"
    assert word_for(lm.Estimate.exact(1.0)) == "impossible"


def test_weights_are_bayes_rule_on_pooled_evidence():
    rng = np.random.default_rng(0)
    evidence = {"a": 0.3 + 0.01 * rng.normal(size=16), "b": 0.1 + 0.01 * rng.normal(size=16)}
    evidence["never"] = np.zeros(16)
    found = weights_of(evidence, {"a": 1, "b": 1, "never": 1e-4}, {"a": 1, "b": 2, "never": 1})
    pooled = {name: each.mean() for name, each in evidence.items()}
    assert found["a"].value == pytest.approx(pooled["a"] / (pooled["a"] + 2 * pooled["b"]))
    assert sum(each.value for each in found.values()) == pytest.approx(1.0)
    assert found["never"].value == 0.0
    assert 0.0 < found["never"].high < 1e-3
    none = weights_of({"a": np.zeros(16)}, {"a": 0.0}, {"a": 1.0})
    assert not none["a"].exists


@pytest.mark.parametrize("rest", [0.0, 1e-30])
def test_weights_that_one_replicate_alone_tells_are_numbers_or_missing(rest):
    evidence = {name: np.full(16, rest) for name in ("a", "b")}
    for name, value in (("a", 2e-3), ("b", 1e-3)):
        evidence[name][5] = value
    found = weights_of(evidence, dict.fromkeys(evidence, 1.0), dict.fromkeys(evidence, 1.0))
    assert [each.exists for each in found.values()] == [rest > 0.0] * 2
    assert not rest or found["a"].value == pytest.approx(2 / 3)


FEW = {
    "title": "25 inputs",
    "inputs": {f"part_{n}": f"{10 * n} to {40 * n} USD" for n in range(1, 26)},
    "model": {"total": " + ".join(f"part_{n}" for n in range(1, 26)), "more": "1.0001 * total"},
    "outputs": ["total", "more"],
    "claim": [{"says": "more than 9000 USD"}],
}


def test_a_claim_that_few_draws_reach_is_told_without_weights(capsys):
    checks = lm.check_claims(lm.Scenario(**FEW), points=16)
    assert checks[0].readings["more"].inside.value > 0.0
    assert [told.weight.value for told in checks[0].readings.values()] == [None, None]
    assert "nan" not in checks._repr_html_()
    print_text(checks_text(checks, "few.toml"))
    assert "Too few draws reach 9,000 to 9," in " ".join(capsys.readouterr().out.split())


def test_claims_that_contradict_each_other_are_said():
    model = {"oil": "capacity * price * trucks", "loss": "oil * load"}
    claims = [
        {"says": "more than 2 million USD", "readings": ["loss"]},
        {"says": "about 1 million USD", "readings": ["loss"]},
        {"says": "about 100 thousand USD", "readings": ["oil"]},
    ]
    scenario = lm.Scenario(
        title="t",
        units=["truck"],
        inputs=SCENARIO.inputs,
        model=model,
        outputs=["oil", "loss"],
        claim=claims,
    )
    said = " ".join(lm.check_claims(scenario).warnings)
    assert '"more than 2 million USD" and "about 1 million USD" cannot both be true of loss' in said
    assert 'does not fit with "about 100 thousand USD" of its parts' in said


def test_a_claim_on_a_constant_holds_or_does_not():
    inputs = {"usd": "2 million USD", "rate": "0.8011 GBP/USD"}
    for says, word in (
        ("about 1.6 million GBP", "holds"),
        ("about 3 million GBP", "does not hold"),
    ):
        scenario = lm.Scenario(
            title="t", inputs=inputs, model={"gbp": "usd * rate"}, claim=[{"says": says}]
        )
        told = check_of(scenario, "gbp")
        assert told.verdict == word
        assert told.inside == lm.Estimate.exact(float(word == "holds"))


def test_all_readings_impossible_leave_the_weights_undefined():
    inputs = {"a": "uniform(1, 2) USD", "b": "uniform(2, 3) USD"}
    scenario = lm.Scenario(
        title="t", inputs=inputs, model={"x": "a * 1", "y": "b * 1"}, claim=[{"says": "9 USD"}]
    )
    readings = lm.check_claims(scenario)[0].readings
    assert {told.verdict for told in readings.values()} == {"impossible"}
    assert not any(told.weight.exists for told in readings.values())


def test_several_values_may_do_it():
    scenario = lm.Scenario(
        title="t",
        inputs={"x": "normal(mean=0, sd=1)"},
        model={"y": "x * x"},
        claim=[{"says": "4.0"}],
    )
    found = check_of(scenario, "y").switching["x"]
    assert sorted((found.value, *found.others)) == pytest.approx([-2.0, 2.0], abs=1e-9)


def one_input(formula, x, says):
    scenario = lm.Scenario(title="t", inputs={"x": x}, model={"y": formula}, claim=[{"says": says}])
    return check_of(scenario, "y")


def test_a_pole_is_not_a_value_that_does_it():
    found = one_input("1 / (x - 1)", "normal(mean=0, sd=1)", "5").switching["x"]
    assert found.value == pytest.approx(1.2, abs=1e-9)
    assert found.others == ()


def test_infinity_is_no_value_that_does_it():
    found = one_input("x", "pareto(shape=0.1, scale=1)", "10").switching["x"]
    assert found.value == pytest.approx(10.0)
    assert found.others == ()


@pytest.mark.parametrize(
    ("formula", "x", "says", "value"),
    [
        ("max(x, 10)", "uniform(0, 20)", "10", 10.0),
        ("max(x, 10)", "uniform(0, 16)", "10", 8.0),
        ("max(x, 10)", "uniform(0, 30)", "10", 10.0),
        ("min(x, 20)", "uniform(0, 30)", "20", 20.0),
        ("clip(x, 10, 15)", "uniform(0, 40)", "10", 10.0),
        ("x * (10 - x)", "uniform(0, 17)", "25", 5.0),
        ("where(x > 7, 3, 1)", "uniform(0, 10)", "2", 7.0),
        ("max(n, 3)", "integers(0, 10)", "3", 3.0),
        ("n * 2", "integers(1, 100000)", "90002", 45001.0),
        ("n * 10", "poisson(mean=400)", "4460", 446.0),
        ("1e-200 * x", "normal(mean=0, sd=1)", "1e-200", 1.0),
    ],
)
def test_amounts_that_are_reached_but_not_passed_and_jumps(formula, x, says, value):
    found = one_input(formula.replace("n", "x") if x[:3] in ("int", "poi") else formula, x, says)
    assert found.switching["x"].value == pytest.approx(value, abs=1e-6)
    assert found.switching["x"].others == ()


def test_a_value_that_touches_is_told_beside_one_that_passes():
    found = one_input("x * (x - 3) ** 2", "normal(mean=0.513, sd=1)", "4").switching["x"]
    assert sorted((found.value, *found.others)) == pytest.approx([1.0, 4.0], abs=1e-6)


def test_a_discrete_input_given_a_range_that_begins_and_ends_at_its_values():
    scenario = lm.Scenario(
        title="t",
        inputs={"n": "poisson(mean=4)"},
        model={"y": "10 * n"},
        claim=[{"says": "20 to 40"}],
    )
    # From 20 on and below 40: n is 2 or 3, and 3 a little more often.
    told = check_of(scenario, "y").given_claim["n"]
    assert [each.value for each in told.values()] == [2.0, 3.0, 3.0]


def test_an_amount_that_is_the_largest_value_is_not_impossible():
    assert one_input("min(x, 20)", "uniform(0, 30)", "20").verdict == "middle-half"
    assert one_input("x", "integers(0, 99)", "99").verdict == "tail"
    assert one_input("x", "integers(0, 99)", "100").verdict == "impossible"


def test_a_multiple_of_a_median_that_may_be_0_is_not_told():
    scenario = lm.Scenario(
        title="t",
        inputs=dict.fromkeys("ab", "normal(mean=0, sd=1)"),
        model={"y": "a + b"},
        claim=[{"says": "more than 5"}],
    )
    told = check_of(scenario, "y")
    assert not told.ratio_to_median.exists
    assert told.to_dict()["ratio_to_median"]["value"] is None


def test_an_input_that_cannot_be_integrated_out_is_told_given_a_rare_claim():
    # a**2 + b at 30 and more, b normal: a is known by its density times that of the tail of b.
    scenario = lm.Scenario(
        title="t",
        inputs={"a": "uniform(0, 4)", "b": "normal(mean=0, sd=1)"},
        model={"y": "a ** 2 + b"},
        claim=[{"says": "more than 18"}],
    )
    (check,) = lm.check_claims(scenario)
    told = check.readings["y"].given_claim["a"]
    a = np.linspace(0.0, 4.0, 400_001)
    density = ndtr(check.claim.high - a * a) - ndtr(check.claim.low - a * a)
    cdf = np.cumsum(density) / density.sum()
    for p, each in told.items():
        assert close(each, np.interp(p, cdf, a))


def test_function_models_and_files_without_claims_are_refused():
    with pytest.raises(lm.NotSupportedError):
        lm.check_claims(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=lambda x: x))
    with pytest.raises(lm.UsageError, match="without a claim"):
        lm.check_claims(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model={"y": "x"}))


def test_a_monotone_function_of_an_input_is_turned_back():
    scenario = lm.Scenario(
        title="t",
        inputs={"x": "lognormal(mu=0, sigma=1)", "y": "lognormal(mu=0, sigma=0.1)"},
        model={"z": "y / x"},
        claim=[{"says": "2 to 4"}],
    )
    told = check_of(scenario, "z").given_claim["x"]
    assert told[0.05].value < told[0.5].value < told[0.95].value
    # y / x in [2, 4): x in about [1/4, 1/2).
    assert 0.22 < told[0.05].value < 0.30
    assert 0.45 < told[0.95].value < 0.55
    assert all(each.low <= each.value <= each.high for each in told.values())


def test_weighted_draws_and_slices_agree():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(16, 4096))
    shares = ((values > 1.0) & (values < 2.0)).astype(float)
    truth = ndtri(ndtr(1.0) + 0.5 * (ndtr(2.0) - ndtr(1.0)))
    assert close(quantile_of_draws(values, shares, 0.5), truth)
    given = Conditional(np.ones((16, 8)), np.zeros((16, 8)), Normal(0.0, 1.0), exact=False)
    (found,) = quantiles_given(given, Band(1.0, 2.0), [0.5])
    assert found.value == pytest.approx(truth, abs=1e-9)


def test_the_command_prints_what_the_library_finds():
    text = CliRunner().invoke(program, ["claim", "palmyra-tankers"])
    assert text.exit_code == 0
    assert "Best explained by truckload_rule" in text.stdout
    document = json.loads(
        CliRunner().invoke(program, ["claim", "palmyra-tankers", "--json"]).stdout
    )
    checks = lm.check_claims(lm.load("palmyra-tankers"))
    assert document == json.loads(json.dumps(checks.to_dict()))
    assert "truckload_rule: middle-half" in repr(checks)


@pytest.mark.parametrize(
    ("says", "true"),
    [("under 10 USD", 1.0), ("over 10 USD", 0.0), ("over 0.1 USD", 1.0), ("up to 0.1 USD", 0.0)],
)
def test_one_sided_words_are_true_or_not_whatever_the_range_of_the_amount(says, true):
    inputs = {"a": "uniform(1, 2) USD", "b": "uniform(1, 2)"}
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "a * b"}, claim=[{"says": says}])
    told = check_of(scenario, "y")
    assert told.true == lm.Estimate.exact(true)
    # The scale of verdicts goes by the nearer tail, whatever the words.
    assert told.verdict == "impossible"
    assert told.inside == lm.Estimate.exact(0.0)


def test_words_are_as_true_as_the_golden_model_says():
    more = check_of(golden("more than 2.0 million USD"))
    assert close(more.true, 1.0 - 0.99051768)
    assert close(check_of(golden("under 2.0 million USD")).true, 0.99051768)
    about = check_of(golden("about 2.0 million USD"))
    assert about.true == about.inside


def test_what_lies_beyond_keeps_its_digits_where_almost_nothing_does():
    told = check_of(golden("more than 20 million USD"))
    exact = probability_above(2e7)
    assert exact < 1e-16
    assert told.above.value == pytest.approx(exact, rel=1e-3)
    assert told.true == told.above
    assert told.below.value == 1.0


@pytest.mark.parametrize(
    ("says", "true"),
    [("more than 2", 0.5), ("at least 2", 0.75), ("less than 2", 0.25), ("at most 2", 0.5)],
)
def test_the_amount_itself_counts_where_the_words_say_so(says, true):
    scenario = lm.Scenario(
        title="t",
        inputs={"n": "choice([1, 2, 3, 4], weights=[1, 1, 1, 1])"},
        model={"y": "n * 1"},
        claim=[{"says": says}],
    )
    told = check_of(scenario, "y").true
    assert told.low <= true <= told.high
    assert told.value == pytest.approx(true, abs=0.01)


@pytest.mark.parametrize(
    ("says", "options", "word"),
    [
        ("under 100 million GBP", {}, "holds"),
        ("more than 1 million GBP", {}, "holds"),
        ("more than 2 million GBP", {}, "does not hold"),
        # 1.6022 is what "up to 1.6" was rounded from, if the range says so.
        ("up to 1.6 million GBP", {}, "does not hold"),
        ("up to 1.6 million GBP", {"range": "1.55 to 1.65 million GBP"}, "holds"),
        ("1.6 million GBP", {"error": 1.1}, "holds"),
        ("3 million GBP", {"error": 1.1}, "does not hold"),
    ],
)
def test_words_about_a_constant_are_taken_at_their_word(says, options, word):
    inputs = {"usd": "2 million USD", "rate": "0.8011 GBP/USD"}
    scenario = lm.Scenario(
        title="t", inputs=inputs, model={"gbp": "usd * rate"}, claim=[{"says": says, **options}]
    )
    told = check_of(scenario, "gbp")
    assert told.verdict == word
    assert told.true == lm.Estimate.exact(float(word == "holds"))


def test_both_ends_of_a_range_are_told():
    (check,) = lm.check_claims(golden("1 to 2 million USD"))
    told = check.readings["loss"]
    below, above = told.ends
    assert (below.amount, above.amount) == (1e6, 2e6)
    assert close(below.beyond, 1.0 - probability_above(1e6))
    assert close(above.beyond, probability_above(2e6))
    parts = below.beyond, told.inside, above.beyond
    error = math.hypot(*(each.se for each in parts))
    assert abs(sum(each.value for each in parts) - 1.0) <= WITHIN * error
    assert told.true == told.inside
    for end in told.ends:
        one = check_of(golden(f"{end.amount:.0f} USD"))
        assert end.switching == one.switching
        assert end.ratio_to_median == one.ratio_to_median
    assert [each["amount"] for each in told.to_dict()["ends"]] == [1e6, 2e6]
    assert "ends" not in check_of(golden()).to_dict()


def test_the_median_is_either_end_where_an_input_has_its_switching_value():
    scenario = lm.Scenario(
        title="t",
        inputs={"a": "10 to 20 USD/bbl", "b": "100 to 300 bbl", "c": "0.5 to 0.8"},
        model={"loss": "a * b * c"},
        claim=[{"says": "1500 to 2000 USD"}],
    )
    told = check_of(scenario)
    assert [end.amount for end in told.ends] == [1500.0, 2000.0]
    for end in told.ends:
        for name, each in end.switching.items():
            value = f"{each.value!r} {each.unit}".strip()
            # Of a product of lognormals the median is the product of the medians.
            median = lm.run(scenario, settings={name: value})["loss"].quantile(0.5)
            assert close(median, end.amount)


@pytest.mark.parametrize("amount", [3e6, 4e6, 6e6, 7.5e6, 1e7])
def test_rare_claims_of_the_golden_model_are_known_to_a_ten_thousandth(amount):
    told = check_of(golden(f"more than {amount / 1e6:g} million USD"))
    exact = probability_above(amount)
    assert close(told.true, exact)
    assert told.true.se < 1e-4 * exact


@pytest.mark.parametrize("gap", [0.1, 0.01, 3.8e-4])
def test_rare_claims_of_bounded_inputs_are_as_rare_as_the_run_says(gap):
    scenario = lm.Scenario(
        title="t",
        inputs=dict.fromkeys("abc", "uniform(0, 1)"),
        model={"y": "a * b * c"},
        claim=[{"says": f"more than {1 - gap}"}],
    )
    told = check_of(scenario, "y").true
    # The logarithm of each is exponential, and their sum a gamma.
    assert close(told, gammainc(3, -math.log1p(-gap)))
    assert told == lm.run(scenario)["y"].exceedance(1 - gap)


def test_what_no_draw_met_but_the_support_reaches_is_never_certain():
    scenario = lm.Scenario(
        title="t",
        inputs=dict.fromkeys("abcd", "uniform(0, 1)"),
        model={"y": "max(a, b) * round(10 * c * d)"},
        claim=[{"says": "more than 9.9999"}],
    )
    told = check_of(scenario, "y")
    assert told.verdict == "not-reproduced"
    assert told.true.se > 0.0
    assert told.true.high > 0.0


def test_a_discrete_input_switches_where_the_output_is_the_amount_though_it_falls():
    scenario = lm.Scenario(
        title="falls",
        inputs={"n": "integers(0, 10)", "x": "normal(mean=0, sd=0.1)"},
        model={"loss": "10 - n + x"},
        claim=[{"says": "about 5"}],
    )
    found = lm.check_claims(scenario).claims[0].readings["loss"].switching["n"]
    assert found.value == 5.0


def test_the_top_value_of_a_discrete_input_is_as_likely_as_it_is():
    choice = {"c": "choice([1, 2, 5], weights=[0.5, 0.3, 0.2])", "x": "uniform(0, 1)"}
    found = strain_of("about 5", "c", choice).switching["c"]
    assert (found.value, found.tail) == (5.0, pytest.approx(0.2))


def test_an_amount_that_swallows_the_output_has_the_largest_nearest_to_it():
    found = strain_of("2e300", "a * b", {"a": "1 to 2", "b": "uniform(1, 2)"}).switching["b"]
    assert found.reaches == pytest.approx(2 * math.sqrt(2))


JUMPS = {
    "title": "An output that jumps past what is claimed",
    "inputs": {
        "fires": "poisson(mean=2)",
        "loss": "1 to 3 million USD",
        "rare": "bernoulli(p=0.1)",
        "v": "uniform(-1, 1)",
    },
    "model": {"total": "fires * loss", "seldom": "rare * loss", "undefined": "log(v) * loss"},
    "claim": [{"says": "about 1 million USD"}, {"says": "about 5 million USD"}],
}


def test_where_an_output_jumps_past_an_amount_it_is_told_what_it_is_then():
    checks = lm.check_claims(lm.Scenario(**JUMPS), points=64)
    fires = checks[1].readings["total"].switching["fires"]
    assert fires.value == 3.0
    assert fires.reaches == pytest.approx(3.0 * 3.0e12**0.5, rel=1e-12)
    assert checks[1].readings["total"].switching["loss"].reaches is None
    pair = checks[1].readings["total"].least_strain.inputs
    assert pair["fires"] * pair["loss"] == pytest.approx(5e6, rel=1e-6)


def test_no_values_are_told_for_what_an_output_without_values_is_never():
    told = lm.check_claims(lm.Scenario(**JUMPS), points=64)[0].readings["undefined"]
    assert (dict(told.least_strain.inputs), told.least_strain.strain) == ({}, None)


def test_the_greatest_value_of_a_discrete_input_is_called_that():
    told = lm.check_claims(lm.Scenario(**JUMPS), points=64)[0].readings["seldom"]
    assert rarity_words(told.switching["rare"]) == "its greatest value, 10% of cases"


def test_the_table_of_claims_has_the_numbers_of_the_json():
    checks = lm.check_claims(lm.load("palmyra-tankers"), points=64)
    every = checks.to_pandas().set_index(["claim", "output", "input", "statistic"]).sort_index()
    assert every.index.is_unique
    assert checks.to_arrow().num_rows == len(every)
    for claim in checks.to_dict()["claims"]:
        for name, told in claim["readings"].items():
            frame = every.loc[claim["says"], name]
            assert set(frame["verdict"]) == {told["verdict"]}
            numbers = frame[["value", "se", "low", "high"]].astype(float)
            for key in ("below", "above", "inside", "true", "ratio_to_median", "weight"):
                expected = np.array(list(told[key].values()), float)
                np.testing.assert_array_equal(numbers.loc["", key], expected)
            for key, doubt in told["doubt_if_known"].items():
                assert numbers.loc[key, "doubt_if_known"]["value"] == doubt["value"]
            for key, quantiles in told["given_claim"].items():
                expected = np.array(quantiles["0.5"]["value"], float)
                found = numbers.loc[key, "p50 given the claim"]["value"]
                np.testing.assert_array_equal(found, expected)
    amount = every.loc["more than 2 million USD", "truckload_rule", "", "amount"]
    assert (amount["value"], amount["se"]) == (2e6, 0.0)
