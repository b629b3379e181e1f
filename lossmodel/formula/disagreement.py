"""The faults of units that do not fit, each with both units and a way out."""

from typing import TypeAlias

from lossmodel.errors import Fault
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Node, Number
from lossmodel.units.currencies import CURRENCIES
from lossmodel.units.system import Units
from lossmodel.units.unit import Unit

_Operand: TypeAlias = tuple[Node, Unit]


def between(first: _Operand, second: _Operand, role: str, units: Units) -> Fault:
    """Return the fault of two operands that must be in units of the same kind."""
    return Fault(
        f"{_in_unit(first)} and {_in_unit(second)}",
        f"units of one kind around {role}",
        _currency_fix(first, second, units) or _number_fix(first, second),
    )


def not_in_unit(node: Node, unit: Unit, target: Unit) -> Fault:
    """Return the fault of a formula that cannot be reported in the unit that was asked for."""
    return Fault(
        _in_unit((node, unit)),
        f"a formula in {target}" if target.powers else "a plain number",
    )


def not_plain(node: Node, unit: Unit, role: str) -> Fault:
    """Return the fault of a quantity where a plain number is needed."""
    return Fault(
        f"{_in_unit((node, unit))}, in {role}",
        "a plain number",
        f"divide it by an amount in {unit}",
    )


def not_a_count(node: Node, unit: Unit, role: str) -> Fault:
    """Return the fault of rounding a quantity."""
    return Fault(
        f"{_in_unit((node, unit))}, in {role}",
        "a plain number or a count",
        f"divide it by an amount in {unit}, and multiply afterwards",
    )


def open_exponent(node: Node, unit: Unit, exponent: Node) -> Fault:
    """Return the fault of a quantity to a power that decides no unit."""
    return Fault(
        f"{_in_unit((node, unit))}, to the power {brief(exponent)}",
        "a whole number (or a half) as the exponent of a quantity",
        f"divide the quantity by an amount in {unit}",
    )


def _in_unit(operand: _Operand) -> str:
    """Return an operand and its unit in words."""
    node, unit = operand
    return f"{brief(node)} ({f'in {unit}' if unit.powers else 'a plain number'})"


def _currency_fix(first: _Operand, second: _Operand, units: Units) -> str:
    """Return how to convert where one currency stands in place of another."""
    (_, wanted), (node, unit) = first, second
    left, _ = units.simplified(unit / wanted)
    match sorted(left.powers, key=lambda power: -power[1]):
        case [(new, 1), (old, -1)] if {new, old} <= CURRENCIES:
            rate = f'{old.lower()}_per_{new.lower()} = "... {old}/{new}"'
            return f"an input such as {rate}, and multiply {brief(node)} by it"
        case _:
            return ""


def _number_fix(first: _Operand, second: _Operand) -> str:
    """Return how to give a bare number its unit."""
    for (node, _), (_, unit) in ((first, second), (second, first)):
        if isinstance(node, Number):
            return f'give the number a unit: an input such as "{node.value:g} {unit}"'
    return ""
