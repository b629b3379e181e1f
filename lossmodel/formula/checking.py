"""The unit and the per-unit axes of every node of a formula.

Written units multiply out.  Where operands must agree (``+ -``, comparisons, ``min``, ``max``,
``clip``, ``where``) the later ones are converted to the unit of the first; where a plain number is
needed (``exp``, ``log``, exponents) the unit must cancel.  Every conversion is a constant factor
that is worked into the returned tree, so that evaluation knows nothing of units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never, final

from lossmodel.errors import Fault, listed, nearest
from lossmodel.formula import disagreement
from lossmodel.formula.constants import constant
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Over, Unary, fold
from lossmodel.units.system import Units
from lossmodel.units.unit import DIMENSIONLESS, Unit

NO_AXES: frozenset[str] = frozenset()


@final
@dataclass(frozen=True, slots=True)
class Typed:
    """What a name stands for.

    Parameters
    ----------
    unit : Unit
        Its unit, as written.
    axes : frozenset of str
        The names of what counts it, for an input that varies per unit of something.
    """

    unit: Unit
    axes: frozenset[str] = NO_AXES


@final
@dataclass(frozen=True, slots=True)
class Resolved:
    """A tree with all conversions worked in, its unit and its axes."""

    node: Node
    unit: Unit
    axes: frozenset[str] = NO_AXES


def resolved(
    node: Node,
    env: Mapping[str, Typed],
    units: Units,
    counted: Mapping[str, Unit] | None = None,
) -> Resolved:
    """Return a formula with its units checked and converted.

    Parameters
    ----------
    node : Node
        The formula.
    env : mapping of str to Typed
        Every name that it may refer to.
    units : Units
        The units of the scenario.
    counted : mapping of str to Unit, optional
        The unit of one of what each axis counts, such as ``{"trucks": truck}``, by which a sum over
        that axis multiplies; every axis of a sum must be there.

    Raises
    ------
    Fault
        Where a name is unknown, two units disagree, a plain number was needed, an exponent is not
        allowed, or a function over units has not exactly one axis to run over.
    """
    checker = _Checker(env, units, counted or {})
    return fold(node, checker.visit)


def expressed(found: Resolved, target: Unit, units: Units) -> Resolved:
    """Return a formula in another unit.

    Raises
    ------
    Fault
        Where the two units do not measure the same thing.
    """
    if units.dimension(found.unit) != units.dimension(target):
        raise disagreement.not_in_unit(found.node, found.unit, target)
    return _scaled(found, units.factor(found.unit, target), target)


def simplest(found: Resolved, units: Units) -> Resolved:
    """Return a formula in its written units, multiplied out and cancelled."""
    unit, factor = units.simplified(found.unit)
    return _scaled(found, factor, unit)


@final
@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks one node at a time, operands first."""

    env: Mapping[str, Typed]
    units: Units
    counted: Mapping[str, Unit]

    def visit(self, node: Node, parts: list[Resolved]) -> Resolved:
        """Return a node with its unit, given its operands with theirs."""
        match node:
            case Number():
                found = Resolved(node, DIMENSIONLESS)
            case Name(name):
                found = self.named(node, name)
            case Unary():
                found = _remade(node, parts, parts[0].unit)
            case Binary(op):
                found = self.binary(node, op, *parts)
            case Comparison(op):
                found = _remade(node, self.agreed(parts, op), DIMENSIONLESS)
            case Call(function) if node.over_units:
                found = self.over_units(function, parts[0])
            case Call(function):
                found = self.call(node, function, parts)
            case Over():
                raise AssertionError("only checked formulas go over units")
            case _:
                assert_never(node)
        return found

    def binary(self, node: Node, op: str, left: Resolved, right: Resolved) -> Resolved:
        """Return an operation with its unit."""
        match op:
            case "**":
                return self.power(node, left, right)
            case "*":
                return _remade(node, [left, right], left.unit * right.unit)
            case "/":
                return _remade(node, [left, right], left.unit / right.unit)
            case _:
                return self.joined(node, [left, right], op)

    def named(self, node: Node, name: str) -> Resolved:
        """Return what a name stands for."""
        typed = self.env.get(name)
        if typed is None:
            likely = nearest(name, self.env)
            raise Fault(f'the name "{name}"', "an input or a formula", likely)
        return Resolved(node, typed.unit, typed.axes)

    def joined(self, node: Node, parts: list[Resolved], role: str) -> Resolved:
        """Return a node whose operands must agree, in their common unit."""
        agreed = self.agreed(parts, role)
        return _remade(node, agreed, _leading(agreed).unit)

    def agreed(self, parts: Sequence[Resolved], role: str) -> list[Resolved]:
        """Return the operands in the unit of the first that is not the number 0."""
        first = _leading(parts)
        return [part if _is_zero(part) else self.converted(part, first, role) for part in parts]

    def converted(self, part: Resolved, first: Resolved, role: str) -> Resolved:
        """Return an operand in the unit of the first."""
        if self.units.dimension(part.unit) != self.units.dimension(first.unit):
            raise disagreement.between(
                (first.node, first.unit), (part.node, part.unit), role, self.units
            )
        return _scaled(part, self.units.factor(part.unit, first.unit), first.unit)

    def plain(self, part: Resolved, role: str) -> Resolved:
        """Return an operand as a plain number."""
        simple = simplest(part, self.units)
        if simple.unit != DIMENSIONLESS:
            raise disagreement.not_plain(part.node, part.unit, role)
        return simple

    def count(self, part: Resolved, role: str) -> Resolved:
        """Return an operand as a plain number or a count, perhaps per a period of time."""
        simple = simplest(part, self.units)
        if not self.units.is_count(simple.unit):
            raise disagreement.not_a_count(part.node, part.unit, role)
        return simple

    def power(self, node: Node, base: Resolved, exponent: Resolved) -> Resolved:
        """Return a power; of a quantity only to a literal exponent that its unit allows."""
        by = self.plain(exponent, "the exponent")
        simple = simplest(base, self.units)
        if simple.unit == DIMENSIONLESS:
            return _remade(node, [simple, by], DIMENSIONLESS)
        value = constant(by.node)
        if value is None or not (2 * value).is_integer():
            raise disagreement.open_exponent(base.node, base.unit, by.node)
        return _remade(node, [simple, by], simple.unit.power(Fraction(value)))

    def call(self, node: Node, function: str, parts: list[Resolved]) -> Resolved:
        """Return a call with its unit."""
        match function:
            case "min" | "max" | "clip":
                found = self.joined(node, parts, function)
            case "where":
                found = self.chosen(node, *parts)
            case "abs":
                found = _remade(node, parts, parts[0].unit)
            case "sqrt":
                simple = simplest(parts[0], self.units)
                found = _remade(node, [simple], simple.unit.root(2))
            case "round" | "floor" | "ceil":
                counts = self.count(parts[0], function)
                found = _remade(node, [counts], counts.unit)
            case _:
                found = _remade(node, [self.plain(parts[0], function)], DIMENSIONLESS)
        return found

    def chosen(self, node: Node, condition: Resolved, *branches: Resolved) -> Resolved:
        """Return ``where``: a plain condition and branches that agree."""
        agreed = self.agreed(branches, "where")
        test = self.plain(condition, "the condition of where")
        return _remade(node, [test, *agreed], _leading(agreed).unit)

    def over_units(self, function: str, part: Resolved) -> Resolved:
        """Return a sum, mean, min or max over the one axis of its argument."""
        if len(part.axes) != 1:
            raise Fault(
                f"{function} of {brief(part.node)}, which varies "
                + (f"per {listed(sorted(part.axes))}" if part.axes else "with nothing"),
                "an argument that varies per one thing",
                "" if part.axes else 'varies = "per NAME" in one of its inputs',
            )
        (axis,) = part.axes
        of_one = self.counted[axis] if function == "sum" else DIMENSIONLESS
        self.refuse_whole(part, axis, of_one)
        return Resolved(Over(function, axis, part.node, Name(axis)), part.unit * of_one)

    def refuse_whole(self, part: Resolved, axis: str, of_one: Unit) -> None:
        """Refuse to sum amounts that are not given per unit: a number or a count may be."""
        noun = self.units.counted(self.units.timeless(of_one))
        if noun is None or self.units.is_plain(part.unit):
            return
        if dict(part.unit.powers).get(noun, 0) >= 0:
            found = f"sum of {brief(part.node)}, in {part.unit}, over {axis}"
            expected = f"an amount per {noun}: this sum would be in {part.unit * of_one}"
            fix = f"{part.unit}/{noun} where its inputs are given"
            raise Fault(found, expected, sum_without(part.node, axis) or fix)


