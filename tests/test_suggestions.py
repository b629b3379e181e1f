import random
import string

import click
import pytest

from lossmodel.cli.entry import program
from lossmodel.distributions.families import signatures
from lossmodel.errors import nearest
from lossmodel.formula.tree import FUNCTIONS
from lossmodel.scenario.schema import Claim, Dependence, Formula, Input, Scenario
from lossmodel.units import registry

TABLES = (Scenario, Input, Formula, Claim, Dependence)
VOCABULARIES = [
    list(signatures()),
    list(FUNCTIONS),
    program.list_commands(click.Context(program)),
    registry.names(),
    *(list(table.model_fields) for table in TABLES),
]


def slip(word: str, chance: random.Random) -> str:
    place, letter = chance.randrange(len(word)), chance.choice(string.ascii_lowercase)
    match chance.randrange(4):
        case 0:
            return word[:place] + letter + word[place:]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[:place] + letter + word[place + 1 :]
        case _:
            place = max(place, 1)
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def typos(number: int) -> list[tuple[str, str, list[str]]]:
    made: list[tuple[str, str, list[str]]] = []
    chance = random.Random(20161208)  # noqa: S311 - typos need no secrecy
    while len(made) < number:
        words = chance.choice(VOCABULARIES)
        word = chance.choice(words)
        typed = slip(word, chance)
        # Two slips leave too little of a word of four letters for anyone to tell what it was.
        if len(word) > 4 and chance.random() < 0.5:
            typed = slip(typed, chance)
        if len(word) > 2 and typed not in words:
            made.append((typed, word, words))
    return made


def test_190_of_200_typos_are_understood() -> None:
    found = [nearest(typed, words) == word for typed, word, words in typos(200)]
    assert sum(found) >= 190


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("UDS", ["UZS", "USD"], "USD"),  # swapped before changed
        ("usd", ["USX", "USD"], "USD"),
        ("mw", ["MW", "mW"], "mW"),
        ("maximum", ["min", "max"], "max"),
        ("corr", ["between", "correlation"], "correlation"),
        ("laod", ["load", "lead"], "load"),
        ("colour", ["title", "model", "claim"], ""),
        ("x", ["y", "z"], ""),
        ("anything", [], ""),
        ("", ["a", "abc"], ""),
    ],
)
def test_what_was_meant(word: str, known: list[str], meant: str) -> None:
    assert nearest(word, known) == meant
