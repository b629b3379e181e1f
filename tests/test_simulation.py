import json
import math
import re

import numpy as np
import pytest
from golden_model import SCENARIO

import lossmodel as lm
from lossmodel.execution import memory
from lossmodel.execution.blocks import BLOCK, blocks
from lossmodel.model.building import built
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.intervals import tails

FOUR = {"value", "se", "low", "high"}


def scenario(formula="x", **changes):
    keys = {"title": "test", "inputs": {"x": "10 to 20"}, "model": {"y": formula}}
    return lm.Scenario(**(keys | changes))


def test_the_document_of_a_run_has_the_promised_keys():
    document = lm.run(SCENARIO).to_dict()
    assert list(document) == ["version", "scenario", "plan", "outputs", "warnings"]
    assert list(document["scenario"]) == ["name", "title", "sha256", "settings"]
    assert document["plan"] == {
        "design": "sobol",
        "replicates": 16,
        "points": 1024,
        "evaluations": 16384,
        "seed": 0,
        "converged": True,
    }
    loss = document["outputs"]["loss"]
    assert set(loss) == {
        "unit",
        "mean",
        "sd",
        "quantiles",
        "interval",
        "shortest_interval",
        "exceedance",
        "smoothed_over",
        "other_reading",
    }
    assert loss["unit"] == "USD"
    assert loss["smoothed_over"] == "price"
    assert list(loss["quantiles"]) == ["0.05", "0.5", "0.95"]
    assert list(loss["exceedance"]) == ["2000000.0"]
    estimates = [loss["mean"], loss["sd"], *loss["quantiles"].values(), loss["interval"]["low"]]
    assert all(set(each) == FOUR for each in estimates)
    json.dumps(document, allow_nan=False)


def test_what_is_asked_is_told():
    result = lm.run(
        SCENARIO, level=0.8, quantiles=[0.99, 0.5], exceedance=["1 million USD", "900_000 USD"]
    )
    loss = result.to_dict()["outputs"]["loss"]
    assert list(loss["quantiles"]) == ["0.05", "0.1", "0.5", "0.9", "0.95", "0.99"]
    assert list(loss["exceedance"]) == ["2000000.0", "1000000.0", "900000.0"]
    assert loss["interval"]["low"] == loss["quantiles"]["0.1"]


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.5, 0.68])
def test_the_ends_of_a_level_are_written_as_one_would(level):
    assert all(len(repr(share)) <= 6 for share in tails(level))
    assert sum(tails(level)) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    first, again, other = (lm.run(SCENARIO, seed=seed).to_dict() for seed in (0, 0, 1))
    assert first == again
    assert first["outputs"] != other["outputs"]


def draws(inputs, **plan):
    model = {name: name for name in inputs}
    made = lm.run(lm.Scenario(title="t", inputs=inputs, model={"all": " + ".join(model)}), **plan)
    drawing = Drawing(made.model, made.plan)
    return drawing._columns(next(blocks(16, 64)), np.empty((len(drawing._drawn), 1024)))


@pytest.mark.parametrize("design", ["sobol", "lhs", "independent"])
def test_appending_an_input_moves_no_other(design):
    few = draws({"a": "1 to 2", "k": "3", "b": "uniform(0, 1)"}, design=design, points=64)
    many = draws(
        {"a": "1 to 2", "k": "3", "b": "uniform(0, 1)", "c": "1 to 9"}, design=design, points=64
    )
    assert all(np.array_equal(few[name], many[name]) for name in few)


@pytest.mark.parametrize("design", ["lhs", "independent"])
def test_adding_an_input_anywhere_moves_no_other_without_places(design):
    few = draws({"a": "1 to 2", "b": "uniform(0, 1)"}, design=design, points=64)
    many = draws({"z": "1 to 9", "a": "1 to 2", "b": "uniform(0, 1)"}, design=design, points=64)
    assert all(np.array_equal(few[name], many[name]) for name in few)


