"""Tree to formula text, with no bracket that is not needed."""

from typing import TypeAlias, assert_never

from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Over, Unary, fold
from lossmodel.units.quoting import quoted

# Text of a subtree, and how strongly its outermost operator binds.
_Piece: TypeAlias = tuple[str, int]

_COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _RAISED, _WHOLE = range(1, 7)

# The weakest operator that may stand bare to the left and right of each operator.
_BARE = {
    "+": (_ADDED, _MULTIPLIED),
    "-": (_ADDED, _MULTIPLIED),
    "*": (_MULTIPLIED, _SIGNED),
    "/": (_MULTIPLIED, _SIGNED),
    "**": (_WHOLE, _SIGNED),
}
_STRENGTH = {
    "+": _ADDED,
    "-": _ADDED,
    "*": _MULTIPLIED,
    "/": _MULTIPLIED,
    "**": _RAISED,
}
_LONGEST_SHOWN = 200


def to_text(node: Node) -> str:
    """Return the formula of a tree.

    ``parse(to_text(tree)) == tree`` for every tree whose numbers are not negative, which is what
    the parser makes; a negative number that arithmetic left in a tree reads back as a minus sign
    and a number.
    """
    return fold(node, _piece)[0]


def brief(node: Node) -> str:
    """Return the formula of a tree in quotes, cut to what a message can show.

    It is cut on the way, so that even trees that share parts a million times over print at once.
    """
    return quoted(fold(node, lambda part, parts: _cut(_piece(part, parts)))[0])


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number; 168.0 is "168"."""
    return repr(value).removesuffix(".0")


def _piece(node: Node, parts: list[_Piece]) -> _Piece:
    """Return the text of a node, given those of its operands."""
    match node:
        case Number(value):
            return number_text(value), _WHOLE if value >= 0 else _SIGNED
        case Name(name):
            return name, _WHOLE
        case Unary(op):
            return op + _inside(parts[0], _SIGNED), _SIGNED
        case Binary(op):
            left, right = _BARE[op]
            return f"{_inside(parts[0], left)} {op} {_inside(parts[1], right)}", _STRENGTH[op]
        case Comparison(op):
            return f"{_inside(parts[0], _ADDED)} {op} {_inside(parts[1], _ADDED)}", _COMPARED
        case Call(function) | Over(function):
            # What counts the units is not written.
            shown = parts[:1] if isinstance(node, Over) else parts
            return f"{function}({', '.join(text for text, _ in shown)})", _WHOLE
        case _:
            assert_never(node)


def _cut(piece: _Piece) -> _Piece:
    """Return a piece that is no longer than what any message shows."""
    text, strength = piece
    return text[:_LONGEST_SHOWN], strength


def _inside(piece: _Piece, weakest: int) -> str:
    """Return the text of an operand, in brackets where its operator binds too weakly."""
    text, strength = piece
    return text if strength >= weakest else f"({text})"
