import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from click.testing import CliRunner
from golden_model import FILE
from pages import (
    ADDRESSES,
    CASES,
    HOSTILE,
    SINGLE,
    SWEPT,
    Reader,
    agrees,
    hostile,
    looked_up,
    write_page,
)

from lossmodel import load, run
from lossmodel.cli.entry import program
from lossmodel.errors import NotSupportedError, UsageError
from lossmodel.estimates.estimate import Estimate
from lossmodel.page.cells import Cell, share_cell
from lossmodel.page.links import link
from lossmodel.scenario.library import bundled

pytestmark = pytest.mark.xdist_group("pages")
QUICK = ("--points", "64")


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_the_one_in_the_json(pages, name):
    text, document = pages(name)
    figures = Reader(text).figures
    assert len(figures) > 4
    for key, value, shown in figures:
        found = looked_up(document, key)
        if value == "":
            assert found is None, key
            assert shown == "–", key
            continue
        assert float(value) == found, key
        assert agrees(shown, float(value)), (key, value, shown)


def test_both_ends_of_a_range_are_told(pages):
    text, document = pages("ranges")
    ends = document["claim"]["claims"][1]["readings"]["revenue_only"]["ends"]
    assert [end["amount"] for end in ends] == [400e6, 425e6]
    told = {key: float(value) for key, value, _ in Reader(text).figures if value}
    for place, end in enumerate(ends):
        assert f"to be {(400, 425)[place]} million USD</h3>" in text
        for name, needed in end["switching"].items():
            key = f"claim/claims/1/readings/revenue_only/ends/{place}/switching/{name}/value"
            assert told.get(key) == needed["value"]
    assert len(re.findall(r"<th [^>]*>If it is 400 to 425", text)) == 1


def test_the_figures_are_those_of_the_other_commands(pages):
    _, document = pages("palmyra")
    for command, points in (("run", 64), ("claim", 64), ("sensitivity", 64)):
        words = [command, "palmyra-tankers", "--points", str(points), "--json"]
        other = json.loads(CliRunner().invoke(program, words).stdout)
        del other["version"]
        assert document[command] == other


@pytest.mark.parametrize("name", CASES)
def test_the_page_needs_nothing_and_runs_nothing(pages, name):
    tags = Reader(pages(name)[0]).tags
    names = {tag for tag, _ in tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "input", "base"}
    for tag, attrs in tags:
        assert not [key for key in attrs if key.startswith("on")]
        assert attrs.get("src") is None
        if tag != "a":
            assert attrs.get("href", "#").startswith(("#", "data:,"))


@pytest.mark.parametrize("name", CASES)
def test_names_on_the_page_are_used_once_and_exist(pages, name):
    text, _ = pages(name)
    tags = Reader(text).tags
    own = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(own) == len(set(own))
    used = [attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs]
    used += re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    assert set(used) <= set(own)


def test_scenario_and_result_are_inside(pages):
    text, document = pages("palmyra")
    files = [link for link in Reader(text).links if link.startswith("data:")]
    scenario, result = (b64decode(link.partition(",")[2]) for link in files)
    assert scenario == bundled()["palmyra-tankers"].read_bytes()
    del document["file"]
    assert json.loads(result) == document


def test_the_same_scenario_and_seed_are_the_same_bytes(tmp_path):
    texts = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.html"
        words = ["report", "palmyra-tankers", "-o", str(path), *QUICK]
        subprocess.run([sys.executable, "-m", "lossmodel", *words], check=True, capture_output=True)
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    versions = [line for line in texts[0].splitlines() if "NumPy" in line or "Matplotlib" in line]
    assert len(versions) == 1


def test_the_page_is_small(pages):
    assert len(pages("palmyra")[0].encode()) < 600_000


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_texts_stay_texts(tmp_path, place):
    path = tmp_path / "page.html"
    write_page(hostile(HOSTILE[place], ADDRESSES[place]), path, *QUICK)
    read = Reader(path.read_text(encoding="utf-8"))
    names = {tag for tag, _ in read.tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "base", "img", "b"}
    assert not [k for _, attrs in read.tags for k in attrs if k.startswith("on")]
    web = [each for each in read.links if not each.startswith(("data:", "#"))]
    assert all(each.startswith("https://good.example/") for each in web)
    assert not set("\u202e\u2066\u200f\u061c") & set("".join(read.texts))


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_addresses_of_the_web_lead_somewhere(address):
    found = link(address)
    assert found is not None
    parts = found.target.split("/")
    assert not found.target or (parts[0] == "https:" and parts[2] == "good.example")