def test_a_constant_keeps_the_place_of_what_it_replaces():
    inputs = {"a": "1 to 2", "b": "5 to 6", "c": "uniform(0, 1)"}
    model = {"y": "a + b", "z": "c"}
    free = lm.run(lm.Scenario(title="t", inputs=inputs, model=model))
    fixed = lm.run(lm.Scenario(title="t", inputs=inputs, model=model), settings={"b": "5.5"})
    assert np.array_equal(free["z"].values, fixed["z"].values)


def test_a_setting_may_come_in_another_unit():
    prices = lm.Scenario(
        title="t", inputs={"x": "20 to 55 USD/bbl"}, model={"y": {"formula": "x", "unit": "USD/L"}}
    )
    as_litres = lm.run(prices, settings={"x": "0.2 USD/L"})["y"]
    assert as_litres.mean.value == pytest.approx(0.2, rel=1e-15)
    assert as_litres.unit == "USD/L"


def test_settings_are_checked():
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO, settings={"prise": "30 USD/bbl"})
    assert caught.value.fix == "price"
    with pytest.raises(lm.LossmodelError, match="USD/bbl"):
        lm.run(SCENARIO, settings={"price": "30 EUR/bbl"})


def test_a_function_is_called_with_private_columns_of_numbers():
    seen = []

    def model(x, k):
        seen.append((x.shape, k.shape, x.flags.writeable, k.flags.writeable))
        x *= 0.0
        return {"zero": x, "one": x + k / 3}

    made = lm.Scenario(title="t", inputs={"x": "1 to 2 USD", "k": "3 USD"}, model=model)
    result = lm.run(made)
    assert set(result.outputs) == {"zero", "one"}
    assert set(np.unique(result["one"].values)) == {1.0}
    # Equal draws of unknown support say nothing about what was not drawn.
    assert not result["one"].mean.exists
    assert all(x == k and w and v for x, k, w, v in seen)
    assert result.to_dict()["scenario"]["sha256"] is None


def test_a_function_that_returns_one_array_makes_the_output_loss():
    inputs = {"x": "lognormal(mu=0, sigma=1)"}
    by_code = lm.run(lm.Scenario(title="t", inputs=inputs, model=lambda x: x * 2))
    by_formula = lm.run(lm.Scenario(title="t", inputs=inputs, model={"loss": "x * 2"}))
    assert np.array_equal(by_code["loss"].values, by_formula["loss"].values)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (lambda x: x[:5], "shape"),
        (lambda x: {"y": "text"}, "numbers"),
        (lambda x: {}, "no output"),
        (lambda x: None, "numbers"),
        (lambda x: x + 1j, "complex128"),
        (lambda x: x.astype(str), "real numbers"),
        (lambda x: [None, *x[1:]], "object"),
    ],
)
def test_what_a_function_returns_is_checked(returned, said):
    with pytest.raises(lm.UsageError, match=said):
        lm.run(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=returned))


def test_a_function_may_return_any_kind_of_real_numbers():
    kinds = {"f": np.float32, "b": bool, "i": np.int8, "o": object}

    def model(x):
        return {name: x.round().astype(kind) for name, kind in kinds.items()}

    result = lm.run(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=model))
    assert [result[name].values.dtype for name in kinds] == [np.float64] * 4
    assert result["f"].mean == result["i"].mean == result["o"].mean


def test_a_function_that_changes_its_outputs_is_refused():
    calls = []

    def model(x):
        calls.append(x.size)
        return {"first": x} if len(calls) % 2 == 0 else {"second": x}

    with pytest.raises(lm.UsageError, match="first once and second another time"):
        lm.run(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=model), points=1 << 13)
    assert len(calls) > 1


