"""Amounts and ranges with their unit: ``2 million USD``, ``20 to 55 USD/bbl``."""

import re
from dataclasses import dataclass
from typing import final

from lossmodel.errors import Fault
from lossmodel.scenario.numerals import NUMERAL, Numeral, leading_numeral
from lossmodel.scenario.repairs import spelled_out
from lossmodel.units.quoting import quoted

_LEFT_OVER = re.compile(r"(?!1\s*/)[\d,._+…–—-]", re.ASCII)
_FRACTION = re.compile(r"/ ?\d", re.ASCII)
_QUOTES = re.compile(r"[“”„«»‘’\"]")
_BY_FAR = 10


def check_bare(text: str) -> None:
    """Refuse an amount with quotation marks in it, those that a word processor puts in included.

    Raises
    ------
    Fault
        If there are any.
    """
    if _QUOTES.search(text):
        raise Fault(quoted(text), "no quotation marks inside the text")


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
    if spelled_out(text) != text:
        raise Fault(quoted(text), "the scale as thousand, million, billion, trillion or %")
    if unit.startswith("of "):
        raise Fault(quoted(text), "the unit, or nothing, right behind the number")
    if _FRACTION.match(unit):
        raise Fault(quoted(text), "a decimal number: fractions are not worked out")
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
        raise Fault(quoted(text), "a number before and after to, then a unit")
    (low, extra), (high, unit) = one_numeral(left), one_numeral(right)
    if extra:
        # Of two different units, nobody knows which is meant.
        fix = f'"{first[0]} to {second[0]} {extra}"' if unit in ("", extra) else ""
        raise Fault(quoted(text), "the unit once, after the high end", fix)
    ends = _Ends(first, second, low, high, unit)
    if low.scaled and not high.scaled:
        expected = "a scale word or % after the high end (then it is for both) or after each end"
        raise Fault(quoted(text), expected, ends.with_one_scale())
    if high.scaled and not low.scaled:
        low = low.times(high.scale)
    if low.exact >= high.exact:
        raise Fault(quoted(text), "LOW below HIGH", ends.in_order())
    return low, high, unit


@final
@dataclass(frozen=True, slots=True)
class _Ends:
    """The two ends of a range as written, for a fix."""

    first: re.Match[str]
    second: re.Match[str]
    low: Numeral
    high: Numeral
    unit: str

    def with_one_scale(self) -> str:
        """Return the range with the scale of the low end behind the high one, if that is sure."""
        low, high = self.low.exact / self.low.scale, self.high.exact
        if self.low.exact < high and (self.low.scale > 1 or high <= 1):
            # The high end was meant as it stands: "20% to 0.45" is 20 to 45%.
            high /= self.low.scale
        scaled = f"{high.normalize():f}{self.first['scale']}"
        return self._range(self.first["digits"], scaled) if low < high else ""

    def in_order(self) -> str:
        """Return the range from the lower end to the higher one, if it is sure what was meant."""
        low, high = self.low, self.high
        if low.exact == high.exact:
            return '"' + f"{self.second[0]} {self.unit}".strip() + '"'
        if low.scaled or not high.scaled:
            return self._range(self.second[0], self.first[0])
        # The scale for the high end alone, "200 to 1 thousand", or both ends swapped, "3 to 2
        # million": the narrower of the two ranges was meant, if it is narrower by far.
        swapped, literal = low.exact**2 * high.scale, high.exact**2
        if low.exact < high.exact and swapped >= _BY_FAR * literal:
            plain = f"{high.exact.normalize():,f}".replace(",", "_")
            return self._range(self.first[0], plain)
        if low.exact > high.exact or literal >= _BY_FAR * swapped:
            return self._range(self.second["digits"], self.first[0] + self.second["scale"])
        return ""

    def _range(self, low: str, high: str) -> str:
        """Return ``LOW to HIGH UNIT`` in quotes."""
        return '"' + f"{low} to {high} {self.unit}".strip() + '"'
