import pytest

from lossmodel.errors import Fault
from lossmodel.formula.checking import Resolved, Typed, expressed, resolved, simplest
from lossmodel.formula.parser import parse
from lossmodel.formula.text import to_text
from lossmodel.units import Units

UNITS = Units(["truck", "ship"])
WRITTEN = {
    "trucks": "truck",
    "capacity": "bbl/truck",
    "price": "USD/bbl",
    "price_gbp": "GBP/bbl",
    "load": "",
    "usd": "USD",
    "gbp": "GBP",
    "hours": "h",
    "days": "day",
    "power": "MW",
    "tariff": "USD/MWh",
    "area": "acre",
    "depth": "ft",
    "side": "m",
    "per_volume": "USD/m**3",
}
ENV = {name: Typed(UNITS.parse(unit)) for name, unit in WRITTEN.items()} | {
    "each": Typed(UNITS.parse("bbl/truck"), frozenset({"trucks"})),
    "cargo": Typed(UNITS.parse("t/ship"), frozenset({"ships"})),
}
COUNTED = {"trucks": UNITS.parse("truck"), "ships": UNITS.parse("ship")}

PLAIN = "a plain number"
RATE = 'an input such as usd_per_gbp = "... USD/GBP"'


def checked(text: str) -> Resolved:
    return resolved(parse(text), ENV, UNITS, COUNTED)


@pytest.mark.parametrize(
    ("text", "tree", "unit"),
    [
        ("trucks * capacity * price * load", "trucks * capacity * price * load", "USD"),
        ("hours + days", "hours + days * 24", "h"),
        ("days - hours", "days - hours * 0.041666666666666664", "day"),
        ("hours < days", "hours < days * 24", ""),
        ("max(0, days, hours)", "max(0, days, hours * 0.041666666666666664)", "day"),
        ("0 - usd", "0 - usd", "USD"),
        ("usd > 0", "usd > 0", ""),
        ("0 + 0", "0 + 0", ""),
        ("clip(hours, 0, days)", "clip(hours, 0, days * 24)", "h"),
        ("where(hours > 0, 0, usd)", "where(hours > 0, 0, usd)", "USD"),
        ("where(hours / days, 1, 2)", "where(hours / days * 0.041666666666666664, 1, 2)", ""),
        ("exp(hours / days)", "exp(hours / days * 0.041666666666666664)", ""),
        ("log(load)", "log(load)", ""),
        ("round(trucks * load)", "round(trucks * load)", "truck"),
        ("floor(hours / days)", "floor(hours / days * 0.041666666666666664)", ""),
        ("side ** 2", "side ** 2", "m**2"),
        ("side ** -(3 - 1)", "side ** -(3 - 1)", "1/m**2"),
        ("(side ** 2) ** 1.5", "(side ** 2) ** 1.5", "m**3"),
        ("sqrt(side * depth)", "sqrt(side * depth * 0.3048)", "m"),
        ("(side / depth) ** load", "(side / depth * 3.2808398950131235) ** load", ""),
        ("load ** 0.3", "load ** 0.3", ""),
        ("-abs(usd)", "-abs(usd)", "USD"),
        ("sum(each * price)", "sum(each * price)", "USD"),
        ("mean(each)", "mean(each)", "bbl/truck"),
        ("max(each)", "max(each)", "bbl/truck"),
        ("sum(cargo)", "sum(cargo)", "t"),
    ],
)
def test_units_are_converted_in_the_tree(text: str, tree: str, unit: str) -> None:
    found = checked(text)
    assert to_text(found.node) == tree
    assert found.unit == UNITS.parse(unit)


@pytest.mark.parametrize(
    ("text", "tree", "unit"),
    [
        ("power * hours * tariff", "power * hours * tariff", "USD"),
        ("area * depth * per_volume", "area * depth * per_volume * 1233.48183754752", "USD"),
        ("usd * hours / days", "usd * hours / days * 0.041666666666666664", "USD"),
    ],
)
def test_results_are_multiplied_out_and_cancelled(text: str, tree: str, unit: str) -> None:
    found = simplest(checked(text), UNITS)
    assert (to_text(found.node), str(found.unit)) == (tree, unit)


