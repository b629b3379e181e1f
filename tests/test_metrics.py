import csv
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

import lossmodel as lm
from lossmodel.cli.entry import program
from lossmodel.model.building import built
from lossmodel.simulation.metrics import RETURN_PERIODS

FIRES = {
    "fires": "poisson(mean=2) fire/year",
    "cost": {"value": "pareto(shape=2.5, scale=1000) USD/fire", "varies": "per fires"},
}


def yearly(model, units=("fire",), **inputs):
    formulas = model if isinstance(model, dict) else {"loss": model}
    return lm.Scenario(title="A year", units=[*units], inputs=FIRES | inputs, model=formulas)


def told(model, name="loss", plan=None, **inputs):
    return lm.run(yearly(model, **inputs), **plan or {}).metrics.get(name)


def test_what_is_counted_per_year_makes_a_loss_per_year():
    result = lm.run(yearly({"loss": "sum(cost)", "largest": "max(cost)", "mid": "max(cost) * 0.5"}))
    assert [result[name].unit for name in result] == ["USD/year", "USD/fire", "USD/fire"]
    assert [result.metrics[name].period for name in result] == ["year"] * 3
    loss, largest = result["loss"], result["largest"]
    assert np.array_equal(loss.occurrence.values, largest.values)
    assert (loss.values >= largest.values).all()
    found = result.metrics["loss"]
    assert found.aal == loss.mean
    assert found.no_loss == loss.cdf(0.0)
    assert tuple(found.aep) == tuple(found.oep) == RETURN_PERIODS
    assert found.aep[100.0] == found.var[0.99] == loss.quantile(0.99)
    assert found.oep == result.metrics["largest"].oep
    assert not result.metrics["largest"].aep
    assert result.metrics["largest"].aal is None


@pytest.mark.parametrize(
    "formula",
    [
        "sum(cost)",
        "sum(clip(cost - deductible, 0, limit))",
        "share * sum(cost)",
        "sum(cost * share) / 2",
        "sum(cost) - sum(cost * share)",
        "sum(share * cost) + sum(min(cost, limit))",
    ],
)
def test_the_largest_event_of_a_sum_is_the_largest_of_its_terms(formula):
    shared = {
        "share": "uniform(0.2, 0.6)",
        "deductible": "500 USD/fire",
        "limit": "2000 USD/fire",
    }
    terms = {
        "share * sum(cost)": "max(share * cost)",
        "sum(cost * share) / 2": "max(cost * share / 2)",
        "sum(cost) - sum(cost * share)": "max(cost - cost * share)",
        "sum(share * cost) + sum(min(cost, limit))": "max(share * cost + min(cost, limit))",
    }
    largest = terms.get(formula, formula.replace("sum", "max"))
    model = {"loss": formula, "largest": largest}
    made = yearly(model, **shared)
    result = lm.run(made, smoothing="off")
    here, there = result["loss"].occurrence.values, result["largest"].values
    assert here == pytest.approx(there, rel=1e-12)


def test_of_several_kinds_of_events_the_largest_is_the_largest_of_any():
    floods = {
        "floods": "poisson(mean=0.5) flood/year",
        "damage": {"value": "lognormal(median=3000, gsd=2) USD/flood", "varies": "per floods"},
    }
    model = {"loss": "sum(cost) + sum(damage)", "fire": "max(cost)", "flood": "max(damage)"}
    result = lm.run(yearly(model, ("fire", "flood"), **floods))
    largest = np.maximum(result["fire"].values, result["flood"].values)
    assert np.array_equal(result["loss"].occurrence.values, largest)


@pytest.mark.parametrize(
    "formula", ["sum(cost) + fixed", "clip(sum(cost) - fixed, 0, fixed)", "sum(cost) ** 1"]
)
def test_what_is_no_sum_over_events_has_no_largest_event(formula):
    found = told(formula, fixed="100 USD/year")
    assert found.aep
    assert not found.oep


def test_a_factor_of_any_sign_goes_with_each_event():
    result = lm.run(yearly("swing * sum(cost)", swing="uniform(-1, 1)"))
    values = result["loss"].occurrence.values
    assert (values[result["loss"].values < 0.0] < 0.0).all()


def test_counts_of_counts_have_a_period_and_no_event_of_their_own():
    inputs = {
        "people": {"value": "poisson(mean=4) person/fire", "varies": "per fires"},
        "care": {"value": "exponential(mean=2) USD/person", "varies": "per hurt"},
    }
    model = {"hurt": "sum(people)", "loss": "sum(care)"}
    result = lm.run(yearly(model, ("fire", "person"), **inputs))
    assert (result["hurt"].unit, result["loss"].unit) == ("person/year", "USD/year")
    assert result.metrics["loss"].period == "year"
    assert not result.metrics["loss"].oep