def sum_without(node: Node, axis: str) -> str:
    """Return the sum of a product of names without the number of units, "" where it is no such."""
    factors: list[Node] = []
    while isinstance(node, Binary) and node.op == "*":
        factors.append(node.right)
        node = node.left
    named = [each.name for each in reversed([*factors, node]) if isinstance(each, Name)]
    others = [name for name in named if name != axis]
    is_product = len(named) == len(factors) + 1 and len(others) == len(factors)
    return f"sum({' * '.join(others)})" if is_product and others else ""


def _remade(node: Node, parts: Sequence[Resolved], unit: Unit) -> Resolved:
    """Return a node with checked operands, all their axes, and a unit."""
    axes = NO_AXES.union(*(part.axes for part in parts))
    return Resolved(node.with_parts([part.node for part in parts]), unit, axes)


def _scaled(part: Resolved, factor: float, unit: Unit) -> Resolved:
    """Return a part in a unit that needs this factor; a factor of 1 leaves no trace."""
    node = part.node if factor == 1 else Binary("*", part.node, Number(factor))
    return Resolved(node, unit, part.axes)


def _leading(parts: Sequence[Resolved]) -> Resolved:
    """Return the first part that is not the number 0, or the first where all are."""
    return next((part for part in parts if not _is_zero(part)), parts[0])


def _is_zero(part: Resolved) -> bool:
    """Return whether a part is the number 0, which takes any unit."""
    return isinstance(part.node, Number) and part.node.value == 0
