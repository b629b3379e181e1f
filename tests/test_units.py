import subprocess
import sys
from fractions import Fraction

import pytest

from lossmodel.errors import Fault
from lossmodel.units import DIMENSIONLESS, Unit, Units
from lossmodel.units.currencies import CURRENCIES
from lossmodel.units.expression import is_unit

UNITS = Units(["truck", "ship"])

KNOWN = "a unit, a currency code, or a counting noun declared in units"
GRAMMAR = 'a unit such as "USD/bbl", "truck" or "kg*m**2"'
EXPONENT = "a whole exponent within -6 to 6"
NOUN = "a counting noun: one word of letters, digits and _"
ONCE = "each counting noun once, in the singular"
NEW = "a counting noun that is no unit and no currency"


def unit(text: str) -> Unit:
    return UNITS.parse(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("  ", ""),
        ("1", ""),
        ("USD/bbl", "USD/bbl"),
        ("bbl/truck", "bbl/truck"),
        ("USD per barrel", "USD/bbl"),
        ("1/day", "1/day"),
        ("trucks", "truck"),
        ("hours", "h"),
        ("tonnes", "t"),
        ("litres", "L"),
        ("kilowatt_hours", "kWh"),
        ("MWh", "MWh"),
        ("µg", "µg"),
        ("um", "µm"),
        ("mins", "min"),
        ("ms", "ms"),
        ("lbs", "lb"),
        ("Mt", "Mt"),
        ("USD / bbl / day", "USD/bbl/day"),
        ("USD/(bbl day)", "USD/bbl/day"),
        ("kg m**2 / s^2", "kg*m**2/s**2"),
        ("kg m^+2 s**(-2)", "kg*m**2/s**2"),
        ("(m/s)**2", "m**2/s**2"),
        ("m**0", ""),
        ("truck truck", "truck**2"),
        ("truck/truck", ""),
        ("m*s/m", "s"),
    ],
)
def test_a_unit_prints_with_its_usual_names(text: str, printed: str) -> None:
    assert str(unit(text)) == printed


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        # Exact by definition: the US gallon of 231 cubic inches, the foot of 1959, the SI brochure.
        ("bbl", "gal", 42.0),
        ("bbl", "L", 158.987294928),
        ("gal", "L", 3.785411784),
        ("t", "kg", 1000.0),
        ("lb", "kg", 0.45359237),
        ("oz", "g", 28.349523125),
        ("mi", "m", 1609.344),
        ("nmi", "km", 1.852),
        ("acre", "m**2", 4046.8564224),
        ("km**2", "ha", 100.0),
        ("MWh", "GJ", 3.6),
        ("Btu", "J", 1055.05585262),
        ("calorie", "J", 4.184),
        ("kn", "km/h", 1.852),
        ("bar", "Pa", 1e5),
        ("GB", "bit", 8e9),
        ("year", "day", 365.25),
        ("year", "month", 12.0),
        ("year", "quarter", 4.0),
        ("week", "h", 168.0),
        ("USD/h", "USD/day", 24.0),
        ("h/day", "", 1 / 24),
        ("USD/MWh", "USD/kWh", 0.001),
        ("N", "kg*m/s**2", 1.0),
        ("W", "V*A", 1.0),
        ("ohm", "V/A", 1.0),
        ("S", "1/ohm", 1.0),
        ("F", "C/V", 1.0),
        ("Wb", "V*s", 1.0),
        ("T", "Wb/m**2", 1.0),
        ("H", "Wb/A", 1.0),
        ("lx", "lm/m**2", 1.0),
        ("Gy", "Sv", 1.0),
        ("kat", "mol/s", 1.0),
        ("Bq", "Hz", 1.0),
        ("eV", "J", 1.602176634e-19),
        ("MMBtu", "Btu", 1e6),
        ("toe", "GJ", 41.868),
        ("short_ton", "lb", 2000.0),
        ("long_ton", "lb", 2240.0),
        ("ozt", "g", 31.1034768),
        ("carat", "mg", 200.0),
        ("imperial_gallon", "L", 4.54609),
        ("yd", "in", 36.0),
        ("atm", "Pa", 101325.0),
    ],
)
def test_factors_are_those_of_the_definitions(source: str, target: str, factor: float) -> None:
    assert UNITS.factor(unit(source), unit(target)) == factor


def test_a_factor_between_equal_units_is_exactly_one() -> None:
    assert UNITS.factor(unit("USD/bbl"), unit("bbl**-1*USD")) == 1.0


@pytest.mark.parametrize(("source", "target"), [("USD", "GBP"), ("bbl", "m**2"), ("truck", "ship")])
def test_units_of_different_kinds_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(Fault) as caught:
        UNITS.factor(unit(source), unit(target))
    assert str(caught.value) == (
        f'found "{source}"; expected a unit that can be converted to "{target}"'
    )


