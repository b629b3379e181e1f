"""Inputs that move together: copulas, what is refused, and what else must hold with them."""

from itertools import pairwise, permutations
from math import asin, log, pi, sin, sqrt

import numpy as np
import pytest
from scipy import stats

import lossmodel as lm
from lossmodel.model.building import built
from lossmodel.model.correlations import nearest_correlation
from lossmodel.simulation.drawing import drawn_values
from lossmodel.simulation.plan import Plan

PLAN = Plan("sobol", 16, 1024, 0)
SPREAD = log(2.0) / (2.0 * stats.norm.ppf(0.95))
"""The standard deviation of the logarithm of "1 to 2"."""


def tied(*dependences, inputs=None, model=None, **others):
    inputs = inputs or dict.fromkeys("xyz", "1 to 2")
    return lm.Scenario(
        title="tied",
        inputs=inputs,
        model=model or {"loss": " * ".join(inputs)},
        dependence=list(dependences),
        **others,
    )


def between(*names, **coefficient):
    return {"between": list(names), **coefficient}


def draws(scenario, plan=PLAN):
    model = built(scenario)
    return {each.name: drawn_values(model, each, plan) for each in model.inputs}


def fault(scenario):
    with pytest.raises(lm.ScenarioError) as caught:
        lm.run(scenario)
    return str(caught.value)


def test_a_coefficient_of_zero_is_independence_to_the_bit():
    loose = draws(tied())
    for name, values in draws(tied(between("x", "z", rank_correlation=0.0))).items():
        assert np.array_equal(values, loose[name])
    without, with_zero = (
        lm.run(each).to_dict()["outputs"] for each in (tied(), tied(between("x", "z", kendall=0.0)))
    )
    assert without == with_zero


@pytest.mark.parametrize("copula", [{}, {"copula": "t", "df": 3}])
def test_a_dependence_leaves_other_inputs_as_they_are(copula):
    loose, together = draws(tied()), draws(tied(between("x", "z", kendall=0.5, **copula)))
    assert np.array_equal(together["y"], loose["y"])
    assert not np.array_equal(together["z"], loose["z"])
    assert np.array_equal(together["x"], loose["x"]) == (not copula)


