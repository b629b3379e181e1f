"""What to write instead of an amount that cannot be read."""

import re
from collections.abc import Callable, Mapping

from lossmodel.scenario.numerals import NUMERAL
from lossmodel.units.expression import is_unit

_LONGEST_FIX = 120
APPROXIMATE = ("almost", "approximately", "around", "circa", "nearly", "roughly", "some", "~")

_SPELLED = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "twenty": "20",
    "hundred": "100",
}
_SPELLED_WORD = rf"(?i:{'|'.join(_SPELLED)})"


def _numbered(spelled: re.Match[str]) -> str:
    """Return a number word in digits; several in a row stay as they are."""
    return _SPELLED.get(spelled[0].lower(), spelled[0])


def _divided(fraction: re.Match[str]) -> str:
    """Return a fraction as a decimal number of three digits."""
    above, below = int(fraction[1]), int(fraction[2])
    return f"{above / below:.3g}" if below else fraction[0]


Rewrite = str | Callable[[re.Match[str]], str]

_RULES: dict[str, Rewrite] = {
    r"[“”„«»‘’\"]": "",
    r"(?<=\d) ?(?:\.{2,3}|…) ?(?=\d)": " to ",  # 250..750
    r"(?<![\d.])\.(?=\d)": "0.",  # .5
    r"(?<=\d)\.(?!\d)": "",  # 5.
    r"(?<=\d),(?=\d\d?(?!\d))": ".",  # 1,5
    r"(?<=\d) (?=\d{3}(?!\d))": ",",  # 1 816
    r"(?<![\d/.])(\d{1,3})/(\d{1,3})(?![\d/.])": _divided,
    rf"(?<![\w-])(?<!\d ){_SPELLED_WORD}(?: {_SPELLED_WORD})*(?![\w-])": _numbered,
    r"(?<=[\w%]) ?[-–—] ?(?=\d)": " to ",  # 20-55
    r"(?i:\bbetween) (.*) and (?=\d)": r"\1 to ",
    r"(?<=%) of .*": "",
    r" of (?=\S+$)": " ",
    r"(?<=\d)% to (?=[\d.]+%$)": " to ",
}


def _compiled(rules: Mapping[str, Rewrite]) -> tuple[tuple[re.Pattern[str], Rewrite], ...]:
    """Return rules that are ready for use."""
    return tuple((re.compile(wrong, re.ASCII), right) for wrong, right in rules.items())


_REWRITES = _compiled(_RULES)

_SHORT = {
    "thousand": ("k", "K"),
    "million": ("m|mn|mil|mln", "Mn?"),
    "billion": ("b|bn|bln", "Bn?"),
    "trillion": ("tn|trn", "Tn"),
}


def _scale_rules(behind: str) -> dict[str, Rewrite]:
    """Return the rewrites of scales, abbreviations only where ``behind`` follows: m is a metre."""
    rules: dict[str, Rewrite] = {
        rf"(?<=\d) ?(?:(?i:{word}s?\b)|(?i:{short})(?={behind})|{capital}(?= ))": f" {word}"
        for word, (short, capital) in _SHORT.items()
    }
    rules[r"(?<=\d) ?(?i:per ?cent\b)"] = "%"
    return rules


_SCALES = _compiled(_scale_rules(r" [A-Z]{3}\b"))
_SCALES_OF_MONEY = _compiled(_scale_rules(r"\b"))

_ONE = NUMERAL.pattern.replace("?P<digits>", "?:").replace("?P<scale>", "?:")
_AMOUNT = re.compile(rf"{_ONE}(?: to {_ONE})?", re.ASCII)
_DIGIT = re.compile(r"\d")
_CURRENCY = re.compile(r"(?:\bUS)?\$|[€£]|\b[A-Z]{3}\b(?:/\w+)*(?= ?\d)", re.ASCII)
_CODES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
_UNIT = re.compile(r"(?:^|.* )(\S*(?:\b[A-Z]{3}\b|\w/\w)\S*)")


def spelled_out(text: str) -> str:
    """Return a text with the scales and percent signs of its numbers as the file format has them.

    Parameters
    ----------
    text : str
        With single spaces: ``"2 Million"``, ``"2bn USD"``, ``"20 per cent"``.
    """
    for wrong, right in _SCALES:
        text = wrong.sub(right, text)
    return text


def rearranged(text: str) -> tuple[str, str]:
    """Return the words before the first amount of a text, and that amount as it should be written.

    Parameters
    ----------
    text : str
        With single spaces, such as ``"more than $2m"``, which gives ``"more than"`` and ``"2
        million USD"``.

    Returns
    -------
    words, amount : str
        The amount is empty where the text has no number or stumbles over its first one; otherwise
        it may still be no sound one.
    """
    sign = _CURRENCY.search(text)
    if sign:
        text = text.replace(sign[0], "")
    for wrong, right in (*_REWRITES, *(_SCALES_OF_MONEY if sign else _SCALES)):
        text = wrong.sub(right, text)
    match = _AMOUNT.search(text)
    if match is None or _DIGIT.search(text, 0, match.start()):
        return text, ""
    unit = f" {_CODES.get(sign[0], sign[0])}" if sign else ""
    words = " ".join(text[: match.start()].split())
    return words, " ".join(f"{match[0]}{unit}{text[match.end() :]}".split())


def outlined(form: str, text: str) -> str:
    """Return a form, such as LOW to HIGH, in the unit that a text ends with.

    Parameters
    ----------
    form : str
        What stands before the unit.
    text : str
        With single spaces.

    Returns
    -------
    str
        In double quotes; empty where the text does not end with a unit that shows as one.
    """
    unit = _UNIT.fullmatch(text)
    return f'"{form} {unit[1]}"' if unit and is_unit(unit[1]) else ""


def better_fix(
    text: str, offered: str, reads: Callable[[str], bool], advice: Callable[[str], str]
) -> str:
    """Return a fix that can be typed, or none.

    Parameters
    ----------
    text : str
        What cannot be read.
    offered : str
        The fix that comes with its fault, in double quotes; or empty.
    reads : callable
        Whether a text can be read.
    advice : callable
        Gives another fix for ``text``, in double quotes; or empty.

    Returns
    -------
    str
        Empty where ``text`` or the fix is too long for a line.
    """
    if len(text) > _LONGEST_FIX:
        return ""
    fix = offered if reads(offered.strip('"')) else advice(text)
    return fix if len(fix) <= _LONGEST_FIX else ""
