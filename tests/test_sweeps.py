import csv
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import xarray as xr
from click.testing import CliRunner
from golden_model import FILE, SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st

import lossmodel as lm
from lossmodel.cli.entry import program
from lossmodel.errors import Fault
from lossmodel.report.files import writer
from lossmodel.scenario.sweeping import cut_at, split_values
from lossmodel.scenario.values import parsed_value
from lossmodel.simulation import drawing
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import Ask
from lossmodel.sweeps.batches import Job, worker_of
from lossmodel.sweeps.points import points_of

VARY = {
    "price": [
        "20 USD/bbl",
        "0.1 USD/L",
        "20 to 55 USD/bbl",
        "20 to 60 USD/bbl",
        "pert(20, 30, 70) USD/bbl",
    ],
    "load": ["0.6:1.0:0.2", "pert(0.6, 0.9, 1.0)", "uniform(0.5, 1)", "bernoulli(p=0.5)"],
}


@pytest.fixture(scope="module")
def swept():
    return lm.sweep(SCENARIO, VARY, points=64)


def told(point):
    return point.to_dict()["outputs"]


UNTOLD = {"other_reading"}
"""What a sweep does not tell of its points."""


def run(point, scenario=SCENARIO, **choices):
    document = lm.run(scenario, settings=point.settings, **choices).to_dict()
    for output in document["outputs"].values():
        for key in UNTOLD & output.keys():
            del output[key]
    return document


def same(one, other):
    return (
        one.rows.tobytes() == other.rows.tobytes()
        and one.notes == other.notes
        and (one.noted == other.noted).all()
    )


def test_each_point_is_the_run_with_the_same_settings_to_the_bit(swept):
    assert len(swept) == 30
    for point in swept:
        alone = run(point, points=64)
        assert told(point) == alone["outputs"]
        assert [said for said in point.warnings if "paired" not in said] == alone["warnings"]


@pytest.mark.parametrize(
    "choices",
    [
        {"smoothing": "off"},
        {"smoothing": "capacity"},
        {"design": "lhs", "seed": 3},
        {"design": "independent", "replicates": 5, "level": 0.5},
        {"quantiles": (0.01, 0.99), "exceedance": ("1 million USD", "1000001 USD", "1000002 USD")},
        {"replicates": 2, "points": 2},
    ],
)
def test_points_are_runs_under_every_plan(choices):
    choices = {"points": 32} | choices
    vary = {"load": ["0.7", "uniform(0.5, 1)"], "price": ["30 USD/bbl", "20 to 55 USD/bbl"]}
    for point in lm.sweep(SCENARIO, vary, **choices):
        assert told(point) == run(point, **choices)["outputs"]


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True),
    st.data(),
)
def test_points_are_runs_whatever_the_formulas(names, data):
    formulas = data.draw(
        st.lists(
            st.sampled_from(
                ["a * b + c", "exp(a) / b", "max(a, b) * c", "a ** 2 - c", "b / c", "a"]
            ),
            min_size=1,
            max_size=3,
        )
    )
    scenario = lm.Scenario(
        title="any",
        inputs={"a": "1 to 2", "b": "uniform(1, 3)", "c": "poisson(mean=2)"},
        model={f"out{place}": formula for place, formula in enumerate(formulas)},
    )
    values = st.sampled_from(
        ["2", "1 to 3", "uniform(1, 2)", "binomial(n=3, p=0.5)", "normal(mean=2, sd=1)"]
    )
    vary = {name: data.draw(st.lists(values, min_size=1, max_size=3)) for name in names}
    for point in lm.sweep(scenario, vary, points=16, replicates=3):
        assert told(point) == run(point, scenario, points=16, replicates=3)["outputs"]


@pytest.mark.parametrize(
    "tie",
    [
        {"between": ["capacity", "price"], "rank_correlation": 0.5},
        {"between": ["price", "load"], "kendall": 0.4, "copula": "t", "df": 4},
    ],
)
def test_tied_inputs_are_swept_too(tie):
    scenario = lm.Scenario(
        title="tied",
        units=["truck"],
        inputs=SCENARIO.inputs,
        model=SCENARIO.model,
        dependence=[tie],
    )
    vary = {"price": ["20 to 55 USD/bbl", "30 USD/bbl"], "load": ["pert(0.6, 0.9, 1.0)", "0.8"]}
    choices = {"points": 32, "exceedance": ("4 million USD",)}
    found = lm.sweep(scenario, vary, **choices)
    for point in found:
        assert told(point) == run(point, scenario, **choices)["outputs"]
    assert not same(found, lm.sweep(SCENARIO, vary, **choices))


