import json
import math
import re

import numpy as np
import pytest
from attribution_models import (
    CAPACITY,
    EVENTS,
    GOLDEN,
    ISHIGAMI,
    ISHIGAMI_INDICES,
    PRICE,
    Z,
    g_function,
    golden_quantile,
    golden_widths,
    lognormal,
    lognormal_product,
    mean_of,
    named,
    of_product,
)
from click.testing import CliRunner
from golden_model import FILE, SCENARIO
from scipy.special import ndtri, roots_hermitenorm, roots_legendre
from scipy.stats import poisson

import lossmodel as lm
from lossmodel.attribution.atoms import MOST, atoms_of
from lossmodel.attribution.bases import Hermite, Legendre, bases_of
from lossmodel.attribution.leaning import counted, leaning_of, leant
from lossmodel.attribution.sentences import sentence
from lossmodel.cli.entry import program
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.families import build
from lossmodel.estimates.estimate import Estimate
from lossmodel.model.building import built
from lossmodel.scenario.values import parsed_value

# Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
WITHIN = 5.2


def close(estimate, truth):
    # An error that is too large to tell anything must not pass for one that is true.
    return abs(estimate.value - truth) <= WITHIN * estimate.se <= 0.05 * max(1.0, abs(truth))


def of(model, **inputs):
    return lm.sensitivity(lm.Scenario(title="t", inputs=inputs, model=model))


def assert_indices(output, indices):
    first, total = indices
    assert list(output.first_order) == list(output.total) == list(first)
    for name in first:
        assert close(output.first_order[name], first[name]), name
        assert close(output.total[name], total[name]), name


@pytest.fixture(scope="module")
def golden():
    return lm.sensitivity(SCENARIO)["loss"]


def test_indices_of_the_golden_model(golden):
    assert_indices(golden, GOLDEN)
    printed = {"price": (0.790557, 0.809454), "capacity": (0.135722, 0.150191)}
    for name, pair in {**printed, "load": (0.053906, 0.060261)}.items():
        assert [round(indices[name], 6) for indices in GOLDEN] == list(pair)


def test_widths_of_the_golden_model(golden):
    truth = golden_widths()
    for name, told in {"price": 0.450573, "capacity": 0.926831, "load": 0.970727}.items():
        assert round(truth[name], 6) == told
        assert close(golden.width_if_known[name], truth[name])
        # Of the order of 1e-4: what one input integrated out should leave at 16 x 1,024 points.
        assert golden.width_if_known[name].se < 3e-4


def test_swings_of_the_golden_model(golden):
    for name, spread, other in (("price", PRICE, CAPACITY), ("capacity", CAPACITY, PRICE)):
        swing = golden.tornado[name]
        ends = [math.exp(spread[0] + sign * Z * spread[1]) for sign in (-1, 1)]
        assert [swing.low_value, swing.high_value] == pytest.approx(ends)
        for value, side in zip(ends, (swing.low, swing.high), strict=True):
            assert list(side) == [0.05, 0.5, 0.95]
            for p, each in side.items():
                assert close(each, value * golden_quantile([other], p))


def test_the_sentence_of_the_golden_model(golden):
    assert golden.sentence == (
        "Finding price would remove 79% of the variance of loss, capacity 14%, load 5%."
    )


def test_ishigami_as_a_function():
    output = lm.sensitivity(ISHIGAMI)["loss"]
    assert_indices(output, ISHIGAMI_INDICES)
    # The indicator that is 0 alone and not in all.
    assert output.first_order["x3"].low == 0.0
    assert output.total["x3"].low > 0.2
    assert output.sentence.endswith("x3 matters mostly together with others.")


