"""Probabilities in percent, and tiny ones as one case in so many."""

from decimal import Decimal
from re import fullmatch

from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import NONE, figure, probability, quantity
from lossmodel.units.scales import Scale

PERCENT = Scale(0.01, "%")
RARE = 1e-4
"""Probabilities below it are not told in percent."""
_RAREST = 1e-12
"""Probabilities below it are told in powers of ten."""


def in_percent(each: Estimate) -> str:
    """Return a probability, in percent where it is not tiny."""
    if each.value is None:
        return NONE
    if 0.0 < each.value < RARE:
        return _rare(probability(each), each.value)
    if each.value > 0.9:
        return _percent(probability(each))
    return f"{figure(each, PERCENT)}%"


def _percent(text: str) -> str:
    """Return a probability near 1, written in decimals, in percent."""
    start = "above " * text.startswith("above ")
    number = text.removeprefix(start)
    if number.startswith("1 - "):
        missing = number.removeprefix("1 - ").removeprefix("about ")
        number = str(1 - Decimal(missing))
    return text if number == NONE else f"{start}{Decimal(number).scaleb(2):f}%"


def _rare(text: str, value: float) -> str:
    """Return a tiny probability as one case in so many; what has no digits as it is."""
    digits = fullmatch(r"([\d.]+)e-\d+", text)
    if not digits or value < _RAREST:
        return text
    return f"1 in {quantity(1.0 / value, '', min(len(digits[1].replace('.', '')), 2))}"