@pytest.mark.parametrize("tell", [(), ("sd",), ("exceedance", "shortest_interval")])
def test_what_is_not_asked_for_is_left_out_and_the_rest_is_the_same(tell):
    vary = {"price": ["30 USD/bbl", "20 to 55 USD/bbl"]}
    untold = {"sd", "shortest_interval", "exceedance", "metrics"} - {*tell}
    for point in lm.sweep(SCENARIO, vary, points=32, tell=tell):
        whole = run(point, points=32)["outputs"]["loss"]
        assert told(point)["loss"] == {k: v for k, v in whole.items() if k not in untold}
    with pytest.raises(lm.UsageError, match="fix: sd"):
        lm.sweep(SCENARIO, vary, tell=("std",))


def test_inputs_per_unit_are_swept_too():
    scenario = lm.Scenario(
        title="168 loads",
        units=["truck"],
        inputs={
            "trucks": "168 truck",
            "load": {"value": "pert(0.6, 0.9, 1.0) t/truck", "varies": "per trucks"},
            "price": "20 to 55 USD/t",
        },
        model={"loss": "sum(load) * price"},
    )
    vary = {"load": ["uniform(0.5, 1) t/truck", "0.7 t/truck"], "trucks": ["20 truck", "168 truck"]}
    for point in lm.sweep(scenario, vary, points=16):
        assert told(point) == run(point, scenario, points=16)["outputs"]


@pytest.mark.parametrize("stored", [True, False])
def test_metrics_and_how_units_are_summed_are_told_of_each_point(stored, tmp_path):
    scenario = lm.load("tanker-strikes-yearly")
    vary = {"strikes": ["poisson(mean=1) strike/year", "poisson(mean=3) strike/year"]}
    choices = {"points": 16, "store": tmp_path / "points.db" if stored else None}
    for _ in range(1 + stored):
        for point in lm.sweep(scenario, vary, **choices):
            alone = run(point, scenario, points=16)
            assert told(point) == alone["outputs"]
            assert [said for said in point.warnings if "paired" not in said] == alone["warnings"]
            assert "oep" in point.beside["loss"]["metrics"]
            assert point.beside["loss"]["summed_by"] == "fft"
    untold = lm.sweep(scenario, vary, points=16, tell=())
    assert [*untold[0].beside["loss"]] == ["summed_by"]


def test_outputs_can_be_chosen():
    scenario = lm.load("palmyra-tankers")
    found = lm.sweep(
        scenario, {"load_factor": ["0.6", "0.8"]}, points=16, outputs=["truckload_rule"]
    )
    for point in found:
        whole = run(point, scenario, points=16)["outputs"]
        assert told(point) == {"truckload_rule": whole["truckload_rule"]}
    with pytest.raises(lm.UsageError, match="fix: truckload_rule"):
        lm.sweep(scenario, {"load_factor": ["0.6"]}, points=16, outputs=["truckload_rules"])


def test_a_python_function_is_swept_too():
    def loss(price, load):
        return price * load

    scenario = lm.Scenario(
        title="code", inputs={"price": "20 to 55", "load": "uniform(0.6, 1)"}, model=loss
    )
    for point in lm.sweep(scenario, {"price": ["30", "20 to 60"]}, points=64):
        assert told(point) == run(point, scenario, points=64)["outputs"]


@pytest.mark.parametrize("kind", ["code", "tied", "per unit", "parameters"])
def test_what_is_not_swept_is_drawn_once_in_every_model(kind, monkeypatch):
    inputs = {"a": "1 to 2", "b": "1 to 3", "c": "uniform(1, 2)"}
    if kind == "parameters":
        inputs["c"] = "uniform(1, b + 1)"
    if kind == "per unit":
        inputs |= {"n": "2 car", "d": {"value": "1 to 2", "varies": "per n"}}
    model = {"loss": "a * b * c" + " * max(d)" * (kind == "per unit")}
    tie = [{"between": ["a", "c"], "rank_correlation": 0.5}]
    scenario = lm.Scenario(
        title="any",
        units=["car"],
        inputs=inputs,
        model=(lambda a, b, c: a * b * c) if kind == "code" else model,
        dependence=tie if kind in {"code", "tied"} else [],
    )
    drawn, prepared = [], drawing._prepared

    def counted(model, each, plan):
        drawn.append(each.name)
        return prepared(model, each, plan)

    monkeypatch.setattr(drawing, "_prepared", counted)
    found = lm.sweep(scenario, {"b": ["1", "2", "1 to 2", "1 to 4"]}, points=16)
    assert (drawn.count("a"), drawn.count("b"), drawn.count("c")) == (1, 2, 1)
    for point in found:
        assert told(point) == run(point, scenario, points=16)["outputs"]


