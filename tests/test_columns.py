"""The tables of all commands, and of notebooks: the same columns in the same order."""

import itertools
import re

import pytest
from click.testing import CliRunner
from golden_model import FILE

import lossmodel as lm
from lossmodel.cli.entry import program

ORDER = [
    # What the row is.
    "output",
    "reading",
    "scenario",
    "input",
    "load",
    # Amounts and their unit.
    "median",
    "90% interval",
    "90% interval at P5",
    "90% interval at P95",
    "mean",
    "P99",
    "change",
    "for it to be",
    "would have to be",
    "unit",
    "histogram",
    # Probabilities and shares.
    "P(below)",
    "P(> 2 million USD)",
    "true with probability",
    "P(inside)",
    "P(above)",
    "probability as read",
    "weight before",
    "weight",
    "alone",
    "in all",
    "width",
    "width once known",
    "how rare",
    # Ratios and words.
    "times median",
    "the figure is",
]
AMOUNTS = ["median", "90% interval", "mean", "unit"]
POINTS = ["--points", "64"]
COMMANDS = {
    "run": ["palmyra-tankers", *POINTS],
    "claim": ["palmyra-tankers", *POINTS],
    "claim of ranges": ["southwest-meltdown-2022", *POINTS],
    "sensitivity": ["palmyra-tankers", *POINTS],
    "sweep": [str(FILE), "--vary", "load=0.6,0.8", *POINTS],
    "compare": ["palmyra-tankers", "palmyra-tankers-per-truck"],
    "compare P99": ["palmyra-tankers", "palmyra-tankers-per-truck", "--quantile", "0.99", *POINTS],
}


def printed(name, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = CliRunner().invoke(program, [name.split()[0], *COMMANDS[name]])
    assert ran.exit_code == 0, ran.output
    return ran.stdout.splitlines()


def heads_of(line, above):
    """Return heads and where they begin; what stands above one belongs to it."""
    words = [(each.start(), each.end(), each.group()) for each in re.finditer(r"\S+( \S+)*", line)]
    over = [(each.start(), each.end(), each.group()) for each in re.finditer(r"\S+( \S+)*", above)]
    return [
        " ".join([*(text for a, b, text in over if a < end and start < b), word])
        for start, end, word in words
    ]


def tables(lines):
    """Return the heads of every table: its first line begins with what its rows are."""
    names = re.compile(r"(output|reading|scenario|input|load)  ")
    pairs = itertools.pairwise(["", *lines])
    return [
        heads_of(line, above if above.startswith("    ") else "")
        for above, line in pairs
        if names.match(line)
    ]


@pytest.mark.parametrize("columns", [80, 300])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_table_has_its_columns_in_the_one_order(name, columns, monkeypatch):
    found = tables(printed(name, monkeypatch, columns))
    assert found
    for heads in found:
        places = [ORDER.index(head) for head in heads]
        assert places == sorted(places), heads


@pytest.mark.parametrize("columns", [80, 300])
@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "compare P99"])
def test_every_command_tells_medians_intervals_means_and_units(name, columns, monkeypatch):
    first, *_ = tables(printed(name, monkeypatch, columns))
    assert [head for head in first if head in AMOUNTS] == AMOUNTS
    # The points of a sweep keep statistics and no draws.
    assert ("histogram" in first) == (name != "sweep")


@pytest.mark.parametrize("name", COMMANDS)
def test_80_columns_without_colour_are_enough(name, monkeypatch):
    lines = printed(name, monkeypatch, 80)
    assert max(map(len, lines)) <= 80
    assert not any("\x1b" in line or "…" in line for line in lines)


def test_tables_of_notebooks_have_the_same_order():
    scenario = lm.load("palmyra-tankers")
    other = lm.load("palmyra-tankers-per-truck")
    results = [
        lm.run(scenario, points=64),
        lm.check_claims(scenario, points=64),
        lm.sensitivity(scenario, points=64),
        lm.sweep(lm.load(FILE), {"load": ["0.6", "0.8"]}, points=64),
        lm.compare(scenario, other, points=64),
    ]
    for result in results:
        found = [
            re.findall(r"<th[^>]*>([^<]*)</th>", head)
            for head in re.findall(r"<thead.*?</thead>", result._repr_html_(), re.DOTALL)
        ]
        assert found
        for heads in found:
            places = [ORDER.index(head.replace("&gt;", ">")) for head in heads]
            assert places == sorted(places), heads
