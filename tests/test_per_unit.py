import math
import re

import numpy as np
import pytest
from golden_model import MEAN

import lossmodel as lm
from lossmodel.model import building, summing
from lossmodel.model.building import built
from lossmodel.model.evaluators import evaluator_of
from lossmodel.sampling.units import UnitColumn, uniforms
from lossmodel.scenario.parsing import reading_of
from lossmodel.simulation import drawing as drawings
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.per_unit import CHUNK, pieces
from lossmodel.simulation.plan import Plan

SD_PRICE_SHARED, SD_NOTHING_SHARED = 298887.84, 25914.62
TANKERS = {
    "trucks": "168 truck",
    "capacity": "150 to 230 bbl/truck",
    "price": "20 to 55 USD/bbl",
    "load": "pert(0.6, 0.9, 1.0)",
}


def scenario(inputs, model, each=(), axis="n", **keys):
    inputs = {
        name: {"value": value, "varies": f"per {axis}"} if name in each else value
        for name, value in inputs.items()
    }
    formulas = model if isinstance(model, dict) else {"loss": model}
    return lm.Scenario(title="t", inputs=inputs, model=formulas, **keys)


def tankers(each, formula):
    return scenario(TANKERS, formula, each, "trucks", units=["truck"])


def compound(count, severity, formula="sum(x)"):
    return scenario({"n": count, "x": severity}, formula, ["x"])


@pytest.fixture(name="drawn")
def every_unit_is_drawn(monkeypatch):
    """No sum has a distribution of its own: all units are drawn."""
    monkeypatch.setattr(summing, "FEWEST", math.inf)
    building._recent.cache_clear()
    yield
    building._recent.cache_clear()


def near(estimate, exact):
    # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
    return abs(estimate.value - exact) <= 5.2 * estimate.se + 1e-6 * abs(exact)


@pytest.mark.parametrize(
    ("each", "formula", "sd"),
    [
        (("capacity", "load"), "price * sum(capacity * load)", SD_PRICE_SHARED),
        (("capacity", "load"), "sum(capacity * load * price)", SD_PRICE_SHARED),
        (("capacity", "load", "price"), "sum(capacity * load * price)", SD_NOTHING_SHARED),
    ],
)
def test_what_each_tanker_has_of_its_own(each, formula, sd):
    loss = lm.run(tankers(each, formula))["loss"]
    assert near(loss.mean, MEAN)
    assert near(loss.sd, sd)
    assert loss.sd.se < 1e-5 * sd


@pytest.mark.usefixtures("drawn")
def test_drawn_units_agree_with_the_distribution_of_their_sum():
    loss = lm.run(tankers(("capacity", "load"), "price * sum(capacity * load)"))["loss"]
    assert loss.smoothed_over == "price"
    assert near(loss.mean, MEAN)
    assert near(loss.sd, SD_PRICE_SHARED)
    assert 1e-5 < loss.sd.se / SD_PRICE_SHARED < 1e-3


def test_units_do_not_depend_on_blocks_threads_or_what_else_is_drawn(monkeypatch):
    model = built(compound("poisson(mean=300)", "lognormal(mu=0, sigma=1)"))
    found = []
    for points, threads in ((1 << 12, 1), (1 << 12, 2), (32, 1)):
        monkeypatch.setattr(drawings, "_WITH_UNITS", points)
        found.append(Drawing(model, Plan(), threads).outputs(evaluator_of(model))["loss"])
    assert all(np.array_equal(found[0], other) for other in found)
    inputs = {"n": "poisson(mean=300)", "x": "lognormal(mu=0, sigma=1)", "y": "exponential(mean=1)"}
    beside = built(scenario(inputs, {"loss": "sum(x)", "other": "max(y)"}, ["x", "y"]))
    outputs = Drawing(beside, Plan()).outputs(evaluator_of(beside))
    assert np.array_equal(outputs["loss"], found[0])


def test_numbers_of_units_are_uniform_and_differ_by_point_unit_and_name():
    column = UnitColumn.of(0, "x", 2)
    keys = column.points(slice(0, 2), 0, 64)
    values = uniforms(np.repeat(keys, 64), np.tile(np.arange(64, dtype=np.uint64), 128))
    assert values.min() > 0.0
    assert values.max() < 1.0
    assert np.unique(values).size == values.size
    # The mean of 8,192 uniform numbers, at 5 standard errors: once in 1.7 million.
    assert abs(values.mean() - 0.5) <= 5.0 / math.sqrt(12 * values.size)
    assert not np.intersect1d(keys, UnitColumn.of(0, "y", 2).points(slice(0, 2), 0, 64)).size
    later = column.points(slice(1, 2), 32, 32)
    assert np.array_equal(later, keys[64 + 32 :])