def test_one_function_with_other_inputs_is_another_sweep():
    def loss(price, load):
        return price * load

    for load in ("uniform(0.6, 1)", "uniform(6, 10)", "uniform(6, 10) kg"):
        scenario = lm.Scenario(title="code", inputs={"price": "2 to 5", "load": load}, model=loss)
        for point in lm.sweep(scenario, {"price": ["3", "2 to 6"]}, points=16):
            assert told(point) == run(point, scenario, points=16)["outputs"]


def test_no_two_sweeps_of_functions_share_what_computes_them():
    points = points_of({"a": ["1"]}, "grid", None, 0)
    scenario = lm.Scenario(title="code", inputs={"a": "1 to 2"}, model=lambda a: a)
    jobs = [Job.of(scenario, {}, points, Plan(), Ask()) for _ in range(2)]
    assert worker_of(jobs[0]) is worker_of(jobs[0])
    assert worker_of(jobs[0]) is not worker_of(jobs[1])


def test_large_points_are_runs_as_well():
    vary = {"price": ["30 USD/bbl"]}
    (point,) = lm.sweep(SCENARIO, vary, points=1 << 17, smoothing="off")
    assert told(point) == run(point, points=1 << 17, smoothing="off")["outputs"]


def test_the_change_is_from_the_first_point(swept):
    first = swept[0]
    for point in swept:
        for p, change in point.change["loss"].quantiles.items():
            here, there = point.outputs["loss"].quantiles[p], first.outputs["loss"].quantiles[p]
            assert (change.value is None) == (None in (here.value, there.value))
            if change.value is not None:
                assert change.value == here.value - there.value
    assert first.change["loss"].mean == lm.Estimate.exact(0.0)


def test_other_inputs_integrated_out_are_said(swept):
    said = [each for point in swept for each in point.warnings if "paired less closely" in each]
    assert "loss: load is integrated out here and capacity at the first point" in said[0]
    assert any("of 30 points" in each for each in swept.warnings)


def test_sweeps_that_begin_alike_are_kept_apart():
    for second in ("0.7", "0.8"):
        found = lm.sweep(SCENARIO, {"load": ["0.6", second]}, points=16)
        assert told(found[1]) == run(found[1], points=16)["outputs"]


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_batches_change_no_bit(swept, batch):
    assert same(lm.sweep(SCENARIO, VARY, points=64, batch=batch), swept)


def test_the_order_of_points_changes_no_bit(swept):
    turned = {name: [*reversed(entries[1:])] for name, entries in VARY.items()}
    by_settings = {tuple(sorted(point.settings.items())): point for point in swept}
    for point in lm.sweep(SCENARIO, turned, points=64):
        assert told(point) == told(by_settings[tuple(sorted(point.settings.items()))])


def test_grids_and_pairs():
    vary = {"price": ["1:3:1 USD/bbl"], "load": ["0.5", "0.6", "0.7"]}
    grid, pairs = points_of(vary, "grid", None, 0), points_of(vary, "zip", None, 0)
    assert len(grid) == 9
    assert grid[1] == {"price": "1 USD/bbl", "load": "0.6"}
    assert [pairs[i]["load"] for i in range(3)] == ["0.5", "0.6", "0.7"]
    assert pairs[2]["price"] == "3 USD/bbl"


@given(st.integers(1, 200), st.integers(0, 5))
def test_a_box_is_sampled_in_strata(count, seed):
    points = points_of({"load": ["0.6:1.0"], "price": ["20 USD/bbl", "60"]}, "grid", count, seed)
    for name, low, high in (("load", 0.6, 1.0), ("price", 20.0, 60.0)):
        values = np.array([float(points[i][name].split()[0]) for i in range(count)])
        strata = np.floor((values - low) / (high - low) * count * (1 + 1e-12) + 1e-9)
        assert sorted(strata.astype(int)) == list(range(count))
    if count > 20:
        ranks = [
            np.argsort([float(points[i][n].split()[0]) for i in range(count)])
            for n in ("load", "price")
        ]
        assert list(ranks[0]) != list(ranks[1])


