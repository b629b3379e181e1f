import json
import re
import struct
import xml.etree.ElementTree as ET
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from click.testing import CliRunner
from golden_model import SCENARIO
from pages import DEGENERATE, IMPOSSIBLE, SWEPT, text_of
from scipy import stats

import lossmodel as lm
from lossmodel.charts.chart import CHARACTER
from lossmodel.charts.kinds import charts_of
from lossmodel.charts.rows import Label
from lossmodel.charts.sweeps import sweep_charts
from lossmodel.charts.themes import DARK, LIGHT
from lossmodel.cli.entry import program
from lossmodel.distributions.curves import Axis, Curve, axis_of, curve_of
from lossmodel.errors import NotSupportedError, UsageError
from lossmodel.simulation.outlines import density_curve, exceedance_curve

mpl.use("agg")
KINDS = ("density", "exceedance", "tornado", "sweep", "inputs")
READINGS = "Range of each reading: density, 90% interval and median beside the claim"


def scenario(tables):
    return lm.Scenario(**tables)


@pytest.fixture(scope="module")
def result():
    return lm.run(SCENARIO, points=256)


@pytest.fixture(scope="module")
def palmyra():
    return lm.run(lm.load("palmyra-tankers"), points=64)


def law_of(text):
    tables = {"title": "one", "inputs": {"x": text}, "model": {"y": "x"}}
    return lm.run(scenario(tables), points=16).model.inputs[0].distribution


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("normal(mean=3, sd=2)", stats.norm(3, 2)),
        ("gamma(shape=9, scale=1)", stats.gamma(9)),
        ("uniform(2, 5)", stats.uniform(2, 3)),
        ("triangular(0, 1, 4)", stats.triang(0.25, 0, 4)),
    ],
)
def test_the_curve_of_an_input_is_its_density(text, exact):
    law = law_of(text)
    axis = axis_of(law)
    curve = curve_of(law, axis)
    assert axis.layout == "linear"
    expected = exact.pdf(curve.x)
    np.testing.assert_allclose(curve.height, expected / expected.max(), atol=1e-9)
    assert exact.cdf(axis.high) - exact.cdf(axis.low) > 0.98


def test_on_a_logarithmic_axis_equal_areas_are_equal_probabilities():
    law = law_of("loguniform(0.001, 1000)")
    axis = axis_of(law)
    curve = curve_of(law, axis)
    inside = (curve.x > 0.0011) & (curve.x < 900)
    assert axis.layout == "log"
    np.testing.assert_allclose(curve.height[inside], 1.0)


def test_counts_are_needles_of_their_probabilities():
    law = law_of("poisson(mean=2)")
    curve = curve_of(law, axis_of(law))
    tops = curve.x[1::3], curve.height[1::3]
    expected = stats.poisson(2).pmf(tops[0])
    assert curve.kind == "values"
    np.testing.assert_allclose(tops[1], expected / expected.max())


def test_the_density_of_an_output_is_the_slope_of_its_exceedance(result):
    axis = Axis(2e5, 2.2e6)
    curve = density_curve(result["loss"], axis)
    x, above = exceedance_curve(result["loss"], axis)
    slope = -np.gradient(above, x)
    assert curve.kind == "density"
    # Central differences are off by h^2 / 6 of the third derivative, the ends by more.
    np.testing.assert_allclose(curve.height[1:-1], (slope / slope.max())[1:-1], atol=0.01)
    assert above[0] > 0.999
    assert above[-1] < 0.01


def test_what_cannot_be_smooth_is_drawn_as_it_is():
    found = lm.run(scenario(DEGENERATE), points=64)
    axis = Axis(0.0, 100.0)
    kinds = {name: density_curve(output, axis).kind for name, output in found.outputs.items()}
    assert kinds["constant"] == "constant"
    assert kinds["counted"] == "values"
    assert kinds["tail"] == "density"
    assert len(charts_of(found, "density")) == 1


@pytest.mark.parametrize(
    ("law", "exact"),
    [
        ("lognormal(median=8, gsd=1.3)", lambda x: stats.norm.pdf(np.log(x / 8) / np.log(1.3)) / x),
        ("uniform(4.05, 11.95)", lambda x: np.where((x >= 4.05) & (x <= 11.95), 1.0, 0.0)),
    ],
)
def test_the_density_of_draws_is_smoothed(law, exact):
    tables = {"title": "drawn", "inputs": {"x": law}, "model": {"y": "x"}}
    output = lm.run(scenario(tables), smoothing="off")["y"]
    axis = Axis(2.0, 16.0)
    curve = density_curve(output, axis)
    assert (output.given, curve.kind) == (None, "density")
    truth = exact(curve.x)
    # Bias of a kernel: half its width squared times the second derivative.
    np.testing.assert_allclose(curve.height, truth / truth.max(), atol=0.05)


