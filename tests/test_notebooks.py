import json
import re
import runpy
from pathlib import Path

import pytest
from golden_model import SCENARIO
from pages import HOSTILE, MANY, SWEPT, Reader, hostile

import lossmodel as lm
from lossmodel.page.tables import tables_of
from lossmodel.report.figures import figure
from lossmodel.report.shares import in_percent


@pytest.fixture(scope="module")
def results():
    palmyra = lm.load("palmyra-tankers")
    many = lm.Scenario(**MANY)
    run = lm.run(palmyra, points=64)
    return {
        "Result": run,
        "Output": run["truckload_rule"],
        "ClaimChecks": lm.check_claims(palmyra, points=64),
        "Sensitivity": lm.sensitivity(palmyra, points=64),
        "Sweep": lm.sweep(lm.Scenario(**SWEPT), SWEPT["sweep"], points=16),
        "long Sweep": lm.sweep(SCENARIO, {"load": ["0.4:1:0.02"]}, points=16),
        "Comparison": lm.compare(SCENARIO, lm.Scenario(**SWEPT), points=16),
        "many Sensitivity": lm.sensitivity(many, points=16),
        "many ClaimChecks": lm.check_claims(many, points=16),
    }


ROOT = Path(__file__).parents[1]
NAMES = (
    "Result",
    "Output",
    "ClaimChecks",
    "Sensitivity",
    "Sweep",
    "long Sweep",
    "Comparison",
    "many Sensitivity",
    "many ClaimChecks",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_a_table_and_a_chart_in_30_kilobytes(results, name):
    shown = results[name]._repr_html_()
    tags = [tag for tag, _ in Reader(shown).tags]
    assert "table" in tags
    assert len(shown.encode()) < 30_000
    if "many" not in name and "long" not in name:
        assert "svg" in tags


def test_the_table_has_the_figures_of_the_run(results):
    texts = Reader(results["Result"]._repr_html_()).texts
    start = texts.index("truckload_rule")
    assert texts[start : start + 5] == [
        "truckload_rule",
        "2.02",
        "1.79 to 2.25",
        "2.02",
        "million USD",
    ]
    checks = "".join(Reader(results["ClaimChecks"]._repr_html_()).texts)
    assert "out of reach under cargo_wellhead and cargo_brent" in checks


def test_both_ends_of_a_range_are_told():
    checks = lm.check_claims(lm.load("southwest-meltdown-2022"), points=64)
    texts = Reader(checks._repr_html_()).texts
    for place, amount in ((0, "400 million USD"), (1, "425 million USD")):
        needed = checks[1].readings["revenue_only"].ends[place].switching["fare"].value
        row = ["revenue_only", "fare", amount, f"{needed:.0f} USD/passenger"]
        assert row in [texts[at : at + 4] for at in range(len(texts))]


def test_rows_that_are_left_out_are_counted(results):
    assert "… and 11 more rows" in results["long Sweep"]._repr_html_()


def test_charts_that_are_left_out_are_counted_and_medians_are_seen(results):
    shown = results["Sensitivity"]._repr_html_()
    left = int(re.search(r"… and (\d+) more charts?: see plot", shown)[1])
    assert shown.count("<figure") + left == len(results["Sensitivity"].outputs) - 1
    assert "--paper:#fff" in results["Result"]._repr_html_()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts_in_notebooks(text):
    checks = lm.check_claims(lm.Scenario(**hostile(text, "")), points=4)
    for each in (checks, checks.result, checks.result["loss"]):
        names = {tag for tag, _ in Reader(each._repr_html_()).tags}
        assert not names & {"script", "img", "iframe", "object", "embed", "form", "base", "meta"}


def test_without_matplotlib_there_is_the_table_alone(results, monkeypatch):
    monkeypatch.setattr("lossmodel.page.notebooks.find_spec", lambda _: None)
    tags = [tag for tag, _ in Reader(results["Result"]._repr_html_()).tags]
    assert "table" in tags
    assert "svg" not in tags


def outputs(document):
    return [
        (cell["source"], "".join(text))
        for cell in document["cells"]
        for shown in cell.get("outputs", ())
        for kind, text in sorted(shown["data"].items())
        if kind == "text/plain"
    ]


def test_the_example_notebook_shows_what_its_cells_show():
    kept = json.loads((ROOT / "docs/notebook.ipynb").read_text(encoding="utf-8"))
    names = runpy.run_path(str(ROOT / "docs/notebook_page.py"))
    again = json.loads(json.dumps(names["notebook"]()))
    assert outputs(kept) == outputs(again)
    assert len(outputs(kept)) == 6
    for cell in kept["cells"]:
        for shown in cell.get("outputs", ()):
            assert len("".join(shown["data"].get("text/html", ())).encode()) < 30_000


def test_figures_stand_under_their_heads():
    scenario = lm.load("palmyra-tankers")
    found = lm.sensitivity(scenario, points=64)
    (table, *_) = tables_of(found)
    told = found.outputs["cargo_wellhead"]
    place = [*table.head].index
    for row in table.rows:
        name = row[0]
        for head, each in (("alone", told.first_order), ("in all", told.total)):
            assert row[place(head)] == figure(each[name])
    (table, *_) = tables_of(lm.check_claims(scenario, points=64))
    checks = lm.check_claims(scenario, points=64)[0].readings
    place = [*table.head].index
    for row in table.rows:
        assert row[place("true with probability")] == in_percent(checks[row[0]].true)
        assert row[place("P(inside)")] == in_percent(checks[row[0]].inside)
