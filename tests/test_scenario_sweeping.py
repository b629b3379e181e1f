from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmodel.errors import Fault
from lossmodel.scenario.sweeping import MOST_VALUES, swept_texts, swept_values
from lossmodel.scenario.values import Between, Constant


@pytest.mark.parametrize(
    ("entry", "texts"),
    [
        ("0.6:1.0:0.1", ("0.6", "0.7", "0.8", "0.9", "1")),
        ("20:60:20 USD/bbl", ("20 USD/bbl", "40 USD/bbl", "60 USD/bbl")),
        ("1:2:0.4", ("1", "1.4", "1.8")),
        ("1.0:0.8:-0.1", ("1", "0.9", "0.8")),
        ("5:5:1", ("5",)),
        (" 100 : 300 : 100  h ", ("100 h", "200 h", "300 h")),
        ("1,000:3,000:1_000 USD", ("1000 USD", "2000 USD", "3000 USD")),
        ("20 to 55 USD/bbl", ("20 to 55 USD/bbl",)),
        ("1:3:1 million USD", ("1 million USD", "2 million USD", "3 million USD")),
        ("0.5 million USD:1 million  USD:0.5 million USD", ("0.5 million USD", "1 million USD")),
        ("20 USD/L:30:10 USD/L", ("20 USD/L", "30 USD/L")),
        ("20:30 USD/L:10 USD/L", ("20 USD/L", "30 USD/L")),
        ("60:80:10%", ("60%", "70%", "80%")),
        ("60%:80 %:10 %", ("60%", "70%", "80%")),
        ("100:300:100 % USD", ("100% USD", "200% USD", "300% USD")),
        ("1e3:2e3:1e3 USD", ("1000 USD", "2000 USD")),
    ],
)
def test_low_high_and_step(entry: str, texts: tuple[str, ...]) -> None:
    assert swept_texts(entry) == texts


def test_the_values_are_those_that_a_person_would_type() -> None:
    values = swept_values(["0.6:1.0:0.1", "2 to 3"])
    typed = [Constant(x, "") for x in (0.6, 0.7, 0.8, 0.9, 1.0)]
    assert values == (*typed, Between(2.0, 3.0, ""))


@pytest.mark.parametrize(
    "entry",
    [
        "1:2:0",
        "1:2:-1",
        "2:1:1",
        "1:2",
        "1:2:3:4",
        "a:b:c",
        "::",
        "1:2:",
        "1:9e9:1",
        "0:1e300:1e-300",
    ],
)
def test_what_is_no_sweep(entry: str) -> None:
    with pytest.raises(Fault):
        swept_texts(entry)


@pytest.mark.parametrize(
    ("entry", "fix"),
    [("1:2:-0.5 h", '"1:2:0.5 h"'), ("2:1:1", '"2:1:-1"'), ("1:2:0", ""), ("1:2", "")],
)
def test_a_step_that_leads_away_is_turned(entry: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        swept_texts(entry)
    assert caught.value.fix == fix


@pytest.mark.parametrize(
    ("entry", "fix"),
    [
        ("20 USD/L:40:10 USD/bbl", '"20:40:10 USD/bbl"'),
        ("20 nonsense!:40 <x>:10 USD/L", '"20:40:10 USD/L"'),
        ("20 USD/L:40 USD/L:10", '"20:40:10 USD/L"'),
        ("60%:100%:10", '"60:100:10%"'),
        ("1 million USD:3 million USD:500 thousand USD", '"1:3:500 thousand USD"'),
        ("1 million USD:3 million USD:1 USD", '"1:3:1 USD"'),
        ("0.6:100%:0.1", '"0.6:100:0.1%"'),
        ("1 x:2:1", '"1:2:1 x"'),
    ],
)
def test_low_and_high_have_no_unit_of_their_own(entry: str, fix: str) -> None:
    with pytest.raises(Fault, match="one unit, behind the last number") as caught:
        swept_texts(entry)
    assert caught.value.fix == fix
    swept_texts(fix.strip('"'))


def test_a_list_has_at_most_10_000_values() -> None:
    assert len(swept_values(["1:5000:1", "5001:10000:1"])) == MOST_VALUES
    for entries in (["1:10001:1"], ["1:5000:1"] * 3):
        with pytest.raises(Fault, match="at most 10,000"):
            swept_values(entries)
    with pytest.raises(Fault, match="an empty list"):
        swept_values([])


@given(st.integers(-(10**6), 10**6), st.integers(0, 300), st.integers(1, 10**4), st.integers(0, 6))
def test_a_sweep_counts_in_decimals(low: int, steps: int, step: int, places: int) -> None:
    unit = Decimal((0, (1,), -places))
    first, by = low * unit, step * unit
    texts = swept_texts(f"{first:f}:{first + steps * by:f}:{by:f}")
    assert [Decimal(text) for text in texts] == [first + i * by for i in range(steps + 1)]
