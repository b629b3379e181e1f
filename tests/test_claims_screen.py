import re

import pytest
from click.testing import CliRunner

import lossmodel as lm
from lossmodel.cli.entry import program
from lossmodel.cli.printing import print_text
from lossmodel.report.checks import checks_text


def screen(reference, monkeypatch, columns=80):
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = CliRunner().invoke(program, ["claim", str(reference)])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.fixture
def said(tmp_path, monkeypatch):
    def of(says, more="", inputs="a = 'uniform(1, 2) USD', b = 'uniform(2, 3) USD'", model=""):
        path = tmp_path / "t.toml"
        model = model or "x = 'a * 1', y = 'b * 1'"
        path.write_text(
            f"title = 't'\ninputs = {{ {inputs} }}\nmodel = {{ {model} }}\n"
            f"[[claim]]\nsays = '{says}'\n{more}\n",
            encoding="utf-8",
        )
        return " ".join(screen(path, monkeypatch).split())

    return of


ONE = {"inputs": "a = 'uniform(1, 2) USD', b = 'uniform(1, 2)'", "model": "y = 'a * b'"}


def test_all_readings_impossible_leave_the_weights_undefined_and_are_said(said):
    high = said("9 USD")
    assert (
        "No reading explains it: is a unit or a scale word (million, billion) wrong? No reading "
        "reaches 8.5 to 9.5 USD, so none explains it better than another. x is at most 2.00 USD, "
        "whatever its inputs are. y is at most 3.00 USD"
    ) in high
    assert "x 1.50 1.05 to 1.95 1.50 USD" in high
    assert "x 0 – 6.00 impossible" in high
    assert "–: there is no such figure, or these draws cannot tell it." in high
    assert "y is at least 2.00 USD, whatever its inputs are." in said("0.5 USD")


def test_words_that_are_true_for_sure_are_not_called_impossible(said):
    under = said("under 100 USD", **ONE)
    assert "y 1 0 46.0 always true" in under
    assert "impossible" not in under.partition("true with probability:")[0]
    assert "wrong?" not in under
    assert "y is at most 4.00 USD, whatever its inputs are." in under


@pytest.mark.parametrize(
    ("says", "word"),
    [
        ("over 0.5 USD", "y 1 0 0.230 always true"),
        ("over 1.02 USD", "almost always true"),
        ("over 1.12 USD", "mostly true"),
        ("over 1.5 USD", "inside"),
        ("over 3.9 USD", "not reproduced"),
        ("under 3.9 USD", "almost always true"),
        ("under 1.5 USD", "inside"),
        ("under 1.02 USD", "not reproduced"),
        ("under 0.5 USD", "y 0 0 0.230 impossible"),
        ("3.9 USD", "not reproduced"),
    ],
)
def test_where_the_figure_falls_is_said_by_the_side_of_the_words(said, says, word):
    assert word in said(says, **ONE).partition("true with probability:")[0]


def test_a_figure_that_only_its_rounding_reaches_is_not_called_impossible(monkeypatch):
    text = " ".join(screen("kenya-ivory-burn-2016", monkeypatch).split())
    (last,) = re.findall(r'Claim: "about 300 million USD".*?true with probability:', text)
    assert re.search(r"ivory_and_rhino 1\.\d+e-09 1 1\.64 only by rounding", last)
    assert "No reading explains it: is a unit or a scale word" in last
    assert "Only ivory_and_rhino reaches 250 to 350 million USD." in last
    assert "ivory_and_rhino is at most 255 million USD, whatever its inputs are." in last
    assert "If it is 250 to 350 million USD, in 90% of cases: ivory_price" in last


def test_a_figure_that_is_off_by_little_is_not_taken_for_another_unit(monkeypatch):
    for name in ("bitfinex-2016", "gatwick-drone-2018"):
        text = screen(name, monkeypatch)
        assert "not reproduced" in text
        assert "wrong?" not in text


def test_a_figure_that_is_off_by_little_has_no_explanation(said):
    assert "No reading explains it. No reading reaches 3.15 to 3.25 USD" in said("3.2 USD")
    assert "The reading does not explain it: is a unit or" in said("9 USD", **ONE)


def test_what_is_given_the_figure_and_what_is_in_doubt_are_told_apart(said):
    text = said("more than 2.5 USD", **ONE)
    assert "read as 2.5 to 2.55 USD" in text
    assert "If it is 2.5 to 2.55 USD, in 90% of cases: a" in text
    assert "true with probability: that it is as the words are read; of one-sided words, on" in text


def test_both_ends_of_a_range_are_told(said):
    text = said("2 to 3 USD", **ONE)
    assert "P(below) P(inside) P(above)" in text
    assert "around the median" in text
    assert "y is 2 USD with a 1.33 USD (P33.3), or b 1.33 (P33.3); 3 USD with a 2.00 USD" in text
    assert "Likeliest of two" not in text
    # Over the median, which is 2.1747.
    assert "0.920 to 1.38" in text
    high = said("3.2 to 3.9 USD", **ONE)
    assert "around the median" not in high
    assert "y, all else at its median: no one input brings about 3.2 USD, the nearest is" in high


def test_the_90_percent_interval_of_each_reading_is_told(said):
    text = said("1.2 USD")
    assert "reading median 90% interval mean unit histogram" in text
    assert "true with times reading probability weight median the figure is" in text
    assert "x 1.50 1.05 to 1.95 1.50 USD" in text
    assert "y 2.50 2.05 to 2.95 2.50 USD" in text