@pytest.mark.parametrize("unit", ["1e-290", "1e-160", "1e160", "1e290"])
@pytest.mark.parametrize("formula", ["k * a * b", "k * a + k * b"])
def test_an_output_of_any_size_has_the_same_figures(unit, formula):
    inputs = {"a": "lognormal(mu=0, sigma=0.5)", "b": "pert(1, 2, 4)"}
    usual, other = (
        lm.run(lm.Scenario(title="t", inputs=inputs | {"k": k}, model={"y": formula}))["y"]
        for k in ("1", unit)
    )
    shortest = other.shortest_interval(), usual.shortest_interval()
    pairs = [
        (other.mean, usual.mean),
        (other.sd, usual.sd),
        *((other.quantile(p), usual.quantile(p)) for p in (0.01, 0.5, 0.99)),
        *((getattr(first, end) for first in shortest) for end in ("low", "high")),
    ]
    for theirs, ours in pairs:
        assert theirs.value / float(unit) == pytest.approx(ours.value, rel=1e-6)
        assert theirs.se / float(unit) == pytest.approx(ours.se, rel=0.01)
    density = other.density(float(unit)).value * float(unit)
    assert density == pytest.approx(usual.density(1.0).value, rel=1e-6)


def test_a_constant_output_is_exact():
    output = lm.run(scenario("3 * k", inputs={"k": "4"}))["y"]
    assert output.mean == output.quantile(0.3) == lm.Estimate.exact(12.0)
    assert output.sd == lm.Estimate.exact(0.0)
    assert output.exceedance(11.0) == lm.Estimate.exact(1.0)
    assert output.exceedance(12.0) == lm.Estimate.exact(0.0)
    assert output.shortest_interval(0.9).low == lm.Estimate.exact(12.0)


def test_an_output_that_draws_reach_is_not_exact_even_if_it_never_moved():
    output = lm.run(scenario("where(x > 1000, 1, 0)"))["y"]
    assert set(np.unique(output.values)) == {0.0}
    assert output.exceedance(0.5).high > 0.0
    assert output.mean.se > 0.0


def test_an_amount_beyond_the_support_is_impossible():
    output = lm.run(scenario(inputs={"x": "uniform(1, 2)"}, formula="x * 3"))["y"]
    assert output.exceedance(6.0) == lm.Estimate.exact(0.0)
    assert output.exceedance(2.9) == lm.Estimate.exact(1.0)


def test_a_mean_that_a_family_denies_is_refused_through_formulas():
    heavy = scenario(
        inputs={"x": "pareto(shape=0.8, scale=1)", "a": "1 to 2"},
        model={"part": "a * x", "y": "part + 3"},
    )
    output = lm.run(heavy)["y"]
    assert not output.mean.exists
    assert not output.sd.exists
    assert output.quantile(0.5).exists
    assert any("no mean" in said for said in output.warnings)


def test_an_infinite_variance_leaves_the_mean():
    output = lm.run(scenario("x", inputs={"x": "pareto(shape=1.5, scale=1)"}))["y"]
    assert output.mean.exists
    assert not output.sd.exists


def test_a_heavy_tail_without_proof_is_warned_of_and_still_given():
    made = scenario("u / v", inputs={"u": "uniform(0, 1)", "v": "uniform(0, 1)"})
    result = lm.run(made, smoothing="off")
    assert result["y"].mean.exists
    assert any("heavy tail" in said for said in result.warnings)


def test_draws_without_a_value_give_no_statistic_and_say_why():
    result = lm.run(scenario("log(x - 15)"))
    assert not result["y"].quantile(0.5).exists
    assert any("no value in" in said and "log of" in said for said in result.warnings)
    json.dumps(result.to_dict(), allow_nan=False)


def test_infinite_draws_are_counted():
    result = lm.run(scenario("exp(exp(x))"))
    assert not result["y"].mean.exists
    assert any("infinite in" in said for said in result.warnings)


