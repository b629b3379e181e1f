"""What can be seen to be a whole number in every draw."""

from collections.abc import Mapping

from lossmodel.distributions.base import Discrete
from lossmodel.distributions.counts import Count
from lossmodel.formula.tree import (
    QUANTILES,
    WITHIN,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Over,
    Unary,
    fold,
)
from lossmodel.model.inputs import ModelInput

ROUNDED = frozenset({"round", "floor", "ceil", *QUANTILES})
"""Functions whose values are whole numbers, whatever they are of."""
_KEEP = frozenset({"min", "max", "abs", "clip"})


def is_whole(node: Node, inputs: Mapping[str, ModelInput]) -> bool:
    """Whether something in terms of inputs can be seen to be a whole number in every draw."""

    def visit(part: Node, parts: list[bool]) -> bool:
        match part:
            case Number(value):
                found = value.is_integer()
            case Name(name):
                found = is_whole_input(inputs[name])
            case Comparison():
                found = True
            case Unary() | Binary("+" | "-" | "*") | Over("sum" | "min" | "max"):
                found = all(parts)
            case Call(function) if function in ROUNDED:
                found = True
            case Call(function) if function in _KEEP:
                found = all(parts)
            case Call("where"):
                found = all(parts[1:])
            case _:
                found = isinstance(part, Call) and part.function == WITHIN and parts[0]
        return found

    return fold(node, visit)


def is_whole_input(each: ModelInput) -> bool:
    """Whether all values of an input are whole numbers, in the unit that formulas expect."""
    if each.distribution is None:
        return (each.constant * each.factor).is_integer()
    if isinstance(each.distribution, Count):
        return each.factor.is_integer()
    atoms = each.distribution.atoms() if isinstance(each.distribution, Discrete) else None
    return atoms is not None and all((atoms * each.factor) % 1.0 == 0.0)