def test_widths_of_functions_with_kinks():
    # Four Gauss-Legendre panels of 32 nodes, 4 x 2**18 Sobol' points: right to 5e-4.
    truth = {"x1": 0.8427, "x2": 0.8514, "x3": 0.9583}
    ishigami = lm.sensitivity(ISHIGAMI)["loss"].width_if_known
    for name, each in truth.items():
        assert abs(ishigami[name].value - each) <= WITHIN * ishigami[name].se + 5e-4
    scenario, _ = g_function((0, 1, 4.5, 9))
    product = lm.sensitivity(scenario)["loss"].width_if_known
    for name, each in {"x0": 0.4573, "x1": 0.8522, "x2": 0.9890, "x3": 0.9963}.items():
        assert abs(product[name].value - each) <= WITHIN * product[name].se + 5e-4
        assert product[name].se < 0.005


MANY = (0, 1, 4.5, 9, *[99] * 16)
VARIATIONS = np.linspace(0.02, 0.18, 20)


def test_the_g_function_of_twenty_inputs_to_a_hundredth():
    scenario, indices = g_function(MANY)
    found = lm.sensitivity(scenario)
    assert_indices(found["loss"], indices)
    assert found.warnings == ()


def test_a_product_of_twenty_lognormals_to_a_hundredth():
    scenario, indices, widths = lognormal_product(VARIATIONS)
    found = lm.sensitivity(scenario)
    assert_indices(found["loss"], indices)
    assert found.warnings == ()
    for name, width in widths.items():
        assert close(found["loss"].width_if_known[name], width)


def test_indices_that_are_not_precise_are_named():
    found = lm.sensitivity(SCENARIO, points=16)
    (said,) = (each for each in found.warnings if each.startswith("loss: not known"))
    assert said.startswith("loss: not known to within 0.01: ")
    assert "the total index of price (to 0." in said


def test_points_lean_to_heavy_tails():
    sizes = {"x": "bernoulli(p=0.1)", "z": "lognormal(mu=0, sigma=1)"}
    found = of({"loss": "x * z"}, **sizes)
    assert_indices(found["loss"], EVENTS["coin"][1])
    # E z = exp(1/2) and E z z = exp(2): with even points the half-width is 0.05.
    assert found.warnings == ()
    v = (np.arange(1 << 12) + 0.5) / (1 << 12)
    # Even numbers count alike, and so do squares of those far out in a tail.
    assert counted(v).mean() == pytest.approx(1.0, abs=1e-7)
    assert (counted(v) * leant(v)).mean() == pytest.approx(1 / 2, abs=1e-7)
    assert (counted(v) * ndtri(leant(v)) ** 4).mean() == pytest.approx(3.0, abs=1e-4)
    assert leant(np.array([2.0**-40, 1.0 - 2.0**-40])).tolist() == [
        pytest.approx(3 * 2.0**-80),
        1.0 - 2.0**-53,
    ]


def test_three_inputs_lean_at_most():
    laws = "lognormal(mu=0, sigma=1)", "pareto(shape=3, scale=1)", "weibull(shape=0.5, scale=1)"
    heavy = {f"h{place}": law for place, law in enumerate((*laws, "lognormal(mu=0, sigma=0.6)"))}
    light = {"u": "uniform(0, 1)", "n": "normal(mean=0, sd=1)", "k": "poisson(mean=1)"}
    model = built(lm.Scenario(title="t", inputs={**light, **heavy}, model={"loss": "u + n"}))
    assert leaning_of(model.inputs) == {"h0", "h1", "h2"}


def test_a_variance_that_few_draws_make_is_told():
    model = {"loss": "x * exp(z)"}
    seldom = of(model, x="bernoulli(p=0.01)", z="normal(mean=0, sd=1.5)")
    assert any("few draws make most of its variance" in said for said in seldom.warnings)
    often = of(model, x="bernoulli(p=0.5)", z="normal(mean=0, sd=0.5)")
    assert not any("few draws" in said for said in often.warnings)