@pytest.mark.parametrize("name", ["palmyra", "swept", "long"])
def test_every_figure_can_be_followed_to_its_source(pages, name):
    text, document = pages(name)
    cards = dict(re.findall(r'<h3 id="(input-\d+)">(.*?)</h3>', text))
    rules = re.findall(r'<li id="(formula-\d+)"><code>(\w+) = (.*?)</code>', text)
    of = {place: card.replace("<wbr>", "") for place, card in cards.items()}
    of |= {place: rule for place, rule, _ in rules}
    led = re.findall(r'<a href="#([^"]*)">(.*?)</a>', text)
    assert led
    assert [(place, shown) for place, shown in led if of[place] != shown.replace("<wbr>", "")] == []
    named = {shown.replace("<wbr>", "") for _, shown in led}
    claimed = {each for claim in document["claim"]["claims"] for each in claim["readings"]}
    assert claimed <= named
    for _, _, formula in rules:
        inside = re.findall(r"[a-z]\w*", re.sub("<a .*?</a>", "", formula))
        assert set(inside) <= {"sum"}


def test_the_guidance_page_names_parts_that_the_page_has(pages):
    guidance = (Path(__file__).parents[1] / "docs" / "guidance.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in guidance.splitlines() if line.startswith("| ")][1:]
    named = {part for row in rows for part in re.findall(r'"([^"]+)"', row[3])}
    assert len(named) >= 10
    shown = " ".join(" ".join(Reader(pages(name)[0]).texts) for name in ("palmyra", "swept"))
    assert {part for part in named if part not in shown} == set()


def test_assumed_inputs_are_marked(pages):
    text, _ = pages("palmyra")
    assert text.count('class="badge warn"') == 1
    assert "1 of 10 inputs rests on no source: truck_value" in text


def test_what_a_claim_is_and_how_it_is_read(pages):
    text, _ = pages("impossible")
    assert "Out of reach under both readings: no values of the inputs bring it about." in text
    assert "low is at most 2.00 USD, whatever its inputs are." in text


@pytest.mark.parametrize(
    ("says", "head"),
    [
        ("more than 18 USD", "If it is 18 to 18.5 USD, in 90% of cases"),
        ("about 18 USD", "If it is 17.5 to 18.5 USD, in 90% of cases"),
        ("16 to 20 USD", "If it is 16 to 20 USD, in 90% of cases"),
    ],
)
def test_what_inputs_would_be_names_the_values_that_it_holds_for(tmp_path, says, head):
    path = tmp_path / "page.html"
    write_page(SINGLE | {"claim": [{"says": says}]}, path)
    assert head in Reader(path.read_text(encoding="utf-8")).texts


def test_a_sweep_is_a_map_of_medians_and_of_chances(pages):
    text, _ = pages("swept")
    assert "Median of loss in million USD, by price and load" in text
    assert "How likely loss is to exceed 2 million USD, by price and load" in text
    assert "As modelled" in text


def test_what_is_the_same_at_every_point_is_said_and_not_drawn(tmp_path):
    path = tmp_path / "page.html"
    inputs = {**SWEPT["inputs"], "rate": "1 USD/bbl"}
    model = {**SWEPT["model"], "least": "sum(capacity) * rate"}
    write_page(SWEPT | {"inputs": inputs, "model": model}, path, *QUICK)
    text = path.read_text(encoding="utf-8")
    assert re.search(
        r"<li>Median of least in [^:]*, by price and load: .* at every point.</li>", text
    )
    assert "<figcaption>Median of loss in" in text
    assert "<figcaption>Median of least in" not in text


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (0.367, 0.0004, "36.7%"),
        (0.995, 0.0004, "99.5%"),
        (1.0 - 4.03e-5, 2e-7, "99.9960%"),
        (1.0 - 4.03e-9, 2e-8, "above 99.999997%"),
        (2.8e-7, 1e-9, "1 in 3.6 million"),
        (2.8e-7, 3e-7, "0 ± 6e-07"),
        (2e-20, 1e-22, "2.00e-20"),
        (1.0, 0.0, "100%"),
        (0.0, 0.0, "0%"),
    ],
)
def test_probabilities_are_written_for_people(value, half, text):
    low, high = value - half, min(value + half, 1.0)
    cell = share_cell(Estimate(value, half / 2, low, high), "p")
    assert cell == Cell(text, value, "p/value")


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"says": "about 18 USD"}, "in the middle half under loss (the same, when rounded, in "),
        ({"says": "16 to 20 USD"}, "around the median under loss (between the two in "),
        (
            {"says": "about 18 USD", "range": "16 to 20 USD"},
            "in the middle half under loss (within what it is read as in ",
        ),
    ],
)
def test_the_verdict_on_one_reading_is_one_sentence(tmp_path, claim, verdict):
    path = tmp_path / "page.html"
    write_page(SINGLE | {"claim": [claim]}, path, *QUICK)
    told = re.search('<p class="verdict">(.*?)</p>', path.read_text(encoding="utf-8"))[1]
    said = re.sub("<[^>]*>", "", told)
    assert said.startswith(f"The figure is {verdict}")
    assert re.fullmatch(r"[\d.]+% of cases\)\.", said.removeprefix(f"The figure is {verdict}"))