@pytest.mark.parametrize("entries", [["2:4 million USD"], ["2 million USD:4 million USD"]])
def test_the_ends_of_a_box_have_the_unit_behind_the_last(entries):
    points = points_of({"a": entries}, "grid", 8, 0)
    values = [parsed_value(points[i]["a"]) for i in range(8)]
    assert {each.unit for each in values} == {"USD"}
    assert all(2e6 <= each.value <= 4e6 for each in values)
    with pytest.raises(Fault, match="one unit, behind the last"):
        points_of({"a": ["2 USD:4 EUR"]}, "grid", 8, 0)


def test_the_sweep_of_the_file_is_the_default():
    scenario = SCENARIO.model_copy(update={"sweep": {"load": ["0.6:0.8:0.1"]}})
    assert [point.settings["load"] for point in lm.sweep(scenario, points=16)] == [
        "0.6",
        "0.7",
        "0.8",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("20 USD/bbl,30 USD/bbl", ("20 USD/bbl", "30 USD/bbl")),
        ("1,000 USD; 2,000 USD", ("1,000 USD", "2,000 USD")),
        ("pert(1, 2, 3), 5", ("pert(1, 2, 3)", "5")),
        ("choice([1, 2], weights=[1, 3]),7", ("choice([1, 2], weights=[1, 3])", "7")),
        ("0.6:1.0:0.1", ("0.6:1.0:0.1",)),
        ("3;", ("3",)),
        ("1,,2", ("1", "", "2")),
        (",1", ("", "1")),
        (" ; ", ()),
    ],
)
def test_values_are_split_where_no_bracket_is_open(text, values):
    assert split_values(text) == values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200,1,500", "1,200"),
        ("0.5,20,000 USD", "20,000"),
        ("100,200,300", ""),
        ("1,2,345", "2,345"),
        ("0.5,0.625", ""),
        ("1,200;1,500", ""),
        ("pert(1,200,300)", ""),
    ],
)
def test_a_comma_of_thousands_that_parts_a_number_is_said(text, number):
    assert cut_at(text) == number
    ran = command("--vary", f"load={text}")
    assert (f'load: "{number}" is two values here' in ran.stderr) == bool(number)


@pytest.mark.parametrize(
    ("vary", "choices", "message"),
    [
        ({"prize": ["1"]}, {}, 'found "prize".*fix: price'),
        ({"price": ["3 kg"]}, {}, "price in kg; expected price in USD/bbl"),
        ({"price": []}, {}, "an empty list"),
        ({"load": ["1", ""]}, {}, "load with an empty value; expected a value before .*fix: 1"),
        ({"price": "20 USD/bbl"}, {}, "a list of values"),
        ({"load": ["0.6:1:0"]}, {}, "a step that leads"),
        (
            {"load": ["0.5", "0.6"], "price": ["1 USD/bbl"]},
            {"combine": "zip"},
            "load with 2, price with 1",
        ),
        ({"load": ["0.5"]}, {"combine": "gird"}, "fix: grid"),
        ({"load": ["0.5"]}, {"settings": {"load": "1"}}, "both set and swept"),
        ({"load": ["0.5"]}, {"latin": 5}, "the two ends of a range"),
        ({"load": ["0.5", "0.6", "0.9"]}, {"latin": 5}, 'fix: load="0.5, 0.9"'),
        ({"load": ["0.5", "1 to 2"]}, {"latin": 5}, "the two ends of a range"),
        ({"load": ["0.5", "0.6"]}, {"latin": 5, "combine": "zip"}, "leave out --zip"),
        ({"load": ["0.5"]}, {"store": "."}, "a folder; expected a file"),
        ({"load": ["0.5"]}, {"batch": 0}, "batches of 0"),
        ({"load": ["0.5"]}, {"workers": 0}, "0 workers"),
        ({"load": ["0.5"]}, {"workers": 2, "dask": "tcp://127.0.0.1:1"}, "one of the two"),
        ({}, {}, "nothing to vary.*--vary NAME="),
        ({"load": [1, 2]}, {}, "load: 1 in the list; expected texts"),
        ({"load": [None]}, {}, "load: None in the list"),
        ({"load": 5}, {}, "load: 5; expected a list of values .fix: .'5'"),
        ({1: ["1"]}, {}, "1 to vary; expected the name of an input"),
        (["load"], {}, "a mapping of inputs to lists"),
        ({"load": ["0.5"]}, {"workers": 1.5}, "workers = 1.5; expected a whole number"),
        ({"load": ["0.5"]}, {"workers": "2"}, "workers = '2'; expected a whole number"),
        ({"load": ["0.5"]}, {"batch": 2.5}, "batch = 2.5; expected a whole number"),
        ({"load": ["0.5", "1"]}, {"latin": 2.5}, "latin = 2.5; expected a whole number"),
        ({"load": ["0.5"]}, {"dask": 5}, "dask = 5; expected a text"),
        ({"load": ["0.5"]}, {"store": 5}, "store = 5; expected a path"),
        ({"load": ["0.5"]}, {"combine": None}, "one of grid or zip"),
        ({"load": ["0.5"]}, {"outputs": "loss"}, "outputs = 'loss'; expected a list"),
        ({"load": ["0.5"]}, {"outputs": 5}, "outputs = 5; expected a list"),
        ({"load": ["0.5"]}, {"tell": "sd"}, "tell = 'sd'; expected a list"),
    ],
)
def test_wrong_arguments_are_refused(vary, choices, message):
    with pytest.raises(lm.LossmodelError, match=message):
        lm.sweep(SCENARIO, vary, points=16, **choices)