def test_a_result_is_expressed_in_the_unit_that_is_asked_for() -> None:
    found = expressed(checked("hours"), UNITS.parse("min"), UNITS)
    assert (to_text(found.node), str(found.unit)) == ("hours * 60", "min")


@pytest.mark.parametrize(
    ("target", "expected"), [("GBP", "a formula in GBP"), ("", "a plain number")]
)
def test_a_result_in_another_kind_of_unit_is_refused(target: str, expected: str) -> None:
    with pytest.raises(Fault) as caught:
        expressed(checked("usd"), UNITS.parse(target), UNITS)
    assert caught.value.args == ('"usd" (in USD)', expected, "")


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("each * cargo", {"trucks", "ships"}),
        ("max(each, capacity)", {"trucks"}),
        ("sum(each) + capacity * trucks", set()),
        ("each > 0", {"trucks"}),
        ("-each", {"trucks"}),
        ("price", set()),
    ],
)
def test_axes_join_and_are_summed_away(text: str, axes: set[str]) -> None:
    assert checked(text).axes == axes


@pytest.mark.parametrize(
    ("text", "found", "expected", "fix"),
    [
        (
            "usd + gbp",
            '"usd" (in USD) and "gbp" (in GBP)',
            "units of one kind around +",
            f'{RATE}, and multiply "gbp" by it',
        ),
        (
            "price - price_gbp",
            '"price" (in USD/bbl) and "price_gbp" (in GBP/bbl)',
            "units of one kind around -",
            f'{RATE}, and multiply "price_gbp" by it',
        ),
        ("usd + side", '"usd" (in USD) and "side" (in m)', "units of one kind around +", ""),
        (
            "usd < 5",
            '"usd" (in USD) and "5" (a plain number)',
            "units of one kind around <",
            'give the number a unit: an input such as "5 USD"',
        ),
        (
            "10 + price",
            '"10" (a plain number) and "price" (in USD/bbl)',
            "units of one kind around +",
            'give the number a unit: an input such as "10 USD/bbl"',
        ),
        (
            "where(load, usd, hours)",
            '"usd" (in USD) and "hours" (in h)',
            "units of one kind around where",
            "",
        ),
        (
            "where(usd, 1, 2)",
            '"usd" (in USD), in the condition of where',
            PLAIN,
            "divide it by an amount in USD",
        ),
        (
            "exp(price)",
            '"price" (in USD/bbl), in exp',
            PLAIN,
            "divide it by an amount in USD/bbl",
        ),
        ("load ** hours", '"hours" (in h), in the exponent', PLAIN, "divide it by an amount in h"),
        (
            "round(usd)",
            '"usd" (in USD), in round',
            "a plain number or a count",
            "divide it by an amount in USD, and multiply afterwards",
        ),
        (
            "side ** load",
            '"side" (in m), to the power "load"',
            "a whole number (or a half) as the exponent of a quantity",
            "divide the quantity by an amount in m",
        ),
        (
            "side ** 0.3",
            '"side" (in m), to the power "0.3"',
            "a whole number (or a half) as the exponent of a quantity",
            "divide the quantity by an amount in m",
        ),
        (
            "sqrt(side)",
            'the unit "m" to the power 1/2',
            "a power that leaves whole exponents",
            "",
        ),
        ("side ** 7", 'the unit "m**7"', "exponents of units within -6 to 6", ""),
        (
            "max(price)",
            'max of "price", which varies with nothing',
            "an argument that varies per one thing",
            'varies = "per NAME" in one of its inputs',
        ),
        (
            "sum(each * cargo)",
            'sum of "each * cargo", which varies per ships or trucks',
            "an argument that varies per one thing",
            "",
        ),
        ("trucs", 'the name "trucs"', "an input or a formula", "trucks"),
    ],
)
def test_units_that_disagree_are_refused(text: str, found: str, expected: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        checked(text)
    assert caught.value.args == (found, expected, fix)