def test_results_do_not_depend_on_blocks_or_threads():
    together = tied(between("x", "z", kendall=0.5, copula="t", df=3))
    found = [
        lm.run(together, points=1 << 14, threads=threads, smoothing="off").to_dict()["outputs"]
        for threads in (1, 3)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize("asked", [-0.95, -0.3, 0.5, 0.9])
def test_draws_have_the_rank_correlation_that_is_asked_for(asked):
    inputs = {"x": "1 to 2", "y": "pert(0, 1, 5)"}
    found = draws(tied(between("x", "y", rank_correlation=asked), inputs=inputs))
    each = [stats.spearmanr(x, y).statistic for x, y in zip(found["x"], found["y"], strict=True)]
    se = np.std(each, ddof=1) / sqrt(len(each))
    # Student's t with 15 degrees of freedom passes 4.9 once in 5,000.
    assert abs(np.mean(each) - asked) <= 4.9 * max(se, 1e-9)


@pytest.mark.parametrize(("asked", "df"), [(0.4, 4), (-0.5, 1.5), (0.0, 3)])
def test_draws_of_the_t_copula_have_kendalls_tau_and_its_tails(asked, df):
    inputs = {"x": "1 to 2", "y": "uniform(0, 1)"}
    scenario = tied(between("x", "y", kendall=asked, copula="t", df=df), inputs=inputs)
    found = draws(scenario)
    each = [stats.kendalltau(x, y).statistic for x, y in zip(found["x"], found["y"], strict=True)]
    se = np.std(each, ddof=1) / sqrt(len(each))
    assert abs(np.mean(each) - asked) <= 4.9 * se
    share = 0.02
    low = stats.lognorm(SPREAD, scale=sqrt(2.0)).ppf(share)
    both = ((found["x"] <= low) & (found["y"] <= share)).mean(axis=1)
    r, q = sin(pi * asked / 2.0), stats.t(df).ppf(share)
    exact = stats.multivariate_t(shape=[[1.0, r], [r, 1.0]], df=df, seed=1).cdf([q, q])
    assert abs(both.mean() - exact) <= 4.9 * both.std(ddof=1) / 4.0


@pytest.mark.parametrize("smoothing", ["auto", "off", "x", "y"])
def test_a_product_of_tied_lognormals_is_lognormal(smoothing):
    r = 2.0 * sin(pi * 0.6 / 6.0)
    inputs = dict.fromkeys("xy", "1 to 2")
    scenario = tied(between("x", "y", rank_correlation=0.6), inputs=inputs)
    loss = lm.run(scenario, smoothing=smoothing)["loss"]
    exact = stats.lognorm(SPREAD * sqrt(2.0 + 2.0 * r), scale=2.0)
    told = [
        (loss.mean, exact.mean()),
        (loss.sd, exact.std()),
        *((loss.quantile(p), exact.ppf(p)) for p in (0.01, 0.05, 0.5, 0.95, 0.99)),
        (loss.exceedance(3.0), exact.sf(3.0)),
    ]
    for estimate, truth in told:
        assert abs(estimate.value - truth) <= 4.9 * estimate.se
    assert loss.smoothed_over == (None if smoothing == "off" else loss.smoothed_over or "")


@pytest.mark.parametrize("dependence", [{"rank_correlation": 0.6}, {"rank_correlation": -0.6}])
def test_far_tails_of_tied_inputs_are_told_to_a_thousandth(dependence):
    r = 2.0 * sin(pi * dependence["rank_correlation"] / 6.0)
    scenario = tied(between("x", "y", **dependence), inputs=dict.fromkeys("xy", "1 to 2"))
    exact = stats.lognorm(SPREAD * sqrt(2.0 + 2.0 * r), scale=2.0)
    loss = lm.run(scenario)["loss"]
    for tail in (1e-4, 1e-8, 1e-12):
        found = loss.exceedance(exact.isf(tail))
        assert found.value == pytest.approx(tail, rel=1e-3)
        assert abs(found.value - tail) <= 4.9 * found.se


def test_a_sum_of_tied_normals_is_normal():
    inputs = {"x": "normal(mean=1, sd=2)", "y": "normal(mean=3, sd=4)"}
    scenario = tied(between("x", "y", kendall=-0.4), inputs=inputs, model={"loss": "3 * x - y"})
    r = sin(-0.2 * pi)
    exact = stats.norm(0.0, sqrt(36.0 + 16.0 - 48.0 * r))
    loss = lm.run(scenario)["loss"]
    for p in (0.001, 0.05, 0.5, 0.95):
        found = loss.quantile(p)
        assert abs(found.value - exact.ppf(p)) <= 4.9 * found.se
        assert found.se < 0.01


def test_what_is_tied_to_nothing_that_is_used_is_integrated_out_as_it_is():
    scenario = tied(
        between("x", "z", rank_correlation=0.5), model={"loss": "x * y", "unused": "z * 1"},
        outputs=["loss"],
    )  # fmt: skip
    exact = stats.lognorm(SPREAD * sqrt(2.0), scale=2.0)
    found = lm.run(scenario)["loss"].quantile(0.95)
    assert abs(found.value - exact.ppf(0.95)) <= 4.9 * found.se


def test_the_least_strain_is_measured_between_independent_scores():
    inputs = dict.fromkeys("xy", "1 to 2")
    scenario = tied(
        between("x", "y", rank_correlation=0.6), inputs=inputs, claim=[{"says": "about 3.00"}]
    )
    reading = lm.check_claims(scenario).claims[0].readings["loss"]
    r = 2.0 * sin(0.1 * pi)
    distance = log(1.5) / (SPREAD * sqrt(2.0 + 2.0 * r))
    assert reading.least_strain.strain == pytest.approx(distance, rel=1e-6)
    assert reading.least_strain.inputs["x"] == pytest.approx(sqrt(3.0), rel=1e-6)


def test_inputs_given_a_claim_are_those_of_the_tied_law():
    inputs = dict.fromkeys("xy", "1 to 2")
    scenario = tied(
        between("x", "y", rank_correlation=0.6),
        inputs=inputs,
        claim=[{"says": "about 2.2", "error": 1.1}],
    )
    r = 2.0 * sin(0.1 * pi)
    noise = log(1.1) / stats.norm.ppf(0.95)
    # log x and log x y are jointly normal, and what is said is log x y with some noise.
    whole = SPREAD**2 * (2.0 + 2.0 * r)
    slope = SPREAD**2 * (1.0 + r) / (whole + noise**2)
    centre = log(2.0) / 2.0 + slope * log(1.1)
    left = sqrt(SPREAD**2 * (1.0 - slope * (1.0 + r)))
    reading = lm.check_claims(scenario).claims[0].readings["loss"]
    told = 0
    for name in "xy":
        for p, found in reading.given_claim[name].items():
            if found.exists:
                told += 1
                exact = np.exp(centre + left * stats.norm.ppf(p))
                assert abs(found.value - exact) <= 5.0 * found.se
    assert told >= 3


def test_both_tied_inputs_are_told_given_a_range():
    inputs = dict.fromkeys("xy", "1 to 2")
    scenario = tied(
        between("x", "y", rank_correlation=0.6), inputs=inputs, claim=[{"says": "2.1 to 2.3"}]
    )
    reading = lm.check_claims(scenario).claims[0].readings["loss"]
    r = 2.0 * sin(0.1 * pi)
    rng = np.random.default_rng(5)
    z = rng.standard_normal((2, 1 << 20))
    x = np.sqrt(2.0) * np.exp(SPREAD * z[0])
    y = np.sqrt(2.0) * np.exp(SPREAD * (r * z[0] + sqrt(1.0 - r * r) * z[1]))
    held = (x * y >= 2.1) & (x * y < 2.3)
    for name, values in (("x", x[held]), ("y", y[held])):
        for p, found in reading.given_claim[name].items():
            plain = np.quantile(values, p)
            density = np.mean(np.abs(values - plain) < 0.02) / 0.04
            se = sqrt(p * (1.0 - p) / values.size) / density
            assert abs(found.value - plain) <= 5.0 * sqrt(found.se**2 + se**2)


def test_points_of_a_sweep_are_runs():
    scenario = tied(between("x", "z", rank_correlation=0.5))
    swept = lm.sweep(scenario, {"x": ["1 to 2", "2 to 3", "1.5"]})
    for point, text in zip(swept.to_dict()["points"], ("1 to 2", "2 to 3", "1.5"), strict=True):
        alone = lm.run(scenario, settings={"x": text}).to_dict()["outputs"]["loss"]
        assert point["outputs"]["loss"]["quantiles"] == alone["quantiles"]


def test_what_is_tied_to_a_constant_set_in_its_place_does_not_move():
    scenario = tied(between("x", "z", rank_correlation=0.5), model={"loss": "z * 1", "u": "x * y"})
    free, held = lm.run(scenario), lm.run(scenario, settings={"x": "1.5"})
    assert free["loss"].quantile(0.9) == held["loss"].quantile(0.9)


def test_a_python_function_is_given_tied_inputs():
    seen = {}

    def model(x, z):
        seen.setdefault("names", ("x", "z"))
        return x * z

    scenario = lm.Scenario(
        title="code",
        inputs=dict.fromkeys("xz", "1 to 2"),
        model=model,
        dependence=[between("x", "z", rank_correlation=0.6)],
    )
    exact = stats.lognorm(SPREAD * sqrt(2.0 + 4.0 * sin(0.1 * pi)), scale=2.0)
    found = lm.run(scenario)["loss"].quantile(0.95)
    assert abs(found.value - exact.ppf(0.95)) <= 4.9 * found.se


def test_comparisons_share_the_draws_behind_tied_inputs():
    loose, together = tied(), tied(between("x", "z", rank_correlation=0.5))
    paired = lm.compare(loose, together)
    difference = paired.to_dict()["difference"]["loss"]["mean"]
    r = 2.0 * sin(pi / 12.0)
    each = stats.lognorm(SPREAD, scale=sqrt(2.0))
    exact = (
        stats.lognorm(SPREAD * sqrt(2.0 + 2.0 * r), scale=2.0).mean() - each.mean() ** 2
    ) * each.mean()
    assert abs(difference["value"] - exact) <= 4.9 * difference["se"]


def test_the_nearest_correlation_matrix_is_the_one_published():
    # Higham (2002), section 4: the matrix of ones with two zeros in the corners.
    given = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    found = nearest_correlation(given)
    published = [[1.0, 0.7607, 0.1573], [0.7607, 1.0, 0.7607], [0.1573, 0.7607, 1.0]]
    assert np.abs(found - published).max() <= 0.5e-4


def test_an_impossible_set_is_refused_and_the_nearest_is_accepted():
    pairs = [*pairwise("xyz"), ("x", "z")]
    said = fault(
        tied(
            *(between(*p, rank_correlation=c) for p, c in zip(pairs, (0.9, 0.9, -0.9), strict=True))
        )
    )
    assert "no inputs can have together" in said
    assert "eigenvalue -" in said
    fix = said.split("fix:")[1].strip().split(", ")
    coefficients = [float(each.rsplit(" = ", 1)[1]) for each in fix]
    order = [tuple(each.split(" rank_correlation")[0].split(" and ")) for each in fix]
    mended = tied(
        *(between(*p, rank_correlation=c) for p, c in zip(order, coefficients, strict=True))
    )
    assert lm.run(mended)["loss"].mean.value > 0.0


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (
            tied(between("x", "y", kendall=0.1), between("y", "x", kendall=0.2)),
            ("x and y again", "each pair of inputs tied once"),
        ),
        (
            tied(between("x", "y", kendall=0.1), between("y", "z", kendall=0.2, copula="t", df=4)),
            ("different copulas among x, y, z", "one copula"),
        ),
        (
            tied(
                between("b", "x", rank_correlation=0.9),
                inputs={"b": "bernoulli(p=0.1)", "x": "1 to 2"},
            ),
            ("rank_correlation = 0.9 between b and x", "at most 0.5196"),
        ),
    ],
)
def test_what_cannot_be_tied_is_refused(scenario, words):
    said = fault(scenario)
    for each in words:
        assert each in said