def test_a_huge_grid_is_refused_with_its_size_before_it_starts():
    vary = {
        "load": ["0.001:1:0.001"],
        "price": ["1:1000:1 USD/bbl"],
        "capacity": ["1:1000:1 bbl/truck"],
    }
    with pytest.raises(lm.CapacityError, match=r"1,000,000,000 points .* need [\d,.]+ GB"):
        lm.sweep(SCENARIO, vary, points=16)


def test_columns_hold_every_number(swept):
    table = swept.to_columns()
    assert table["value"].size == swept.rows.shape[0] * swept.rows.shape[1]
    row = (table["point"] == 7) & (table["statistic"] == "p95")
    assert table["value"][row][0] == swept[7].outputs["loss"].quantiles[0.95].value
    assert table["load"][row][0] == swept[7].settings["load"]
    sheet = swept.layout.sheets[0]
    assert [*swept[0].outputs["loss"].statistics()] == [n for n in sheet.names if "change" not in n]


def test_tables_of_other_packages_hold_the_same(swept):
    table, frame = swept.to_columns(), swept.to_pandas()
    assert list(frame.columns) == list(table)
    np.testing.assert_array_equal(frame["high"].to_numpy(), table["high"])
    arrow = pa.table(swept)
    assert arrow.equals(swept.to_arrow())
    np.testing.assert_array_equal(arrow["value"].to_numpy(), table["value"])


def test_xarray_has_the_inputs_as_dimensions_and_units_as_attributes(swept):
    cube = swept.to_xarray()
    assert cube["loss"].dims == ("price", "load", "statistic", "part")
    assert cube["loss"].attrs == {"units": "USD"}
    point = swept[8]
    cell = cube["loss"].sel(**point.settings, statistic="p50", part="value")
    assert float(cell) == point.outputs["loss"].quantiles[0.5].value
    constants = lm.sweep(SCENARIO, {"price": ["20:30:5 USD/bbl"]}, points=16).to_xarray()
    assert list(constants["price"].values) == [20.0, 25.0, 30.0]
    assert constants["price"].attrs == {"units": "USD/bbl"}