def test_words_that_are_rounded_say_where_the_figure_falls(tmp_path):
    path = tmp_path / "page.html"
    write_page("ever-given-2021", path, *QUICK)
    text = re.sub("<[^>]*>", "", path.read_text(encoding="utf-8"))
    assert "goods_held_per_day (inside the 90% interval; the same, when rounded, in" in text


def test_the_losses_of_a_year_are_told_as_by_run(pages):
    text, document = pages("yearly")
    words = ["run", "tanker-strikes-yearly", "--points", "64", "--json"]
    metrics = json.loads(CliRunner().invoke(program, words).stdout)["outputs"]["loss"]["metrics"]
    assert document["run"]["outputs"]["loss"]["metrics"] == metrics
    shown = {key for key, _, _ in Reader(text).figures}
    start = "run/outputs/loss/metrics"
    told = {f"{start}/{kind}/value" for kind in ("aal", "no_loss", "var/0.99", "tvar/0.99")}
    told |= {f"{start}/{kind}/{at}/value" for kind in ("aep", "oep") for at in metrics["aep"]}
    assert told <= shown
    assert "How likely loss is to exceed each amount" in text


def test_tied_inputs_are_told_of_as_if_they_were_independent(pages):
    text, document = pages("tied")
    assert list(document["untied"]) == ["sector_sum"]
    apart = load("crowdstrike-f500-2024-together").model_copy(update={"dependence": []})
    exact = run(apart, points=64)["sector_sum"].interval(0.9).to_dict()
    assert document["untied"]["sector_sum"] == exact
    assert "if the inputs that move together were independent" in text
    assert "Of inputs that move together, what finding one tells of the others" in text
    assert "untied" not in pages("palmyra")[1]


def test_what_lies_beyond_a_small_density_is_pointed_at(tmp_path):
    path = tmp_path / "page.html"
    tables = {"title": "far", "inputs": {"a": "10 to 30 USD", "b": "10 to 30 USD"}}
    tables |= {"model": {"loss": "a + b"}, "claim": [{"says": "about 900 USD"}]}
    write_page(tables, path, *QUICK)
    text = path.read_text(encoding="utf-8")
    assert text.count("right of what is drawn") == 2
    assert re.search(r">P = \d+e-\d+</data>", text)


def test_a_reading_that_is_certain_is_true_or_not(tmp_path):
    path = tmp_path / "page.html"
    tables = {"title": "sure", "inputs": {"a": "1.6022 million USD"}, "model": {"loss": "a"}}
    write_page(tables | {"claim": [{"says": "about 1.6 million USD"}]}, path, *QUICK)
    text = path.read_text(encoding="utf-8")
    assert ">100%</data>" in text
    assert ">1.60</data>" not in text


def test_a_page_without_a_claim_tells_the_range(pages):
    text, document = pages("single")
    assert "claim" not in document
    assert "What the model gives" in text
    assert "What must be true" not in text