def test_a_function_with_jumps_and_one_that_oscillates_are_not_taken_for_smooth():
    # Fifty periods: no polynomial sees them.  Its variance is 1/2, that of y 1/12.
    waves = of(lambda x, y: np.sin(100 * np.pi * x) + y, x="uniform(0, 1)", y="uniform(0, 1)")
    assert close(waves["loss"].first_order["x"], 6 / 7)
    # P(x > 0.3) = 0.7, hence 0.21 of variance.
    step = of({"loss": "where(x > 0.3, 1, 0) + y"}, x="uniform(0, 1)", y="uniform(0, 1)")
    assert close(step["loss"].first_order["x"], 0.21 / (0.21 + 1 / 12))


def test_a_discrete_input_is_taken_value_by_value():
    output = of({"loss": "hit * size"}, hit="bernoulli(p=0.3)", size="uniform(1, 3)")["loss"]
    # E = 0.6; Var(E | hit) = 4 * 0.21, Var(E | size) = 0.09 / 3, E(y y) = 0.3 * (4 + 1/3).
    variance = 0.3 * (4 + 1 / 3) - 0.36
    assert close(output.first_order["hit"], 0.84 / variance)
    assert close(output.first_order["size"], 0.03 / variance)
    assert close(output.total["hit"], 1 - 0.03 / variance)
    # P95 of the output: 0.7 + 0.3 (y - 1) / 2 = 0.95 at y = 8/3; known, 0.3 times 1.8.
    assert close(output.width_if_known["hit"], 0.3 * 1.8 / (8 / 3))


def test_one_input_alone_is_all_there_is():
    output = of({"loss": "2 * x"}, x="1 to 2", idle="1 to 2")["loss"]
    assert output.first_order == output.total == {"x": Estimate.exact(1.0)}
    assert output.width_if_known == {"x": Estimate.exact(0.0)}
    assert output.tornado["x"].high[0.5] == Estimate.exact(output.tornado["x"].high_value * 2)
    assert output.sentence == "x alone makes loss uncertain."


def test_inputs_that_matter_only_together():
    output = of({"loss": "a * b"}, a="uniform(-1, 1)", b="uniform(-1, 1)")["loss"]
    assert_indices(output, ({"a": 0, "b": 0}, {"a": 1, "b": 1}))
    assert output.sentence == (
        "Finding no single input would remove much of the variance of loss; "
        "a and b matter mostly together with others."
    )


def test_no_index_leaves_its_range_and_none_is_known_without_error():
    for seed in range(5):
        found = lm.sensitivity(SCENARIO, seed, points=4)["loss"]
        for each in (*found.first_order.values(), *found.total.values()):
            assert 0.0 <= each.low <= each.value <= each.high <= 1.0
            assert each.se > 0.0


def test_an_input_that_moved_nothing_may_still_do_so():
    output = of({"loss": "a * 0 + b"}, a="uniform(0, 1)", b="uniform(0, 1)")["loss"]
    # 3/N of the points, a change of at most the range: 3 / 65536 / 2 over 1/12.
    assert output.total["a"].value == 0.0
    assert output.total["a"].high == pytest.approx(18 / 65536, rel=0.01)
    assert output.first_order["a"] == output.total["a"]


def test_replicates_that_agree_make_nothing_certain():
    # Stratified coins agree to the last count in every replicate.
    coins = dict.fromkeys(("a", "b"), "bernoulli(p=0.5)")
    output = of({"loss": "where(a == b, 1, 0)"}, **coins)["loss"]
    for name in coins:
        assert (output.first_order[name].value, output.total[name].value) == (0.0, 1.0)
        assert output.first_order[name].high > 0.0
        assert output.total[name].low < 1.0


def test_an_input_that_varies_per_unit_is_one_group():
    # Few and skewed, so that their sum has no law of its own and units are drawn.
    inputs = {
        "trucks": "5 truck",
        "price": "20 to 55 USD/bbl",
        "load": {"value": "150 to 400 bbl/truck", "varies": "per trucks"},
    }
    scenario = lm.Scenario(
        title="t", units=["truck"], inputs=inputs, model={"loss": "sum(load) * price"}
    )
    found = lm.sensitivity(scenario)
    price, load = (np.expm1(lognormal(*ends)[1] ** 2) for ends in ((20, 55), (150, 400)))
    assert_indices(found["loss"], named(["price", "load"], of_product([price, load / 5])))
    # A mean of so many terms as one: the price known, the rest has the width of the sum alone.
    assert not found["loss"].width_if_known["load"].exists
    assert 0.3 < found["loss"].width_if_known["price"].value < 0.5
    assert not any("load" in said for said in found.warnings)


