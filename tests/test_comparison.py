import json

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from golden_model import FILE, SCENARIO
from scipy.special import ndtr

import lossmodel as lm
from lossmodel.cli.entry import program
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.pairing import difference, is_unsettled, unchanged
from lossmodel.model.building import built
from lossmodel.model.sameness import inputs_behind, is_same


def scenario(inputs, loss="a * b", **others):
    return lm.Scenario(title="one of two", inputs=inputs, model={"loss": loss}, **others)


TWO = {"a": "1 to 2", "b": "uniform(1, 3)"}


def test_each_scenario_keeps_its_own_numbers():
    pair = lm.compare(SCENARIO, {"price": "30 USD/bbl"}, points=64).pairs[0]
    alone = lm.run(SCENARIO, settings={"price": "30 USD/bbl"}, points=64)
    assert pair.first.to_dict() == lm.run(SCENARIO, points=64).to_dict()
    assert pair.second.to_dict() == alone.to_dict()


def test_inputs_of_one_name_share_their_numbers_wherever_they_stand():
    first, second = scenario(TWO), scenario({"c": "2", "b": TWO["b"], "a": TWO["a"]}, "a * b * c")
    pair = lm.compare(first, second, points=64).pairs[0]
    assert np.array_equal(2.0 * pair.first["loss"].values, pair.second["loss"].values)
    assert pair.shared == {"b": True, "a": True}
    assert pair.difference["loss"].first_exceeds.value == 0.0


def test_shared_inputs_are_told_with_whether_their_distributions_are_the_same():
    second = scenario({"a": "1 to 3", "b": "2", "c": "1 to 2"}, "a * b * c")
    pair = lm.compare(scenario(TWO), second, points=64).pairs[0]
    assert pair.shared == {"a": False}
    assert "b is integrated out in the first and a in the second" in pair.warnings[0]
    apart = lm.compare(scenario(TWO), scenario({"x": "1 to 2"}, "x"), points=64).pairs[0]
    assert "no uncertain input is shared" in apart.warnings[0]


def test_inputs_of_other_dimensions_are_not_shared():
    first = lm.Scenario(title="a", inputs={"p": "1 to 2 USD", "q": "1 to 2"}, model={"x": "q + 1"})
    second = lm.Scenario(title="b", inputs={"p": "1 to 2 EUR", "q": "1 to 2"}, model={"x": "q"})
    pair = lm.compare(first, second, points=16).pairs[0]
    assert pair.shared == {"q": True}
    assert pair.warnings[0].startswith("p is in USD in the first and in EUR in the second: not one")


@pytest.mark.parametrize("empty", ["", ";", " ; "])
def test_an_empty_variant_is_refused(empty):
    ran = CliRunner().invoke(program, ["compare", str(FILE), "--set", empty])
    assert ran.exit_code == 2
    assert "an empty variant" in ran.stderr
    with pytest.raises(lm.UsageError, match=r"found \{\}; expected settings"):
        lm.compare(SCENARIO, {}, points=16)


def test_what_has_the_same_distribution_has_no_difference():
    pair = lm.compare(scenario(TWO), scenario(TWO), points=64).pairs[0]
    told = pair.difference["loss"]
    assert told.mean.value == told.mean.se == 0.0
    assert told.first_exceeds.value == 0.0
    assert told.unsettled == ()


def test_sums_over_units_share_their_numbers():
    inputs = {"n": "168 car", "a": {"value": "1 to 2", "varies": "per n"}, "b": "1 to 3"}
    first = scenario(inputs, "sum(a) * b", units=["car"])
    second = scenario({"c": "1 to 2", **inputs}, "2 * sum(a) * b", units=["car"])
    pair = lm.compare(first, second, points=16).pairs[0]
    assert np.allclose(2.0 * pair.first["loss"].values, pair.second["loss"].values, rtol=1e-12)
    assert pair.first.to_dict() == lm.run(first, points=16).to_dict()


def test_differences_within_the_error_are_not_distinguishable():
    first, second = scenario({"a": "1 to 2"}, "a"), scenario({"x": "1 to 2"}, "x")
    told = lm.compare(first, second, points=16, smoothing="off")["loss"]
    assert is_unsettled(told.quantiles[0.5])
    assert "p50" in told.unsettled


def test_the_second_is_told_in_the_unit_of_the_first():
    first = scenario({"a": "1 to 2 km"}, "a")
    second = scenario({"a": "1000 to 2000 m"}, "a")
    pair = lm.compare(first, second, points=64).pairs[0]
    told = pair.difference["loss"]
    assert told.unit == "km"
    assert told.quantiles[0.5].value == pytest.approx(0.0, abs=1e-12)
    assert told.first_exceeds.value == pytest.approx(0.0, abs=1e-3)