def numbers_in(cube, found):
    """All numbers of a dataset in the order of a sweep's rows."""
    parts = []
    for sheet in found.layout.sheets:
        part = cube[sheet.name].sel(
            statistic=list(sheet.names), part=["value", "se", "low", "high"]
        )
        assert part.attrs["units"] == sheet.unit
        parts.append(part.values.reshape(len(found), len(sheet.names), 4))
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("combine", ["grid", "zip"])
def test_a_netcdf_file_holds_every_number_and_unit(tmp_path, combine):
    scenario = lm.load("palmyra-tankers")
    vary = {
        "load_factor": ["0.6", "0.8"],
        "price_refined_local": ["20 USD/bbl", "30 USD/bbl"],
    }
    found = lm.sweep(scenario, vary, points=16, combine=combine)
    found.to_xarray().to_netcdf(tmp_path / "points.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "points.nc", engine="scipy") as cube:
        np.testing.assert_array_equal(numbers_in(cube, found), found.rows)
        assert cube["price_refined_local"].attrs["units"] == "USD/bbl"
        assert cube["load_factor"].values.tolist() == [0.6, 0.8]
        assert cube.attrs["seed"] == 0


COLUMNS = ["point", "output", "unit", "statistic", "value", "se", "low", "high"]


@pytest.mark.parametrize("name", [*COLUMNS, "part"])
def test_an_input_with_the_name_of_a_column_loses_nothing(name, tmp_path):
    scenario = lm.Scenario(
        title="any", inputs={name: "1 to 2", "b": "1 to 2"}, model={"out": f"{name} * b"}
    )
    vary = {name: ["1", "2", "1 to 2"], "b": ["3", "4"]}
    found = lm.sweep(scenario, vary, points=16)
    table, named = found.to_columns(), f"input {name}"
    assert set(table) == {*COLUMNS, named, "b"}
    rows = found.layout.rows
    assert table[named][::rows].tolist() == [point.settings[name] for point in found]
    with (tmp_path / "points.csv").open("w+b") as file:
        writer(found, ".csv")(file)
    check_csv(tmp_path / "points.csv", table)
    assert found.to_arrow().column_names == list(table)
    cube = found.to_xarray()
    assert cube["out"].dims == (named, "b", "statistic", "part")
    np.testing.assert_array_equal(numbers_in(cube, found), found.rows)


@pytest.mark.parametrize("name", ["part", "statistic", "a"])
def test_an_output_with_the_name_of_a_dimension_loses_nothing(name):
    scenario = lm.Scenario(
        title="any", inputs={"a": "1 to 2"}, model=lambda a: {name: a, "other": a}
    )
    found = lm.sweep(scenario, {"a": ["1", "2"]}, points=16)
    cube = found.to_xarray().rename({f"output {name}": "renamed"})
    assert cube["renamed"].dims == cube["other"].dims == ("a", "statistic", "part")
    np.testing.assert_array_equal(cube["renamed"].values, cube["other"].values)
    compared = lm.compare(scenario, {"a": "2"}, points=16).to_xarray()
    assert set(compared) == {name if name == "a" else f"output {name}", "other"}


def test_an_output_named_point_loses_nothing():
    scenario = lm.Scenario(title="any", inputs={"a": "1 to 2"}, model={"point": "a", "other": "a"})
    assert set(lm.run(scenario, points=16).to_xarray()) == {"output point", "other"}
    pairs = lm.sweep(scenario, {"a": ["1", "2"]}, points=16, combine="zip").to_xarray()
    assert set(pairs) == {"output point", "other"}
    assert set(lm.sweep(scenario, {"a": ["1"]}, points=16).to_xarray()) == {"point", "other"}


def test_pairs_lie_along_points_in_xarray():
    vary = {"price": ["20 USD/bbl", "30 USD/bbl"], "load": ["0.6", "0.7"]}
    cube = lm.sweep(SCENARIO, vary, combine="zip", points=16).to_xarray()
    assert cube["loss"].dims[0] == "point"
    assert cube["price"].dims == ("point",)


def command(*arguments):
    return CliRunner().invoke(program, ["sweep", str(FILE), *map(str, arguments)])


def check_csv(path, table):
    """A CSV file has the columns of a table, in their order, to the bit."""
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    assert head == list(table)
    for read, column in zip(zip(*rows, strict=True), table.values(), strict=True):
        if column.dtype.kind == "f":
            numbers = [float(text) if text else np.nan for text in read]
            np.testing.assert_array_equal(numbers, column)
        else:
            assert list(read) == [str(each) for each in column.tolist()]


def test_files_round_trip(tmp_path, monkeypatch):
    monkeypatch.setattr("lossmodel.sweeps.results._BLOCK", 7)
    options = ["--vary", "load=0.6:0.8:0.1", "--vary", "price=1:5:1 USD/bbl", "--points", 16]
    vary = {"load": ["0.6:0.8:0.1"], "price": ["1:5:1 USD/bbl"]}
    found = lm.sweep(lm.load(FILE), vary, points=16)
    for suffix in ("csv", "parquet", "json"):
        assert command(*options, "--out", tmp_path / f"points.{suffix}").exit_code == 0
    table = found.to_columns()
    check_csv(tmp_path / "points.csv", table)
    assert pa.parquet.read_table(tmp_path / "points.parquet").equals(found.to_arrow())
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "points.parquet"), found.to_pandas())
    document = json.loads((tmp_path / "points.json").read_text())
    assert document == json.loads(json.dumps(found.to_dict()))