@pytest.mark.parametrize("smoothing", ["auto", "off"])
def test_what_overflows_in_part_leaves_the_statistics_that_stay_finite(smoothing):
    made = scenario("exp(exp(x)) * z", inputs={"x": "1 to 8", "z": "1 to 2"})
    result = lm.run(made, smoothing=smoothing)
    count = int(np.isinf(result["y"].values).sum())
    assert f"y is infinite in {count:,} of 16,384 draws" in result.warnings
    assert (
        "y: not given, as it does not exist or these draws cannot bound it: "
        "mean, sd, p95, shortest low or shortest high"
    ) in result.warnings
    told = result.to_dict()["outputs"]["y"]
    assert told["mean"] == told["quantiles"]["0.95"] == dict.fromkeys(FOUR)
    assert told["quantiles"]["0.5"]["low"] < told["quantiles"]["0.5"]["high"] < math.inf
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("smoothing", ["auto", "off"])
def test_an_output_constant_in_all_inputs_has_no_width_and_says_so(smoothing):
    made = scenario("x * 0 + 5")
    result = lm.run(made, smoothing=smoothing)
    assert result.warnings == ("y is 5 whatever the inputs are: its interval has no width",)
    output = result["y"]
    assert output.mean == output.quantile(0.05) == output.quantile(0.95) == lm.Estimate.exact(5.0)
    assert output.sd == lm.Estimate.exact(0.0)
    assert output.shortest_interval(0.9).high == lm.Estimate.exact(5.0)
    assert output.exceedance(4.0) == lm.Estimate.exact(1.0)
    assert result.histograms["y"].shares == (0.0,) * 16


def test_draws_that_never_differ_are_told_of_and_certain_of_nothing():
    result = lm.run(scenario("where(x > 1000, 1, 3)"))
    assert result.warnings[0] == "y is 3 in all 16,384 draws: its interval has no width"
    assert result["y"].mean.se > 0.0
    assert not result["y"].sd.exists


@pytest.mark.parametrize("smoothing", ["auto", "off"])
def test_a_factor_that_is_nearly_always_zero_is_no_obstacle(smoothing):
    inputs = {"x": "1 to 2", "z": "uniform(0, 1)"}
    made = scenario("where(z > 0.9999, x, 0)", inputs=inputs)
    output = lm.run(made, smoothing=smoothing)["y"]
    exact = 1e-4 * np.exp(np.log(2) / 2 + (np.log(2) / 2 / 1.6448536269514722) ** 2 / 2)
    assert output.mean.low <= exact <= output.mean.high
    assert output.quantile(0.95) == lm.Estimate.exact(0.0)
    assert output.exceedance(0.0).low <= 1e-4 <= output.exceedance(0.0).high


def test_an_infinite_variance_is_said():
    made = scenario("x * z", inputs={"x": "pareto(shape=1.5, scale=1)", "z": "1 to 2"})
    for smoothing in ("auto", "off"):
        result = lm.run(made, smoothing=smoothing)
        assert "y has no sd: an input's own variance is infinite" in result.warnings
        assert result.to_dict()["outputs"]["y"]["sd"] == dict.fromkeys(FOUR)
        assert result["y"].mean.exists


@pytest.mark.parametrize("precision", [0, -1, math.nan])
def test_a_precision_must_be_above_zero(precision):
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO, precision=precision)
    told = caught.value.found, caught.value.expected, caught.value.fix
    assert told == (f"precision {precision}", "a number above 0", "0.001")


@pytest.mark.parametrize("limit", [0, 16383])
def test_a_limit_below_one_plan_is_refused(limit):
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO, precision=0.1, max_evaluations=limit)
    told = caught.value.found, caught.value.expected, caught.value.fix
    least = "at least the 16,384 of 16 replicates of 1,024 points, or fewer of these"
    assert told == (f"at most {limit} evaluations", least, "--max-evaluations 16384")


