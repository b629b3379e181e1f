"""Arithmetic on single numbers, as the evaluation of columns does it, with every failure named."""

import math
import operator
from collections.abc import Callable

from lossmodel.errors import Fault
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Unary, fold

_Operation = Callable[..., float]

_OPERATIONS: dict[str, _Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": math.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "min": min,
    "max": max,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "where": lambda condition, a, b: a if condition else b,
    "clip": lambda x, low, high: min(max(x, low), high),
}


def folded(node: Node) -> Node:
    """Return the tree with every part that holds no name worked out to a number.

    Constants become float64 before any arithmetic, so ``9**9**9`` is refused at once.

    Raises
    ------
    Fault
        Where such a part divides by zero, is too large for a number, or has no value; it names
        the part.
    """
    return fold(node, _folded)


def constant(node: Node) -> float | None:
    """Return the number that a tree without names is worth, or None where it holds a name.

    Raises
    ------
    Fault
        As :func:`folded`.
    """
    match folded(node):
        case Number(value):
            return value
        case _:
            return None


def _folded(node: Node, parts: list[Node]) -> Node:
    """Return a node with these operands, worked out where they are all numbers."""
    values = [part.value for part in parts if isinstance(part, Number)]
    match node:
        case Number() | Name():
            return node
        case Unary() if values:
            return Number(-values[0])
        case Binary(op) | Comparison(op) if len(values) == len(parts):
            return Number(_worked_out(node.with_parts(parts), op, values))
        case Call(function) if len(values) == len(parts) and not node.over_units:
            return Number(_worked_out(node.with_parts(parts), function, values))
        case _:
            return node.with_parts(parts)


def _worked_out(node: Node, operation: str, values: list[float]) -> float:
    """Return the value of one operation on numbers, or raise the fault that names it."""
    try:
        value = float(_OPERATIONS[operation](*values))
    except ZeroDivisionError:
        raise Fault(brief(node), "no division by zero") from None
    except OverflowError:
        value = math.inf
    except ValueError:
        raise Fault(f"{brief(node)}, which has no value", "a number") from None
    if not math.isfinite(value):
        raise Fault(f"{brief(node)}, which is too large for a number", "at most 1.7e308")
    return value