def test_a_value_that_is_reached_often_stands_beside_the_density_of_the_others():
    inputs = {"hit": "bernoulli(p=0.4)", "x": "uniform(2, 4)"}
    tables = {"title": "mixed", "inputs": inputs, "model": {"y": "hit * x"}}
    for points in (64, 1 << 17):
        output = lm.run(scenario(tables), points=points, smoothing="off")["y"]
        curve = density_curve(output, Axis(0.0, 5.0))
        assert (curve.kind, curve.atoms) == ("density", (0.0,))
        # Of what is not 0 all between 2 and 4 is as likely, but for the width of the kernel.
        assert curve.height[(curve.x < 1.6) | (curve.x > 4.2)].max() < 0.01
        inside = curve.height[(curve.x > 2.4) & (curve.x < 3.8)]
        assert inside.min() > 0.85


@pytest.mark.parametrize("points", [64, 1 << 17])
def test_a_few_values_are_needles_of_their_probabilities(points):
    tables = {"title": "dice", "inputs": {"n": "binomial(n=2, p=0.5)"}, "model": {"y": "3 * n"}}
    output = lm.run(scenario(tables), points=points)["y"]
    curve = density_curve(output, Axis(0.0, 6.0))
    assert curve.kind == "values"
    np.testing.assert_allclose(curve.x[1::3], [0.0, 3.0, 6.0])
    # Of a balanced design hardly a draw is off; 0.01 is ten of 1,024.
    np.testing.assert_allclose(curve.height[1::3], [0.5, 1.0, 0.5], atol=0.01)


@pytest.mark.parametrize(
    ("formula", "title"),
    [
        ("exp(x) + n", "Range of loss: density, 90% interval and median"),
        ("n * 1", "Range of loss: probabilities, 90% interval and median"),
        ("exp(x) * n", "Range of loss: density and needle, 90% interval and median"),
        ("40 * n + m", "Range of loss: probabilities in bins, 90% interval and median"),
        ("x ** 12", "Range of loss: density, 90% interval and median, on a logarithmic axis"),
        ("2 + 2", "Value of loss"),
    ],
)
def test_the_title_of_a_range_says_what_is_drawn(formula, title):
    inputs = {"x": "uniform(1, 2)", "n": "poisson(mean=3)", "m": "poisson(mean=90)"}
    tables = {"title": "t", "inputs": inputs, "model": {"loss": formula}}
    found = lm.run(scenario(tables), points=64, smoothing="off")
    assert [each.title for each in charts_of(found, "density")] == [title]


def test_chances_of_more_have_an_axis_and_a_constant_shows_beside_its_claim():
    found = lm.run(scenario(DEGENERATE), points=16)
    texts = {text.get_text() for text in found.plot("exceedance").texts}
    assert {"100%", "50%"} <= texts
    colours = {line.get_color(): line.get_linewidth() for line in found.plot("density").lines}
    assert colours[LIGHT.range] > 2.0 * colours[LIGHT.claim]


def test_outputs_that_no_claim_speaks_of_are_no_readings():
    read, other = charts_of(lm.run(lm.load("ever-given-2021"), points=16), "density")
    title = other.title
    assert read.title == READINGS
    assert title.startswith("Range of each output: density, 90% interval and median")
    assert title.endswith("on a logarithmic axis")


@pytest.mark.parametrize(
    ("values", "low", "high", "layout"),
    [
        ((0.0, 10.0), 0.0, 10.3, "linear"),
        ((5.0, 5.0), 2.5, 7.5, "linear"),
        ((float("inf"), float("nan")), 0.0, 1.03, "linear"),
        ((1.0, 1e6), 1.0 / 1e6**0.03, 1e6 * 1e6**0.03, "log"),
        ((-5.0, 5.0), -5.3, 5.3, "linear"),
    ],
)
def test_an_axis_holds_what_is_finite(values, low, high, layout):
    axis = Axis.around(values)
    assert (axis.low, axis.high) == pytest.approx((low, high))
    assert axis.layout == layout


def test_a_density_without_numbers_is_nothing():
    x = np.array([0.0, 1.0])
    assert Curve.density(x, np.array([np.nan, np.nan])).kind == "none"
    assert Curve.of_bins(x, np.zeros(1)).kind == "none"


def luminance(colour):
    channels = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255.0
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_and_marks_stand_out_from_the_paper(theme):
    for ink in (theme.ink, theme.soft, theme.claim):
        assert contrast(ink, theme.paper) >= 4.5
    for mark in (theme.range, theme.low if theme is DARK else theme.claim):
        assert contrast(mark, theme.paper) >= 3.0