def test_prior_weights_are_named(said):
    text = said("2 USD", more="weights = { x = 0.75, y = 0.25 }")
    assert "true with weight times reading probability before weight median the figure is" in text
    # Half of x and of y are as read; y is three times less likely before.
    assert "x 0.500 0.75 0.750 1.33 only by rounding" in text
    assert "y 0.500 0.25 0.250 0.800 only by rounding" in text
    assert "No reading explains it" not in text
    assert "given the weights before" in text
    assert "all alike before" in said("2 USD")


def test_readings_that_explain_a_figure_about_equally_are_not_ranked(said):
    a, b, c = (f"{name} = 'uniform(1, 2) USD'" for name in "abc")
    text = said("1.5 USD", inputs=f"{a}, {b}")
    assert "x and y explain it about equally." in text
    assert "Best explained" not in text
    three = {"inputs": f"{a}, {b}, {c}", "model": "x = 'a * 1', y = 'b * 1', z = 'c * 1'"}
    assert "x, y and z explain it about equally." in said("1.5 USD", **three)
    # Densities 1 and 1 / 1.09, then 1 and 1 / 1.12.
    near = said("1.5 USD", inputs=f"{a}, b = 'uniform(1, 2.09) USD'")
    assert "x and y explain it about equally." in near
    less = said("1.5 USD", inputs=f"{a}, b = 'uniform(1, 2.12) USD'")
    assert "Best explained by x; less likely: y 1.1 times." in less
    # One of three that is less likely is told, though the other two are alike.
    odd = {**three, "inputs": f"{a}, {b}, c = 'uniform(1, 3) USD'"}
    assert "less likely:" in said("1.5 USD", **odd)


def test_a_reading_that_was_given_no_weight_is_not_told_as_out_of_reach(said):
    inputs = "a = 'uniform(1, 2) USD', b = 'uniform(1, 2) USD'"
    text = said("1.5 USD", more="weights = { x = 1, y = 0 }", inputs=inputs)
    assert "Best explained by x: the other readings that reach it were given no weight." in text
    assert "Only x reaches" not in text
    beyond = said("1.2 USD", more="weights = { x = 1, y = 0 }")
    assert "Only x reaches 1.15 to 1.25 USD." in beyond
    assert "no weight" not in beyond


def test_a_range_that_does_not_hold_the_amount_is_noted_under_its_claim_and_once(said):
    note = 'the range "1.6 to 1.7 USD" does not hold the amount of "1.2 USD"'
    text = said("1.2 USD", more="range = '1.6 to 1.7 USD'")
    assert f"read as 1.6 to 1.7 USD (its range) Note: {note} reading median" in text
    assert text.count(note) == 1
    assert "Note:" not in said("1.2 USD", more="range = '1.1 to 1.7 USD'")
    assert "Note:" not in said("1.2 USD")


def test_readings_in_several_units_have_each_its_own(said):
    text = said(
        "2.0 kg",
        inputs="a = 'uniform(1, 3) kg', b = 'uniform(1, 3) t'",
        model="x = 'a * 1', y = 'b * 1'",
    )
    assert "x 2.00 1.10 to 2.90 2.00 kg" in text
    assert "y 2.00 1.10 to 2.90 2.00 t" in text


@pytest.mark.parametrize(
    "name", ["palmyra-tankers", "bitfinex-2016", "deepwater-cwa-2015", "southwest-meltdown-2022"]
)
def test_no_width_cuts_a_number(name, monkeypatch, capsys):
    checks = lm.check_claims(lm.load(name), points=64)

    def at(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        print_text(checks_text(checks, name))
        return capsys.readouterr().out

    wide, numbers = at(1000), re.compile(r"\d[\d.,e-]*\d|\d")
    for narrow in map(at, (40, 60, 80, 100, 200)):
        assert "…" not in narrow
        # A number that is cut is another number.
        assert set(numbers.findall(narrow)) <= set(numbers.findall(wide))
        for head in ("probability", "P(inside)", "interval", "median", "weight"):
            assert (head in narrow) == (head in wide)


def test_it_ends_with_what_to_try_next(monkeypatch):
    last = screen("palmyra-tankers", monkeypatch).rstrip().splitlines()[-1]
    assert last == "Next: lossmodel sensitivity palmyra-tankers (what matters most)"


def test_a_figure_per_counted_thing_is_told(monkeypatch):
    text = screen("palmyra-tankers", monkeypatch)
    assert "  11,905 USD per truck\n" in text
    assert " per airline\n" not in screen("crowdstrike-f500-2024", monkeypatch)


def test_what_is_hardly_possible_is_not_told_as_impossible(said):
    never = "uniform(1, 2) USD"
    text = said("more than 50 USD", inputs=f"a = 'normal(mean=0, sd=1) USD', b = '{never}'")
    assert "x below 3e-308 below 3e-308 – – not reproduced" in text
    assert "x, all else at its median: no likely value of one input brings about 50 USD" in text
    assert "No reading comes near 50 to 55 USD" in text
    assert "y 0 0 – 33.3 impossible" in text
    seldom = said("more than 50 USD", inputs="a = 'normal(mean=0, sd=1) USD', b = '1 to 2 USD'")
    assert "Only y comes near 50 to 55 USD." in seldom