@pytest.mark.parametrize("formula", ["sum(cost) * years", "max(cost) + mean(cost)"])
def test_a_loss_of_no_period_has_no_metrics(formula):
    made = yearly(formula, years="5 year")
    assert "metrics" not in lm.run(made).to_dict()["outputs"]["loss"]


def test_without_a_period_there_is_what_was_asked_for():
    made = lm.Scenario(title="t", inputs={"x": "1 to 2"}, model={"y": "x"})
    assert not lm.run(made).metrics
    metrics = lm.run(made, tvar=(0.95, 0.5)).to_dict()["outputs"]["y"]["metrics"]
    assert {key: [*each] for key, each in metrics.items()} == {
        "var": ["0.5", "0.95"],
        "tvar": ["0.5", "0.95"],
    }


def test_a_known_number_of_events_whose_sum_is_not_drawn_has_no_largest_one():
    made = yearly(
        "sum(cost)", fires="100 fire/year", cost=FIRES["cost"] | {"value": "1 to 2 USD/fire"}
    )
    result = lm.run(made)
    assert result.model.summed_by("loss") == "cumulants"
    assert result.metrics["loss"].aep
    assert not result.metrics["loss"].oep


def test_rounded_counts_may_be_per_year():
    made = yearly(
        {"n": "round(rate * 2)", "loss": "sum(cost)"},
        rate="1.2 to 4.5 fire/year",
        cost=FIRES["cost"] | {"varies": "per n"},
    )
    result = lm.run(made, seed=1)
    assert result.metrics["loss"].period == "year"
    assert (result["loss"].values > 0.0).all()


def test_one_cost_for_all_fires_of_a_year_is_asked_about():
    # FAIR_SUM_VS_MULTIPLY: frequency times one loss, or a loss for each event.
    one = {"cost": "lognormal(mean=50000, sd=40000) USD/fire"}
    result = lm.run(yearly("fires * cost", **one), points=2048)
    assert "cost: one value for all fires or each its own?" in result.warnings[0]
    told = result.other_readings["loss"]["cost"]
    assert told.varies == "per fires"
    each = {"cost": {"value": one["cost"], "varies": "per fires"}}
    written = lm.run(yearly("sum(cost)", **each), points=2048)["loss"]
    for found, p in ((told.interval.low, 0.05), (told.interval.high, 0.95)):
        wanted = written.quantile(p)
        assert abs(found.value - wanted.value) <= 5.2 * math.hypot(found.se, wanted.se)
    assert told.interval.high.high < result["loss"].quantile(0.95).low


def test_a_count_per_month_is_no_count_per_year():
    with pytest.raises(lm.UsageError, match="fire/month"):
        lm.run(yearly("sum(cost)"), settings={"fires": "poisson(mean=2) fire/month"})
    fewer = lm.run(yearly("sum(cost)"), settings={"fires": "poisson(mean=1) fire/year"})
    assert fewer["loss"].mean.value < 2000.0


def test_the_document_has_the_metrics_by_their_names():
    result = lm.run(yearly("sum(cost)"), tvar=(0.995,), return_periods=(500, 12.5))
    metrics = result.to_dict()["outputs"]["loss"]["metrics"]
    assert [*metrics] == ["period", "aal", "no_loss", "var", "tvar", "aep", "oep"]
    assert [*metrics["tvar"]] == ["0.99", "0.995"]
    assert [*metrics["oep"]] == ["2", "5", "10", "12.5", "25", "50", "100", "200", "250", "500"]
    assert set(metrics["oep"]["100"]) == {"value", "se", "low", "high"}
    json.dumps(metrics, allow_nan=False)


def test_metrics_are_rows_of_the_columns():
    table = lm.run(yearly("sum(cost)")).to_columns()
    named = dict(zip(table["statistic"].tolist(), table["value"].tolist(), strict=True))
    assert named["aal"] == named["mean"]
    assert named["aep 100"] == named["var 99"] < named["tvar 99"]
    assert 0.0 < named["oep 10"] < named["aep 10"]
    assert 0.1 < named["no loss"] < 0.2


