"""What to write instead: the fixes that the parser suggests."""

import keyword

from lossmodel.formula.tokens import Token
from lossmodel.units.quoting import quoted

_CONDITION = "where(condition, a, b) chooses between a and b"

KEYWORDS = {
    **dict.fromkeys(keyword.kwlist, "give it another name"),
    "and": "(a < b) * (b < c): comparisons are 0 or 1",
    "or": "max(a < b, b < c): comparisons are 0 or 1",
    "not": "1 - (a < b): comparisons are 0 or 1",
    "if": _CONDITION,
    "else": _CONDITION,
    "lambda": "give that formula a name of its own in [model]",
    "True": "1",
    "False": "0",
    "None": "0",
}

_SIGNS = {
    "^": "write ** for a power",
    "//": "floor(a / b)",
    "%": "write 5% as 0.05; the remainder of a / b is a - b * floor(a / b)",
    "@": "write * to multiply",
    "=": "write == to compare; every formula has its own line in [model]",
    "!": "write != for unequal, 1 - (a < b) for not",
    "&": KEYWORDS["and"],
    "&&": KEYWORDS["and"],
    "|": KEYWORDS["or"],
    "||": KEYWORDS["or"],
    "~": KEYWORDS["not"],
    "?": _CONDITION,
    "#": 'put a remark into "about"',
    ".": "names have no parts: write a_b for a.b, and 0.5 for a half",
    "[": "there are no lists or subscripts",
    "]": "there are no lists or subscripts",
    "{": "there are no sets",
    "}": "there are no sets",
    ":": "there are no slices or lambdas",
    ";": "give each formula a name of its own in [model]",
    "'": "names are written without quotes",
    '"': "names are written without quotes",
    "$": "put amounts of money into [inputs], with a unit such as USD",
    "<<": "write * 2 ** n",
    ">>": "write / 2 ** n",
    "+": "leave the + out",
    ",": "write numbers without thousands commas: 1_500",
    "×": "write *",
    "·": "write *",
    "÷": "write /",
    "−": "write the minus sign of the keyboard, -",
    "–": "write the minus sign of the keyboard, -",
    "²": "write ** 2",
    "³": "write ** 3",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
}

_ARGUMENTS = {
    "min": "a, b",
    "max": "a, b",
    "where": "condition, a, b",
    "clip": "x, low, high",
}


def usage(function: str) -> str:
    """Return how a function is called, as in ``clip(x, low, high)``."""
    return f"{function}({_ARGUMENTS.get(function, 'x')})"


def instead_of_operand(token: Token) -> str:
    """Return the fix for a token where an operand should stand."""
    return _SIGNS.get(token.text, "") or _ascii_only(token)


def instead_of_operator(token: Token) -> str:
    """Return the fix for a token where an operator should stand."""
    if token.kind == "name":
        return KEYWORDS.get(token.text, "write * to multiply")
    if token.kind == "number" or token.text == "(":
        return "write * to multiply"
    if token.text == ")":
        return 'leave it out, or open a "(" before'
    return instead_of_operand(token)


def instead_of_letters(number: Token, letters: Token) -> str:
    """Return the fix for a number with letters right behind it, such as 0x10, 2j or 2trucks."""
    if number.text == "0" and letters.text[0] in "xXoObB":
        return _decimal(f"0{letters.text}")
    if letters.text in ("j", "J"):
        return "there are no complex numbers"
    return f"{number.text} * {letters.text}, or an input with a unit"


def has_leading_zero(token: Token) -> bool:
    """Return whether a whole number starts with a zero that Python would refuse."""
    digits = token.text.replace("_", "")
    return digits.isdigit() and digits.startswith("0") and digits.strip("0") != ""


def _decimal(text: str) -> str:
    """Return a hexadecimal, octal or binary number in decimals, or nothing where it is none."""
    try:
        return str(int(text, 0))
    except ValueError:
        return ""


def _ascii_only(token: Token) -> str:
    """Return the fix for a character that ASCII does not have."""
    if token.text.isascii():
        return ""
    return f"formulas are in plain ASCII letters: {quoted(token.text)} is not one"
