from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmodel.errors import Fault
from lossmodel.scenario.numerals import leading_numeral


@pytest.mark.parametrize(
    ("text", "exact", "rest"),
    [
        ("168 truck", "168", "truck"),
        ("51.6 USD/bbl", "51.6", "USD/bbl"),
        ("85%", "0.85", ""),
        ("85 % of it", "0.85", "of it"),
        ("2 million USD", "2E6", "USD"),
        ("3 thousand", "3E3", ""),
        ("9.6 billion USD", "9.6E9", "USD"),
        ("1.5 trillion", "1.5E12", ""),
        ("1_500", "1500", ""),
        ("1,816,000 bbl", "1816000", "bbl"),
        ("1,816.25", "1816.25", ""),
        ("-5", "-5", ""),
        ("+5", "5", ""),
        ("2.5e-3 USD", "0.0025", "USD"),
        ("1E3", "1000", ""),
        ("007", "7", ""),
        # A scale is a word of its own; a comma groups three digits or none.
        ("2 millions", "2", "millions"),
        ("2million", "2", "million"),
        ("1,5", "1", ",5"),
        ("1,81,6", "1", ",81,6"),
        ("1 816", "1", "816"),
    ],
)
def test_a_number_and_what_follows_it(text: str, exact: str, rest: str) -> None:
    numeral, left = leading_numeral(text)
    assert numeral.exact == Decimal(exact)
    assert numeral.value == float(exact)
    assert left == rest


@pytest.mark.parametrize(
    "text",
    ["", "twelve", ".5", "5.", "1.2.3", "nan", "inf", "- 5", "1_50", "_1", "168_000_", "١٢", "²"],
)
def test_what_begins_with_no_number(text: str) -> None:
    with pytest.raises(Fault, match="a number such as"):
        leading_numeral(text)


@pytest.mark.parametrize("text", ["1e309", "1e-400 USD", "9e307 thousand", "-1e999", "1e9999"])
def test_numbers_that_float64_cannot_hold(text: str) -> None:
    with pytest.raises(Fault, match="a number that float64 can hold"):
        leading_numeral(text)


def test_numbers_of_more_than_400_characters() -> None:
    assert leading_numeral("0." + "3" * 398)[0].value == 1 / 3
    with pytest.raises(Fault, match="a number of at most 400 characters"):
        leading_numeral("0." + "3" * 399)


@given(st.integers(-(10**15), 10**15), st.sampled_from([",", "_"]))
def test_grouping_changes_nothing(number: int, mark: str) -> None:
    numeral, rest = leading_numeral(f"{number:,}".replace(",", mark))
    assert (numeral.exact, rest) == (Decimal(number), "")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_reads_back(number: float) -> None:
    numeral, rest = leading_numeral(f"{number!r} USD")
    assert (numeral.value, rest) == (number, "USD")