def test_a_severity_without_a_mean_has_no_aal_and_a_curve():
    inputs = {"cost": FIRES["cost"] | {"value": "pareto(shape=0.8, scale=1) USD/fire"}}
    result = lm.run(yearly("sum(cost)", **inputs))
    found = result.metrics["loss"]
    assert not found.aal.exists
    assert not found.tvar[0.99].exists
    assert found.aep[10.0].exists
    assert any("aal" in said and "tvar 99" in said for said in result.warnings)


def test_a_curve_that_the_draws_do_not_bound_is_missing_and_said():
    result = lm.run(yearly("sum(cost)"), points=4, return_periods=(1e6,))
    assert not result.metrics["loss"].aep[1e6].exists
    assert any("aep 1000000" in said and "--points" in said for said in result.warnings)


def test_precision_waits_for_the_metrics_too():
    made = yearly("sum(cost)", cost=FIRES["cost"] | {"value": "uniform(1, 2) USD/fire"})
    result = lm.run(made, precision=0.05, points=64, max_evaluations=1 << 17)
    assert result.plan.converged
    found = result.metrics["loss"].tvar[0.99]
    assert found.high - found.low <= 0.1 * found.value


def test_return_periods_of_no_period_are_said_to_be_none():
    plain = lm.Scenario(title="t", inputs={"x": "1 to 2 USD"}, model={"loss": "x"})
    assert lm.run(plain, points=4).warnings == ()
    (said,) = lm.run(plain, points=4, return_periods=(100,)).warnings
    assert said.startswith("no return periods are told")


@pytest.mark.parametrize("period", [1, 0.5, 2e9, math.inf, math.nan, "hundred"])
def test_a_return_period_is_above_1(period):
    with pytest.raises(lm.UsageError, match="return period"):
        lm.run(yearly("sum(cost)"), return_periods=(period,))


def test_many_draws_are_counted_and_tell_the_same():
    made = yearly("sum(cost)")
    kept, counted = (lm.run(made, points=points) for points in (1 << 14, 1 << 16))
    assert counted["loss"].occurrence.draws.total == 1 << 20
    with pytest.raises(lm.NotSupportedError):
        _ = counted["loss"].occurrence.values
    few, many = kept.metrics["loss"].statistics(), counted.metrics["loss"].statistics()
    assert few.keys() == many.keys()
    for name, each in many.items():
        gap = abs(each.value - few[name].value)
        assert gap <= 5.2 * math.hypot(each.se, few[name].se), name


def test_points_of_a_sweep_have_the_metrics_of_a_run():
    scenario, vary = yearly("sum(cost)"), {"fires": ["1 fire/year", "2 fire/year"]}
    for point in lm.sweep(scenario, vary, points=64).to_dict()["points"]:
        alone = lm.run(scenario, settings=point["settings"], points=64).to_dict()
        assert point["outputs"]["loss"]["metrics"] == alone["outputs"]["loss"]["metrics"]
    quick = lm.sweep(scenario, vary, points=64, tell=())
    assert "metrics" not in quick.to_dict()["points"][0]["outputs"]["loss"]


# Layers.

LAYER = {"deductible": "500 USD/fire", "limit": "2000 USD/fire"}


def test_a_limit_after_the_deductible_is_more_than_one_before_it():
    model = {
        "after": "sum(clip(cost - deductible, 0, limit))",
        "before": "sum(max(min(cost, limit) - deductible, 0))",
    }
    result = lm.run(yearly(model, **LAYER), points=4096)

    # Of a Pareto with minimum m and shape a, E((X - d)+) is (m/d)^a d/(a - 1) beyond the minimum
    # and the mean less d below it; a layer is the difference of two.
    def stop_loss(d):
        return (1000 / d) ** 2.5 * d / 1.5 if d > 1000 else 2500 / 1.5 - d

    exact = {
        "after": 2.0 * (stop_loss(500) - stop_loss(2500)),
        "before": 2.0 * (stop_loss(500) - stop_loss(2000)),
    }
    for name, mean in exact.items():
        found = result.metrics[name].aal
        assert abs(found.value - mean) <= 5.2 * found.se
    assert exact["after"] > exact["before"]
    assert result["after"].unit == "USD/year"
    assert result["after"].occurrence.values.max() == 2000.0
    assert result["before"].occurrence.values.max() == 1500.0


@pytest.mark.parametrize(
    ("cost", "after", "before"),
    [("400", 0, 0), ("1200", 700, 700), ("2200", 1700, 1500), ("9000", 2000, 1500)],
)
def test_layers_of_one_loss(cost, after, before):
    made = lm.Scenario(
        title="t",
        inputs={"x": f"{cost} USD", "deductible": "500 USD", "limit": "2000 USD"},
        model={
            "after": "clip(x - deductible, 0, limit)",
            "before": "max(min(x, limit) - deductible, 0)",
        },
    )
    result = lm.run(made)
    assert float(result["after"].mean) == after
    assert float(result["before"].mean) == before
    assert result["before"].unit == "USD"


