"""The tree of a formula.

Trees are immutable, and are only ever walked by :func:`ordered` and :func:`fold`, which do not
recurse and visit a subtree once even where it is shared.  A chain of hundreds of terms, or
formulas that refer to formulas, therefore costs neither stack nor time, in these functions and in
comparing, hashing, copying and pickling alike.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias, TypeVar, final

T = TypeVar("T")

Label: TypeAlias = tuple[str | float, ...]

_LONGEST_REPR = 2000

# Function name -> fewest and most arguments; None is any number.
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (1, None),
    "max": (1, None),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "where": (3, 3),
    "clip": (3, 3),
    "round": (1, 1),
    "floor": (1, 1),
    "ceil": (1, 1),
    "sum": (1, 1),
    "mean": (1, 1),
}

QUANTILES = ("poisson quantile", "binomial quantile")
"""Functions that nobody can write: counts from uniform numbers and parameters."""

WITHIN = "within"
"""Nor this one: a parameter where it lies between two others, and no value elsewhere."""

_OVER_UNITS = frozenset({"sum", "mean", "min", "max"})


class Tree(ABC):
    """What all nodes share: operands, a label, and equality by structure."""

    __slots__ = ()

    @property
    @abstractmethod
    def parts(self) -> "tuple[Node, ...]":
        """Return the operands, from left to right."""

    @property
    @abstractmethod
    def label(self) -> Label:
        """Return what distinguishes the node from others of its class with the same operands."""

    @classmethod
    def made(cls, label: "Label", parts: "Sequence[Node]") -> Self:
        """Return the node of this class with a label and operands."""
        return cls(*label, *parts)

    def with_parts(self, parts: "Sequence[Node]") -> Self:
        """Return the node with other operands."""
        return self.made(self.label, parts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tree):
            return NotImplemented
        seen: dict[object, int] = {}
        return _numbered(self, seen) == _numbered(other, seen)

    def __hash__(self) -> int:
        return fold(self, lambda node, parts: hash((type(node), node.label, *parts)))

    def __repr__(self) -> str:
        return fold(self, _shown)

    def __reduce__(self) -> "tuple[Callable[..., Node], tuple[list[_Row]]]":
        order = ordered(self)
        place = {id(node): index for index, node in enumerate(order)}
        rows = [
            (type(node), node.label, [place[id(part)] for part in node.parts]) for node in order
        ]
        return _rebuilt, (rows,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Number(Tree):
    """A finite number."""

    value: float

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return no operands."""
        return ()

    @property
    def label(self) -> Label:
        """Return the value."""
        return (self.value,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name(Tree):
    """The name of an input or of another formula."""

    name: str

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return no operands."""
        return ()

    @property
    def label(self) -> Label:
        """Return the name."""
        return (self.name,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unary(Tree):
    """The operator ``-`` before one operand."""

    op: str
    operand: "Node"

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return the operand."""
        return (self.operand,)

    @property
    def label(self) -> Label:
        """Return the operator."""
        return (self.op,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary(Tree):
    """One of ``+ - * / **`` between two operands."""

    op: str
    left: "Node"
    right: "Node"

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return both operands."""
        return (self.left, self.right)

    @property
    def label(self) -> Label:
        """Return the operator."""
        return (self.op,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison(Tree):
    """One of ``< <= > >= == !=`` between two operands: 1 where it holds, else 0."""

    op: str
    left: "Node"
    right: "Node"

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return both operands."""
        return (self.left, self.right)

    @property
    def label(self) -> Label:
        """Return the operator."""
        return (self.op,)


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call(Tree):
    """A function of :data:`FUNCTIONS`, or one that nobody can write, and its arguments."""

    function: str
    arguments: "tuple[Node, ...]"

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return the arguments."""
        return self.arguments

    @property
    def label(self) -> Label:
        """Return the name of the function."""
        return (self.function,)

    @property
    def over_units(self) -> bool:
        """Return whether the function runs over the units of a per-unit input."""
        return self.function in _OVER_UNITS and len(self.arguments) == 1

    @classmethod
    def made(cls, label: "Label", parts: "Sequence[Node]") -> Self:
        """Return the call of a function."""
        return cls(str(label[0]), tuple(parts))


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Over(Tree):
    """``sum``, ``mean``, ``min`` or ``max`` over what ``axis`` counts; made of a checked call."""

    function: str
    axis: str
    body: "Node"
    count: "Node"

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Return what is gone over, and how many there are of it."""
        return self.body, self.count

    @property
    def label(self) -> Label:
        """Return the function and the axis."""
        return self.function, self.axis


Node: TypeAlias = Number | Name | Unary | Binary | Comparison | Call | Over
_Row: TypeAlias = tuple[type[Node], Label, list[int]]


def ordered(root: Tree) -> list[Node]:
    """Return every node of a tree once, operands before what uses them."""
    seen: set[int] = set()
    order: list[Node] = []
    waiting: list[Node] = [root]  # type: ignore[list-item]  # Node is every class of Tree
    while waiting:
        node = waiting[-1]
        ahead = [part for part in node.parts if id(part) not in seen]
        if ahead:
            waiting.extend(reversed(ahead))
            continue
        waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
    return order


def fold(root: Tree, visit: Callable[[Node, list[T]], T]) -> T:
    """Return what ``visit`` makes of a tree, from the leaves up.

    Parameters
    ----------
    root : Node
        The tree.
    visit : callable
        Takes a node and the results for its operands, and returns the result for the node.
    """
    results: dict[int, T] = {}
    for node in ordered(root):
        results[id(node)] = visit(node, [results[id(part)] for part in node.parts])
    return results[id(root)]


def _numbered(root: Tree, seen: dict[object, int]) -> int:
    """Return a number that trees share exactly when they have the same structure."""

    def number(node: Node, parts: list[int]) -> int:
        return seen.setdefault((type(node), node.label, *parts), len(seen))

    return fold(root, number)


def _shown(node: Node, parts: list[str]) -> str:
    """Return a node as Python would write it; what would grow too long is cut."""
    inside = ", ".join([*map(repr, node.label), *parts])
    text = f"{type(node).__name__}({inside})"
    return text if len(text) <= _LONGEST_REPR else f"{type(node).__name__}(...)"


def _rebuilt(rows: list[_Row]) -> Node:
    """Return the tree that was taken apart into rows, operands first."""
    nodes: list[Node] = []
    for kind, label, places in rows:
        parts = [nodes[place] for place in places]
        nodes.append(kind.made(label, parts))
    return nodes[-1]