def test_number_and_size_of_events_are_two_inputs():
    inputs = {
        "n": "poisson(mean=3) event",
        "s": {"value": "exponential(mean=10) USD/event", "varies": "per n"},
    }
    scenario = lm.Scenario(title="t", units=["event"], inputs=inputs, model={"loss": "sum(s)"})
    output = lm.sensitivity(scenario)["loss"]
    # Var = 3 (100 + 100); of the sizes known, event j counts with P(n >= j).
    sizes = (poisson(3).sf(np.arange(60)) ** 2).sum() * 100 / 600
    assert_indices(output, ({"n": 0.5, "s": sizes}, {"n": 1 - sizes, "s": 0.5}))


def test_inputs_that_move_together_beside_units_are_refused():
    inputs = {
        "trucks": "5 truck",
        "price": "20 to 55 USD/bbl",
        "share": "0.5 to 0.9",
        "load": {"value": "150 to 400 bbl/truck", "varies": "per trucks"},
    }
    scenario = lm.Scenario(
        title="t",
        units=["truck"],
        inputs=inputs,
        model={"loss": "sum(load) * price * share"},
        dependence=[{"between": ["price", "share"], "rank_correlation": 0.5}],
    )
    with pytest.raises(lm.NotSupportedError, match="leave out the dependence"):
        lm.sensitivity(scenario)


def test_inputs_that_do_not_reach_an_output_are_not_listed():
    found = of({"loss": "a * b * k", "other": "b"}, a="1 to 2", b="1 to 2", k="3", idle="1 to 2")
    assert list(found["loss"].total) == ["a", "b"]
    assert list(found["other"].total) == ["b"]
    called = of(lambda a, b: {"loss": a * b, "other": b}, a="1 to 2", b="1 to 2")
    assert list(called["loss"].total) == ["a", "b"]
    assert list(called["other"].total) == ["b"]


def test_outputs_without_numbers_say_why():
    found = of(
        {"certain": "k * 2", "undefined": "log(x)", "same": "rare * y", "heavy": "far * y"},
        k="3",
        x="normal(mean=1, sd=1)",
        y="1 to 2",
        rare="bernoulli(p=1e-9)",
        far="pareto(shape=1.5, scale=1)",
    )
    assert found["certain"].sentence == "certain is certain: no input that is drawn reaches it."
    assert found["undefined"].sentence.startswith("undefined has no value in 10,")
    assert found["same"].sentence == "same is 0 in all 65,536 draws."
    for name in ("certain", "undefined", "same"):
        assert not found[name].total
        assert not found[name].tornado
    heavy = found["heavy"]
    assert heavy.sentence == "heavy has no finite variance to share out: go by the widths."
    assert not heavy.total["y"].exists
    assert 0.5 < heavy.width_if_known["y"].value < 1.0
    json.dumps(found.to_dict(), allow_nan=False)


def test_the_level_is_that_of_the_width():
    narrow = lm.sensitivity(SCENARIO, level=0.5)["loss"].width_if_known["price"]
    rest = golden_quantile([CAPACITY], 0.75) - golden_quantile([CAPACITY], 0.25)
    today = golden_quantile([CAPACITY, PRICE], 0.75) - golden_quantile([CAPACITY, PRICE], 0.25)
    assert close(narrow, mean_of(PRICE) * rest / today)


