"""Formula text to tree.

The grammar is Python's expression grammar cut down to numbers, names, ``+ - * / **``, the minus
sign, one comparison, brackets and the calls of :data:`~lossmodel.formula.tree.FUNCTIONS`, with
Python's precedence and associativity.  It is read by precedence climbing (Pratt 1973), with every
limit checked on the way, so that no text takes long or goes deep.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from lossmodel.errors import Fault, listed, nearest
from lossmodel.formula import advice
from lossmodel.formula.tokens import Token, Tokens
from lossmodel.formula.tree import FUNCTIONS, Binary, Call, Comparison, Name, Node, Number, Unary

LONGEST = 4_000
MOST_NODES = 500
DEEPEST = 64

_COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _RAISED = range(1, 6)
_STRENGTH = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARED),
    **dict.fromkeys(("+", "-"), _ADDED),
    **dict.fromkeys(("*", "/"), _MULTIPLIED),
    "**": _RAISED,
}


def parse(text: str) -> Node:
    """Return the tree of a formula.

    Parameters
    ----------
    text : str
        At most 4,000 ASCII characters and 500 nodes (a chain of ``+ -`` or of ``* /`` counts as
        one operator), with at most 64 brackets, calls, minuses and powers inside each other.

    Raises
    ------
    Fault
        Where the text breaks the grammar or a limit; it names the place and, where there is one,
        the way to write it instead.
    """
    if len(text) > LONGEST:
        raise Fault(
            f"a formula of {len(text):,} characters",
            f"at most {LONGEST:,} characters",
            "split it into several formulas",
        )
    return _Parser(Tokens(text)).whole()


@final
class _Parser:
    """Reads one formula."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.nodes = 0
        self.depth = 0

    def whole(self) -> Node:
        """Read the formula to its end."""
        node = self.expression(_COMPARED)
        token = self.tokens.current
        if token.kind != "end":
            raise self.tokens.fault("an operator or the end", advice.instead_of_operator(token))
        return node

    def expression(self, weakest: int) -> Node:
        """Read operands and every operator that binds at least as strongly as ``weakest``."""
        left = self.operand()
        before = 0
        while (strength := self.strength()) >= weakest:
            token = self.tokens.take()
            if strength != before or strength not in (_ADDED, _MULTIPLIED):
                self.count(token)
            if before == strength == _COMPARED:
                raise self.tokens.fault(
                    "one comparison at a time", "(a < b) * (b < c) for a < b < c", token
                )
            left = self.joined(token, left, strength)
            before = strength
        return left

    def strength(self) -> int:
        """Return how strongly the operator to come binds, 0 where none comes."""
        return _STRENGTH.get(self.tokens.current.text, 0)

    def joined(self, token: Token, left: Node, strength: int) -> Node:
        """Read what stands right of an operator and return both joined."""
        if strength == _RAISED:
            with self.deeper(token):
                return Binary("**", left, self.expression(_SIGNED))
        right = self.expression(strength + 1)
        return (Comparison if strength == _COMPARED else Binary)(token.text, left, right)

    def operand(self) -> Node:
        """Read a number, a name, a call, a bracket, or a minus and its operand."""
        token = self.tokens.current
        if token.kind == "number":
            return self.number()
        if token.kind == "name":
            return self.named()
        if token.text == "(":
            return self.bracket()
        if token.text != "-":
            raise self.tokens.fault(
                "a number, a name, a function or a bracket", advice.instead_of_operand(token)
            )
        self.count(self.tokens.take())
        with self.deeper(token):
            return Unary("-", self.expression(_SIGNED))

    def number(self) -> Node:
        """Read a finite number."""
        token = self.tokens.take()
        self.count(token)
        follower = self.tokens.current
        if follower.kind == "name" and follower.start == token.start + len(token.text):
            raise self.tokens.fault(
                "a decimal number", advice.instead_of_letters(token, follower), token
            )
        if advice.has_leading_zero(token):
            raise self.tokens.fault(
                "a number without leading zeros", token.text.lstrip("0_"), token
            )
        value = float(token.text)
        if not math.isfinite(value):
            raise self.tokens.fault("a number up to 1.7e308", token=token)
        return Number(value)

    def named(self) -> Node:
        """Read a name, or the call that it starts."""
        token = self.tokens.take()
        self.count(token)
        if token.text in advice.KEYWORDS:
            raise self.tokens.fault(
                "names, numbers, operators and functions", advice.KEYWORDS[token.text], token
            )
        if self.tokens.current.text == "(":
            return self.call(token)
        if token.text in FUNCTIONS:
            raise self.tokens.fault(
                f'"(" after the function {token.text}', advice.usage(token.text), token
            )
        return Name(token.text)

    def call(self, name: Token) -> Node:
        """Read the arguments of a call."""
        if name.text not in FUNCTIONS:
            likely = nearest(name.text, FUNCTIONS)
            raise self.tokens.fault(
                f"a function: {listed(FUNCTIONS, limit=len(FUNCTIONS))}",
                advice.usage(likely) if likely else "",
                name,
            )
        opening = self.tokens.take()
        arguments: list[Node] = []
        if self.tokens.current.text != ")":
            with self.deeper(opening):
                arguments.append(self.expression(_COMPARED))
                while self.tokens.current.text == ",":
                    self.tokens.take()
                    arguments.append(self.expression(_COMPARED))
        self.close(opening)
        self.check_count(name, len(arguments))
        return Call(name.text, tuple(arguments))

    def check_count(self, name: Token, given: int) -> None:
        """Raise the fault of a call with too few or too many arguments."""
        fewest, most = FUNCTIONS[name.text]
        if given < fewest or (most is not None and given > most):
            expected = str(fewest) if most == fewest else f"at least {fewest}"
            plural = "" if expected.endswith("1") else "s"
            raise Fault(
                f"{name.text} with {given or 'no'} argument{'' if given == 1 else 's'}, "
                f"at character {name.start + 1}",
                f"{expected} argument{plural}",
                advice.usage(name.text),
            )

    def bracket(self) -> Node:
        """Read a bracketed expression."""
        opening = self.tokens.take()
        if self.tokens.current.text == ")":
            raise self.tokens.fault("something between the brackets")
        with self.deeper(opening):
            node = self.expression(_COMPARED)
        self.close(opening)
        return node

    def close(self, opening: Token) -> None:
        """Read the closing bracket."""
        token = self.tokens.current
        if token.kind == "end":
            raise self.tokens.fault('a ")" that closes this bracket', token=opening)
        if token.text != ")":
            raise self.tokens.fault('an operator, "," or ")"', advice.instead_of_operator(token))
        self.tokens.take()

    def count(self, token: Token) -> None:
        """Count one node and raise the fault of one too many."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.tokens.fault(
                f"at most {MOST_NODES} numbers, names and operators in a formula",
                "split it into several formulas",
                token,
            )

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        """Go one level deeper and raise the fault of one level too many."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.tokens.fault(
                f"at most {DEEPEST} brackets, calls, minuses and powers inside each other",
                "split it into several formulas",
                token,
            )
        yield
        self.depth -= 1
