"""The text of an input: a constant, ``LOW to HIGH``, or a family, then a unit."""

import re
from dataclasses import dataclass
from typing import final

from lossmodel.distributions.calls import Argument, Call
from lossmodel.errors import Fault
from lossmodel.formula.tree import FUNCTIONS
from lossmodel.scenario.amounts import check_bare, is_range, one_numeral, two_numerals
from lossmodel.scenario.numerals import NUMERAL, leading_numeral
from lossmodel.scenario.repairs import APPROXIMATE, better_fix, outlined, rearranged
from lossmodel.units.expression import is_unit
from lossmodel.units.quoting import quoted

EXPECTED = 'a number, "LOW to HIGH", or a family such as pert(low, mode, high), then a unit'
_FAMILY = re.compile(r"([A-Za-z_]\w*)\s*\(", re.ASCII)
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEEPEST = 16
_NOT_FINITE = re.compile(r"\b(nan|inf|infinity)\b", re.IGNORECASE)
_IDLE = ("", "about", "from", *APPROXIMATE)


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

    @property
    def formulas(self) -> tuple[str, ...]:
        """The arguments that are formulas of other inputs, as written."""
        return self.call.formulas


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
    try:
        return _parsed(text)
    except Fault as fault:
        if _FAMILY.match(text):
            raise
        fix = better_fix(text, fault.fix, _reads, _advice)
        raise Fault(fault.found, fault.expected, fix) from None


def _parsed(text: str) -> Value:
    """Return what a single-spaced text says."""
    if _FAMILY.match(text):
        call, end = _family(text, 0, _DEEPEST)
        return Drawn(call, text[end:].strip())
    return _without_family(text)


def _reads(text: str) -> bool:
    """Return whether a text could be typed: a fix that cannot is none."""
    try:
        return is_unit(_parsed(text).unit)
    except Fault:
        return False


def single_spaced(text: str) -> str:
    """Return a text with one space wherever it has white space of any kind, none at its ends."""
    return " ".join(text.split())


def _without_family(text: str) -> Constant | Between:
    """Return a constant or a range."""
    check_bare(text)
    if _NOT_FINITE.search(text):
        raise Fault(quoted(text), "finite numbers; write what is not known as a range")
    if not NUMERAL.match(text):
        raise Fault(quoted(text), EXPECTED)
    if is_range(text):
        return _between(text)
    numeral, unit = one_numeral(text)
    return Constant(numeral.value, unit)


def _advice(text: str) -> str:
    """Return the text mended where that makes a value of it, else its form if that helps."""
    words, amount = rearranged(text)
    if words.lower() in _IDLE and _reads(amount):
        return f'"{amount}"'
    if is_range(text) or _NOT_FINITE.search(text):
        return outlined("LOW to HIGH", text)
    return "" if NUMERAL.match(text) else outlined("NUMBER", text)


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
    formula = _formula(text, at)
    if formula:
        return formula, at + len(formula)
    if _FAMILY.match(text, at):
        return _family(text, at, deeper)
    match = NUMERAL.match(text, at)
    if match is None:
        raise _unfinished(text, at, "a number, a list in [ ], a family or a formula of inputs")
    # Inside brackets a comma parts arguments, but nobody writes 000 for an argument.
    numeral, _, rest = match[0].partition(",")
    if rest.startswith("0"):
        raise _unfinished(text, at, "numbers without thousands commas: 1_500")
    end = at + len(numeral) if rest else match.end()
    return leading_numeral(text[at:end])[0].value, end


def _formula(text: str, at: int) -> str:
    """Return the formula of other inputs that stands as an argument; "" where none does."""
    family = _FAMILY.match(text, at)
    if (family and family[1] not in FUNCTIONS) or text[at : at + 1] in ("[", ")", ",", ""):
        return ""
    end = _end_of_argument(text, at)
    found = text[at:end].rstrip()
    words = [word for word in _NAME.findall(found) if word not in FUNCTIONS]
    begins = NUMERAL.match(text, at)
    if not words or (begins and begins.end() >= at + len(found)):
        return ""
    # What begins with a number goes on with an operator, or it is a number with a word behind it.
    rest = found if begins is None else text[begins.end() : end].lstrip()
    return found if begins is None or rest[:1] in tuple("+-*/") else ""


def _end_of_argument(text: str, at: int) -> int:
    """Return the place of the comma or bracket that ends an argument."""
    depth = 0
    for place in range(at, len(text)):
        if depth == 0 and text[place] in ",)]":
            return place
        depth += {"(": 1, ")": -1}.get(text[place], 0)
    return len(text)


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
