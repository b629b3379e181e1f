"""The grammar of unit text, read by hand before any library sees it.

::

    unit   = factor { ("*" | "/" | "per" | nothing) factor }
    factor = ( NAME | "1" | "(" unit ")" ) [ ("**" | "^") ( INTEGER | "(" INTEGER ")" ) ]

It is pint's grammar without numbers: names are multiplied where nothing stands between them, and
``*`` and ``/`` are worked from the left, so ``USD/bbl/day`` is ``USD/(bbl*day)``.
"""

import re
from typing import final

from lossmodel.errors import Fault
from lossmodel.units.quoting import quoted
from lossmodel.units.unit import LARGEST_EXPONENT

LARGEST_TEXT = 200

Factors = list[tuple[str, int]]

_EXPECTED = 'a unit such as "USD/bbl", "truck" or "kg*m**2"'
_WORD = re.compile(r"\s*(?:[^\W\d]\w*|\d+|\*\*|[*/^()+-])")
_BETWEEN = re.compile(r" (?:per|[*/]) ")
_SIGNS = {
    "$": "write USD",
    "€": "write EUR",
    "£": "write GBP",
    "%": "write the % right after the number",
    "²": "write **2",
    "³": "write **3",
    "·": "write *",
    "×": "write *",
    "÷": "write /",
    "°": "write a temperature difference in K",
}


def factors(text: str) -> Factors:
    """Return the names in a unit text and their exponents, in the order written.

    Parameters
    ----------
    text : str
        At most 200 characters; the empty text has no factors.

    Returns
    -------
    list of (str, int)
        Not merged: a name that is written twice appears twice.

    Raises
    ------
    Fault
        Where the text does not follow the grammar, or an exponent leaves -6..6.
    """
    if len(text) > LARGEST_TEXT:
        raise Fault(
            f"a unit of {len(text)} characters", f"a unit of at most {LARGEST_TEXT} characters"
        )
    return _Reader(text).whole() if text.strip() else []


def is_unit(text: str) -> bool:
    """Return whether the text follows the grammar, a sign or "per" between any two names."""
    if " " in _BETWEEN.sub("/", text):
        return False
    try:
        factors(text)
    except Fault:
        return False
    return True


def is_unit_name(text: str) -> bool:
    """Return whether the text is one name and no word of the grammar."""
    return text.isidentifier() and text != "per"


@final
class _Reader:
    """Reads one unit text from the left."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = list(_words(text))
        self.place = 0

    def next(self) -> str:
        """Return the word to come, empty at the end."""
        return self.words[self.place] if self.place < len(self.words) else ""

    def take(self) -> str:
        """Return the word to come and step over it."""
        word = self.next()
        self.place += 1
        return word

    def fault(self, expected: str = _EXPECTED, fix: str = "") -> Fault:
        """Return the fault that names the word to come."""
        at = quoted(self.next()) if self.next() else "the end"
        return Fault(f"{at} in the unit {quoted(self.text)}", expected, fix)

    def whole(self) -> Factors:
        """Read the text to its end."""
        found = self.product()
        if self.next():
            raise self.fault()
        return found

    def product(self) -> Factors:
        """Read factors up to a closing bracket or the end."""
        found = self.factor()
        while self.next() not in ("", ")"):
            divides = self.next() in ("/", "per")
            if divides or self.next() == "*":
                self.take()
            elif not _starts_factor(self.next()):
                raise self.fault()
            found += _scaled(self.factor(), -1 if divides else 1)
        return found

    def factor(self) -> Factors:
        """Read a name, a 1 or a bracket, with its exponent."""
        base = self.base()
        if self.next() not in ("**", "^"):
            return base
        self.take()
        return _scaled(base, self.exponent())

    def base(self) -> Factors:
        """Read a name, a 1 or a bracket."""
        word = self.next()
        if word == "(":
            return self.bracket()
        if word == "1":
            self.take()
            return []
        if not is_unit_name(word):
            raise self.fault(fix=self.repair(word))
        return [(self.take(), 1)]

    def repair(self, word: str) -> str:
        """Return what to write instead of a word that starts no factor."""
        if word == "/" and self.place == 0:
            return quoted("1" + self.text.strip())
        return "numbers belong before the unit" if word.isdigit() else ""

    def bracket(self) -> Factors:
        """Read a bracketed product."""
        self.take()
        found = self.product()
        if self.take() != ")":
            raise Fault(f"the unit {quoted(self.text)}", 'a ")" for every "("')
        return found

    def exponent(self) -> int:
        """Read a whole number, signed or not, in brackets or not."""
        bracketed = self.next() == "("
        if bracketed:
            self.take()
        sign = self.take() if self.next() in ("+", "-") else "+"
        digits = self.next()
        if not digits.isdigit() or len(digits) > 1 or int(digits) > LARGEST_EXPONENT:
            raise self.fault("a whole exponent within -6 to 6")
        self.take()
        if bracketed and self.take() != ")":
            raise Fault(f"the unit {quoted(self.text)}", 'a ")" after the exponent')
        return int(sign + digits)


def _words(text: str) -> list[str]:
    """Return the words of a unit text."""
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _WORD.match(text, place)
        word = match[0].strip() if match else text[place:].lstrip()[0]
        if match is None or not _is_plain(word):
            wrong = _first_wrong(word)
            raise Fault(
                f"{quoted(wrong)} in the unit {quoted(text)}", _EXPECTED, _SIGNS.get(wrong, "")
            )
        found.append(word)
        place = match.end()
    return found


def _is_plain(word: str) -> bool:
    """Return whether a word is ASCII or an identifier: "m²" and other digits than ours are not."""
    return word.isascii() or word.isidentifier()


def _first_wrong(word: str) -> str:
    """Return the character at which a word stops being a name."""
    good = next(size for size in range(len(word)) if not word[: size + 1].isidentifier())
    return word[good]


def _starts_factor(word: str) -> bool:
    """Return whether a word can follow another factor without a sign between them."""
    return word == "(" or is_unit_name(word)


def _scaled(found: Factors, exponent: int) -> Factors:
    """Return the factors to a power."""
    return [(name, power * exponent) for name, power in found]
