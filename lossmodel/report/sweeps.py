"""The points of a sweep, for people."""

from collections.abc import Callable, Iterator
from typing import final

from rich.color import Color
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.report.comparisons import UNSETTLED
from lossmodel.report.figures import (
    Scale,
    amount,
    common_scale,
    figure,
    median_of,
    probability,
    span,
)
from lossmodel.report.origins import origin
from lossmodel.report.words import next_command, one_line
from lossmodel.simulation.summary import Summary
from lossmodel.sweeps.points import GRID
from lossmodel.sweeps.records import Sheet
from lossmodel.sweeps.results import Sweep, SweepPoint

_FREE = 10_000
"""A width at which nothing is cut."""
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
    for sheet in found.layout.sheets:
        parts += ["", Text(one_line(sheet.name), style="bold")]
        parts += [Padding(part, (0, 0, 0, 2)) for part in _output(found, sheet, points)]
    parts += [Text(f"Warning: {one_line(said)}", style="yellow") for said in found.warnings]
    parts += next_command("show", reference, "inputs and their sources")
    return Group(*parts)


def _output(found: Sweep, sheet: Sheet, points: list[SweepPoint]) -> Iterator[RenderableType]:
    """Yield one output: maps where two inputs are swept, else a row for each point."""
    scale = _scale(sheet, points)
    if not _has_map(found):
        yield _Rows(found, sheet, points, scale)
        return
    unit = scale.unit(sheet.unit)
    yield _Map(found, points, f"median, {unit}".rstrip(", "), *_median(sheet, scale))
    for x in sheet.amounts:
        said = f"{amount(x, common_scale([x]))} {common_scale([x]).unit(sheet.unit)}".strip()
        yield ""
        yield _Map(found, points, f"P(> {said})", *_likelihood(sheet, x))


def _has_map(found: Sweep) -> bool:
    """Whether points lie on a grid of two inputs that can be shown."""
    return (
        found.points.kind == GRID
        and len(found.points.shape) == 2
        and min(found.points.shape) > 1
        and len(found) <= _MOST_CELLS
    )


def _scale(sheet: Sheet, points: list[SweepPoint]) -> Scale:
    """Return the scale that suits an output at all points."""
    told = [point.outputs[sheet.name].interval for point in points]
    ends = [end.value for each in told for end in (each.low, each.high)]
    return common_scale([end for end in ends if end is not None])


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
        points: list[SweepPoint],
        title: str,
        name: str,
        read: Reader,
        write: Writer,
    ) -> None:
        self._title = title
        (self._down, rows), (self._across, columns) = found.points.axes.items()
        self._heads = [one_line(text) for text in columns]
        self._sides = [one_line(text) for text in rows]
        estimates = [read(point.outputs[name]) for point in points]
        self._texts = [write(each) for each in estimates]
        self._shares = _shares([each.value for each in estimates])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        yield Text(f"{self._title}; {self._down} down, {self._across} across", style="dim")
        table = self._table()
        if console.measure(table, options=options.update(width=_FREE)).maximum <= options.max_width:
            yield table
            return
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


@final
class _Rows:
    """One row for each point: a table, or lines on a narrow terminal."""

    def __init__(self, found: Sweep, sheet: Sheet, points: list[SweepPoint], scale: Scale) -> None:
        interval = f"{100 * found.layout.level:g}% interval"
        amounts = [
            f"P(> {amount(x, common_scale([x]))} {common_scale([x]).word}".strip() + ")"
            for x in sheet.amounts
        ]
        unit = scale.unit(sheet.unit)
        self._swept = len(found.points.axes)
        self._heads = [*found.points.axes, "median", interval, "mean", "change", *amounts]
        self._legend = f"in {unit}; " * bool(unit) + "change: of the median, from the first point"
        self._rows = [_row(point, sheet, scale) for point in points[:_MOST_ROWS]]
        self._left = len(found) - len(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        yield Text(self._legend, style="dim")
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for place, head in enumerate(self._heads):
            table.add_column(head, justify="left" if place < self._swept else "right", no_wrap=True)
        for row in self._rows:
            table.add_row(*row)
        if console.measure(table, options=options.update(width=_FREE)).maximum <= options.max_width:
            yield table
        else:
            yield from map(self._line, self._rows)
        if self._left:
            yield Text(f"... and {self._left:,} more points: --json, or --out FILE.csv, has all")

    def _line(self, row: list[str]) -> Text:
        """Return a point in a sentence."""
        where = ", ".join(row[: self._swept])
        told = zip(self._heads[self._swept :], row[self._swept :], strict=True)
        return Text(f"{where}: {', '.join(f'{head} {each}' for head, each in told if each)}")


def _row(point: SweepPoint, sheet: Sheet, scale: Scale) -> list[str]:
    """Return the settings of a point and the figures of one output."""
    told, change = point.outputs[sheet.name], point.change[sheet.name].quantiles[0.5]
    low, high = told.interval.low, told.interval.high
    return [
        *map(one_line, point.settings.values()),
        median_of(low, told.quantiles[0.5], high, scale),
        span(low, high, scale),
        figure(told.mean, scale),
        "" if point.number == 0 else UNSETTLED if is_unsettled(change) else figure(change, scale),
        *(probability(each) for each in told.exceedance.values()),
    ]
