"""The text of an input: a constant, ``LOW to HIGH``, or a family, then a unit."""

import re
from dataclasses import dataclass
from typing import final

from lossmodel.distributions.calls import Argument, Call
from lossmodel.errors import Fault
from lossmodel.scenario.numerals import NUMERAL, Numeral, leading_numeral
from lossmodel.scenario.repairs import rearranged
from lossmodel.units.quoting import quoted

EXPECTED = 'a number, "LOW to HIGH", or a family such as pert(low, mode, high), then a unit'
LONGEST_FIX = 120
_FAMILY = re.compile(r"([A-Za-z_]\w*)\s*\(", re.ASCII)
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEEPEST = 16
_LEFT_OVER = re.compile(r"(?!1\s*/)[\d,._+–—-]", re.ASCII)
_SHORT_SCALE = re.compile(r"(?:k|mn?|bn?) (?=[A-Z]{3}\b)|(?:K|Mn?|Bn?) ", re.ASCII)
_NOT_FINITE = re.compile(r"\b(nan|inf|infinity)\b", re.IGNORECASE)
_LAST_WORD = re.compile(r" ([A-Za-zµ][\w*/^µ]*)$")


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """A value taken as known."""

    value: float
    unit: str


@final
@dataclass(frozen=True, slots=True)
class Between:
    """``LOW to HIGH``: a lognormal with its 5th and 95th percentiles there."""

    low: float
    high: float
    unit: str


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """A family with its arguments."""

    call: Call
    unit: str


Value = Constant | Between | Drawn


def parsed_value(text: str) -> Value:
    """Return what the text of an input says.

    Parameters
    ----------
    text : str
        As in ``inputs.NAME`` or its ``value`` (file format, "Input").

    Raises
    ------
    Fault
        If it is none of the three forms.
    """
    text = single_spaced(text)
    if _FAMILY.match(text):
        call, end = _family(text, 0, _DEEPEST)
        return Drawn(call, text[end:].strip())
    try:
        return _without_family(text)
    except Fault as fault:
        fix = fault.fix or _advice(text)
        raise Fault(fault.found, fault.expected, fix * (len(fix) <= LONGEST_FIX)) from None


def single_spaced(text: str) -> str:
    """Return a text with one space wherever it has white space of any kind, none at its ends."""
    return " ".join(text.split())


def _without_family(text: str) -> Constant | Between:
    """Return a constant or a range."""
    if _NOT_FINITE.search(text):
        raise Fault(quoted(text), "finite numbers; write what is not known as a range")
    if not NUMERAL.match(text):
        raise Fault(quoted(text), EXPECTED)
    if is_range(text):
        return _between(text)
    numeral, unit = one_numeral(text)
    return Constant(numeral.value, unit)


def _advice(text: str) -> str:
    """Return the text mended where that makes a value of it, else an example if one helps."""
    _, amount = rearranged(text)
    try:
        _without_family(amount)
    except Fault:
        if _NOT_FINITE.search(text):
            return '"20 to 55 USD"'
        unit = _LAST_WORD.search(text)
        return "" if NUMERAL.match(text) else f'"12 {unit[1] if unit else "h"}"'
    return f'"{amount}"'


def is_range(text: str) -> bool:
    """Return whether a single-spaced text has the form ``LOW to HIGH``."""
    return " to " in f"{text} "


def one_numeral(text: str) -> tuple[Numeral, str]:
    """Return the number that a text begins with and the unit behind it.

    Raises
    ------
    Fault
        If it begins with no number, or more digits follow: a number grouped wrongly.
    """
    numeral, unit = leading_numeral(text)
    if _SHORT_SCALE.match(unit):
        raise Fault(quoted(text), "the scale written out: thousand, million, billion or trillion")
    if _LEFT_OVER.match(unit):
        expected = "one number, three digits between commas or underscores; or LOW to HIGH"
        raise Fault(quoted(text), expected)
    return numeral, unit