# Curves and the command line.


def test_a_curve_has_a_row_for_each_probability():
    result = lm.run(yearly({"loss": "sum(cost)", "largest": "max(cost)"}))
    table = result.exceedance_curves((0.5, 0.01))
    assert table["output"].tolist() == ["loss"] * 4 + ["largest"] * 2
    assert table["curve"].tolist() == ["aep", "aep", "oep", "oep", "oep", "oep"]
    assert table["return_period"].tolist() == [2.0, 100.0] * 3
    assert table["value"][1] == result["loss"].quantile(0.99).value
    assert table["value"][3] == table["value"][5] == result["largest"].quantile(0.99).value
    assert (table["low"] <= table["value"]).all()
    plain = lm.run(lm.Scenario(title="t", inputs={"x": "1 to 2"}, model={"y": "x"}))
    told = plain.exceedance_curves()
    assert set(told["curve"]) == {"exceedance"}
    assert np.isnan(told["return_period"]).all()
    with pytest.raises(lm.UsageError, match="probability"):
        plain.exceedance_curves((1.0,))


@pytest.fixture(name="path")
def file_of_a_year(tmp_path):
    path = tmp_path / "fires.toml"
    path.write_text(
        'title = "Fires"\nunits = ["fire"]\n[inputs]\nfires = "poisson(mean=2) fire/year"\n'
        'cost = {value = "pareto(shape=2.5, scale=1000) USD/fire", varies = "per fires"}\n'
        '[model]\nloss = "sum(cost)"\n'
    )
    return path


def command(*arguments):
    return CliRunner().invoke(program, ["run", *map(str, arguments)])


def test_curves_are_written_as_tables(path, tmp_path):
    curve = lm.run(lm.load(path)).exceedance_curves()
    out = tmp_path / "curve.csv"
    assert command(path, "--curve", out).exit_code == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["value"] for row in rows] == [repr(x) for x in curve["value"].tolist()]
    again = command(path, "--curve", out)
    assert isinstance(again.exception, lm.UsageError)
    assert "--force" in again.exception.fix
    assert command(path, "--curve", out, "--force").exit_code == 0
    assert isinstance(command(path, "--curve", tmp_path / "curve.txt").exception, lm.UsageError)
    assert not (tmp_path / "curve.txt").exists()
    columns = tmp_path / "curve.json"
    assert command(path, "--curve", columns, "--json").exit_code == 0
    read = json.loads(columns.read_text())
    assert read["value"] == curve["value"].tolist()
    assert read["curve"] == curve["curve"].tolist()


def test_a_curve_as_parquet(path, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "curve.parquet"
    assert command(path, "--curve", out).exit_code == 0
    assert parquet.read_table(out).num_rows == 36


def test_the_screen_tells_the_metrics(path):
    shown = command(path, "--return-period", "500", "--tvar", "0.9").output
    assert "Losses of a year: loss, in USD/year" in shown
    assert "AAL (average annual loss) 3,3" in shown
    assert "no loss in 0.135 of years" in shown
    assert "VaR 90% " in shown
    assert "TVaR 99% " in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["once", "in", "AEP", "OEP"] in lines
    assert [line for line in lines if line[:2] == ["500", "years"]]


def test_where_no_events_are_drawn_nothing_is_computed_of_the_largest():
    model = built(yearly("sum(cost)"))
    assert set(model.computed) == {"loss", "largest event of loss"}
    assert not built(yearly("sum(cost) + fixed", fixed="1 USD/year")).occurrences


def test_a_cost_that_is_not_per_event_cannot_be_summed():
    whole = {"cost": {"value": "1 to 2 USD", "varies": "per fires"}}
    with pytest.raises(lm.ScenarioError) as caught:
        lm.run(yearly("sum(cost)", **whole))
    (problem,) = caught.value.problems
    assert problem.fix == "USD/fire where its inputs are given"
    assert "USD*fire/year" in problem.expected


@pytest.mark.parametrize("count", ["2 fire/year/month", "2 fire*h/year", "2 USD/year"])
def test_what_is_no_count_per_a_time_counts_nothing(count):
    with pytest.raises(lm.ScenarioError, match="per fires"):
        lm.run(yearly("sum(cost)", fires=count))