def test_outputs_of_another_dimension_are_not_compared():
    first = lm.Scenario(title="1", inputs={"a": "1 to 2 km"}, model={"x": "a", "y": "a"})
    second = lm.Scenario(title="2", inputs={"a": "1 to 2 h"}, model={"x": "a", "y": "a / a"})
    with pytest.raises(lm.UsageError, match="of the same name and dimension"):
        lm.compare(first, second, points=16)
    third = lm.Scenario(
        title="3", inputs={"a": "1 to 2 h", "b": "1 to 2 km"}, model={"x": "a", "y": "b"}
    )
    pair = lm.compare(first, third, points=16).pairs[0]
    assert [*pair.difference] == ["y"]
    assert pair.warnings[0].startswith("a is in km in the first and in h in the second: not one")
    assert "x has another dimension" in pair.warnings[1]


def lognormal(mu, sigma):
    return f"lognormal(mu={mu}, sigma={sigma})"


@pytest.mark.parametrize(
    ("one", "other", "exact"),
    [
        ((0.0, 1.0), (0.3, 1.0), 0.0),
        ((0.3, 1.0), (0.0, 1.0), 1.0),
        ((0.0, 1.0), (0.5, 0.5), 1.0 - ndtr(1.0)),
        ((0.0, 0.5), (0.5, 1.0), ndtr(-1.0)),
    ],
)
def test_how_often_the_first_is_higher_is_exact_where_one_input_decides(one, other, exact):
    inputs = {"a": lognormal(*one), "b": "uniform(1, 3)"}
    found = lm.compare(scenario(inputs), {"a": lognormal(*other)}, points=16, smoothing="a")["loss"]
    assert found.first_exceeds.value == pytest.approx(exact, abs=1e-10)
    assert found.first_exceeds.se == 0.0


def test_how_often_the_first_is_higher_where_two_inputs_decide():
    # log a + log b against log a / 2 + log b + 0.2 + (log b) / 2: normal, both from one pair.
    first = scenario({"a": lognormal(0, 1), "b": lognormal(0, 1)}, "a * b")
    second = scenario({"a": lognormal(0.2, 0.5), "b": lognormal(0, 1.5)}, "a * b")
    exact = ndtr(-0.2 / np.hypot(0.5, 0.5))
    covered, spread = 0, []
    for seed in range(200):
        found = lm.compare(first, second, points=64, seed=seed)["loss"].first_exceeds
        covered += found.low <= exact <= found.high
        spread.append(found.se)
    # 200 seeds of 95%: below 88% or above 99.5% about once in 10,000.
    assert 176 <= covered <= 199
    assert np.median(spread) < 0.3 * np.sqrt(exact * (1 - exact) / 1024)


def test_draws_are_counted_where_nothing_is_integrated_out():
    inputs = {"n": "poisson(mean=4)", "b": "uniform(1, 3)"}
    pair = lm.compare(scenario(inputs, "n"), {"n": "poisson(mean=5)"}, points=64).pairs[0]
    values = pair.first["loss"].values, pair.second["loss"].values
    assert pair.difference["loss"].first_exceeds.value == np.mean(values[0] > values[1])


def test_a_difference_is_unpaired_where_replicates_do_not_tell():
    one, other = Estimate(3.0, 0.3, 2.4, 3.6), Estimate(1.0, 0.4, 0.2, 1.8)
    found = difference(one, other)
    assert (found.value, found.se) == (2.0, 0.5)
    assert (found.low, found.high) == (pytest.approx(1.0), pytest.approx(3.0))
    assert difference(MISSING, one) == MISSING
    assert unchanged(one, one) == Estimate.exact(0.0)
    assert unchanged(MISSING, one) == unchanged(one, MISSING) == MISSING


def test_an_exact_estimate_leaves_the_error_of_the_other():
    told = lm.run(scenario(TWO), points=16)["loss"].mean
    found = difference(told, Estimate.exact(1.0))
    assert (found.value, found.se) == (told.value - 1.0, pytest.approx(told.se))
    assert found.low == pytest.approx(told.low - 1.0)


def test_many_are_compared_with_the_first():
    found = lm.compare(SCENARIO, {"price": "30 USD/bbl"}, {"load": "0.9"}, points=32)
    document = found.to_dict()
    assert {"first", "second", "difference", "shared", "others"} <= document.keys()
    assert document["others"][0]["second"]["scenario"]["settings"] == {"load": "0.9"}
    assert {"mean", "0.05", "0.5", "0.95", "first_exceeds"} <= document["difference"]["loss"].keys()
    table = found.to_columns()
    assert set(table["pair"]) == {0, 1}
    assert found.to_pandas().shape == (10, 8)
    assert pa.table(found).num_rows == 10
    cube = found.to_xarray()
    assert cube["loss"].attrs == {"units": "USD"}
    value = cube["loss"].sel(pair=1, statistic="p50", part="se")
    assert float(value) == found.pairs[1].difference["loss"].quantiles[0.5].se


