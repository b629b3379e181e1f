"""Tables that commands print: one order of columns for all of them, and no number is cut.

Whatever a row is, ``run``, ``claim``, ``sensitivity``, ``sweep`` and ``compare`` tell of it, as far
as they have it, in this order, which the tables of notebooks follow:

1. the name of the row: an output, a reading, an input, a scenario, or the values of a point;
2. its amounts: median, interval, mean, then all else in the same unit, and last that unit;
3. a histogram;
4. probabilities, shares and weights;
5. ratios, and last what is said in words.

An interval is "LOW to HIGH".  All amounts of a row are in one scale, which stands before its unit.
An output that is certain has its one value in the place of the median, and neither interval nor
mean.

A table that is too wide is broken after the histogram, and further down where it has to be, with
the names again in each part.  Where that is too wide every row is a sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from typing import final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import DIGITS, NONE, figure, span
from lossmodel.simulation.summary import Summary
from lossmodel.units.scales import Scale, common_scale

UNIT, HISTOGRAM = "unit", "histogram"
NO_FIGURE = f"{NONE}: there is no such figure, or these draws cannot tell it."
Amounts = tuple[str, str, str]
_FREE = 10_000
"""A width at which nothing is cut."""
_EXACT = 1e-12


@final
@dataclass(frozen=True, slots=True)
class Column:
    """What is told of each row under one head.

    Attributes
    ----------
    head : str
        Of one line or two.
    cells : sequence of str
    is_text : bool
        Words, which begin at the left.
    is_extra : bool
        Told only where it costs no further part.
    """

    head: str
    cells: Sequence[str]
    is_text: bool = False
    is_extra: bool = False


def interval_scale(*told: Summary) -> Scale:
    """Return the scale that suits the intervals of some outputs."""
    ends = [end.value for each in told for end in (each.interval.low, each.interval.high)]
    return common_scale([end for end in ends if end is not None])


def told_amounts(told: Summary, scale: Scale, digits: int = DIGITS) -> Amounts:
    """Return median, interval and mean of an output as text.

    Parameters
    ----------
    told : Summary
    scale : Scale
    digits : int, optional
    """
    ends = told.interval.low, told.interval.high
    return amounts(ends, told.quantiles[0.5], told.mean, scale, digits)


def amounts(
    ends: tuple[Estimate, Estimate],
    median: Estimate,
    mean: Estimate,
    scale: Scale,
    digits: int = DIGITS,
) -> Amounts:
    """Return median, interval and mean as text.

    Parameters
    ----------
    ends : (Estimate, Estimate)
        Of the interval.
    median, mean : Estimate
    scale : Scale
    digits : int, optional
    """
    low, high = ends
    # The interval of what is hardly ever anything but 0 has no width either, but its mean is not 0.
    if low == high and low.value is not None and low.se == 0.0 and _is(mean, low.value):
        return span(low, high, scale), "", ""
    return (
        figure(median, scale, digits),
        span(low, high, scale, digits),
        figure(mean, scale, digits),
    )


def _is(mean: Estimate, value: float) -> bool:
    """Whether a mean is a value, but for what was rounded."""
    return mean.value is not None and isclose(mean.value, value, rel_tol=_EXACT)


def amount_columns(level: float, rows: Iterable[Amounts]) -> tuple[Column, ...]:
    """Return the columns of what :func:`amounts` makes of each row.

    Parameters
    ----------
    level : float
        Of the intervals.
    rows : iterable of (str, str, str)
        At least one.
    """
    median, interval, mean = ([*cells] for cells in zip(*rows, strict=True))
    return (
        Column("median", median),
        Column(f"{100.0 * level:g}% interval", interval),
        Column("mean", mean),
    )


@final
class Rows:
    """Rows in columns: one table, parts of it below each other, or sentences.

    Parameters
    ----------
    names : sequence of Column
        What tells the rows apart.
    amounts : sequence of Column
        All in the unit of the row.
    units : sequence of str
        With their scale; none is told where no row has one.
    histograms : Column or None, optional
    further : sequence of Column, optional
        In order.
    caption : str, optional
        What the histograms span.
    """

    def __init__(  # noqa: PLR0913 - the groups of columns, in their order
        self,
        names: Sequence[Column],
        amounts: Sequence[Column],
        units: Sequence[str],
        *,
        histograms: Column | None = None,
        further: Sequence[Column] = (),
        caption: str = "",
    ) -> None:
        self._names = list(names)
        self._amounts = list(amounts)
        self._units = [Column(UNIT, units, is_text=True)] if any(units) else []
        self._histograms = [] if histograms is None else [histograms]
        self._further = list(further)
        self._caption = caption

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of what is told in words and figures, in their order."""
        return tuple(" ".join(each.head.split()) for each in self._told)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows below the heads."""
        return tuple(zip(*(each.cells for each in self._told), strict=True))

    @property
    def _told(self) -> list[Column]:
        """All columns but the histograms."""
        return [*self._names, *self._amounts, *self._units, *self._further]

    def has(self, text: str) -> bool:
        """Whether a figure is told as this."""
        return any(text in each.cells for each in (*self._amounts, *self._further))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""

        def fits(columns: Sequence[Column]) -> bool:
            free = console.measure(self._table(columns), options=options.update(width=_FREE))
            return free.maximum <= options.max_width

        parts = self._parts(fits)
        if not all(map(fits, parts)):
            yield from self._sentences()
            return
        for part in parts:
            yield self._table(part)
            if self._caption and any(each.head == HISTOGRAM for each in part):
                yield Text(self._caption, style="dim")

    def _parts(self, fits: Callable[[Sequence[Column]], bool]) -> list[list[Column]]:
        """Return the columns of each part, without the names."""
        plain = [each for each in self._further if not each.is_extra]
        first = [*self._amounts, *self._units, *self._histograms]
        for further in (self._further, plain):
            if fits([*first, *further]):
                return [[*first, *further]]
        every, few = (_packed(columns, fits) for columns in (self._further, plain))
        narrow = first if fits(first) else [*self._amounts, *self._units]
        return [narrow, *(every if len(every) == len(few) else few)]

    def _table(self, columns: Sequence[Column]) -> Table:
        """Return the table with these columns, heads at the bottom of their row."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        every = [*self._names, *columns]
        lines = max(each.head.count("\n") for each in every)
        for place, each in enumerate(every):
            left = each.is_text or place < len(self._names)
            head = "\n" * (lines - each.head.count("\n")) + each.head
            table.add_column(head, justify="left" if left else "right", no_wrap=True)
        for row in zip(*(each.cells for each in every), strict=True):
            table.add_row(*row)
        return table

    def _sentences(self) -> Iterator[Text]:
        """Yield a sentence for each row."""
        for place in range(len(self._names[0].cells)):
            several = len(self._names) > 1
            own = _with_heads(self._names, place) if several else [self._names[0].cells[place]]
            name = ", ".join(own)
            told = ", ".join(_with_heads(self._amounts, place))
            unit = "".join(f" {each.cells[place]}" for each in self._units)
            more = ", ".join([f"{told}{unit}".rstrip(), *_with_heads(self._further, place)])
            yield Text(f"{name}: {more}")


def _with_heads(columns: Sequence[Column], place: int) -> Iterator[str]:
    """Yield what a row has in some columns, each with its head."""
    for each in columns:
        if each.cells[place]:
            yield f"{' '.join(each.head.split())} {each.cells[place]}"


def _packed(
    columns: Sequence[Column], fits: Callable[[Sequence[Column]], bool]
) -> list[list[Column]]:
    """Return columns in parts that are as wide as they can be."""
    parts: list[list[Column]] = []
    for each in columns:
        if parts and fits([*parts[-1], each]):
            parts[-1].append(each)
        else:
            parts.append([each])
    return parts
