"""The points of a sweep, for people."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import final

import numpy as np
from rich.color import Color
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.style import Style
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.report.columns import (
    NO_FIGURE,
    Column,
    Rows,
    amount_columns,
    interval_scale,
    told_amounts,
)
from lossmodel.report.comparisons import UNSETTLED, UNSETTLED_MEANS
from lossmodel.report.figures import NONE, figure, probability
from lossmodel.report.origins import origin
from lossmodel.report.words import axis_heads, next_command, one_line
from lossmodel.simulation.intervals import percent, tails
from lossmodel.simulation.summary import ALWAYS, Summary, exceedance_names
from lossmodel.sweeps.points import GRID, LATIN
from lossmodel.sweeps.records import Sheet
from lossmodel.sweeps.results import Sweep, SweepPoint
from lossmodel.units.scales import Scale

_FREE = 10_000
"""A width at which nothing is cut."""
_LONG, _FEW = re.compile(r"(?<![\d.])\d*\.\d{7,}"), 4
"""Numbers with more digits than anybody types, and how many of them are shown."""
_MOST_ROWS = 50
_MOST_CELLS = 600


def sweep_text(found: Sweep, reference: str) -> RenderableType:
    """Return what ``sweep`` prints.

    Parameters
    ----------
    found : Sweep
    reference : str
        How the user named the scenario, for the command to try next.
    """
    model = found.model
    parts: list[RenderableType] = [
        Text(one_line(model.scenario.title), style="bold"),
        Text(origin(model, found.plan), style="dim"),
    ]
    points = [found[number] for number in range(min(len(found), _MOST_CELLS))]
    tables: list[Rows] = []
    for sheet in found.layout.sheets:
        parts += ["", Text(one_line(sheet.name), style="bold")]
        if _has_map(found):
            parts += _maps(found, sheet, points)
        else:
            shown = points[:_MOST_ROWS]
            tables.append(_rows(found, sheet, shown, _scale(sheet, points)))
            parts += [tables[-1], *_left(len(found) - len(shown))]
    parts += _legend(tables)
    parts += _untold(found)
    parts += [Text(f"Warning: {one_line(said)}", style="yellow") for said in found.warnings]
    parts += next_command("show", reference, "inputs and their sources")
    return Group(*parts)


def _left(number: int) -> Iterator[Text]:
    """Yield how many points are not shown."""
    if number:
        yield Text(f"... and {number:,} more points: --json, or --out FILE.csv, has all")


def _legend(tables: Sequence[Rows]) -> Iterator[RenderableType]:
    """Yield what the words in tables of points mean."""
    if tables:
        yield ""
        yield Text("change: of the median, from that of the first point.", style="dim")
    if any(table.has(UNSETTLED) for table in tables):
        yield Text(UNSETTLED_MEANS, style="dim")
    if any(table.has(NONE) for table in tables):
        yield Text(NO_FIGURE, style="dim")


def _untold(found: Sweep) -> Iterator[RenderableType]:
    """Yield which quantiles were asked for and have no room here."""
    shares = found.layout.sheets[0].shares
    others = {*shares} - {*ALWAYS, *tails(found.layout.level)}
    if others:
        names = ", ".join(f"P{percent(p)}" for p in sorted(others))
        yield Text(f"{names} of each point: --json, or --out FILE.csv.", style="dim")


def _maps(found: Sweep, sheet: Sheet, points: Sequence[SweepPoint]) -> Iterator[RenderableType]:
    """Yield one output over two inputs."""
    scale = _scale(sheet, points)
    unit = scale.unit(sheet.unit)
    yield _Map(found, points, f"median, {unit}".rstrip(", "), *_median(sheet, scale))
    names = exceedance_names(sheet.amounts, sheet.unit)
    for x, name in zip(sheet.amounts, names, strict=True):
        yield ""
        yield _Map(found, points, name, *_likelihood(sheet, x))


def _has_map(found: Sweep) -> bool:
    """Whether points lie on a grid of two inputs that can be shown."""
    return (
        found.points.kind == GRID
        and len(found.points.shape) == 2
        and min(found.points.shape) > 1
        and len(found) <= _MOST_CELLS
    )


def _scale(sheet: Sheet, points: Sequence[SweepPoint]) -> Scale:
    """Return the scale that suits an output at all points."""
    return interval_scale(*(point.outputs[sheet.name] for point in points))


Reader = Callable[[Summary], Estimate]
Writer = Callable[[Estimate], str]


def _median(sheet: Sheet, scale: Scale) -> tuple[str, Reader, Writer]:
    """Return the output, what reads its median and what writes it."""
    return sheet.name, lambda told: told.quantiles[0.5], lambda each: figure(each, scale)


def _likelihood(sheet: Sheet, x: float) -> tuple[str, Reader, Writer]:
    """Return the output, what reads how likely more than an amount is and what writes it."""
    return sheet.name, lambda told: told.exceedance[x], probability


@final
class _Map:
    """One statistic over two inputs, cells coloured by its value; rows on a narrow terminal."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is shown, and how
        self,
        found: Sweep,
        points: Sequence[SweepPoint],
        title: str,
        name: str,
        read: Reader,
        write: Writer,
    ) -> None:
        self._title = title
        down, across = found.points.axes.items()
        self._down, *self._sides = axis_heads(*down)
        self._across, *self._heads = axis_heads(*across)
        estimates = [read(point.outputs[name]) for point in points]
        self._texts = [write(each) for each in estimates]
        self._shares = _shares([each.value for each in estimates])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        table = self._table()
        if console.measure(table, options=options.update(width=_FREE)).maximum <= options.max_width:
            yield Text(f"{self._title}; {self._down} down, {self._across} across", style="dim")
            yield table
            return
        yield Text(f"{self._title}, by {self._down} and {self._across}", style="dim")
        for row, side in enumerate(self._sides):
            for column, head in enumerate(self._heads):
                yield Text(f"{side}, {head}: {self._texts[row * len(self._heads) + column]}")

    def _table(self) -> Table:
        """Return the cells."""
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        table.add_column("", no_wrap=True)
        for head in self._heads:
            table.add_column(head, justify="right", no_wrap=True)
        width = len(self._heads)
        for row, side in enumerate(self._sides):
            cells = range(row * width, (row + 1) * width)
            table.add_row(side, *(self._cell(place) for place in cells))
        return table

    def _cell(self, place: int) -> Text:
        """Return one value on its colour."""
        share = self._shares[place]
        if share is None:
            return Text(self._texts[place])
        low, high = (255, 247, 188), (153, 52, 4)
        colour = [round(a + (b - a) * share) for a, b in zip(low, high, strict=True)]
        ink = "white" if share > 0.5 else "black"
        return Text(self._texts[place], Style(color=ink, bgcolor=Color.from_rgb(*colour).name))