def test_precision_is_not_met_by_what_is_missing():
    inputs = {"x": "bernoulli(p=0.00001)", "y": "1 to 2"}
    function = lm.Scenario(title="t", inputs=inputs, model=lambda x, y: x * y)
    result = lm.run(function, precision=0.01, max_evaluations=1 << 15)
    assert not result["loss"].mean.exists
    assert not result.plan.converged
    assert any("loss: mean" in said for said in result.unmet)
    # What no number of points can give is not waited for.
    heavy = lm.Scenario(title="t", inputs={"x": "levy(loc=1, scale=1)"}, model={"y": "x"})
    assert lm.run(heavy, precision=0.01).plan.converged


def test_missing_statistics_are_named():
    heavy = scenario("x", inputs={"x": "levy(loc=0, scale=1)"})
    result = lm.run(heavy, quantiles=[0.99999], smoothing="off")
    assert any("does not exist" in said and "mean or sd" in said for said in result.warnings)
    assert any("too few" in said and "p99.999" in said for said in result.warnings)
    far = lm.run(scenario("x", inputs={"x": "1 to 2"}), quantiles=[1e-9])
    assert "p0.0000001" in far.summaries[0].statistics()


def test_arguments_of_the_wrong_kind_are_refused():
    with pytest.raises(lm.UsageError, match="an amount and its unit, as text"):
        lm.run(SCENARIO, exceedance=[2e6])
    with pytest.raises(lm.UsageError, match="only formulas"):
        lm.run(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=lambda x: x), smoothing="x")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"points": 1000}, "1000 points"),
        ({"points": 0}, "0 points"),
        ({"points": -4}, "-4 points"),
        ({"replicates": 1}, "1 replicates"),
        ({"replicates": 1 << 20}, "1,048,576 replicates"),
        ({"seed": -1}, "seed -1"),
        ({"level": 1.0}, "level 1.0"),
        ({"level": 0}, "level 0"),
        ({"level": "0.9"}, "level '0.9'"),
        ({"quantiles": [1.5]}, "quantile 1.5"),
        ({"quantiles": ["0.9"]}, "quantile '0.9'"),
        ({"quantiles": 0.9}, "quantiles = 0.9"),
        ({"exceedance": "5 USD"}, "exceedance = '5 USD'"),
        ({"max_evaluations": 1 << 20}, "max_evaluations = 1048576"),
        ({"design": "sobl"}, "sobl"),
        ({"smoothing": "prise"}, "prise"),
        ({"smoothing": "trucks"}, "trucks"),
        ({"precision": 0}, "precision 0"),
        ({"precision": -1}, "precision -1"),
        ({"precision": 0.1, "max_evaluations": 100}, "100 evaluations"),
        ({"precision": "0.1"}, "precision = '0.1'"),
        ({"precision": 0.1, "max_evaluations": "x"}, "max_evaluations = 'x'"),
        ({"smoothing": None}, "smoothing = None"),
        ({"exceedance": ["5 EUR"]}, "5 EUR"),
        ({"exceedance": ["1 to 2 USD"]}, "1 to 2 USD"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, found):
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO, **arguments)
    assert found in caught.value.found


def test_points_that_are_no_power_of_two_suggest_one_that_is():
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO, points=1000)
    assert caught.value.fix == "1024"


def test_precision_doubles_the_points_until_it_is_reached():
    result = lm.run(SCENARIO, precision=0.002, points=64)
    assert result.plan.points > 64
    assert result.plan.converged
    for estimate in result.summaries[0].statistics().values():
        assert (estimate.high - estimate.low) / 2 <= 0.002 * abs(estimate.value)
    plain = lm.run(SCENARIO, points=result.plan.points)
    assert np.array_equal(plain["loss"].values, result["loss"].values)


