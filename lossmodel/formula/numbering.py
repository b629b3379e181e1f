"""The distinct values in some formulas (value numbering, Cocke and Schwartz 1970).

Two parts of formulas that are written alike are one value, and are computed once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias, assert_never, final

from lossmodel.errors import NotSupportedError
from lossmodel.formula.text import brief
from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Over, Unary, fold


@final
@dataclass(frozen=True, slots=True)
class Given:
    """A value that is there from the start: the column of a name, or a number."""

    what: str | float


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A value that an operation makes of other values, which are given by their numbers."""

    operation: str
    operands: tuple[int, ...]


Value: TypeAlias = Given | Step


@final
@dataclass(slots=True)
class Numbering:
    """The values of formulas, numbered from 0 in an order in which they can be computed.

    Attributes
    ----------
    values : dict of (Value, str) to int
        Every value and its number; the text tells 0.0 from -0.0.
    formulas : dict of str to int
        The number of each formula's value.
    """

    values: dict[tuple[Value, str], int] = field(default_factory=dict)
    formulas: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, formulas: Mapping[str, Node]) -> "Numbering":
        """Return the values of formulas, each of which stands after those it refers to.

        Raises
        ------
        NotSupportedError
            Where a formula goes over the units of something.
        """
        found = cls()
        for name, node in formulas.items():
            found.formulas[name] = fold(node, found._node)
        return found

    def _node(self, node: Node, parts: list[int]) -> int:
        """Return the number of a node's value, given those of its operands."""
        match node:
            case Name(name):
                known = self.formulas.get(name)
                return self._number(Given(name)) if known is None else known
            case Number(value):
                return self._number(Given(value))
            case Unary():
                return self._step("negative", *parts)
            case Binary("**", _, Number(2.0)):
                return self._step("square", parts[0])
            case Binary(op) | Comparison(op):
                return self._step(op, *parts)
            case Call(function):
                return self._call(function, parts)
            case Over():
                raise NotSupportedError(f"{brief(node)}: units are gone over block by block")
            case _:
                assert_never(node)

    def _call(self, function: str, parts: list[int]) -> int:
        """Return the number of a call's value; only two arguments are compared at a time."""
        match function, parts:
            case "min" | "max", [first, *others]:
                return reduce(lambda one, other: self._step(function, one, other), others, first)
            case "clip", [x, low, high]:
                return self._step("min", self._step("max", x, low), high)
            case _:
                return self._step(function, *parts)

    def _step(self, operation: str, *operands: int) -> int:
        """Return the number of an operation's result."""
        return self._number(Step(operation, operands))

    def _number(self, value: Value) -> int:
        """Return the number of a value, a new one where it has not been seen."""
        return self.values.setdefault((value, repr(value)), len(self.values))
