"""What a tree depends on, substitution, and whether it is affine in one name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.formula.tree import (
    QUANTILES,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Unary,
    fold,
    ordered,
)

ZERO = Number(0.0)
ONE = Number(1.0)

_STEPS = ("where", "round", "floor", "ceil", *QUANTILES)


def names(node: Node) -> frozenset[str]:
    """Return the names of inputs and formulas that a tree refers to."""
    return frozenset(part.name for part in ordered(node) if isinstance(part, Name))


def jumps(node: Node) -> bool:
    """Return whether a tree may jump where its inputs move a little: it compares or rounds."""
    return any(
        isinstance(part, Comparison) or (isinstance(part, Call) and part.function in _STEPS)
        for part in ordered(node)
    )


def substituted(node: Node, mapping: Mapping[str, Node]) -> Node:
    """Return the tree with names replaced by trees; names that are not in the mapping stay.

    The replacements are shared, not copied, so that formulas of formulas stay small.
    """

    def replaced(part: Node, parts: list[Node]) -> Node:
        if isinstance(part, Name):
            return mapping.get(part.name, part)
        changed = any(new is not old for new, old in zip(parts, part.parts, strict=True))
        return part.with_parts(parts) if changed else part

    return fold(node, replaced)


@final
@dataclass(frozen=True, slots=True)
class Affine:
    """The tree ``A * x + B``, with A and B free of x."""

    A: Node
    B: Node


def affine_in(node: Node, name: str) -> Affine | None:
    """Return A and B with ``node == A * name + B``, or None where the tree shows no such form.

    Parameters
    ----------
    node : Node
        A tree; formulas that it refers to must be substituted before, else they count as free of
        ``name``.
    name : str
        The name that A and B must be free of.

    Notes
    -----
    Sums, differences, minus signs, products and quotients with parts that are free of the name,
    and ``where`` with a condition that is, keep the form; everything else loses it unless it is
    free of the name.
    """

    def form(part: Node, forms: list[Affine | None]) -> Affine | None:
        if isinstance(part, Name) and part.name == name:
            return Affine(ONE, ZERO)
        known = [form for form in forms if form is not None]
        if len(known) < len(forms):
            return None
        if all(_is_zero(form.A) for form in known):
            return Affine(ZERO, part)
        return _combined(part, known)

    return fold(node, form)


def _combined(node: Node, forms: list[Affine]) -> Affine | None:
    """Return the affine form of a node whose operands have these, one of them with an A."""
    found: Affine | None = None
    match node, forms:
        case Unary("-"), [form]:
            found = Affine(_negated(form.A), _negated(form.B))
        case Binary("+"), [left, right]:
            found = Affine(_added(left.A, right.A), _added(left.B, right.B))
        case Binary("-"), [left, right]:
            found = Affine(_subtracted(left.A, right.A), _subtracted(left.B, right.B))
        case Binary("*"), [left, Affine(Number(0.0), factor)]:
            found = Affine(_multiplied(left.A, factor), _multiplied(left.B, factor))
        case Binary("*"), [Affine(Number(0.0), factor), right]:
            found = Affine(_multiplied(factor, right.A), _multiplied(factor, right.B))
        case Binary("/"), [left, Affine(Number(0.0), divisor)]:
            found = Affine(_divided(left.A, divisor), _divided(left.B, divisor))
        case Call("where"), [Affine(Number(0.0), condition), yes, no]:
            found = Affine(_chosen(condition, yes.A, no.A), _chosen(condition, yes.B, no.B))
        case _:
            pass
    return found


def _is_zero(node: Node) -> bool:
    """Return whether a tree is the number 0."""
    return isinstance(node, Number) and node.value == 0


def _is_one(node: Node) -> bool:
    """Return whether a tree is the number 1."""
    return isinstance(node, Number) and node.value == 1


def _negated(node: Node) -> Node:
    """Return ``-node``."""
    return node if _is_zero(node) else Unary("-", node)


def _added(left: Node, right: Node) -> Node:
    """Return ``left + right``."""
    if _is_zero(left):
        return right
    return left if _is_zero(right) else Binary("+", left, right)


def _subtracted(left: Node, right: Node) -> Node:
    """Return ``left - right``."""
    if _is_zero(left):
        return _negated(right)
    return left if _is_zero(right) else Binary("-", left, right)


def _multiplied(left: Node, right: Node) -> Node:
    """Return ``left * right``."""
    if _is_zero(left) or _is_one(right):
        return left
    return right if _is_zero(right) or _is_one(left) else Binary("*", left, right)


def _divided(left: Node, right: Node) -> Node:
    """Return ``left / right``."""
    return left if _is_zero(left) or _is_one(right) else Binary("/", left, right)


def _chosen(condition: Node, yes: Node, no: Node) -> Node:
    """Return ``where(condition, yes, no)``."""
    return yes if yes == no else Call("where", (condition, yes, no))
