"""Interval arithmetic: between which two numbers a formula stays, and what may go wrong in it.

The ends of an interval belong to it.  Where an input comes near an end without reaching it, give
the next float inwards: a lognormal price lies in ``(math.ulp(0.0), math.inf)``, and dividing by it
is then no hazard.

``+ - * /`` and square roots are rounded correctly and so keep order: computed ends already bound
every computed value.  Exponentials, logarithms and powers are not, and their ends are widened by a
few ulps (Moore, Kearfott and Cloud 2009, chapter 3).  An interval forgets that two of its parts are
the same input: ``x - x`` is wider than 0.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sys import float_info
from typing import assert_never, final

from lossmodel.errors import Fault, nearest
from lossmodel.formula import spans
from lossmodel.formula.spans import Span, meets_zero
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Over, Unary, fold


@final
@dataclass(frozen=True, slots=True)
class Bounds:
    """Two numbers that enclose a formula, and what may go wrong.

    Attributes
    ----------
    low, high : float
        Ends of the interval, possibly infinite.
    hazards : tuple of str
        One sentence for each operation that may have no value, in the order of evaluation.
    """

    low: float
    high: float
    hazards: tuple[str, ...] = ()


def bounds(node: Node, env: Mapping[str, tuple[float, float]]) -> Bounds:
    """Return bounds of a formula from bounds of its names.

    Parameters
    ----------
    node : Node
        The formula, checked; functions over units are bounded for all numbers of units.
    env : mapping of str to (float, float)
        The lowest and highest value of every name, possibly infinite.

    Raises
    ------
    Fault
        Where a name has no bounds.
    """

    def visit(part: Node, operands: list[Bounds]) -> Bounds:
        ends = [(operand.low, operand.high) for operand in operands]
        used = _used(part, operands)
        hazards = [*(each for operand in used for each in operand.hazards), *_hazards(part, ends)]
        return Bounds(*_span(part, ends, env), tuple(dict.fromkeys(hazards)))

    return fold(node, visit)


def _used(node: Node, operands: list[Bounds]) -> list[Bounds]:
    """Return the operands that matter: without the branch that ``where`` never takes."""
    if isinstance(node, Call) and node.function == "where":
        condition = operands[0]
        return [condition, *operands[_branches((condition.low, condition.high))]]
    return operands


def _branches(condition: Span) -> slice:
    """Return which operands of ``where`` a condition within these ends can choose."""
    if condition[0] == condition[1] == 0:
        return slice(2, 3)
    return slice(1, 3) if meets_zero(condition) else slice(1, 2)


def _hazards(node: Node, ends: list[Span]) -> list[str]:
    """Return what may go wrong in one operation on operands within these ends."""
    if isinstance(node, Call):
        return _call_hazards(node, ends)
    match node, ends:
        case Binary("/", _, right), [_, divisor] if meets_zero(divisor):
            return [f"divides by {brief(right)}, which can be zero"]
        case Over("mean", axis), [_, count] if count[0] <= 0:
            return [f"mean over {axis}, of which there can be none"]
        case Binary("**", left, _), [base, exponent]:
            return _power_hazards(brief(left), base, exponent)
        case _:
            return []


def _call_hazards(node: Call, ends: list[Span]) -> list[str]:
    """Return what may go wrong in a function of operands within these ends."""
    match node.function, ends:
        case "log", [(low, _)] if low <= 0:
            return [f"log of {brief(node.parts[0])}, which can be negative or zero"]
        case "sqrt", [(low, _)] if low < 0:
            return [f"sqrt of {brief(node.parts[0])}, which can be negative"]
        case "within", _:
            return _range_hazards(node, *ends)
        case _:
            return []


def _range_hazards(node: Call, x: Span, low: Span, high: Span) -> list[str]:
    """Return what may go wrong with a parameter."""
    value, least, _ = node.arguments
    what = f"has a parameter {brief(value)}, which can be"
    if isinstance(least, Call) and least.function == "ceil":
        whole = x[0] == x[1] and x[0].is_integer()
        return [] if whole else [f"{what} no whole number, as it must be"]
    outside = x[0] < low[1] or x[1] > high[0]
    return [f"{what} out of its range{_range(node)}"] if outside else []


def _range(node: Call) -> str:
    """Return what a parameter must be, as far as its range has ends; these are whole numbers."""
    _, low, high = node.arguments
    found = [] if isinstance(low, Number) else [f"at least {brief(low)}"]
    for end, inside, beside in ((low, "at least", "above"), (high, "at most", "below")):
        if isinstance(end, Number) and abs(end.value) < float_info.max:
            nearest = round(end.value)
            found.append(f"{inside if end.value == nearest else beside} {nearest}")
    return f": it must be {' and '.join(found)}" if found else ""


def _power_hazards(base_text: str, base: Span, exponent: Span) -> list[str]:
    """Return what may go wrong in a power."""
    whole = exponent[0] == exponent[1] and exponent[0].is_integer()
    found = []
    if meets_zero(base) and exponent[0] < 0:
        found.append(f"raises {base_text}, which can be zero, to a negative power")
    if base[0] < 0 and not whole:
        found.append(f"raises {base_text}, which can be negative, to a power that is not whole")
    return found


def _span(node: Node, ends: list[Span], env: Mapping[str, Span]) -> Span:
    """Return the interval of one node whose operands stay within these ends."""
    match node:
        case Number(value):
            span = value, value
        case Name(name):
            span = _given(name, env)
        case Unary():
            span = spans.negated(ends[0])
        case Binary(op):
            span = _BINARY[op](*ends)
        case Comparison(op):
            span = _compared(op, *ends)
        case Over(function):
            span = _over_units(function, *ends)
        case Call("where"):
            span = spans.hull(end for branch in ends[_branches(ends[0])] for end in branch)
        case Call(function):
            span = _CALLS[function](*ends)
        case _:
            assert_never(node)
    return span


def _given(name: str, env: Mapping[str, Span]) -> Span:
    """Return the bounds of a name."""
    if name not in env:
        raise Fault(f'the name "{name}"', "a name with known bounds", nearest(name, env))
    return env[name]


def _compared(op: str, x: Span, y: Span) -> Span:
    """Return (1, 1) or (0, 0) where a comparison is certain, else (0, 1)."""
    apart = x[1] < y[0] or y[1] < x[0]
    match op:
        case "<":
            return _certainty(always=x[1] < y[0], never=x[0] >= y[1])
        case "<=":
            return _certainty(always=x[1] <= y[0], never=x[0] > y[1])
        case ">" | ">=":
            return _compared(op.replace(">", "<"), y, x)
        case "==":
            return _certainty(always=x == y and x[0] == x[1], never=apart)
        case _:
            return _certainty(always=apart, never=x == y and x[0] == x[1])


def _certainty(*, always: bool, never: bool) -> Span:
    """Return the interval of something that is 1 or 0."""
    return (1.0, 1.0) if always else (0.0, 0.0) if never else (0.0, 1.0)


def _over_units(function: str, x: Span, count: Span) -> Span:
    """Return the interval of a function over as many values within these ends as are counted.

    A sum of n values is rounded n times (Higham 2002, section 4.2); the sum, the smallest and the
    largest of nothing is 0.
    """
    few, many = max(count[0], 0.0), max(count[1], 0.0)
    if many == 0.0 and function != "mean":
        return 0.0, 0.0
    rounding = many * 2.0**-52 * max(abs(x[0]), abs(x[1])) if math.isfinite(many) else 0.0
    if function == "sum":
        low, high = spans.multiplied(x, (few, many))
        rounding *= many
    else:
        low, high = x if few >= 1.0 or function == "mean" else spans.hull((*x, 0.0))
    if function in {"min", "max"} or not math.isfinite(rounding):
        return low, high
    return (low - rounding if low else low), (high + rounding if high else high)


def _smallest(*values: Span) -> Span:
    """Return the interval of ``min``."""
    return min(low for low, _ in values), min(high for _, high in values)


def _largest(*values: Span) -> Span:
    """Return the interval of ``max``."""
    return max(low for low, _ in values), max(high for _, high in values)


def _absolute(x: Span) -> Span:
    """Return the interval of ``abs``."""
    return (0.0 if meets_zero(x) else min(abs(x[0]), abs(x[1]))), max(abs(x[0]), abs(x[1]))


def _root(x: Span) -> Span:
    """Return the interval of ``sqrt``, wherever it has a value."""
    return (math.sqrt(x[0]), math.sqrt(x[1])) if x[0] >= 0 else (0.0, math.sqrt(max(x[1], 0.0)))


def _exponential(x: Span) -> Span:
    """Return the interval of ``exp``."""
    low, high = spans.widened((_exp(x[0]), _exp(x[1])))
    return max(low, 0.0), high


def _exp(value: float) -> float:
    """Return ``exp(value)``, infinite where it is too large."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _logarithm(x: Span) -> Span:
    """Return the interval of ``log``, wherever it has a value."""
    low, high = (math.log(end) if end > 0 else -math.inf for end in x)
    return spans.widened((low, high))


def _stepped(step: Callable[[float], int]) -> Callable[[Span], Span]:
    """Return the interval function of ``round``, ``floor`` or ``ceil``."""

    def stepped(x: Span) -> Span:
        low, high = (end if math.isinf(end) else float(step(end)) for end in x)
        return low, high

    return stepped


_BINARY: dict[str, Callable[[Span, Span], Span]] = {
    "+": spans.added,
    "-": spans.subtracted,
    "*": spans.multiplied,
    "/": spans.divided,
    "**": spans.raised,
}
_CALLS: dict[str, Callable[..., Span]] = {
    "min": _smallest,
    "max": _largest,
    "abs": _absolute,
    "sqrt": _root,
    "exp": _exponential,
    "log": _logarithm,
    "clip": lambda x, low, high: _smallest(_largest(x, low), high),
    "round": _stepped(round),
    "floor": _stepped(math.floor),
    "ceil": _stepped(math.ceil),
    "within": lambda x, low, high: (max(x[0], low[0]), min(x[1], high[1])),
    "poisson quantile": lambda _, mean: (0.0, math.inf if mean[1] > 0.0 else 0.0),
    "binomial quantile": lambda _, n, __: (0.0, max(n[1], 0.0)),
}