def test_pieces_hold_every_unit_once_and_cut_a_point_where_it_always_is_cut():
    counts = np.array([3, 0, CHUNK, 2 * CHUNK + 5, 0, 7, CHUNK - 7, 1, 0])
    seen = np.zeros(counts.size, np.int64)
    for piece in pieces(counts):
        assert 0 < piece.numbers.sum() <= CHUNK
        assert piece.first % CHUNK == 0
        assert (seen[piece.points] == piece.first).all()
        seen[piece.points] += piece.numbers
    assert np.array_equal(seen, counts)


@pytest.mark.usefixtures("drawn")
def test_many_units_of_one_point_are_added_piece_by_piece():
    total = 3 * CHUNK + 17
    plan = {"points": 1, "replicates": 16}
    model = {"a": "sum(x)", "b": "max(x)", "c": "min(x)", "d": "mean(x)"}
    made = scenario({"n": str(total), "x": "uniform(0, 1)"}, model, ["x"])
    result = lm.run(made, **plan)
    # Sums of uniform numbers: sd sqrt(total / 12), at 5 standard errors.
    assert np.abs(result["a"].values - total / 2).max() <= 5.0 * math.sqrt(total / 12)
    assert np.allclose(result["d"].values * total, result["a"].values, rtol=1e-12)
    assert result["b"].values.min() > 1.0 - 20.0 / total
    assert result["c"].values.max() < 20.0 / total


def test_sum_and_extremes_of_nothing_are_0_and_its_mean_is_refused():
    model = {"a": "sum(x)", "b": "max(x)", "c": "min(x)"}
    result = lm.run(scenario({"n": "0", "x": "uniform(1, 2)"}, model, ["x"]))
    assert all(result[name].mean == lm.Estimate.exact(0.0) for name in model)
    output = lm.run(compound("poisson(mean=2)", "1 to 2", "mean(x)"))["loss"]
    assert not output.mean.exists
    assert "of which there can be none" in output.warnings[0]


def test_a_count_that_is_no_whole_number_is_refused():
    for settings, fix in (({"n": "1 to 5"}, "round"), ({"n": "integers(-2, 2)"}, "max(..., 0)")):
        with pytest.raises(lm.UsageError, match="whole numbers") as caught:
            lm.run(compound("3", "1 to 2"), settings=settings)
        assert fix in caught.value.fix
    for count in ("2.5", "-3"):
        with pytest.raises(lm.ScenarioError, match="a whole number from 0"):
            lm.run(compound(count, "1 to 2"))
        with pytest.raises(lm.UsageError, match="whole numbers"):
            lm.run(compound("3", "1 to 2"), settings={"n": count})


def test_an_uncertain_number_may_be_rounded():
    made = scenario(
        {"about": "20 to 30", "x": {"value": "1 to 2", "varies": "per n"}},
        {"n": "round(about)", "loss": "sum(x)"},
        outputs=["loss"],
    )
    assert lm.run(made)["loss"].mean.exists


def test_a_count_without_end_is_refused_before_anything_is_drawn():
    with pytest.raises(lm.CapacityError, match="1,000,000,000 units each") as caught:
        lm.run(compound("1000000000", "pareto(shape=2.5, scale=1)"))
    assert caught.value.status == 3


def test_counts_of_counts():
    inputs = {
        "events": "poisson(mean=3)",
        "people": {"value": "poisson(mean=4)", "varies": "per events"},
        "cost": {"value": "exponential(mean=2)", "varies": "per hurt"},
    }
    made = scenario(inputs, {"hurt": "sum(people)", "loss": "sum(cost)"})
    result = lm.run(made)
    assert near(result["hurt"].mean, 12.0)
    assert near(result["loss"].mean, 24.0)
    # Var(hurt) = 3 (4 + 16); Var(loss) = 12 * 4 + 60 * 4.
    assert near(result["hurt"].sd, math.sqrt(60.0))
    assert near(result["loss"].sd, math.sqrt(288.0))


def test_several_axes_and_a_shared_factor():
    inputs = {
        "n": "3",
        "m": "poisson(mean=4)",
        "x": {"value": "uniform(0, 2)", "varies": "per n"},
        "y": {"value": "uniform(0, 1)", "varies": "per m"},
        "z": "uniform(0, 4)",
    }
    output = lm.run(scenario(inputs, "z * sum(x) + sum(y) * mean(x)"))["loss"]
    assert output.smoothed_over == "z"
    assert near(output.mean, 2.0 * 3.0 + 2.0)