def test_numbers_do_not_depend_on_which_outputs_are_asked_for():
    scenario = lm.Scenario(
        title="t", inputs={"a": "1 to 2", "b": "1 to 2"}, model={"x": "a * b", "y": "a + b"}
    )
    every = lm.sensitivity(scenario, 7)
    assert lm.sensitivity(scenario, 7, outputs=["y"])["y"] == every["y"]
    assert lm.sensitivity(scenario, 8)["y"] != every["y"]


def test_replacing_an_input_by_a_constant_takes_it_out():
    found = lm.sensitivity(SCENARIO, settings={"price": "35 USD/bbl"})
    assert list(found["loss"].total) == ["capacity", "load"]


def test_a_replacement_in_another_unit_changes_no_share(golden):
    same = {"price": "125.797 to 345.942 USD/m^3"}
    found = lm.sensitivity(SCENARIO, settings=same)["loss"]
    for name, each in golden.total.items():
        assert found.total[name].value == pytest.approx(each.value, rel=1e-4)
    for name, each in golden.width_if_known.items():
        assert close(found.width_if_known[name], golden_widths()[name])
        assert each.value == pytest.approx(found.width_if_known[name].value, rel=1e-2)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"replicates": 2}, "2 replicates"),
        ({"level": 1.0}, "level 1.0"),
        ({"points": 100}, "100 points"),
        ({"outputs": ["los"]}, 'output "los"'),
    ],
)
def test_wrong_arguments_are_refused(options, found):
    with pytest.raises(lm.UsageError) as refused:
        lm.sensitivity(SCENARIO, **options)
    assert refused.value.found == found


def test_what_is_no_scenario_is_refused():
    with pytest.raises(lm.UsageError, match="a Scenario"):
        lm.sensitivity("tankers.toml")


@pytest.mark.parametrize("basis", [Legendre(), Hermite()])
def test_polynomials_are_orthonormal(basis):
    from scipy.special import ndtr

    if isinstance(basis, Legendre):
        x, weights = roots_legendre(40)
        u = (x + 1) / 2
    else:
        z, weights = roots_hermitenorm(20)
        kept = np.abs(z) < 8  # ndtr has no digits beyond, and the weights are below 1e-15
        u, weights = ndtr(z[kept]), weights[kept]
    values = basis.values(u)
    products = (values * weights) @ values.T / weights.sum()
    assert np.allclose(products, np.eye(basis.count), atol=1e-6)
    assert np.allclose(values @ weights / weights.sum(), 0, atol=1e-6)


def test_the_values_of_a_discrete_input_are_known():
    few = atoms_of(Choice.of([1.0, 5.0, 7.0], [1, 2, 1]))
    assert (few.values.tolist(), few.shares.tolist()) == ([1.0, 5.0, 7.0], [0.25, 0.5, 0.25])
    assert atoms_of(build(parsed_value("poisson(mean=300)").call)) is None
    counts = build(parsed_value("poisson(mean=5)").call)
    assert atoms_of(counts).shares.sum() == pytest.approx(1.0, abs=1e-14)
    assert atoms_of(counts, most=16) is None
    assert bases_of(counts) == ()
    assert atoms_of(build(parsed_value(f"integers(0, {MOST})").call)) is None
    assert atoms_of(build(parsed_value("normal(mean=0, sd=1)").call)) is None


def share(value, half=0.001):
    return Estimate(value, half / 2, max(value - half, 0.0), value + half)


def test_sentences_name_what_matters_and_what_hardly_does():
    def said(first, total):
        return sentence("loss", first, total)

    two = {"a": share(0.95), "b": share(0.0001)}
    assert said(two, two) == "Finding a would remove 95% of the variance of loss; b hardly matters."
    loose = {"a": share(0.4), "b": share(0.6, 0.03)}
    assert said(loose, loose) == (
        "Finding b would remove about 60% of the variance of loss, a 40%."
    )
    five = {name: share(0.2) for name in "abcde"}
    assert said(five, five) == (
        "Finding a would remove 20% of the variance of loss, b 20%, c 20%, each of 2 others less."
    )
    four = {name: share(0.2) for name in "abcd"}
    assert said(four, four).endswith("b 20%, c 20%, d 20%.")


