from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmodel.errors import Fault
from lossmodel.scenario.numerals import leading_numeral
from lossmodel.scenario.wording import Wording, parsed_range, parsed_wording, rounding_interval


@pytest.mark.parametrize(
    ("amount", "low", "high"),
    [
        # The examples of the file format, then both sides of a power of ten by hand.
        ("2 million", 1.5e6, 2.5e6),
        ("2.0 million", 1.95e6, 2.05e6),
        ("100 million", 95e6, 150e6),
        ("1,816", 1815.5, 1816.5),
        ("2,000,000", 1.5e6, 2.5e6),
        ("9.6 billion", 9.55e9, 9.65e9),
        ("1", 0.95, 1.5),
        ("1.0", 0.995, 1.05),
        ("10%", 0.095, 0.15),
        ("85%", 0.845, 0.855),
        ("0.5", 0.45, 0.55),
        ("0.10", 0.0995, 0.105),
        ("99", 98.5, 99.5),
        ("101", 100.5, 101.5),
        ("1.5e3", 1450.0, 1550.0),
        ("60", 55.0, 65.0),
    ],
)
def test_the_values_that_round_to_an_amount(amount: str, low: float, high: float) -> None:
    assert parsed_wording(f"{amount} USD") == Wording(
        leading_numeral(amount)[0].value, low, high, "", "USD"
    )


@pytest.mark.parametrize(
    ("says", "comparator", "low", "high", "side"),
    [
        ("2 million USD", "", 1.5e6, 2.5e6, ""),
        ("about 2 million USD", "about", 1.5e6, 2.5e6, ""),
        ("About\n2  million USD", "about", 1.5e6, 2.5e6, ""),
        ("more than 2 million USD", "more than", 2e6, 2.5e6, "floor"),
        ("over 2 million USD", "over", 2e6, 2.5e6, "floor"),
        ("At least 2 million USD", "at least", 2e6, 2.5e6, "floor"),
        ("less than 2 million USD", "less than", 1.5e6, 2e6, "ceiling"),
        ("under 2 million USD", "under", 1.5e6, 2e6, "ceiling"),
        ("at most 2 million USD", "at most", 1.5e6, 2e6, "ceiling"),
        ("up to 2 million USD", "up to", 1.5e6, 2e6, "ceiling"),
    ],
)
def test_words_before_the_amount(
    says: str, comparator: str, low: float, high: float, side: str
) -> None:
    wording = parsed_wording(says)
    assert wording == Wording(2e6, low, high, comparator, "USD")
    assert wording.one_sided == side


def test_low_to_high() -> None:
    assert parsed_wording("6 to 10 billion USD") == Wording(None, 6e9, 1e10, "", "USD")
    assert parsed_wording("0 to 1") == Wording(None, 0.0, 1.0, "", "")
    assert parsed_range("1.5 to  2 million USD") == (1.5e6, 2e6, "USD")


@pytest.mark.parametrize(
    ("says", "fix"),
    [
        ("more then 3 million USD", '"more than 3 million USD"'),
        ("MORETHAN 3 million USD", '"more than 3 million USD"'),
        ("abuot 3 h", '"about 3 h"'),
        ("some 3 million USD", '"about 3 million USD"'),
        ("nearly 3 million USD", '"about 3 million USD"'),
        ("Almost 3 million USD", '"about 3 million USD"'),
        ("around 3 million USD", '"about 3 million USD"'),
        ("roughly 3 million USD", '"about 3 million USD"'),
        ("as much as 120 million GBP", '"up to 120 million GBP"'),
        ("no more than 3 million USD", '"at most 3 million USD"'),
        ("not less than 3 million USD", '"at least 3 million USD"'),
        (">3 million USD", '"more than 3 million USD"'),
        ("more than ten million USD", '"more than 10 million USD"'),
        ("more than 2 Million USD", '"more than 2 million USD"'),
        ("“more than 2 million USD”", '"more than 2 million USD"'),
        ("from 2 to 3 million USD", '"2 to 3 million USD"'),
        ("over 45% of cars", '"over 45%"'),
        ("more than $3 million", '"more than 3 million USD"'),
        ("more than $3m", '"more than 3 million USD"'),
        ("£3.5bn", '"3.5 billion GBP"'),
        ("2-3 million USD", '"2 to 3 million USD"'),
        ("between 2 and 3 million USD", '"2 to 3 million USD"'),
        ("about 2 to 3 million USD", '"2 to 3 million USD"'),
        ("3 to 2 million USD", '"2 to 3 million USD"'),
        ("about -2 USD", '"about 2 USD"'),
        ("losses of more than 2 million USD", '"more than 2 million USD"'),
        ("a loss of around $2m", '"about 2 million USD"'),
        ("estimated at 2 million USD", '"2 million USD"'),
        ("worth no more than 2 million USD", '"at most 2 million USD"'),
        ("more than 2 million USD of lost revenue", '"more than 2 million USD"'),
    ],
)
def test_the_fix_works_when_it_is_typed(says: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_wording(says)
    assert caught.value.fix == fix
    parsed_wording(fix.strip('"'))


@pytest.mark.parametrize(
    ("says", "fix"),
    [
        ("hundreds of millions of GBP", '"AMOUNT GBP"'),
        ("a quarter of 3 million GBP", '"AMOUNT GBP"'),
        ("half a million GBP", '"AMOUNT GBP"'),
        ("a third of about 3 million GBP", '"AMOUNT GBP"'),
        ("losses of not quite over 3 million GBP", '"AMOUNT GBP"'),
        ("more than 2 to 3 million GBP", '"LOW to HIGH GBP"'),
        ("a lot of money", ""),
        ("", ""),
        ("0 USD", ""),
        ("2+ million USD", ""),
    ],
)
def test_no_amount_is_made_up(says: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_wording(says)
    assert caught.value.fix == fix


@pytest.mark.parametrize("text", ["2 million USD", "", "about 2 to 3", "3 to 2", "2 to"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(Fault):
        parsed_range(text)


amounts = st.one_of(
    st.integers(1, 10**12).map("{:,}".format),
    st.integers(1, 10**9).map(str),
    st.decimals("0.001", 10**6, places=3, allow_nan=False).map(str),
    st.builds("{} million".format, st.integers(1, 999)),
    st.builds("{}%".format, st.integers(1, 100)),
)


def significant_digits(digits: str) -> int:
    if "." in digits:
        return len(digits.replace(".", "").lstrip("0"))
    return len(digits.strip("0"))


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal((0, (1,), value.adjusted() - digits + 1)), ROUND_HALF_UP)


@given(amounts, st.fractions(0, 1, max_denominator=1000))
def test_what_lies_in_the_interval_rounds_to_the_amount(text: str, share: Fraction) -> None:
    amount, _ = leading_numeral(text)
    low, high = rounding_interval(amount)
    digits = significant_digits(amount.digits)
    inside = low + (high - low) * share.numerator / share.denominator
    assert (rounded(inside, digits) == amount.exact) == (inside < high)


@given(amounts)
def test_what_lies_just_outside_rounds_to_something_else(text: str) -> None:
    amount, _ = leading_numeral(text)
    low, high = rounding_interval(amount)
    digits, little = significant_digits(amount.digits), (high - low) / 10**6
    assert rounded(low - little, digits) != amount.exact
    assert rounded(high - little, digits) == amount.exact
    assert rounded(high, digits) != amount.exact