@pytest.mark.usefixtures("drawn")
def test_copies_of_an_input_are_one_input_per_unit():
    law = "lognormal(mu=0, sigma=1)"
    copies = lm.Scenario(
        title="t", inputs=dict.fromkeys("abcde", law), model={"loss": "a + b + c + d + e"}
    )
    one, many = lm.run(compound("5", law))["loss"], lm.run(copies)["loss"]
    for p in (0.05, 0.5, 0.95):
        first, second = one.quantile(p), many.quantile(p)
        assert abs(first.value - second.value) <= 5.2 * math.hypot(first.se, second.se)


@pytest.mark.parametrize(
    ("severity", "formula", "exists"),
    [
        ("pareto(shape=0.8, scale=1)", "sum(x)", False),
        ("levy(loc=0, scale=1)", "sum(x)", False),
        ("levy(loc=0, scale=1)", "max(x)", False),
        ("pareto(shape=0.8, scale=1)", "min(x) + 1", True),
        ("pareto(shape=1.8, scale=1)", "sum(x)", True),
    ],
)
def test_a_severity_without_a_mean_gives_quantiles_and_no_mean(severity, formula, exists):
    output = lm.run(compound("2 ", severity, formula))["loss"]
    assert output.mean.exists == exists
    assert output.quantile(0.5).exists


def test_sums_have_bounds_by_what_is_counted():
    output = lm.run(compound("10", "uniform(1, 2)"))["loss"]
    assert output.exceedance(20.001) == lm.Estimate.exact(0.0)
    assert output.exceedance(9.999) == lm.Estimate.exact(1.0)


@pytest.mark.parametrize(
    ("formula", "least", "at"), [("sum(x)", 0.0, 12.0), ("sum(x) ** 3", 0.0, 12.0**3)]
)
def test_nothing_is_certain_of_a_sum_because_of_where_its_approximation_ends(formula, least, at):
    run = lm.run(compound("30", "1 to 2", formula))
    assert run.model.sums[0].distribution.support[0] > 12.0
    probable = run["loss"].exceedance(at)
    assert probable.low < probable.high == 1.0
    assert run["loss"].exceedance(least) == lm.Estimate.exact(1.0)


def test_a_claim_on_tankers_with_loads_of_their_own():
    made = scenario(
        TANKERS,
        "price * sum(capacity * load)",
        ("capacity", "load"),
        "trucks",
        units=["truck"],
        claim=[{"says": "more than 2 million USD"}],
    )
    (check,) = lm.check_claims(made).claims
    told = check.readings["loss"]
    # With all barrels at their median, the price alone: 2e6 over that median.
    (barrels,) = built(made).sums
    assert told.switching["price"].value == pytest.approx(2e6 / barrels.quantile(0.5), rel=1e-9)
    assert set(told.switching) == {"price"}
    assert told.below.value == pytest.approx(0.995, abs=1e-3)


@pytest.mark.usefixtures("drawn")
def test_a_claim_on_units_that_are_drawn_takes_them_alike_at_their_medians():
    made = scenario(
        {"k": "uniform(0, 4)", "n": "poisson(mean=4)", "x": "uniform(0, 2)"},
        "k * sum(x)",
        ("x",),
        claim=[{"says": "about 12"}],
    )
    (check,) = lm.check_claims(made).claims
    told = check.readings["loss"].switching
    assert told["k"].value == pytest.approx(12.0 / 4.0)
    assert set(told) == {"k", "n"}
    assert set(lm.sensitivity(made, points=256)["loss"].total) == {"k", "n", "x"}


def test_a_sum_that_need_not_be_drawn_is_one_input_of_the_sensitivity():
    told = lm.sensitivity(tankers(("capacity", "load"), "price * sum(capacity * load)"))
    first = told.to_dict()["outputs"]["loss"]["first_order"]
    assert set(first) == {"price", "sum(capacity * load) over trucks"}
    # The variance of the price's part: sd 298,887.84 with barrels known, of all 298,887.84.
    assert first["price"]["value"] == pytest.approx(0.9984, abs=2e-3)