@pytest.mark.parametrize("text", ["Ym**6*Ys**6*Yg**6", "ym**6*ys**6*yg**6"])
def test_a_factor_beyond_float64_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        UNITS.factor(unit(text), unit("m**6*s**6*g**6"))
    assert caught.value.expected == "a unit whose conversion fits a number"


@pytest.mark.parametrize(
    ("text", "simple", "factor"),
    [
        ("USD", "USD", 1.0),
        ("USD*h/day", "USD", 1 / 24),
        ("USD*day/h", "USD", 24.0),
        ("MW*h*USD/MWh", "USD", 1.0),
        ("W*h**2/J", "h", 3600.0),
        ("acre*ft*USD/m**3", "USD", 1233.48183754752),
        ("USD/ha*km**2", "USD", 100.0),
        ("kg*m/s**2/N", "", 1.0),
        ("h*day", "h**2", 24.0),
        ("day*h", "day**2", 1 / 24),
        ("h/h", "", 1.0),
        ("bbl*L/m**3", "bbl", 0.001),
        ("USD*h/day*min", "USD*h", 1 / 24 / 60),
        ("USD/GBP", "USD/GBP", 1.0),
        ("truck*ship", "truck*ship", 1.0),
    ],
)
def test_simplified_keeps_the_first_name_of_a_dimension(
    text: str, simple: str, factor: float
) -> None:
    found, worked_out = UNITS.simplified(unit(text))
    assert str(found) == simple
    assert worked_out == pytest.approx(factor, rel=4e-16)


def test_a_unit_of_many_names_is_simplified_at_once() -> None:
    crowd = unit("W*J*N*Pa*V*C*F*H*Hz*L*m*s*g*A*K*mol*ohm*S*acre*kn*Gy*kat*lx")
    simple, _ = UNITS.simplified(crowd)
    assert UNITS.dimension(simple) == UNITS.dimension(crowd)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", True),
        ("truck", True),
        ("truck/ship", True),
        ("truck*h/h", True),
        ("kg*m/s**2/N", True),
        ("h/day", False),
        ("truck*h/day", False),
        ("USD", False),
        ("m", False),
    ],
)
def test_plain_are_numbers_and_counts(text: str, plain: bool) -> None:  # noqa: FBT001  # a parameter
    assert UNITS.is_plain(unit(text)) is plain


@pytest.mark.parametrize(
    ("text", "noun"),
    [("trucks", "truck"), ("truck**2", None), ("truck/ship", None), ("day", None), ("", None)],
)
def test_counted_is_one_noun(text: str, noun: str | None) -> None:
    assert UNITS.counted(unit(text)) == noun


def test_every_currency_is_a_dimension_of_its_own() -> None:
    dimensions = {UNITS.dimension(unit(code)) for code in CURRENCIES}
    assert len(dimensions) == len(CURRENCIES) > 170
    assert all(str(unit(code)) == code for code in CURRENCIES)


def test_nouns_do_not_leak_into_other_scenarios() -> None:
    Units(["tanker"]).parse("tanker")
    with pytest.raises(Fault):
        Units(["truck"]).parse("tanker")


def test_a_noun_is_convertible_to_nothing_else() -> None:
    assert UNITS.dimension(unit("truck")) not in ({}, UNITS.dimension(unit("ship")))


