"""Figures on a page, each with the number that it stands for and where the JSON has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import NONE, figure, plain_figure, span_ends
from lossmodel.report.shares import PERCENT, in_percent
from lossmodel.units.scales import Scale

ONE = Scale(1.0, "")
_LEAST = 1e-5
"""The smallest error of a share that is worth its digits."""


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


def measured_cell(each: Estimate, key: str) -> Cell:
    """Return an estimate for beside its :func:`error_cell`: both end at the same digit."""
    if each.value is None or not each.se:
        return estimate_cell(each, key)
    places = len(_one_digit(max(each.se, _LEAST)).partition(".")[2])
    return Cell(f"{each.value:.{places}f}", each.value, f"{key}/value")


def error_cell(each: Estimate, key: str) -> Cell:
    """Return the standard error of an estimate, to one digit; nothing where it is exact."""
    if each.se is None:
        return Cell("", None, f"{key}/se")
    text = "<0.00001" if 0.0 < each.se < _LEAST else _one_digit(each.se)
    return Cell(text, each.se, f"{key}/se")


def _one_digit(error: float) -> str:
    """Return an error of a share to one digit."""
    return f"{float(f'{error:.0e}'):.5f}".rstrip("0").rstrip(".")


def share_cell(each: Estimate, key: str) -> Cell:
    """Return a probability, in percent where it is not tiny."""
    return Cell(in_percent(each), each.value, f"{key}/value")


def part_cell(each: Estimate, key: str) -> Cell:
    """Return a share of something other than all cases, in percent."""
    text = NONE if each.value is None else f"{figure(each, PERCENT)}%"
    return Cell(text, each.value, f"{key}/value")


def span_cells(low: Estimate, high: Estimate, keys: Sequence[str], scale: Scale) -> Prose:
    """Return an interval, or the one value that both its ends are."""
    ends = zip(span_ends(low, high, scale), (low, high), keys, strict=False)
    first, *second = [Cell(text, each.value, f"{key}/value") for text, each, key in ends]
    return (first, " to ", *second) if second else (first,)


def plain_cell(value: float | None, key: str, scale: Scale = ONE) -> Cell:
    """Return a number without Monte Carlo error."""
    text = NONE if value is None else plain_figure(value, scale)
    return Cell(text, value, key)