def test_the_other_reading_is_what_the_scenario_would_say_the_other_way():
    shared = scenario(TANKERS, "trucks * capacity * load * price", units=["truck"])
    each = tankers(("capacity",), "sum(capacity * load * price)")
    for here, there, varies in ((shared, each, "per trucks"), (each, shared, "shared")):
        told = lm.run(here).other_readings["loss"]["capacity"]
        assert told.varies == varies
        written = lm.run(there)["loss"].interval(0.9)
        for found, wanted in ((told.interval.low, written.low), (told.interval.high, written.high)):
            assert abs(found.value - wanted.value) <= 5.2 * math.hypot(found.se, wanted.se)


def test_a_reading_goes_over_units_that_the_formula_already_goes_over():
    # With capacity per truck, each truck's own is multiplied by its own load, not their mean.
    each = tankers(("load",), "sum(capacity * load)")
    told = lm.run(each).other_readings["loss"]["capacity"]
    own = lm.run(tankers(("capacity", "load"), "sum(capacity * load)"))["loss"].interval(0.9)
    assert abs(told.interval.low.value - own.low.value) <= 1e-9 * own.low.value


def test_the_document_tells_the_other_reading_and_how_units_were_summed():
    whole = lm.run(tankers(("capacity",), "sum(capacity) * load * price")).to_dict()
    loss = whole["outputs"]["loss"]
    assert loss["summed_by"] == "cumulants"
    assert set(loss["other_reading"]) == {"capacity"}
    assert set(loss["other_reading"]["capacity"]) == {"varies", "interval"}
    drawn = lm.run(compound("poisson(mean=3)", "1 to 2")).to_dict()["outputs"]["loss"]
    assert drawn["summed_by"] == "drawn"
    plain = lm.run(scenario({"x": "1 to 2"}, "x")).to_dict()["outputs"]["loss"]
    assert not {"summed_by", "other_reading"} & plain.keys()


def test_nobody_saying_how_an_input_varies_is_said():
    said = built(scenario(TANKERS, "trucks * capacity * load * price", units=["truck"])).warnings
    assert [text.split()[0] for text in said] == ["capacity:"]
    assert 'varies = "per trucks"' in said[0]
    table = {"value": TANKERS["capacity"], "varies": "shared"}
    told = lm.Scenario(
        title="t",
        units=["truck"],
        inputs=TANKERS | {"capacity": table},
        model={"loss": "trucks * capacity * load * price"},
    )
    assert not built(told).warnings


PRICED = {"x": "uniform(20, 80) USD/event"}
UNCERTAIN_COUNTS = [
    ({"rate": "uniform(1, 2) event/year", "n": "poisson(mean=rate) event/year"}, {}, "n"),
    ({"rate": "uniform(1, 2)", "n": "poisson(mean=rate) event/year"}, {}, "n"),
    ({"rate": "uniform(1, 2) event", "n": "poisson(mean=rate) event"}, {}, "n"),
    ({"p": "uniform(0.2, 0.4)", "n": "binomial(n=9, p=p) event"}, {}, "n"),
    ({"z": "uniform(1, 9) event"}, {"n": "round(z)"}, "n"),
    ({"z": "uniform(1, 9) event"}, {"n": "2 * floor(z) + ceil(z / 2)"}, "n"),
]


@pytest.mark.parametrize(("inputs", "formulas", "counter"), UNCERTAIN_COUNTS)
def test_uncertain_counts_are_asked_about_and_read_the_other_way(inputs, formulas, counter):
    once = scenario(PRICED | inputs, formulas | {"loss": "n * x"}, units=["event"])
    result = lm.run(once)
    said = f'one value for all {counter} or each its own? Say varies = "shared" or varies = "per n"'
    assert result.warnings == (f"x: {said}",)
    told = result.other_readings["loss"]["x"]
    assert told.varies == f"per {counter}"
    each = scenario(PRICED | inputs, formulas | {"loss": "sum(x)"}, ["x"], units=["event"])
    written = lm.run(each)["loss"].interval(0.9)
    for found, wanted in ((told.interval.low, written.low), (told.interval.high, written.high)):
        assert abs(found.value - wanted.value) <= 5.2 * math.hypot(found.se, wanted.se)


def test_where_several_things_count_all_are_named():
    inputs = PRICED | {"n": "4 event", "m": "5 event", "z": "1 to 3 event", "half": "2.5 event"}
    result = lm.run(scenario(inputs, "x * (n + m) + 0 * x * (z + half)", units=["event"]))
    asked, said = result.warnings[0].split("? ")
    assert asked == "x: one value for all that n and m count, or each its own"
    assert said == 'Say varies = "shared", "per n" or "per m"'
    assert result.other_readings["loss"]["x"].varies == "per n"