@pytest.mark.parametrize(
    ("text", "found", "expected", "fix"),
    [
        ("USDD", 'the unit "USDD"', KNOWN, '"USD"'),
        ("trukc", 'the unit "trukc"', KNOWN, '"truck"'),
        ("Mwh", 'the unit "Mwh"', KNOWN, '"MWh"'),
        ("MT", 'the unit "MT"', KNOWN, "t for the metric tonne, Mt for a million of them"),
        ("Mbbl", 'the unit "Mbbl"', KNOWN, '"thousand bbl" or "million bbl"'),
        ("MUSD/truck", 'the unit "MUSD"', KNOWN, '"million USD/truck"'),
        ("kEUR", 'the unit "kEUR"', KNOWN, '"thousand EUR"'),
        ("trcuk", 'the unit "trcuk"', KNOWN, '"truck"'),
        ("boats", 'the unit "boats"', KNOWN, 'units = ["truck", "ship", "boat"]'),
        ("kilogrms", 'the unit "kilogrms"', KNOWN, '"kilogram"'),
        ("glass", 'the unit "glass"', KNOWN, 'units = ["truck", "ship", "glass"]'),
        ("USD a truck", 'the unit "a"', KNOWN, '"USD/truck"'),
        ("USD each", 'the unit "each"', KNOWN, ""),
        ("mn", 'the unit "mn"', KNOWN, '"million" right after the number, before the unit'),
        (
            "USD Billion",
            'the unit "Billion"',
            KNOWN,
            '"billion" right after the number, before the unit',
        ),
        ("Dollars", 'the unit "Dollars"', KNOWN, "USD, or the code of another dollar"),
        ("car", 'the unit "car"', KNOWN, 'units = ["truck", "ship", "car"], or "bar"'),
        ("trick", 'the unit "trick"', KNOWN, '"truck"'),
        ("shop", 'the unit "shop"', KNOWN, '"ship"'),
        ("hurs", 'the unit "hurs"', KNOWN, 'units = ["truck", "ship", "hur"], or "hour"'),
        ("barrls", 'the unit "barrls"', KNOWN, '"barrel"'),
        ("vessel", 'the unit "vessel"', KNOWN, 'units = ["truck", "ship", "vessel"]'),
        ("dozen", 'the unit "dozen"', KNOWN, "the number in digits"),
        ("qqqqqq", 'the unit "qqqqqq"', KNOWN, 'units = ["truck", "ship", "qqqqqq"]'),
        ("USD/", 'the end in the unit "USD/"', GRAMMAR, ""),
        ("/day", '"/" in the unit "/day"', GRAMMAR, '"1/day"'),
        ("2 USD", '"2" in the unit "2 USD"', GRAMMAR, "numbers belong before the unit"),
        ("USD 2", '"2" in the unit "USD 2"', GRAMMAR, ""),
        ("m)", '")" in the unit "m)"', GRAMMAR, ""),
        ("(m", 'the unit "(m"', 'a ")" for every "("', ""),
        ("m**(2", 'the unit "m**(2"', 'a ")" after the exponent', ""),
        ("m**7", '"7" in the unit "m**7"', EXPONENT, ""),
        ("m**10", '"10" in the unit "m**10"', EXPONENT, ""),
        ("m**s", '"s" in the unit "m**s"', EXPONENT, ""),
        ("m**2**2", '"**" in the unit "m**2**2"', GRAMMAR, ""),
        ("(m**4)**2", 'the unit "m**8"', "exponents of units within -6 to 6", ""),
        ("€", '"€" in the unit "€"', GRAMMAR, "write EUR"),
        ("m²", '"²" in the unit "m²"', GRAMMAR, "write **2"),
        ("m**٢", '"٢" in the unit "m**٢"', GRAMMAR, ""),
        ("m\x1b[2J", '"\\x1b" in the unit "m\\x1b[2J"', GRAMMAR, ""),
        ("m" * 201, "a unit of 201 characters", "a unit of at most 200 characters", ""),
    ],
)
def test_a_wrong_unit_is_refused_with_the_reason(
    text: str, found: str, expected: str, fix: str
) -> None:
    with pytest.raises(Fault) as caught:
        unit(text)
    assert caught.value.args == (found, expected, fix)


@pytest.mark.parametrize("text", ["kbbl", "kUSD", "Mday", "mt", "Tday", "ton", "pounds", "degC"])
def test_readings_that_would_mislead_are_not_units(text: str) -> None:
    with pytest.raises(Fault):
        unit(text)


@pytest.mark.parametrize(
    ("nouns", "found", "expected", "fix"),
    [
        (["tank truck"], '"tank truck"', NOUN, '"tank_truck"'),
        (["million"], '"million"', NOUN, ""),
        (["per"], '"per"', NOUN, ""),
        (["truck", "truck"], '"truck" a second time', ONCE, ""),
        (["truck", "trucks"], '"trucks" a second time', ONCE, ""),
        (["trucks", "truck"], '"truck" a second time', ONCE, ""),
        (["days"], '"days", which is a unit already (day)', NEW, '"days_unit"'),
        (["EUR"], '"EUR", which is a unit already (EUR)', NEW, '"EUR_unit"'),
    ],
)
def test_a_wrong_noun_is_refused_with_the_reason(
    nouns: list[str], found: str, expected: str, fix: str
) -> None:
    with pytest.raises(Fault) as caught:
        Units(nouns)
    assert caught.value.args == (found, expected, fix)


def test_roots_and_powers_of_units() -> None:
    area = unit("m**2/s**4")
    assert str(area.root(2)) == "m/s**2"
    assert area.power(0) == DIMENSIONLESS
    assert area.power(Fraction(1, 2)) == area.root(2)
    with pytest.raises(Fault) as caught:
        unit("m").root(2)
    assert str(caught.value) == (
        'found the unit "m" to the power 1/2; expected a power that leaves whole exponents'
    )


def test_a_unit_equals_units_only() -> None:
    assert unit("m") != "m"
    assert hash(unit("m*s")) == hash(unit("s*m"))


def test_importing_units_loads_neither_pint_nor_numpy() -> None:
    code = "import sys, lossmodel.units; print(sorted({'pint', 'numpy'} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


def test_a_declaration_too_long_for_a_line_is_not_repeated() -> None:
    with pytest.raises(Fault) as caught:
        Units([f"noun_{letter}" for letter in "abcdefghij"]).parse("vessels")
    assert caught.value.fix == '"vessel" in units as well'


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("USD/bbl", True),
        ("USD per bbl", True),
        ("USD / bbl", True),
        ("", True),
        ("a million USD", False),
        ("USD/", False),
        ("3 USD", False),
    ],
)
def test_what_shows_as_a_unit_by_its_form(text, is_one) -> None:
    assert is_unit(text) == is_one