def two_numerals(text: str) -> tuple[Numeral, Numeral, str]:
    """Return both ends and the unit of ``LOW to HIGH UNIT``, the scale at the end meant for both.

    Parameters
    ----------
    text : str
        Single-spaced.

    Raises
    ------
    Fault
        If an end is no number, the low end alone carries a scale or a unit, or LOW is above HIGH.
    """
    left, _, right = (part.strip() for part in f" {text} ".partition(" to "))
    first, second = NUMERAL.match(left), NUMERAL.match(right)
    if first is None or second is None:
        raise Fault(quoted(text), "a number before and after to, then a unit", '"20 to 55 USD"')
    (low, extra), (high, unit) = one_numeral(left), one_numeral(right)
    if extra:
        fix = f'"{left.removesuffix(extra).strip()} to {right}"'
        raise Fault(quoted(text), "the unit once, after the high end", fix)
    if low.scaled and not high.scaled:
        expected = "a scale word or % after the high end (then it is for both) or after each end"
        raise Fault(quoted(text), expected, _range(first["digits"], second["digits"], first, unit))
    if high.scaled and not low.scaled:
        low = low.times(high.scale)
        swapped = _range(second["digits"], first["digits"], second, unit)
    else:
        swapped = _range(second[0], first["digits"], first, unit)
    if low.exact >= high.exact:
        fix = swapped if low.exact > high.exact else f'"{right}"'
        raise Fault(quoted(text), "LOW below HIGH", fix)
    return low, high, unit


def _range(low: str, high: str, scaled: re.Match[str], unit: str) -> str:
    """Return ``LOW to HIGH UNIT`` with the scale of a numeral after the high end, for a fix."""
    text = f"{low} to {high}{scaled['scale'] or ''} {unit}"
    return f'"{text.strip()}"'


def _between(text: str) -> Between:
    """Return the lognormal range, both ends above 0."""
    low, high, unit = two_numerals(text)
    if low.exact <= 0:
        normal = Call("normal", (), (("p5", low.value), ("p95", high.value)))
        fix = f'"{normal} {unit}'.strip() + '"'
        raise Fault(quoted(text), "both ends above 0, as LOW to HIGH is lognormal", fix)
    return Between(low.value, high.value, unit)


def _skip(text: str, at: int) -> int:
    """Return the place of the next character that is not a space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _family(text: str, at: int, deeper: int) -> tuple[Call, int]:
    """Return the family call that starts at ``at``, and the place behind it."""
    head = _FAMILY.match(text, at)
    if head is None:
        raise _unfinished(text, at, "a family such as uniform(0, 1)")
    if not deeper:
        raise Fault(quoted(text), f"families at most {_DEEPEST} inside each other")
    positional: list[Argument] = []
    named: list[tuple[str, Argument]] = []
    at = _skip(text, head.end())
    while text[at : at + 1] != ")":
        name = _NAME.match(text, at)
        equals = _skip(text, name.end()) if name else at
        if name and text[equals : equals + 1] == "=":
            argument, at = _argument(text, _skip(text, equals + 1), deeper - 1)
            named.append((name[0], argument))
        elif named:
            raise _unfinished(text, at, "a name before this argument too: name=value")
        else:
            argument, at = _argument(text, at, deeper - 1)
            positional.append(argument)
        at = _comma(text, at, ")")
    return Call(head[1], tuple(positional), tuple(named)), at + 1


def _comma(text: str, at: int, closing: str) -> int:
    """Return the place of the next argument, or of the closing bracket."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != closing:
        raise _unfinished(text, at, f'a comma or "{closing}"; the unit comes behind the family')
    return at


def _argument(text: str, at: int, deeper: int) -> tuple[Argument, int]:
    """Return one argument, a number, a list or a family, and the place behind it."""
    if text[at : at + 1] == "[":
        return _list(text, at, deeper)
    if _FAMILY.match(text, at):
        return _family(text, at, deeper)
    match = NUMERAL.match(text, at)
    if match is None:
        raise _unfinished(text, at, "a number, a list in [ ] or a family")
    # Inside brackets a comma parts arguments, but nobody writes 000 for an argument.
    numeral, _, rest = match[0].partition(",")
    if rest.startswith("0"):
        raise _unfinished(text, at, "numbers without thousands commas: 1_500")
    end = at + len(numeral) if rest else match.end()
    return leading_numeral(text[at:end])[0].value, end


def _list(text: str, at: int, deeper: int) -> tuple[Argument, int]:
    """Return the list that starts at ``at``, and the place behind it."""
    items: list[Argument] = []
    if not deeper:
        raise Fault(quoted(text), f"lists at most {_DEEPEST} inside each other")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        item, at = _argument(text, at, deeper - 1)
        items.append(item)
        at = _comma(text, at, "]")
    return tuple(items), at + 1


def _unfinished(text: str, at: int, expected: str) -> Fault:
    """Return the fault of a family that goes wrong at a place."""
    where = quoted(text[at : at + 20]) if text[at:] else "the end"
    return Fault(f"{where} in {quoted(text)}", expected)
