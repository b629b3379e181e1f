"""Functions over units taken out of formulas: each becomes a name of its own.

What is left is a formula of shared columns, which everything that works on those can work on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.formula.algebra import names
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Binary, Name, Node, Number, Over, Unary, fold

_LONGEST_NAME = 60
_LINEAR = frozenset({"sum", "mean"})


@final
@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over units, under a name that formulas use.

    Attributes
    ----------
    name : str
        No input or formula can have it.
    function : {"sum", "mean", "min", "max"}
    axis : str
        The name of what counts the units.
    body : Node
        Of one unit: in terms of inputs and of aggregates before this one.
    count : Node
        How many units there are, likewise.
    """

    name: str
    function: str
    axis: str
    body: Node
    count: Node

    @property
    def needs(self) -> frozenset[str]:
        """The names that it depends on."""
        return names(self.body) | names(self.count)


def taken_out(
    nodes: Mapping[str, Node], axes: Mapping[str, str]
) -> tuple[dict[str, Node], tuple[Aggregate, ...]]:
    """Return formulas in which every function over units is a name, and what these names mean.

    Sums and means are taken apart first: what is the same for all units is put before them, so
    that ``sum(load * price)`` with a shared price is ``price`` times a sum of loads, and is still
    affine in the price.

    Parameters
    ----------
    nodes : mapping of str to Node
        Checked formulas in terms of inputs alone.
    axes : mapping of str to str
        For each input that varies per unit, the name of what counts it.

    Returns
    -------
    nodes : dict of str to Node
    aggregates : tuple of Aggregate
        Each after those that it depends on.
    """
    found: dict[Over, Aggregate] = {}

    def visit(part: Node, parts: list[Node]) -> Node:
        if not isinstance(part, Over):
            return _remade(part, parts)
        apart = _apart(part.with_parts(parts), axes)
        for each in fold(apart, _outermost):
            if each not in found:
                found[each] = aggregate_of(each, len(found) + 1)
        return fold(apart, named)

    def named(part: Node, parts: list[Node]) -> Node:
        known = found.get(part) if isinstance(part, Over) else None
        return _remade(part, parts) if known is None else Name(known.name)

    whole = {name: fold(node, visit) for name, node in nodes.items()}
    return whole, tuple(found.values())


def _remade(node: Node, parts: list[Node]) -> Node:
    """Return a node with other operands."""
    return node.with_parts(parts) if parts else node


def aggregate_of(over: Over, number: int) -> Aggregate:
    """Return a function over units under its name, which ``number`` tells from others as long."""
    text = brief(over).strip('"')
    name = text if len(text) < _LONGEST_NAME else f"{text} ... ({number})"
    return Aggregate(f"{name} over {over.axis}", over.function, over.axis, over.body, over.count)


def alike(node: Node) -> Node:
    """Return a formula as it is where all units have the same values."""

    def visit(part: Node, parts: list[Node]) -> Node:
        if isinstance(part, Over):
            body, count = parts
            return Binary("*", count, body) if part.function == "sum" else body
        return _remade(part, parts)

    return fold(node, visit)


def _apart(over: Over, axes: Mapping[str, str]) -> Node:
    """Return a function over units as what is shared and functions of what is not."""
    if over.function not in _LINEAR:
        return over
    varies = frozenset(name for name, axis in axes.items() if axis == over.axis)

    def visit(part: Node, parts: list[_Part]) -> _Part:
        if isinstance(part, Name) and part.name in varies:
            return _Part(Over(over.function, over.axis, part, over.count), is_shared=False)
        if all(each.is_shared for each in parts):
            whole = _times(over.count, part) if over.function == "sum" else part
            return _Part(whole, is_shared=True)
        return _Part(_linear(over, part, parts), is_shared=False)

    return fold(over.body, visit).whole


@final
@dataclass(frozen=True, slots=True)
class _Part:
    """What a function over units makes of a part of its argument."""

    whole: Node
    is_shared: bool


def _linear(over: Over, part: Node, parts: list[_Part]) -> Node:
    """Return what a sum or mean makes of a part that varies per unit."""
    match part, parts:
        case Unary(), [one]:
            return Unary("-", one.whole)
        case Binary("+" | "-"), [left, right]:
            return part.with_parts([left.whole, right.whole])
        case Binary("*", factor, _), [_Part(is_shared=True), right]:
            return _times(factor, right.whole)
        case Binary("*" | "/", _, factor), [left, _Part(is_shared=True)]:
            return part.with_parts([left.whole, factor])
        case _:
            return Over(over.function, over.axis, part, over.count)


def _times(left: Node, right: Node) -> Node:
    """Return a product; a factor of 1 leaves no trace."""
    return left if isinstance(right, Number) and right.value == 1 else Binary("*", left, right)


def _outermost(node: Node, parts: list[list[Over]]) -> list[Over]:
    """Return a function over units itself, and of other nodes those in the operands."""
    if isinstance(node, Over):
        return [node]
    return list(dict.fromkeys(each for part in parts for each in part))