def test_json_is_one_document():
    ran = command("--vary", "price=20 USD/bbl,20 to 55 USD/bbl", "--points", 32, "--json")
    document = json.loads(ran.stdout)
    assert [point["settings"]["price"] for point in document["points"]] == [
        "20 USD/bbl",
        "20 to 55 USD/bbl",
    ]
    assert document["points"][0]["change"]["loss"]["0.5"]["value"] == 0.0
    assert document["vary"] == {"price": ["20 USD/bbl", "20 to 55 USD/bbl"]}


def test_two_inputs_are_shown_as_a_map():
    ran = command("--vary", "price=20:80:20 USD/bbl", "--vary", "load=0.6:1.0:0.1", "--points", 64)
    lines = ran.stdout.splitlines()
    assert any(line.split() == ["0.6", "0.7", "0.8", "0.9", "1"] for line in lines)
    assert any(line.endswith("; price (USD/bbl) down, load across") for line in lines)
    assert any(line.startswith("80 ") for line in lines)
    assert "P(> 2 million USD)" in ran.stdout


def shown(environment, *, on_a_terminal):
    """What the command prints for a map of two inputs, to a terminal or to a pipe."""
    ours, theirs = pty.openpty() if on_a_terminal else os.pipe()
    vary = ["--vary", "price=20:80:20 USD/bbl", "--vary", "load=0.6:1.0:0.2", "--points", "16"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lossmodel", "sweep", str(FILE), *vary],
        stdout=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment},
    )
    os.close(theirs)
    text = b""
    with suppress(OSError):  # a terminal whose other end is closed
        while part := os.read(ours, 1 << 16):
            text += part
    os.close(ours)
    assert process.wait() == 0
    return text.decode()


def test_a_map_has_coloured_cells_on_a_terminal_alone():
    coloured = {"COLORTERM": "truecolor", "NO_COLOR": ""}
    told = shown(coloured, on_a_terminal=True)
    cells = re.findall(r"\x1b\[[\d;]*48;2;(\d+);(\d+);(\d+)m", told)
    # Two maps of 4 x 3 cells, from pale where the value is least to dark where it is greatest.
    median = [tuple(map(int, cell)) for cell in cells[:12]]
    assert len(cells) == 24
    assert (median[0], median[-1]) == ((255, 247, 188), (153, 52, 4))
    assert all(one[1] > other[1] for one, other in zip(median[:9], median[3:], strict=True))
    piped = shown(coloured, on_a_terminal=False)
    assert "\x1b" not in piped
    plain = re.sub(r"\x1b\[[\d;]*m", "", told).replace("\r", "")
    assert [line.rstrip() for line in plain.splitlines()] == piped.splitlines()
    assert "48;2;" not in shown({"NO_COLOR": "1"}, on_a_terminal=True)


def test_three_inputs_are_told_by_their_names_where_no_table_fits():
    vary = [
        ("price", "20 to 55 USD/bbl,30 to 70 USD/bbl"),
        ("load", "pert(0.6, 0.9, 1.0),0.5"),
        ("capacity", "140 to 240 bbl/truck"),
    ]
    arguments = [word for name, values in vary for word in ("--vary", f"{name}={values}")]
    told = " ".join(command(*arguments, "--points", 16).stdout.split())
    assert "price 30 to 70 USD/bbl, load 0.5, capacity 140 to 240 bbl/truck: median" in told


def test_sampled_values_are_shown_in_a_few_digits_and_kept_in_all(tmp_path):
    out = tmp_path / "points.csv"
    vary = ("--vary", "load=0.5,1", "--latin", 3, "--points", 16, "--quantile", 0.99)
    ran = command(*vary, "--out", out)
    rows = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("0.")]
    assert rows
    assert all(re.fullmatch(r"0\.\d{1,4}", row) for row in rows)
    assert "P99 of each point: --json, or --out FILE.csv." in ran.stdout
    with out.open(newline="") as file:
        assert max(len(row["load"]) for row in csv.DictReader(file)) > 12
    # What somebody typed is told as it was typed.
    assert "0.61234567 " in command("--vary", "load=0.61234567,0.8", "--points", 16).stdout


@pytest.mark.parametrize("number", [30, -31, "0", 1.5, slice(2)])
def test_what_is_no_point_is_answered_with_how_many_there_are(swept, number):
    assert swept[np.int64(-1)].number == swept[29].number == 29
    with pytest.raises(lm.UsageError, match="one of 30 points, from 0"):
        swept[number]


