"""The units that every scenario shares, looked up one name at a time.

pint reads the definitions and knows prefixes and plurals; only single names ever reach it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from lossmodel.units.currencies import CURRENCIES

if TYPE_CHECKING:
    import pint

Dimension = frozenset[tuple[str, int]]

DEFINITIONS = Path(__file__).with_name("definitions.txt")

_PREFIXED = """
meter second gram ampere kelvin mole candela hertz newton pascal joule watt coulomb volt ohm
siemens farad weber henry lumen lux becquerel gray sievert katal liter watt_hour electron_volt
calorie bit byte
"""
PREFIXED = frozenset(_PREFIXED.split())

HINTS = {
    "ton": "t for the metric tonne, short_ton or long_ton for the others",
    "tons": "t for the metric tonne, short_ton or long_ton for the others",
    "MT": "t for the metric tonne, Mt for a million of them",
    "mt": "t for the metric tonne, Mt for a million of them",
    "pound": "GBP for the money, lb for the mass",
    "pounds": "GBP for the money, lb for the mass",
    "dollar": "USD, or the code of another dollar",
    "dollars": "USD, or the code of another dollar",
    "euros": "EUR",
    "sterling": "GBP",
    "Mbbl": '"thousand bbl" or "million bbl"',
    "MMbbl": '"million bbl"',
    "kbbl": '"thousand bbl"',
    "hundred": "the number in digits",
    "dozen": "the number in digits",
    "percent": "the sign % right after the number",
    "degree": "leave the unit out: angles are plain numbers",
    "radian": "leave the unit out: angles are plain numbers",
}


@final
@dataclass(frozen=True, slots=True)
class Named:
    """One unit name: how it prints, its size in base units, and its dimension."""

    printed: str
    size: Fraction
    dimension: Dimension


@cache
def found(name: str) -> Named | None:
    """Return what a name means in every scenario, or None where it means nothing.

    Parameters
    ----------
    name : str
        One identifier: a currency code, a unit, a unit with a prefix or a final s.
    """
    if name in CURRENCIES:
        return alone(name)
    readings = sorted(filter(_allowed, _registry().parse_unit_name(name)), key=_preference)
    return _measured("".join(readings[0][:2])) if readings else None


def alone(name: str) -> Named:
    """Return a unit that is its own dimension: a currency or a counting noun."""
    return Named(name, Fraction(1), frozenset({(name, 1)}))


def names() -> list[str]:
    """Return the names to suggest from: all units and currencies, and the usual prefixes."""
    prefixed = [prefix + unit for unit in ("W", "Wh", "J", "L", "g", "m", "B") for prefix in "kMG"]
    return [*_registry(), *prefixed, *sorted(CURRENCIES)]


def _allowed(reading: tuple[str, str, str]) -> bool:
    """Return whether a prefix and a plural may stand with this unit: "ms" is no plural of m."""
    prefix, unit, plural = reading
    return (not prefix or unit in PREFIXED) and (not plural or len(unit) > 1)


def _preference(reading: tuple[str, str, str]) -> tuple[bool, bool]:
    """Return a key that puts plain names first: "min" is no milli-inch."""
    prefix, _, plural = reading
    return bool(plural), bool(prefix)


def _measured(canonical: str) -> Named:
    """Return the unit that pint knows under its full name."""
    registry = _registry()
    size, _ = registry.get_root_units(canonical)
    dimension = registry.get_dimensionality(canonical)
    powers = frozenset((base, int(Fraction(str(power)))) for base, power in dimension.items())
    return Named(registry.get_symbol(canonical), Fraction(str(size)), powers)


@cache
def _registry() -> "pint.UnitRegistry[Any]":
    """Return pint's registry of our definitions, made once: exact, and without a disk cache."""
    # pint takes a quarter of a second to import and is not needed to read a file's syntax.
    with _without("dask"):
        import pint  # noqa: PLC0415

    return pint.UnitRegistry(str(DEFINITIONS), non_int_type=Fraction)


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let a package that is not loaded seem not to be installed.

    pint loads Dask where it finds it, for quantities on its arrays, which takes longer than pint
    itself and which no unit of ours needs.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