def test_no_count_is_seen_in_what_may_be_no_whole_number_of_things():
    inputs = PRICED | {"z": "1 to 3 event", "day": "30 event/day", "m": "choice([1, 2.5]) event"}
    formulas = {"n": "z * 2", "loss": "x * (n + m + day * time)"}
    made = scenario(inputs | {"time": "2 day"}, formulas, units=["event"])
    assert not lm.run(made, points=64).warnings


def test_a_parameter_alone_is_no_price_per_thing():
    # Of a median per event, the events' costs would vary, and not what all have in common.
    inputs = {
        "n": "poisson(mean=3) event",
        "typical": "uniform(10, 20) USD/event",
        "spread": "uniform(1.2, 3)",
        "x": "lognormal(median=typical, gsd=spread) USD/event",
    }
    result = lm.run(scenario(inputs, "n * x", units=["event"]))
    assert [*result.other_readings["loss"]] == ["x"]
    told = result.other_readings["loss"]["x"].interval
    written = lm.run(scenario(inputs, "sum(x)", ["x"], units=["event"]))["loss"].interval(0.9)
    for found, wanted in ((told.low, written.low), (told.high, written.high)):
        assert abs(found.value - wanted.value) <= 5.2 * math.hypot(found.se, wanted.se)


@pytest.mark.parametrize(
    ("count", "found", "fix"),
    [
        ("integers(-1, 3)", "n = integers(-1, 3), which can be -1", '"max(n, 0)"'),
        ("8 to 12", "n = 8 to 12, which is no whole number", '"round(n)"'),
        ("choice([1, 2.5])", "n = choice([1, 2.5]), which is no whole number", '"round(n)"'),
        (
            "normal(mean=m, sd=1)",
            "n = normal(mean=m, sd=1), which is no whole number",
            "max(round(n), 0)",
        ),
    ],
)
def test_counts_that_the_file_shows_to_be_none_are_refused_where_they_stand(count, found, fix):
    made = scenario({"m": "uniform(1, 2)", "n": count, "x": "1 to 2"}, "sum(x) * m", ["x"])
    with pytest.raises(lm.ScenarioError) as refused:
        building.model_of(reading_of(made))
    (problem,) = refused.value.problems
    assert problem.place.key == "inputs.n"
    assert problem.found.startswith(found)
    assert fix in problem.fix
    # The fix is taken.
    formula = problem.fix.split(chr(34))[1]
    mended = {"count": formula, "loss": "sum(x) * m"}
    made = scenario({"m": "uniform(1, 2)", "n": count, "x": "1 to 2"}, mended, ["x"], "count")
    assert lm.run(made, points=64)["loss"].undefined == 0


def test_counts_that_draws_show_to_be_none_are_named_with_what_was_found():
    for z, found, fix in (
        ("normal(mean=1, sd=3)", r"n = -\d+ in a draw", "max(..., 0)"),
        ("poisson(mean=3)", r"n = \d+\.5 in a draw", "round"),
    ):
        formula = "round(z)" if "normal" in z else "z / 2"
        made = scenario({"z": z, "x": "1 to 2"}, {"n": formula, "loss": "sum(x)"}, ["x"])
        with pytest.raises(lm.UsageError) as refused:
            lm.run(made, points=64)
        assert re.fullmatch(found, refused.value.found)
        assert fix in refused.value.fix


def test_a_mean_over_nothing_is_refused_and_one_that_may_be_is_told():
    with pytest.raises(lm.ScenarioError, match="a mean over n, of which there is none"):
        lm.run(scenario({"n": "0", "x": "1 to 2"}, "mean(x)", ["x"]))
    made = scenario({"n": "poisson(mean=2)", "x": "1 to 2"}, "mean(x)", ["x"])
    assert built(made).outputs[0].hazards == ("mean over n, of which there can be none",)
    assert "mean over n, of which there can be none" in lm.run(made).warnings[-1]


@pytest.mark.parametrize(
    ("formula", "fix"),
    [
        ("sum(capacity * trucks)", "sum(capacity)"),
        ("sum(trucks * capacity * price)", "sum(capacity * price)"),
    ],
)
def test_a_sum_of_what_was_multiplied_by_the_number_is_refused_with_a_fix_that_works(formula, fix):
    with pytest.raises(lm.ScenarioError) as refused:
        lm.run(tankers(("capacity",), formula))
    (problem,) = refused.value.problems
    assert problem.fix == fix
    assert lm.run(tankers(("capacity",), fix), points=64)["loss"].mean.exists
