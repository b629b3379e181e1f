import re

import pytest
from page_numbers import Passages, printed, untold
from pages import CASES

pytestmark = pytest.mark.xdist_group("pages")


@pytest.mark.parametrize("name", CASES)
def test_every_number_in_a_sentence_or_a_chart_is_in_the_json(pages, name):
    text, document = pages(name)
    assert len(printed(text, document)) > 20
    assert untold(text, document) == []


# A number that is changed to another one of the same sentence or chart cannot be told apart.
@pytest.mark.parametrize(
    ("name", "share"),
    [("palmyra", 0.97), ("yearly", 0.95), ("tied", 0.95), ("impossible", 0.98), ("swept", 0.75)],
)
def test_a_number_that_is_changed_is_reported(pages, name, share):
    found = printed(*pages(name))
    missed = [each for each in found if each.altered().is_told]
    assert len(missed) <= (1.0 - share) * len(found), missed


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        (
            "cargo_wellhead is at most 1.74 million USD",
            "cargo_wellhead is at most 1.84 million USD",
        ),
        ("would remove 55% of the doubt", "would remove 65% of the doubt"),
        ("capacity about 33%, load_factor", "capacity about 43%, load_factor"),
        ("cargo_brent: 1.02 (0.597 to 1.49) million", "cargo_brent: 1.02 (0.597 to 1.59) million"),
        ("1.02 (0.597 to 1.49) million USD</text>", "1.02 (0.597 to 1.59) million USD</text>"),
        ("1.02 (0.597 to 1.49) million USD</text>", "1.02 (0.597 to 1.49) billion USD</text>"),
        ("Read as 2 to 2.5 million USD", "Read as 2 to 2.6 million USD"),
        ("Consistent with 3 of 5 readings", "Consistent with 4 of 5 readings"),
        ("1 of 10 inputs rests", "1 of 11 inputs rests"),
    ],
)
def test_a_sentence_that_is_changed_is_reported(pages, told, changed):
    text, document = pages("palmyra")
    assert told in text
    assert untold(text.replace(told, changed), document) != []


def test_texts_of_strangers_stand_in_the_json_word_for_word(pages):
    text, document = pages("palmyra")
    authored = [each.text for each in Passages(text).found if each.authored]
    assert len(authored) > 50
    said = " ".join(words_of(document))
    numbers = {x for each in authored for x in re.findall(r"\d[\d,.]*\d|\d", each)}
    assert {x for x in numbers if x not in said} == set()


def words_of(document):
    """Return all texts among the values of a JSON document."""
    if isinstance(document, str):
        return [document]
    parts = document.values() if isinstance(document, dict) else document
    return [x for each in parts if isinstance(each, dict | list | str) for x in words_of(each)]