def test_a_precision_that_is_not_reached_says_what_missed_it():
    result = lm.run(SCENARIO, precision=1e-6, max_evaluations=1 << 15)
    assert result.plan.evaluations == 1 << 15
    assert not result.plan.converged
    *missed, stopped = result.unmet
    assert any("p95 is known to within" in said and "not 1e-06" in said for said in missed)
    reached = [float(re.search(r"to within (\S+) of its value", said)[1]) for said in missed]
    assert reached == sorted(reached, reverse=True)
    assert any("P(> 2 million USD) is known to within" in said for said in missed)
    # One warning counts them and names the worst; the document has all.
    (short,) = (said for said in result.warnings if "precision" in said)
    assert short.startswith(f"{len(missed)} statistics miss the precision: {missed[0]}; ")
    assert short.endswith(f"; and {len(missed) - 3} more (--json names all); {stopped}")
    assert result.to_dict()["unmet"] == list(result.unmet)


def test_a_precision_that_is_met_has_nothing_unmet():
    assert lm.run(SCENARIO, precision=0.5).to_dict()["unmet"] == []
    assert "unmet" not in lm.run(SCENARIO).to_dict()


def test_a_run_that_cannot_fit_is_refused_with_what_fits(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**8)
    with pytest.raises(lm.CapacityError, match=r"at most --points 65536 fits"):
        lm.run(SCENARIO, points=1 << 20)
    assert lm.CapacityError.status == 3


def test_doubling_stops_where_twice_as_many_points_do_not_fit(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 4 * 10**6)
    result = lm.run(SCENARIO, precision=1e-9, points=1024)
    assert not result.plan.converged
    plan = result.plan
    assert result.unmet[-1] == (
        f"stopped at {plan.evaluations:,} evaluations: twice as many do not fit in memory"
    )
    plain = lm.run(SCENARIO, points=plan.points)
    assert plain["loss"].quantile(0.5) == result["loss"].quantile(0.5)
    with pytest.raises(lm.CapacityError):
        lm.run(SCENARIO, points=2 * plan.points)
    # A first plan that does not fit is refused.
    with pytest.raises(lm.CapacityError):
        lm.run(SCENARIO, precision=1e-9, points=1 << 16)


def test_available_memory_is_a_number_of_bytes(monkeypatch, tmp_path):
    assert memory.available_bytes() > 10**6
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "missing")
    assert memory.available_bytes() > 10**6


@pytest.mark.parametrize("shape", [(16, 1024), (3, 8), (5, 1 << 18), (100, 1)])
def test_blocks_cover_a_run_once(shape):
    covered = np.zeros(shape, int)
    for block in blocks(*shape):
        assert block.start % block.size == 0
        assert block.count <= BLOCK
        covered[block.rows, block.points] += 1
    assert (covered == 1).all()


def test_results_are_columns():
    columns = lm.run(SCENARIO).to_columns()
    assert list(columns) == ["output", "unit", "statistic", "value", "se", "low", "high"]
    assert set(columns["statistic"]) >= {"mean", "sd", "p5", "p50", "p95", "P(> 2 million USD)"}
    assert columns["value"].dtype == np.float64


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(lm.NotSupportedError, match="pip install pandas"):
        lm.run(SCENARIO).to_pandas()


def test_an_unknown_output_names_the_nearest():
    with pytest.raises(lm.UsageError) as caught:
        lm.run(SCENARIO)["los"]
    assert caught.value.fix == "loss"


def test_results_show_themselves_shortly():
    result = lm.run(SCENARIO)
    assert repr(result).startswith("Result: 168 tankers (seed 0)")
    assert "90% interval" in repr(result["loss"])


def test_inputs_that_no_formula_uses_are_named():
    result = lm.run(scenario("x", inputs={"x": "1 to 2", "idle": "5 to 6"}))
    assert result.warnings == ('input "idle" is used by no formula',)
    assert "idle" not in built(result.model.scenario).used