def test_other_values_are_said_and_rerun(tmp_path):
    path = tmp_path / "page.html"
    write_page("palmyra-tankers", path, *QUICK, "--set", "capacity=230 bbl/truck", "--seed", "7")
    text = path.read_text(encoding="utf-8")
    assert "Not the scenario as it was written" in text
    command = re.search(r"<code>(lossmodel report [^<]*)</code>", text)[1].replace("&#39;", "'")
    assert command.startswith("lossmodel report palmyra-tankers --seed 7 --replicates 16")
    assert "--set 'capacity=230 bbl/truck'" in command
    assert "--points 64" in command


def test_an_existing_page_is_never_replaced_unasked(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    ran = CliRunner().invoke(program, ["report", "palmyra-tankers", "-o", str(path)])
    assert (type(ran.exception), path.read_text()) == (UsageError, "mine")
    assert "--force replaces it" in str(ran.exception)
    write_page(SINGLE, path, *QUICK, "--force")
    assert "One input" in path.read_text(encoding="utf-8")


def test_a_folder_that_does_not_exist_is_refused_before_anything_runs(tmp_path):
    path = tmp_path / "none" / "page.html"
    ran = CliRunner().invoke(program, ["report", "palmyra-tankers", "-o", str(path)])
    assert isinstance(ran.exception, UsageError)
    assert ran.exception.fix == f"mkdir -p {path.parent}"


def test_a_full_disk_leaves_no_half_page(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lossmodel.cli.writing.os.fsync", full)
    path = tmp_path / "page.html"
    path.write_text("mine")
    words = ["report", str(FILE), "-o", str(path), "--force", *QUICK]
    ran = CliRunner().invoke(program, words)
    assert isinstance(ran.exception, OSError)
    assert path.read_text() == "mine"
    assert str(ran.exception.filename) == str(path)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_device_is_never_replaced_by_a_page(tmp_path, force):
    path = tmp_path / "pipe.html"
    os.mkfifo(path)
    ran = CliRunner().invoke(program, ["report", "palmyra-tankers", "-o", str(path), *force])
    assert isinstance(ran.exception, UsageError)
    assert ran.exception.found == f"{path}, a device"
    assert path.is_fifo()


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path, monkeypatch):
    # The superuser, who may run the tests, can write anywhere.
    monkeypatch.setattr("lossmodel.cli.writing.os.access", lambda *_: False)
    monkeypatch.setattr("lossmodel.cli.reporting._found", None)
    path = tmp_path / "page.html"
    ran = CliRunner().invoke(program, ["report", "palmyra-tankers", "-o", str(path)])
    assert isinstance(ran.exception, UsageError)
    assert ran.exception.expected == "a folder that you may write to"


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_what_is_missing_is_named_with_its_extra(tmp_path, monkeypatch, missing):
    for module in ("lossmodel.page.rendering", "lossmodel.charts.drawing"):
        real = sys.modules[module].find_spec
        monkeypatch.setattr(
            f"{module}.find_spec", lambda name, real=real: None if name == missing else real(name)
        )
    words = ["report", "palmyra-tankers", "-o", str(tmp_path / "page.html")]
    ran = CliRunner().invoke(program, words)
    assert isinstance(ran.exception, NotSupportedError)
    assert "pip install 'lossmodel[" in str(ran.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "claim"])
def test_run_and_claim_load_neither_matplotlib_nor_jinja2(command):
    # Where Dask is installed, pint imports it, and Dask imports Jinja2.
    code = (
        "import sys; sys.modules['dask'] = None; from lossmodel.cli.entry import program;"
        f"program(['{command}', 'palmyra-tankers'], standalone_mode=False);"
        "sys.exit(bool({'matplotlib', 'jinja2'} & {n.split('.')[0] for n in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", ["palmyra", "yearly", "tied", "ranges", "swept"])
def test_every_cell_stands_under_its_head(pages, name):
    text, _ = pages(name)
    tables = re.findall(r"<table.*?</table>", text, flags=re.DOTALL)
    assert tables
    for table in tables:
        heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
        rows = re.findall(r"<tr role=\"row\"><th scope=\"row\".*?</tr>", table, flags=re.DOTALL)
        assert rows
        for row in rows:
            assert re.findall(r"<td[^>]* data-label=\"([^\"]*)\"", row) == heads[1:]