def test_a_function_of_python_is_compared_by_its_draws():
    code = lm.Scenario(title="code", inputs=TWO, model=lambda a, b: a * b)
    (pair,) = lm.compare(code, {"a": "2 to 3"}, points=64)
    assert pair.difference["loss"].first_exceeds.value == 0.0


@pytest.mark.parametrize("others", [(), ("palmyra-tankers",)])
def test_wrong_arguments_are_refused(others):
    with pytest.raises(lm.UsageError):
        lm.compare(SCENARIO, *others)


def command(*arguments):
    return CliRunner().invoke(program, ["compare", *map(str, arguments)])


def test_the_command_puts_them_side_by_side(tmp_path):
    higher = tmp_path / "higher.toml"
    higher.write_text(
        FILE.read_text().replace("20 to 55", "20 to 60").replace("168 tankers", "dearer")
    )
    ran = command(FILE, higher)
    assert "Second: dearer" in ran.stdout
    assert "capacity, load and price (another distribution)" in " ".join(ran.stdout.split())
    assert "P(first > second) = 0.0500" in ran.stdout
    variant = command(FILE, "--set", "price=20 to 60 USD/bbl", "--json")
    document = json.loads(variant.stdout)
    assert document["second"]["scenario"]["settings"] == {"price": "20 to 60 USD/bbl"}
    both = json.loads(command(FILE, higher, "--json").stdout)
    assert both["difference"] == document["difference"]


def test_a_variant_may_replace_several_inputs():
    document = json.loads(command(FILE, "--set", "load=1; price=30 USD/bbl", "--json").stdout)
    assert document["second"]["scenario"]["settings"] == {"load": "1", "price": "30 USD/bbl"}


def test_variants_of_several_scenarios_are_refused():
    assert isinstance(command(FILE, FILE, "--set", "load=1").exception, lm.UsageError)
    assert isinstance(command(FILE).exception, lm.UsageError)


def test_what_cannot_be_told_apart_is_said(tmp_path):
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text('title = "1"\n[inputs]\na = "1 to 2"\n[model]\nloss = "a"\n')
    other.write_text('title = "2"\n[inputs]\nb = "1 to 2"\n[model]\nloss = "b"\n')
    ran = command(one, other, "--smoothing", "off", "--points", "16")
    assert "unclear: not distinguishable at this precision" in " ".join(ran.stdout.split())
    assert "No uncertain input is shared" in ran.stdout


def test_a_scenario_differs_from_itself_by_nothing():
    tables = {"n": "poisson(mean=2)", "loss": "1 to 3 USD", "most": "4 USD"}
    model = {"total": "n * loss", "held": "min(loss * n, most)", "counted": "n"}
    scenario = lm.Scenario(title="Atoms", inputs=tables, model=model)
    (pair,) = lm.compare(scenario, scenario, points=64)
    for each in pair.difference.values():
        assert each.unsettled == ()
        assert each.mean == each.quantiles[0.5] == lm.Estimate.exact(0.0)


def test_what_no_draw_met_is_not_the_same_for_that():
    inputs = {"n": "bernoulli(p=1e-7)", "loss": "1 to 3 USD"}
    scenario = lm.Scenario(
        title="Rare", inputs=inputs, model={"total": "n * loss", "loss_": "loss"}
    )
    rarer, amounts = {"n": "bernoulli(p=2e-7)"}, ("0.5 USD",)
    (pair,) = lm.compare(scenario, rarer, points=64, smoothing="off")
    assert pair.difference["total"].first_exceeds.high > 0.0
    vary = {"n": ["bernoulli(p=1e-7)", "bernoulli(p=2e-7)"]}
    swept = lm.sweep(scenario, vary, points=64, exceedance=amounts, smoothing="off")
    assert swept[0].change["total"].exceedance[0.5] == Estimate.exact(0.0)
    moved = swept[1].change["total"]
    assert is_unsettled(moved.mean) or not moved.mean.exists
    assert moved.exceedance[0.5].high > 1e-7
    assert swept[1].change["loss_"].mean == Estimate.exact(0.0)


def doubled(a):
    return 2.0 * a


def test_of_two_functions_nobody_can_tell_whether_they_are_the_same():
    first, second = (
        lm.Scenario(title="Code", inputs={"a": "1 to 3"}, model=doubled) for _ in range(2)
    )
    models = [built(each) for each in (first, second)]
    assert not is_same(*models, "loss")
    assert is_same(models[0], models[0], "loss")
    assert inputs_behind(models[0], "loss") == {"a"}


def test_outputs_that_only_one_scenario_has_are_named():
    ran = CliRunner().invoke(
        program, ["compare", "palmyra-tankers", "palmyra-tankers-per-truck", "--points", "16"]
    )
    assert "Only in the first: cargo_brent, truckload_rule" in " ".join(ran.stdout.split())