def test_one_input_is_shown_in_rows_with_the_change():
    ran = command("--vary", "price=20 to 55 USD/bbl,20 to 60 USD/bbl", "--points", 64)
    assert "0.0397" in ran.stdout
    assert "change: of the median, from that of the first point" in " ".join(ran.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "load=0.5", "--out", "nowhere/points.csv"], "a folder that exists"),
        (["--vary", "load=0.5", "--out", "points.txt"], "ends in .csv, .parquet or .json"),
        (["--vary", "load=0.5", "--out", "a.csv", "--store", "./a.csv"], "both as --out and as"),
        (["--vary", "load=0.5", "--vary", "load=0.6"], "load is set twice"),
        (["--vary", "load"], "'load': write NAME=VALUE"),
        (["--vary", "load=0.5", "--dask", "tcp://127.0.0.1:9"], "no Dask scheduler at"),
    ],
)
def test_wrong_commands_end_with_status_2(arguments, message):
    ran = command(*arguments, "--json")
    assert ran.exit_code == 2 or isinstance(ran.exception, lm.UsageError)
    assert message in ran.stderr + str(ran.exception)
    assert ran.stdout == ""


def test_an_existing_file_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("mine")
    arguments = ["--vary", "load=0.5", "--points", 16, "--out", path]
    assert isinstance(command(*arguments).exception, lm.UsageError)
    assert path.read_text() == "mine"
    assert command(*arguments, "--force").exit_code == 0
    assert path.read_text().startswith("point,load,")


@pytest.mark.parametrize("package", ["pandas", "pyarrow", "xarray"])
def test_a_package_that_is_missing_is_named_with_its_extra(swept, monkeypatch, package):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    convert = {"pandas": swept.to_pandas, "pyarrow": swept.to_arrow, "xarray": swept.to_xarray}
    with pytest.raises(lm.NotSupportedError, match=rf"{package} is not .*lossmodel\[tables\]"):
        convert[package]()


def test_dask_that_is_missing_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(lm.NotSupportedError, match=r"lossmodel\[dask\]"):
        lm.sweep(SCENARIO, {"load": ["0.5"]}, dask="local")


def test_a_function_that_no_other_process_finds_is_refused_with_workers():
    scenario = lm.Scenario(title="t", inputs={"a": "1 to 2"}, model=lambda a: a)
    with pytest.raises(lm.UsageError, match="at the top of a module"):
        lm.sweep(scenario, {"a": ["1", "2"]}, points=4, workers=2)


def test_whole_numbers_of_numpy_are_whole_numbers():
    vary = {"load": ["0.6", "1.0"]}
    one = lm.sweep(SCENARIO, vary, points=16, latin=np.int64(3), batch=np.int32(2))
    assert same_numbers(one, lm.sweep(SCENARIO, vary, points=16, latin=3))


def same_numbers(one, other):
    return one.rows.tobytes() == other.rows.tobytes()


def test_names_of_statistics_differ_where_amounts_hardly_do():
    amounts = ("2000000.001 USD", "2000000.002 USD")
    found = lm.sweep(SCENARIO, {"load": ["0.9", "1"]}, points=16, exceedance=amounts)
    names = set(found.to_columns()["statistic"].tolist())
    assert {"P(> 2000000.001 USD)", "P(> 2000000.002 USD)"} <= names
    cube = found.to_xarray()
    assert len(cube["statistic"]) == len(names)


def test_a_map_that_is_too_wide_tells_every_point_in_a_line_of_its_own(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    axes = "price=20:70:10 USD/bbl", "load=0.50:1.0:0.05"
    ran = command("--vary", axes[0], "--vary", axes[1], "--points", 64, "--tell", "")
    lines = dict(re.findall(r"^(\d+, [\d.]+): (\S+)$", ran.stdout, flags=re.MULTILINE))
    assert len(lines) == 66
    vary = {name: [texts] for name, _, texts in (axis.partition("=") for axis in axes)}
    found = lm.sweep(SCENARIO, vary, points=64, tell=())
    for point in found:
        price, load = point.settings["price"].removesuffix(" USD/bbl"), point.settings["load"]
        told = float(lines[f"{price}, {load}"])
        assert told == pytest.approx(float(point.outputs["loss"].quantiles[0.5]) / 1e6, rel=6e-3)
