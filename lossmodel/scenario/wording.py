"""What the words of a published figure mean, from the digits as printed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import final

from lossmodel.errors import Fault, nearest
from lossmodel.scenario.amounts import check_bare, is_range, one_numeral, two_numerals
from lossmodel.scenario.numerals import NUMERAL, Numeral
from lossmodel.scenario.repairs import APPROXIMATE, better_fix, outlined, rearranged
from lossmodel.scenario.values import single_spaced
from lossmodel.units.expression import is_unit
from lossmodel.units.quoting import quoted

ABOUT = ("about",)
FLOOR = ("more than", "over", "at least")
CEILING = ("less than", "under", "at most", "up to")
_WORDS = ABOUT + FLOOR + CEILING
_COMPARATOR = re.compile(rf"({'|'.join(_WORDS)}) ", re.IGNORECASE)
_MEANT = {
    "": "",
    **dict.fromkeys(APPROXIMATE, "about"),
    **dict.fromkeys(("above", "in excess of", "just over", "well over", ">"), "more than"),
    **dict.fromkeys(("no less than", "not less than", "≥"), "at least"),
    **dict.fromkeys(("below", "just under", "well under", "<"), "less than"),
    **dict.fromkeys(("no more than", "not more than", "≤"), "at most"),
    **dict.fromkeys(("as many as", "as much as"), "up to"),
}
_ENDINGS = sorted({*_WORDS, *_MEANT} - {""}, key=len, reverse=True)
_FILLERS = re.compile(
    r"((a|an|the|in|of|at|is|was|were|be|put|total|estimated|worth|loss|losses|lost|damages?|costs?"
    r"|costing|valued?|revenue|fine|penalty|bill)( |$))*"
)
"""Words before a figure that do not change it, as "a quarter of" does."""
_OF_WHAT = re.compile(r" (?:of|for|worth) [A-Za-z ]+$")
_MOST_SLIPS = 2
_EXPECTED = f"[{'|'.join(_WORDS)}] AMOUNT UNIT, or LOW to HIGH UNIT"


@final
@dataclass(frozen=True, slots=True)
class Wording:
    """A reported figure as its words are read.

    Attributes
    ----------
    amount : float or None
        The amount said; None for "LOW to HIGH".
    low, high : float
        The values that the words allow, in ``unit``.
    comparator : str
        "about", one of the floors ("more than" ...) or ceilings ("up to" ...), or "" where there is
        no such word.
    unit : str
        As written; empty for a dimensionless output.
    """

    amount: float | None
    low: float
    high: float
    comparator: str
    unit: str

    @property
    def one_sided(self) -> str:
        """``"floor"`` for more than, over, at least; ``"ceiling"`` for less than, ...; else ""."""
        if self.comparator in FLOOR:
            return "floor"
        return "ceiling" if self.comparator in CEILING else ""


def parsed_wording(says: str) -> Wording:
    """Return what the ``says`` of a claim means.

    With [low, high) the values that round to the amount at its number of significant digits:
    "about" or no word means [low, high); more than, over, at least [amount, high); less than,
    under, at most, up to [low, amount].

    Raises
    ------
    Fault
        If the text has another form or the amount is not above 0.
    """
    says = single_spaced(says)
    try:
        return _read(says)
    except Fault as fault:
        fix = better_fix(says, fault.fix, _reads, _advice)
        raise Fault(fault.found, fault.expected, fix) from None


def _read(says: str) -> Wording:
    """Return what single-spaced words mean."""
    check_bare(says)
    comparator, rest = _parted(says)
    if is_range(rest):
        if comparator:
            raise Fault(quoted(says), f"one AMOUNT after {comparator}, or LOW to HIGH alone")
        bottom, top, unit = two_numerals(rest)
        return Wording(None, bottom.value, top.value, "", unit)
    if not NUMERAL.match(rest):
        raise Fault(quoted(says), _EXPECTED)
    amount, unit = one_numeral(rest)
    if not {"of", "for", "worth"}.isdisjoint(unit.split()):
        raise Fault(quoted(says), _EXPECTED)
    if amount.exact <= 0:
        fix = quoted(says.replace("-", "")) if amount.exact else ""
        raise Fault(quoted(says), "an amount above 0, or LOW to HIGH", fix)
    low, high = rounding_interval(amount)
    if comparator in FLOOR:
        low = amount.exact
    if comparator in CEILING:
        high = amount.exact
    return Wording(amount.value, float(low), float(high), comparator, unit)


def _parted(says: str) -> tuple[str, str]:
    """Return the word before the amount in lower case, "" where there is none, and the rest."""
    match = _COMPARATOR.match(says)
    return (match[1].lower(), says[match.end() :]) if match else ("", says)


def _reads(says: str) -> bool:
    """Return whether words could be typed: a fix that cannot is none."""
    try:
        return is_unit(_read(says).unit)
    except Fault:
        return False


def _advice(says: str) -> str:
    """Return the words mended where that makes a claim of them, else their form if that helps."""
    for text in (says, _OF_WHAT.sub("", says)):
        candidate = _mended(text)
        if _reads(candidate):
            return f'"{candidate}"'
    if is_range(says):
        return outlined("LOW to HIGH", says)
    return "" if NUMERAL.match(_parted(says)[1]) else outlined("AMOUNT", says)


def _mended(says: str) -> str:
    """Return words with their amount put right; empty where it is not sure what they mean."""
    words, amount = rearranged(says)
    meant = _meant(words.lower())
    if is_range(amount):
        return amount if meant in ("", "about") or words == "from" else ""
    return f"{meant} {amount}".strip() if meant is not None else ""


def _meant(words: str) -> str | None:
    """Return the word of the format that other words stand for, None where that is not sure."""
    if words in _MEANT:
        return _MEANT[words]
    near = nearest(words, _WORDS)
    slips = abs(len(near) - len(words))
    return near if near and slips <= _MOST_SLIPS else _meant_at_the_end(words)


def _meant_at_the_end(words: str) -> str | None:
    """Return what the last of some words stand for: "losses of more than" are "more than"."""
    ending = next((each for each in _ENDINGS if words.endswith(f" {each}")), "")
    if not _FILLERS.fullmatch(words.removesuffix(ending)):
        return None
    return _MEANT.get(ending, ending)


def parsed_range(text: str) -> tuple[float, float, str]:
    """Return low, high and unit of a claim's ``range``.

    Raises
    ------
    Fault
        If it is not ``LOW to HIGH UNIT`` with LOW below HIGH.
    """
    text = single_spaced(text)
    if not is_range(text):
        raise Fault(quoted(text), "LOW to HIGH UNIT", outlined("LOW to HIGH", text))
    low, high, unit = two_numerals(text)
    return low.value, high.value, unit


def rounding_interval(amount: Numeral) -> tuple[Decimal, Decimal]:
    """Return the ends of [low, high), the values that round to ``amount`` as printed.

    Trailing zeros of a whole number are not significant; those behind a decimal point are.  Below a
    power of ten the last digit's place is ten times finer: "100 million" is [95, 150).
    """
    written = Decimal(amount.digits)
    if "." not in amount.digits:
        written = written.normalize()
    _, digits, exponent = written.as_tuple()
    half = Decimal((0, (5,), int(exponent) - 1)) * amount.scale
    mantissa = int("".join(map(str, digits)))
    power_of_ten = mantissa == 10 ** (len(str(mantissa)) - 1)
    below = half / 10 if power_of_ten else half
    return amount.exact - below, amount.exact + half