def test_no_global_random_state_is_touched():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the point of the test
    lm.run(SCENARIO)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_quantiles_are_monotone_and_scale_with_the_unit():
    in_dollars = lm.run(SCENARIO)["loss"]
    cents = lm.Scenario(
        **(SCENARIO.model_dump() | {"model": {"loss": "trucks * capacity * price * load * 100"}})
    )
    in_cents = lm.run(cents)["loss"]
    values = [in_dollars.quantile(p).value for p in (0.01, 0.1, 0.5, 0.9, 0.99)]
    assert values == sorted(values)
    assert in_cents.mean.value == pytest.approx(100 * in_dollars.mean.value, rel=1e-12)
    assert not math.isclose(in_cents.mean.value, in_dollars.mean.value)


def test_a_named_input_is_integrated_out_where_that_is_possible():
    result = lm.run(SCENARIO, smoothing="capacity")
    assert result["loss"].smoothed_over == "capacity"
    mixed = scenario(
        inputs={"a": "1 to 2", "b": "1 to 2"}, model={"y": "a * b", "z": "max(a, b)", "w": "a / b"}
    )
    found = {name: each.smoothed_over for name, each in lm.run(mixed).outputs.items()}
    assert found["z"] is None
    assert found["y"] in ("a", "b")
    assert found["w"] in ("a", "b")
    with pytest.raises(lm.UsageError):
        lm.run(scenario("max(x, 12)"), smoothing="x")


def test_the_input_that_leaves_the_least_error_is_integrated_out():
    assert lm.run(SCENARIO)["loss"].smoothed_over == "price"


@pytest.mark.parametrize(
    "formula",
    [
        "a * b + c",
        "a / b",
        "c - a * b",
        "a ** 2 * b",
        "exp(a / 2) * b",
        "log(a) * c",
        "where(b > 1.5, a * c, c)",
        "where(b > 1.5, a, 0)",
        "n * a + b",
        "a * b - a",
        "-n * b",
    ],
)
def test_smoothed_and_plain_estimates_agree(formula):
    inputs = {"a": "1 to 2", "b": "uniform(1, 3)", "c": "pert(1, 2, 4)", "n": "poisson(mean=3)"}
    made = scenario(inputs=inputs, model={"y": formula})
    smooth, plain = (lm.run(made, smoothing=how)["y"] for how in ("auto", "off"))
    assert smooth.smoothed_over is not None
    pairs = [(smooth.mean, plain.mean), (smooth.sd, plain.sd)]
    pairs += [(smooth.quantile(p), plain.quantile(p)) for p in (0.05, 0.3, 0.5, 0.95)]
    middle = plain.quantile(0.6).value + 1e-3
    pairs.append((smooth.exceedance(middle), plain.exceedance(middle)))
    pairs.append((smooth.shortest_interval(0.9).high, plain.shortest_interval(0.9).high))
    for ours, theirs in pairs:
        # Both are estimates: five standard errors of their difference, once in 10,000 with t(15).
        assert abs(ours.value - theirs.value) <= 5 * math.hypot(ours.se, theirs.se) + 1e-9


def test_an_output_of_one_input_alone_is_exact():
    output = lm.run(scenario("3 * x"))["y"]
    assert output.mean.se == 0.0
    assert output.quantile(0.95).value == pytest.approx(60.0, rel=1e-9)
    assert output.exceedance(60.0).value == pytest.approx(0.05, rel=1e-9)
    assert output.exceedance(60.0).se == 0.0


def test_a_probability_that_few_points_decide_is_left_to_the_draws():
    far = lm.run(SCENARIO)["loss"].exceedance(7.5e6)
    assert far.high >= 2.3e-10
    assert far.se > 0.0


def test_integrating_an_input_out_makes_nothing_certain_that_no_point_met():
    inputs = {"x": "uniform(0, 100)", "hit": "bernoulli(p=1e-5)"}
    made = scenario(inputs=inputs, model={"y": "x + 1e5 * hit"})
    output = lm.run(made, smoothing="x")["y"]
    assert set(np.unique(output.given.B)) == {0.0}
    assert output.mean.low <= 51.0 <= output.mean.high
    assert output.quantile(0.5).se > 0.0
    assert output.exceedance(50.0).se > 0.0


