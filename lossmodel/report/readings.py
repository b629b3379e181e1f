"""The readings of a claim as a table that never cuts a number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.report.figures import Scale, common_scale, figure, probability, span
from lossmodel.report.verdicts import where

_FREE = 10_000
"""A width at which nothing is cut."""


@final
@dataclass(frozen=True, slots=True)
class _Column:
    """What is told of each reading under one head."""

    head: str
    cells: list[str]
    is_text: bool = False
    is_extra: bool = False
    """Whether it is told only where there is room for all."""


@final
class Readings:
    """The readings of a claim: one table, several below each other, or lines where it is narrow."""

    def __init__(self, check: ClaimCheck) -> None:
        self._names = list(check.readings)
        self._columns = list(_columns(check))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""

        def fits(columns: list[_Column]) -> bool:
            free = console.measure(self._table(columns), options=options.update(width=_FREE))
            return free.maximum <= options.max_width

        if fits(self._columns):
            yield self._table(self._columns)
            return
        blocks: list[list[_Column]] = [[]]
        for column in (each for each in self._columns if not each.is_extra):
            if blocks[-1] and not fits([*blocks[-1], column]):
                blocks.append([])
            blocks[-1].append(column)
        if all(fits(block) for block in blocks):
            yield from (self._table(block) for block in blocks)
            return
        for place, name in enumerate(self._names):
            told = (f"{_inline(each.head)} {each.cells[place]}" for each in self._columns)
            yield Text(f"{name}: {', '.join(told)}")

    def _table(self, columns: list[_Column]) -> Table:
        """Return the table with these columns, heads at the bottom of their row."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        lines = max(each.head.count("\n") for each in columns)
        table.add_column("\n" * lines + "reading", no_wrap=True)
        for each in columns:
            head = "\n" * (lines - each.head.count("\n")) + each.head
            table.add_column(head, justify="left" if each.is_text else "right", no_wrap=True)
        for place, name in enumerate(self._names):
            table.add_row(name, *(each.cells[place] for each in columns))
        return table


def _inline(head: str) -> str:
    """Return a head on one line."""
    return " ".join(head.split())


def _columns(check: ClaimCheck) -> Iterator[_Column]:
    """Yield what is told of the readings, in the order in which it matters."""
    readings = list(check.readings.values())
    if check.claim.wording.amount is None:
        low, high = ([told.ends[place] for told in readings] for place in (0, 1))
        yield _Column("P(below)", [probability(each.beyond) for each in low])
        yield _Column("P(inside)", [probability(told.true) for told in readings])
        yield _Column("P(above)", [probability(each.beyond) for each in high])
    else:
        head = "likelihood" if check.claim.claim.error else "true with\nprobability"
        yield _Column(head, [probability(told.true) for told in readings])
    yield _Column("the figure is", [where(told, check) for told in readings], is_text=True)
    if check.claim.claim.weights:
        given = check.claim.claim.weights
        yield _Column("weight\nbefore", [f"{given.get(told.output, 0):g}" for told in readings])
    if len(readings) > 1:
        yield _Column("weight", [probability(told.weight) for told in readings])
    yield _intervals(readings)
    yield _Column("times\nmedian", [times_the_median(told) for told in readings])
    if check.claim.wording.one_sided:
        inside = [probability(told.inside) for told in readings]
        yield _Column("probability\nas read", inside, is_extra=True)


def _intervals(readings: list[ReadingCheck]) -> _Column:
    """Return the 90% intervals, in one scale; each with its own unit where units differ."""
    ends = [each.interval.high.value or 0.0 for each in readings]
    units, scale = {each.unit for each in readings}, common_scale(ends)
    if len(units) > 1:
        own = [common_scale([end]) for end in ends]
        cells = [_interval(told, each, told.unit) for told, each in zip(readings, own, strict=True)]
        return _Column("90% interval", cells)
    unit = scale.unit(*units)
    head = f"90% interval\n({unit})" if unit else "90% interval"
    return _Column(head, [_interval(told, scale) for told in readings])


def _interval(told: ReadingCheck, scale: Scale, unit: str | None = None) -> str:
    """Return an interval, with its unit where one is given; one value of what is certain."""
    said = span(told.interval.low, told.interval.high, scale)
    return said if unit is None else f"{said} {scale.unit(unit)}".strip()


def times_the_median(told: ReadingCheck) -> str:
    """Return the figure, or both ends of LOW to HIGH, as a multiple of the median.

    Parameters
    ----------
    told : ReadingCheck
    """
    if told.ends:
        return " to ".join(figure(each.ratio_to_median) for each in told.ends)
    return figure(told.ratio_to_median)