_DEFICIENT = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""G. Machado, M. Oliveira and L. Fernandes (2009), severity 1: linear RGB as it is seen."""


@pytest.mark.parametrize("kind", _DEFICIENT)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_colour_blind_tell_the_colours_apart(theme, kind):
    def seen(colour):
        rgb = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255.0
        return np.clip(np.array(_DEFICIENT[kind]) @ rgb**2.2, 0.0, 1.0) ** (1 / 2.2)

    for one, other in combinations((theme.range, theme.claim, theme.low), 2):
        if (one, other) != (theme.claim, theme.low):
            assert np.linalg.norm(seen(one) - seen(other)) > 0.25, (one, other)


@pytest.mark.parametrize("kind", ["density", "exceedance", "inputs"])
def test_a_result_plots_itself_on_new_axes_or_on_given_ones(palmyra, kind):
    from matplotlib import pyplot as plt

    made = palmyra.plot(kind)
    figure, axes = plt.subplots()
    given = palmyra.plot(kind, axes=axes)
    assert given is axes
    assert made is not axes
    for each in (made, given):
        assert each.get_title(loc="left")
        assert each.get_ylim()[1] > 0.5
    plt.close("all")
    del figure


def test_a_tornado_begins_with_what_moves_the_median_furthest():
    inputs = {"x": "uniform(0, 10)", "y": "lognormal(median=1, gsd=2)", "z": "uniform(0, 5)"}
    tables = {"title": "t", "inputs": inputs, "model": {"loss": "x + y ** 3 + z"}}
    found = lm.sensitivity(scenario(tables), points=256)
    swings = found.outputs["loss"].tornado
    moved = {n: abs(float(s.high[0.5]) - float(s.low[0.5])) for n, s in swings.items()}
    drawn = [label.name.split(":")[0] for label in charts_of(found, "tornado")[0].labels]
    assert drawn == sorted(moved, key=lambda name: -moved[name])


def test_every_result_plots_what_its_command_draws(result):
    from matplotlib import pyplot as plt

    checks, matters = lm.check_claims(SCENARIO, points=64), lm.sensitivity(SCENARIO, points=64)
    swept = lm.sweep(scenario(SWEPT), SWEPT["sweep"], points=16)
    along = lm.sweep(SCENARIO, {"price": ["20 USD/bbl", "30 USD/bbl"]}, points=16)
    compared = lm.compare(SCENARIO, lm.Scenario(**{**SWEPT, "title": "other"}), points=16)
    for each in (result["loss"], checks, matters, swept, along, compared):
        axes = each.plot()
        assert len(axes.get_title(loc="left")) > 10
        assert axes.texts
    plt.close("all")


def test_a_kind_that_there_is_not_is_refused_with_those_there_are(result):
    with pytest.raises(UsageError, match="density"):
        result.plot("densty")
    with pytest.raises(UsageError, match="tornado"):
        lm.sensitivity(SCENARIO, points=16).plot("density")


def test_nothing_uncertain_is_nothing_to_draw():
    tables = {"title": "sure", "inputs": {"a": "5 USD"}, "model": {"b": "a"}}
    with pytest.raises(NotSupportedError, match="nothing to draw"):
        lm.sensitivity(scenario(tables), points=16).plot()


def test_the_words_of_a_chart_are_its_figures(palmyra):
    (dollars, pounds) = charts_of(palmyra, "density")
    assert dollars.title == READINGS
    assert pounds.title == "Value of claim_in_gbp beside the claim"
    assert "truckload_rule: 2.02 (1.79 to 2.25) million USD." in dollars.alternative
    assert 'Claim: "more than 2 million USD", read as 2 to 2.5 million USD' in dollars.alternative
    assert "claim_in_gbp: 1.6022 million GBP." in pounds.alternative


def plot(tmp_path, kind, suffix, *arguments, tables=SWEPT):
    path = tmp_path / f"chart{suffix}"
    words = ["plot", "-", "--kind", kind, "-o", str(path), "--points", "64", "--json", *arguments]
    ran = CliRunner().invoke(program, words, input=text_of(tables))
    assert ran.exit_code == 0, ran.output
    return path, json.loads(ran.stdout)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_as_svg_with_its_words(tmp_path, kind, theme):
    path, told = plot(tmp_path, kind, ".svg", "--theme", theme)
    root = ET.parse(path).getroot()  # noqa: S314 - our own
    texts = "".join(root.itertext())
    assert told["kind"] == kind
    for chart in told["charts"]:
        assert chart["alternative"].split(":")[0] in texts
    paper = {"light": LIGHT, "dark": DARK}[theme].paper
    assert paper in path.read_text(encoding="utf-8")


def test_an_svg_has_its_words_where_screen_readers_look(tmp_path):
    path, told = plot(tmp_path, "density", ".svg")
    root = ET.parse(path).getroot()  # noqa: S314 - our own
    title, words = list(root)[:2]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert title.tag.endswith("title")
    assert title.text.endswith(f": {told['charts'][0]['title']}")
    assert "loss:" in words.text


def test_png_is_twice_as_fine_as_a_screen_and_pdf_keeps_letters(tmp_path):
    png, _ = plot(tmp_path, "density", ".png", "--width", "5")
    width, _ = struct.unpack(">II", png.read_bytes()[16:24])
    assert width == 1000
    pdf, _ = plot(tmp_path, "density", ".pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert b"/FontFile2" in pdf.read_bytes()


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_the_same_chart_is_the_same_bytes(tmp_path, suffix):
    one, _ = plot(tmp_path, "density", suffix)
    first = one.read_bytes()
    again, _ = plot(tmp_path, "density", suffix, "--force")
    assert again.read_bytes() == first


def test_a_chart_that_cannot_be_written_is_refused_before_anything_runs(tmp_path):
    taken = tmp_path / "x.svg"
    taken.write_text("mine")
    for name in (taken, tmp_path / "x.jpg", tmp_path / "none" / "x.svg"):
        ran = CliRunner().invoke(program, ["plot", "no-such-scenario", "-o", str(name)])
        assert isinstance(ran.exception, UsageError)
    assert taken.read_text() == "mine"


def test_a_chart_of_what_is_out_of_reach(tmp_path):
    path, told = plot(tmp_path, "density", ".svg", tables=IMPOSSIBLE)
    assert "900 USD" in told["charts"][0]["alternative"]
    assert path.stat().st_size > 2000


@pytest.mark.parametrize(("name", "lines"), [("i" * 40, 1), ("w" * 40, 2), ("油" * 40, 2)])
def test_a_long_name_takes_the_lines_that_its_letters_need(name, lines):
    assert len(Label(name, "").names(room_for(45))) == lines


def room_for(letters):
    return (letters + 0.5) * CHARACTER


def test_one_heavy_tail_does_not_squash_the_other_curves():
    from lossmodel.simulation.outlines import axis_of

    scenario = lm.Scenario(
        title="t",
        inputs={"x": "1 to 2", "y": "pareto(shape=0.05, scale=1)"},
        model={"light": "x", "heavy": "y"},
    )
    result = lm.run(scenario)
    light, both = axis_of([result["light"]], []), axis_of([*result.outputs.values()], [])
    # P95 of the heavy one is 20**20 = 1e26, P99 1e40.
    assert both.high < 1e28
    assert light.high < 3.0


def test_cells_tell_probabilities_near_0_and_1_in_a_few_letters():
    doubtful = {
        "title": "Far from the claim, and far beyond it",
        "inputs": {"loss_in": "lognormal(mean=20, sd=1) USD", "times": "1 to 2"},
        "model": {"loss": "loss_in * times"},
        "claim": [{"says": "more than 30 USD"}],
    }
    laws = "mean=0.1, sd=0.001", "mean=20, sd=1", "mean=40, sd=3.4", "mean=9e6, sd=1e5"
    grid = {"loss_in": [f"lognormal({law}) USD" for law in laws], "times": ["1.4", "1 to 1.1"]}
    found = lm.sweep(scenario(doubtful), grid, points=64)
    _, chances = sweep_charts(found)
    tiny, doubtful, likely, sure = chances.texts
    assert re.fullmatch(r"<\de-306%", tiny[0])
    assert re.fullmatch(r"\d\.\d+%", doubtful[0])
    assert likely[0] == sure[0] == ">99.99%"
    assert max(len(text) for row in chances.texts for text in row) <= 8


def test_a_constant_is_exceeded_up_to_its_value_and_no_further():
    found = lm.run(scenario({"title": "One", "inputs": {"a": "3 USD"}, "model": {"b": "2 * a"}}))
    x, above = exceedance_curve(found["b"], Axis.around([0.0, 10.0]))
    assert set(above) == {0.0, 1.0}
    assert x[above == 1.0].max() == np.nextafter(6.0, 0.0)
    assert x[above == 0.0].min() == 6.0


def test_amounts_that_are_reached_often_are_steps_and_no_slopes():
    document = {
        "title": "Fires",
        "inputs": {"fires": "poisson(mean=2)", "each": "1 to 3 USD", "free": "1.5 USD"},
        "model": {"count": "fires", "paid": "max(each - free, 0)"},
    }
    found = lm.run(scenario(document), smoothing="off")
    axis = Axis.around([-1.0, 6.0])
    x, above = exceedance_curve(found["count"], axis)
    falls = np.diff(above) < 0.0
    assert x[1:][falls].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert np.diff(x)[falls].max() < 1e-9
    x, above = exceedance_curve(found["paid"], axis)
    (place,) = np.flatnonzero(x == 0.0)
    assert above[place - 1] == 1.0
    assert above[place] == pytest.approx(float(found["paid"].exceedance(0.0)))
    assert x[place] - x[place - 1] < 1e-300