def test_values_per_unit_are_not_tied():
    scenario = lm.Scenario(
        title="per unit",
        units=["truck"],
        inputs={
            "trucks": "5 truck",
            "size": {"value": "1 to 2 bbl/truck", "varies": "per trucks"},
            "price": "1 to 2 USD/bbl",
        },
        model={"loss": "price * sum(size)"},
        dependence=[between("size", "price", rank_correlation=0.5)],
    )
    said = fault(scenario)
    assert '"size", which varies per trucks' in said
    assert "shared inputs" in said


def test_discrete_inputs_reach_what_the_largest_coefficient_says():
    # b = 1 exactly where x is in its top tenth: Spearman's with ties at middle ranks.
    most = sqrt(3.0 * 0.1 * 0.9)
    inputs = {"b": "bernoulli(p=0.1)", "x": "1 to 2"}
    said = fault(tied(between("b", "x", rank_correlation=0.99), inputs=inputs))
    assert f"at most {most:.4g}" in said


def test_shapley_effects_of_a_sum_of_tied_normals_are_exact():
    inputs = {"x": "normal(mean=0, sd=1)", "y": "normal(mean=0, sd=2)", "z": "normal(mean=0, sd=1)"}
    scenario = tied(
        between("x", "y", kendall=0.5), inputs=inputs, model={"loss": "x + y + z", "other": "z * 1"}
    )
    r = sin(0.25 * pi)
    variance = 1.0 + 4.0 + 4.0 * r + 1.0
    # Owen and Prieur (2017), section 3: the joint part is shared in halves.
    exact = {
        "x": (1.0 + 2.0 * r + 0.5 * r * r * (4.0 - 1.0)) / variance,
        "y": (4.0 + 2.0 * r - 0.5 * r * r * (4.0 - 1.0)) / variance,
        "z": 1.0 / variance,
    }
    found = lm.sensitivity(scenario)
    told = found["loss"].shapley
    assert sum(each.value for each in told.values()) == pytest.approx(1.0, abs=1e-12)
    for name, each in told.items():
        assert abs(each.value - exact[name]) <= 4.9 * each.se
        assert each.se <= 0.002
    first = found["loss"].first_order["x"]
    assert abs(first.value - (1.0 + 2.0 * r) ** 2 / variance) <= 4.9 * first.se
    width = found["loss"].width_if_known["x"]
    assert abs(width.value - sqrt((4.0 * (1.0 - r * r) + 1.0) / variance)) <= 4.9 * width.se
    assert not found["other"].shapley
    assert "shapley" in found.to_dict()["outputs"]["loss"]