def test_histograms_of_one_unit_share_an_axis_and_mark_the_claim():
    made = scenario(
        inputs={"a": "uniform(0, 8) USD", "k": "3 USD"},
        model={"y": "a", "z": "a + 8 * k / 3", "fixed": "k"},
        claim=[{"says": "4 USD", "readings": ["y"]}],
    )
    found = lm.run(made).histograms
    assert (found["y"].low, found["y"].high) == (found["z"].low, found["z"].high)
    assert found["y"].low == pytest.approx(0.08, abs=0.01)
    assert found["y"].high == pytest.approx(15.92, abs=0.01)
    assert found["y"].marks == (3,)
    assert found["z"].marks == ()
    assert sum(found["y"].shares) == pytest.approx(0.99, abs=0.002)
    assert sum(found["y"].shares[8:]) == pytest.approx(0.0, abs=0.01)
    assert found["fixed"].shares[2] == 1.0
    alone = scenario(inputs={"k": "3 USD"}, model={"fixed": "k"})
    assert lm.run(alone).histograms["fixed"].shares == (0.0,) * 16


def test_a_claims_error_is_read_as_a_factor():
    made = scenario(claim=[{"says": "about 15", "error": 1.5}])
    (claim,) = lm.run(made).model.claims
    assert (claim.low, claim.high) == pytest.approx((10.0, 22.5))


def test_a_range_that_does_not_hold_its_amount_is_warned_of():
    made = scenario(claim=[{"says": "about 15", "range": "1 to 2"}])
    assert any("does not hold the amount" in said for said in lm.run(made).warnings)


def test_whole_numbers_of_numpy_are_whole_numbers():
    given = lm.run(SCENARIO, seed=np.int64(3), points=np.int32(64), replicates=np.int16(4))
    usual = lm.run(SCENARIO, seed=3, points=64, replicates=4)
    assert json.dumps(given.to_dict()) == json.dumps(usual.to_dict())


def test_names_and_formats_of_results():
    result = lm.run(SCENARIO)
    assert list(result) == ["loss"]
    assert len(result) == 1
    assert "loss" in result
    assert f"{result['loss'].mean:.3g}" == "9.48e+05"
    with pytest.raises(lm.UsageError, match=r"lm\.load"):
        lm.run("palmyra-tankers")
    with pytest.raises(lm.UsageError, match="a number"):
        result["loss"].exceedance("2 million USD")
    with pytest.raises(lm.UsageError, match="whole number"):
        lm.run(SCENARIO, seed="a")
    with pytest.raises(lm.UsageError, match="points = True; expected a whole number"):
        lm.run(SCENARIO, points=True)
    with pytest.raises(lm.UsageError, match="a text with its unit"):
        lm.run(SCENARIO, settings={"price": 30})


def test_huge_values_are_no_obstacle():
    made = scenario(inputs={"x": "1e200 to 3e200 USD"}, model={"l": "x"})
    for smoothing in ("auto", "off"):
        result = lm.run(made, smoothing=smoothing)
        json.dumps(result.to_dict(), allow_nan=False)
        assert result["l"].quantile(0.5).value == pytest.approx(3**0.5 * 1e200, rel=1e-2)
    assert result["l"].sd.exists


def test_an_amount_off_the_axis_is_not_marked():
    inputs = {"a": "1 USD", "b": "uniform(100, 110) USD"}
    claim = [{"says": f"about {amount} USD", "readings": ["x"]} for amount in (1, 104, 900)]
    result = lm.run(
        lm.Scenario(title="t", inputs=inputs, model={"x": "a * 1", "y": "b * 1"}, claim=claim)
    )
    assert result.histograms["x"].marks == (6,)
    assert result.histograms["y"].marks == ()
