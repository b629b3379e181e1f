"""The bundled scenarios of published claims: their tables, their sources and their words."""

import json
import re
import subprocess
import sys
import tomllib
from itertools import takewhile
from pathlib import Path

import pytest

import lossmodel as lm

ROOT = Path(__file__).parents[2]
SMOKE = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "scenarios" / "smoke").glob("*.json"))
}
# Readings that a scenario adds to those of the published table, with the reason in its file.
ADDED = {"gatwick-drone-2018": {"by_other_passengers"}}
# What a claim tells of its origin, and the word by which a comment above it owns up to the lack.
ORIGIN = {"quote": "quote", "publisher": "publisher", "date": "date", "url": "address"}
LONGEST_QUOTE = 15
# The one source that nobody publishes.
CALENDAR = "The calendar"

every = pytest.mark.parametrize("name", SMOKE)


def text_of(name):
    return lm.bundled()[name].read_text(encoding="utf-8")


def comments_above_claims(text):
    for before in text.split("\n[[claim]]\n")[:-1]:
        lines = takewhile(lambda line: line.startswith("#"), reversed(before.splitlines()))
        yield " ".join(line.lstrip("# ") for line in reversed(list(lines)))


def test_there_are_fifteen_published_claims():
    assert len(SMOKE) == 15


@every
def test_every_reading_agrees_with_the_table_on_its_triangular_ranges(name):
    scenario, smoke = lm.load(name), SMOKE[name]
    assert set(smoke["settings"]) == set(scenario.inputs)
    result = lm.run(scenario, settings=smoke["settings"])
    assert set(result) == set(smoke["expected"]) | ADDED.get(name, set())
    for reading, quantiles in smoke["expected"].items():
        tolerances = smoke["tolerance"]["absolute"][reading]
        assert list(quantiles) == list(tolerances) == ["0.05", "0.5", "0.95"]
        for probability, expected in quantiles.items():
            told = result[reading].quantile(float(probability))
            allowed = tolerances[probability] + 4.0 * told.se
            assert abs(told.value - expected) <= allowed, (reading, probability)


def test_the_page_of_the_claims_is_what_the_scenarios_give():
    ran = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "claims_page.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert all(f"\n## {name}\n" in ran.stdout for name in SMOKE)


def test_the_readings_of_the_palmyra_claim_weigh_what_triangular_ranges_say():
    usd = ["cargo_wellhead", "cargo_brent", "cargo_refined_local", "truckload_rule"]
    scenario = lm.load("palmyra-tankers")
    claim = scenario.claim[0].model_copy(
        update={"range": "2.0 to 2.5 million USD", "readings": [*usd, "cargo_plus_trucks"]}
    )
    scenario = scenario.model_copy(update={"claim": [claim]})
    (check,) = lm.check_claims(scenario, settings=SMOKE["palmyra-tankers"]["settings"])
    weights = {name: told.weight for name, told in check.readings.items()}
    printed = {"truckload_rule": 0.6527, "cargo_refined_local": 0.2685, "cargo_plus_trucks": 0.0788}
    for name, weight in printed.items():
        # Half a unit of the last digit that is printed, and t beyond 5.2: once in 10,000.
        assert abs(weights[name].value - weight) <= 5e-5 + 5.2 * weights[name].se
        assert weights[name].se < 1e-3
    for name in ("cargo_wellhead", "cargo_brent"):
        assert weights[name] == lm.Estimate.exact(0.0)
        assert check.readings[name].verdict == "impossible"


@pytest.mark.parametrize("name", lm.bundled())
def test_every_input_tells_its_source_its_basis_and_its_date(name):
    for key, given in tomllib.loads(text_of(name))["inputs"].items():
        assert given["basis"] in {"seen", "derived", "assumed"}, key
        assert given["as_of"], key
        # That it is assumed is all that there is to tell of the source of an assumed input.
        assert bool(given.get("source")) != (given["basis"] == "assumed"), key
        if given["basis"] != "assumed" and given["source"] != CALENDAR:
            assert all(given.get(word) for word in ("publisher", "url", "quote")), key
        assert len(given.get("quote", "").split()) <= LONGEST_QUOTE, key


@every
def test_every_claim_says_where_it_was_printed_or_why_it_does_not(name):
    text = text_of(name)
    claims = tomllib.loads(text)["claim"]
    for claim, comment in zip(claims, comments_above_claims(text), strict=True):
        assert claim["covers"]
        assert len(claim.get("quote", "").split()) <= LONGEST_QUOTE
        for key, word in ORIGIN.items():
            owned = re.search(rf"hence without [^.]*\b{word}\b", comment)
            assert (key in claim) != bool(owned), (claim["says"], key)