def test_shapley_effects_of_the_t_copula_agree_with_bare_draws():
    inputs = {"x": "1 to 2", "y": "1 to 4"}
    scenario = tied(between("x", "y", kendall=0.4, copula="t", df=4), inputs=inputs)
    told = lm.sensitivity(scenario)["loss"]
    rng = np.random.default_rng(3)
    n, r = 1 << 20, sin(0.2 * pi)
    z = rng.standard_normal((2, n))
    scale = np.sqrt(4.0 / rng.chisquare(4, n))
    u, v = (stats.t(4).cdf(part * scale) for part in (z[0], r * z[0] + sqrt(1 - r * r) * z[1]))
    x = np.sqrt(2.0) * np.exp(SPREAD * stats.norm.ppf(u))
    y = 2.0 * np.exp(2.0 * SPREAD * stats.norm.ppf(v))
    for name, values in (("x", u), ("y", v)):
        groups = (x * y)[np.argsort(values)].reshape(1024, -1)
        # The variance of means of groups holds that of each group's mean.
        own = groups.var(axis=1, ddof=1).mean() / groups.shape[1]
        plain = (groups.mean(axis=1).var(ddof=1) - own) / (x * y).var()
        assert told.first_order[name].value == pytest.approx(plain, abs=0.02)


def test_shapley_effects_of_a_sum_of_three_inputs_of_a_t_copula_are_exact():
    # Of t inputs with the copula's own degrees of freedom they are as of normal ones: what is left
    # of the variance once some are known is, on average, the Schur complement's share of it.
    df, tau, factors = 12.0, 0.4, np.array([1.0, 2.0, 0.5])
    matrix = np.full((3, 3), sin(0.5 * pi * tau))
    np.fill_diagonal(matrix, 1.0)

    def explained(known):
        part = np.ix_(known, known)
        pull = matrix[:, known] @ np.linalg.inv(matrix[part]) @ matrix[known, :]
        return factors @ pull @ factors if known else 0.0

    orders = list(permutations(range(3)))
    steps = {
        k: [
            explained(list(order[: order.index(k) + 1])) - explained(list(order[: order.index(k)]))
            for order in orders
        ]
        for k in range(3)
    }
    whole = explained([0, 1, 2])
    scenario = tied(
        between("x", "y", "z", kendall=tau, copula="t", df=df),
        inputs=dict.fromkeys("xyz", f"student_t(df={df}, loc=0, scale=1)"),
        model={"loss": "x + 2 * y + 0.5 * z"},
    )
    told = lm.sensitivity(scenario)["loss"]
    for k, name in enumerate("xyz"):
        for each, truth in (
            (told.shapley[name], np.mean(steps[k]) / whole),
            (told.first_order[name], explained([k]) / whole),
        ):
            assert abs(each.value - truth) <= 4.9 * each.se, name
            assert each.se <= 0.003, name