def _shares(values: list[float | None]) -> list[float | None]:
    """Return where each value lies between the least and the greatest; None if all are one."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if not low < high:
        return [None] * len(values)
    return [None if value is None else (value - low) / (high - low) for value in values]


def _rows(found: Sweep, sheet: Sheet, points: Sequence[SweepPoint], scale: Scale) -> Rows:
    """Return one output at points, one row for each."""
    told = [point.outputs[sheet.name] for point in points]
    names = exceedance_names(sheet.amounts, sheet.unit)
    shown = _sampled if found.points.kind == LATIN else one_line
    return Rows(
        [
            Column(one_line(axis), [shown(point.settings[axis]) for point in points])
            for axis in found.points.axes
        ],
        [
            *amount_columns(found.layout.level, [told_amounts(each, scale) for each in told]),
            Column("change", [_change(point, sheet, scale) for point in points]),
        ],
        [scale.unit(sheet.unit)] * len(points),
        further=[
            Column(_head(name), [probability(each.exceedance[x]) for each in told])
            for x, name in zip(sheet.amounts, names, strict=True)
        ],
    )


def _sampled(text: str) -> str:
    """Return a value of a sample as people read it; all of its digits are in the files."""

    def short(long: re.Match[str]) -> str:
        return np.format_float_positional(float(long.group()), _FEW, fractional=False, trim="-")

    return _LONG.sub(short, one_line(text))


def _change(point: SweepPoint, sheet: Sheet, scale: Scale) -> str:
    """Return how far the median is from that of the first point."""
    change = point.change[sheet.name].quantiles[0.5]
    if point.number == 0:
        return ""
    return UNSETTLED if is_unsettled(change) else figure(change, scale)


def _head(name: str) -> str:
    """Return the head of the probabilities of more than an amount, its unit on a second line."""
    sign, number, *unit = name.split(" ", 2)
    return "\n".join((f"{sign} {number}", *unit))
