import math

from hypothesis import given
from hypothesis import strategies as st

from lossmodel.errors import Fault
from lossmodel.units import DIMENSIONLESS, Unit, Units

UNITS = Units(["truck", "ship"])
NAMES = [
    "USD",
    "GBP",
    "truck",
    "ship",
    "bbl",
    "L",
    "m",
    "ft",
    "kg",
    "h",
    "day",
    "MW",
    "MWh",
    "acre",
]


@st.composite
def units(draw: st.DrawFn, largest: int = 3) -> Unit:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    exponents = st.integers(-largest, largest).filter(bool)
    return Unit(tuple((name, draw(exponents)) for name in names))


def attempted(text: str) -> Unit | str:
    try:
        return UNITS.parse(text)
    except Fault as fault:
        return fault.found


@given(units())
def test_what_prints_parses_back(unit: Unit) -> None:
    assert UNITS.parse(str(unit)) == unit


@given(units(), units(), units(largest=2))
def test_units_multiply_like_numbers(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert a * DIMENSIONLESS == a
    assert a / a == DIMENSIONLESS
    assert (a * b) / b == a
    assert c.power(2) == c * c
    assert c.power(2).root(2) == c


@given(units(), units())
def test_dimensions_follow_the_product(a: Unit, b: Unit) -> None:
    same = UNITS.dimension(a) == UNITS.dimension(b)
    assert same == (UNITS.dimension(a / b) == frozenset())


@given(units())
def test_simplifying_keeps_the_amount_and_settles(unit: Unit) -> None:
    simple, factor = UNITS.simplified(unit)
    assert UNITS.dimension(simple) == UNITS.dimension(unit)
    # The same exact ratio, rounded once in both.
    assert UNITS.factor(unit, simple) == factor
    assert UNITS.simplified(simple) == (simple, 1.0)
    assert len(simple.powers) <= len(unit.powers)


@given(units())
def test_factors_there_and_back_cancel(unit: Unit) -> None:
    simple, there = UNITS.simplified(unit)
    back = UNITS.factor(simple, unit)
    # Two roundings to nearest: each relative error is at most 2**-53.
    assert math.isclose(there * back, 1.0, rel_tol=2.5 * 2**-53)


@given(st.text(alphabet="mstUSD/bl *^()-+1269per_²µ€\x1b", max_size=30) | st.text(max_size=40))
def test_any_text_is_a_unit_or_a_fault(text: str) -> None:
    found = attempted(text)
    assert found.isprintable() if isinstance(found, str) else UNITS.parse(str(found)) == found