def test_too_many_tied_inputs_are_said():
    names = [f"x{place}" for place in range(11)]
    scenario = tied(between(*names, rank_correlation=0.2), inputs=dict.fromkeys(names, "1 to 2"))
    with pytest.raises(lm.NotSupportedError, match="at most 10"):
        lm.sensitivity(scenario)


def test_no_reading_per_unit_is_offered_of_what_is_tied():
    scenario = lm.Scenario(
        title="shared",
        units=["truck"],
        inputs={
            "trucks": "50 truck",
            "size": {"value": "1 to 2 bbl/truck", "varies": "shared"},
            "price": "1 to 2 USD/bbl",
        },
        model={"loss": "price * size * trucks"},
        dependence=[between("size", "price", rank_correlation=0.5)],
    )
    assert "other_reading" not in lm.run(scenario).to_dict()["outputs"]["loss"]


def test_what_is_tied_is_said_to_have_no_other_reading_where_nobody_says_how_it_varies():
    scenario = lm.Scenario(
        title="unsaid",
        units=["truck"],
        inputs={"trucks": "50 truck", "size": "1 to 2 bbl/truck", "price": "1 to 2 USD/bbl"},
        model={"loss": "price * size * trucks"},
        dependence=[between("size", "price", rank_correlation=0.5)],
    )
    (said,) = lm.run(scenario, points=64).warnings
    assert said.startswith("size: one value for all trucks, as it moves together with price; no")


