"""Figures on a page, each with the number that it stands for and where the JSON has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from re import fullmatch
from typing import final

from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import (
    NONE,
    Scale,
    figure,
    plain_figure,
    probability,
    quantity,
    span_ends,
)

ONE = Scale(1.0, "")
_PERCENT = Scale(0.01, "%")
_LEAST = 1e-5
"""The smallest error of a share that is worth its digits."""
_RARE = 1e-4
"""Probabilities below it are not told in percent."""
_RAREST = 1e-15
"""Probabilities below it are told in powers of ten."""


@final
@dataclass(frozen=True, slots=True)
class Cell:
    """A figure.

    Attributes
    ----------
    text : str
        As it is printed.
    value : float or None
        The number that it stands for.
    key : str
        Its place in the result that the page holds: keys between slashes.
    """

    text: str
    value: float | None
    key: str


Prose = tuple[str | Cell, ...]
"""A text with figures in it."""


def estimate_cell(each: Estimate, key: str, scale: Scale = ONE) -> Cell:
    """Return an estimate."""
    return Cell(figure(each, scale), each.value, f"{key}/value")


def error_cell(each: Estimate, key: str) -> Cell:
    """Return the standard error of an estimate, to one digit; nothing where it is exact."""
    if each.se is None:
        return Cell("", None, f"{key}/se")
    digit = f"{float(f'{each.se:.0e}'):.5f}".rstrip("0").rstrip(".")
    text = "<0.00001" if 0.0 < each.se < _LEAST else digit
    return Cell(text, each.se, f"{key}/se")


def share_cell(each: Estimate, key: str) -> Cell:
    """Return a probability, in percent where it is not tiny."""
    if each.value is None:
        return Cell(NONE, None, f"{key}/value")
    if 0.0 < each.value < _RARE:
        return Cell(_rare(probability(each), each.value), each.value, f"{key}/value")
    if each.value > 0.9:
        return Cell(_percent(probability(each)), each.value, f"{key}/value")
    return Cell(f"{figure(each, _PERCENT)}%", each.value, f"{key}/value")


def part_cell(each: Estimate, key: str) -> Cell:
    """Return a share of something other than all cases, in percent."""
    text = NONE if each.value is None else f"{figure(each, _PERCENT)}%"
    return Cell(text, each.value, f"{key}/value")


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


def span_cells(low: Estimate, high: Estimate, keys: Sequence[str], scale: Scale) -> Prose:
    """Return an interval, or the one value that both its ends are."""
    ends = zip(span_ends(low, high, scale), (low, high), keys, strict=False)
    first, *second = [Cell(text, each.value, f"{key}/value") for text, each, key in ends]
    return (first, " to ", *second) if second else (first,)


def plain_cell(value: float | None, key: str, scale: Scale = ONE) -> Cell:
    """Return a number without Monte Carlo error."""
    text = NONE if value is None else plain_figure(value, scale)
    return Cell(text, value, key)
