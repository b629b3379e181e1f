"""A formula's text cut into tokens, each with its place."""

import re
from dataclasses import dataclass
from typing import Literal, final

from lossmodel.errors import Fault
from lossmodel.units.quoting import quoted

Kind = Literal["number", "name", "sign", "end"]

_AROUND = 24
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|<<|>>|&&|\|\||[-+*/<>(),^%@=!&|~\[\]{}.:;?#'\"$`\\])",
    re.ASCII,
)


@final
@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula: what kind it is, its text, and where it starts (from 0)."""

    kind: Kind
    text: str
    start: int


class Tokens:
    """The tokens of a formula, read from the left, one at a time.

    Parameters
    ----------
    text : str
        The formula.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.current = self._at(0)

    def take(self) -> Token:
        """Return the current token and go on to the next."""
        token = self.current
        self.current = self._at(token.start + len(token.text))
        return token

    def fault(self, expected: str, fix: str = "", token: Token | None = None) -> Fault:
        """Return the fault of a token, by default the current one."""
        token = token or self.current
        where = f"character {token.start + 1} of {self._around(token)}"
        what = "the end of the formula" if token.kind == "end" else quoted(token.text)
        return Fault(f"{what} at {where}", expected, fix)

    def _around(self, token: Token) -> str:
        """Return the formula, or the part of it around the token."""
        first = max(0, token.start - _AROUND)
        last = token.start + len(token.text) + _AROUND
        head = "..." if first else ""
        tail = "..." if last < len(self.text) else ""
        return quoted(f"{head}{self.text[first:last]}{tail}", limit=120)

    def _at(self, place: int) -> Token:
        """Return the token that starts at a place, spaces skipped."""
        space = _SPACE.match(self.text, place)
        start = space.end() if space else place
        if start == len(self.text):
            return Token("end", "", start)
        match = _TOKEN.match(self.text, start)
        if match is None:
            return Token("sign", self.text[start], start)
        kind: Kind = "number" if match["number"] else "name" if match["name"] else "sign"
        return Token(kind, match[0], start)