def test_sentences_on_inputs_that_move_together_say_that_shares_overlap():
    first = {"a": share(0.8), "b": share(0.7), "c": share(0.01)}
    total = {"a": share(0.07), "b": share(0.02), "c": share(0.01)}
    assert sentence("loss", first, total, together=True) == (
        "Finding a would remove 80% of the variance of loss, b 70%; these shares overlap, as "
        "finding one of what moves together tells of the others; c hardly matters."
    )


def test_columns_hold_every_number(golden):
    found = lm.sensitivity(SCENARIO)
    table = found.to_columns()
    assert found.to_pandas().to_dict("list").keys() == table.keys()
    assert list(table) == ["output", "input", "statistic", "value", "se", "low", "high"]
    # First-order, total, width, and three quantiles at either end, of three inputs.
    assert {len(column) for column in table.values()} == {27}
    at = (table["input"] == "price") & (table["statistic"] == "width_if_known")
    assert table["value"][at] == golden.width_if_known["price"].value
    heavy = of({"loss": "far * y"}, far="pareto(shape=1.5, scale=1)", y="1 to 2").to_columns()
    assert np.isnan(heavy["value"][heavy["statistic"] == "total"]).all()


def typed(*arguments):
    ran = CliRunner().invoke(program, ["sensitivity", str(FILE), *arguments])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_the_document_is_the_result(golden):
    document = json.loads(typed("--json", "--level", "0.9", "--output", "loss"))
    assert document["outputs"]["loss"] == golden.to_dict()
    assert document["level"] == 0.9
    assert document["plan"]["points"] == 4096
    assert document["scenario"]["title"] == "168 tankers"


def test_the_screen_has_a_row_for_each_input_what_matters_most_first(golden):
    screen = typed()
    assert golden.sentence in screen
    rows = [line.split()[0] for line in screen.partition("input ")[2].splitlines()[1:4]]
    assert rows == ["price", "capacity", "load"]
    assert "0.451" in next(line for line in screen.splitlines() if "price  " in line)


def test_a_narrow_screen_cuts_nothing(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    screen = " ".join(typed("--points", "256").split())
    assert "USD, alone 0.8" in screen.partition("price: 90% interval at P5 ")[2]
    assert "…" not in screen


def test_where_one_table_is_too_wide_there_are_two(monkeypatch):
    monkeypatch.setenv("COLUMNS", "56")
    lines = typed("--points", "256").splitlines()
    heads = [line.split() for line in lines if line.split()[:1] == ["input"]]
    assert heads == [
        ["input", "at", "P5", "at", "P95", "unit"],
        ["input", "alone", "in", "all", "width"],
    ]
    first = next(place for place, line in enumerate(lines) if line.startswith("input"))
    rows = [line.split()[0] for line in lines[first + 1 : first + 8]]
    assert rows == ["price", "capacity", "load", "input", "price", "capacity", "load"]
    assert max(map(len, lines)) <= 56


def screen_of(scenario):
    from rich.console import Console

    from lossmodel.report.sensitivities import sensitivity_text

    console = Console(width=100)
    with console.capture() as captured:
        console.print(sensitivity_text(lm.sensitivity(scenario), "-"))
    return captured.get()


def test_a_dash_is_explained_where_one_is_shown():
    means = "–: there is no such figure, or these draws cannot tell it."
    heavy = lm.Scenario(
        title="t",
        inputs={"far": "pareto(shape=1.5, scale=1)", "y": "1 to 2"},
        model={"loss": "far * y"},
    )
    assert means in screen_of(heavy)
    assert means not in screen_of(ISHIGAMI)


def test_what_is_not_to_be_told_from_nothing_says_so():
    row = next(line for line in screen_of(ISHIGAMI).splitlines() if line.split()[:1] == ["x3"])
    # Its interval at either end has no unit.
    assert re.search(r"^x3 +\S+ to \S+ +\S+ to \S+ +below", row)