def test_probabilities_at_the_centre_are_those_of_the_quadrant():
    found = draws(tied(between("x", "z", kendall=0.5, copula="t", df=2)))
    both = ((found["x"] < sqrt(2.0)) & (found["z"] < sqrt(2.0))).mean(axis=1)
    exact = 0.25 + asin(sin(0.25 * pi)) / (2.0 * pi)
    assert abs(both.mean() - exact) <= 4.9 * both.std(ddof=1) / 4.0


def test_too_many_inputs_that_move_together_are_refused_at_once():
    names = [f"x{place}" for place in range(1001)]
    scenario = tied(
        between(*names, rank_correlation=0.2),
        inputs=dict.fromkeys(names, "1 to 2"),
        model={"loss": "x0 + x1"},
    )
    assert "1,001 inputs that move together" in fault(scenario)


def test_a_pair_strains_no_less_than_all_together():
    inputs = dict.fromkeys("abd", "normal(mean=0, sd=1)")
    scenario = tied(
        between("a", "b", kendall=-0.7),
        inputs=inputs,
        model={"loss": "a + b + d"},
        claim=[{"says": "more than 3"}],
    )
    reading = lm.check_claims(scenario).claims[0].readings["loss"]
    r = sin(-0.35 * pi)
    # a + b + d = 3 nearest to 0: 3 over the root of the sum of all correlations.
    assert reading.least_strain_of_all.strain == pytest.approx(3.0 / sqrt(3.0 + 2.0 * r), rel=1e-6)
    # With a held at 0, b varies by the root of 1 - r**2 only; a and b alone strain far more.
    pair = 3.0 / sqrt(2.0 - r * r)
    assert reading.least_strain.strain == pytest.approx(pair, rel=1e-6)
    assert reading.least_strain.strain >= reading.least_strain_of_all.strain


def test_shares_of_tied_discrete_inputs_are_refused():
    inputs = {"b": "bernoulli(p=0.5)", "x": "normal(mean=100, sd=10)"}
    scenario = tied(between("b", "x", kendall=0.5), inputs=inputs, model={"loss": "x + b"})
    with pytest.raises(lm.NotSupportedError, match="discrete inputs move together with others: b"):
        lm.sensitivity(scenario)


def test_no_share_of_the_variance_is_below_zero():
    scenario = tied(
        between("a", "b", kendall=0.3),
        inputs=dict.fromkeys("abcd", "normal(mean=0, sd=1)"),
        model={"loss": "a + b + c * d"},
    )
    told = lm.sensitivity(scenario, seed=1, points=256)["loss"]
    for shares in (told.first_order, told.total, told.shapley):
        assert all(0.0 <= each.low <= each.value <= each.high <= 1.0 for each in shares.values())


def test_widths_once_a_tied_input_of_the_t_copula_is_known():
    inputs = dict.fromkeys("xy", "student_t(df=4, loc=0, scale=1)")
    scenario = tied(
        between("x", "y", kendall=0.5, copula="t", df=4), inputs=inputs, model={"loss": "x + y"}
    )
    r = sin(0.25 * pi)
    # Given x the sum is t with 5 degrees of freedom and a scale that grows with x.
    x = stats.t(4).ppf((np.arange(4096) + 0.5) / 4096)
    left = np.sqrt((4.0 + x * x) / 5.0).mean() * sqrt(1.0 - r * r) * stats.t(5).ppf(0.95)
    exact = left / (sqrt(2.0 + 2.0 * r) * stats.t(4).ppf(0.95))
    found = lm.sensitivity(scenario)["loss"].width_if_known["x"]
    assert abs(found.value - exact) <= 4.9 * found.se + 2e-3


def test_nothing_is_said_of_the_doubt_that_a_tied_discrete_input_leaves():
    inputs = {"b": "bernoulli(p=0.5)", "x": "normal(mean=100, sd=10)"}
    scenario = tied(
        between("b", "x", kendall=0.5),
        inputs=inputs,
        model={"loss": "x + 0.000001 * b"},
        claim=[{"says": "more than 100"}],
    )
    reading = lm.check_claims(scenario).claims[0].readings["loss"]
    assert set(reading.doubt_if_known) == {"x"}


def test_the_correlation_of_scores_is_the_published_one():
    # spearman-to-gaussian (Kruskal 1958): 2 sin(pi r / 6) at r = 0.5.
    (group,) = built(tied(between("x", "z", rank_correlation=0.5))).groups
    assert group.matrix[0, 1] == pytest.approx(0.5176380902050415, abs=1e-15)
