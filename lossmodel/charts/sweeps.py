"""The points of a sweep: a map of two inputs, or the intervals along one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, TypeVar, final

from lossmodel.charts.axes import SMALL, bare
from lossmodel.charts.chart import Chart, room
from lossmodel.charts.intervals import intervals_chart, three_of
from lossmodel.charts.themes import SHADES, Theme
from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import figure
from lossmodel.report.shares import PERCENT, RARE, in_percent
from lossmodel.report.words import axis_heads, one_line
from lossmodel.simulation.summary import Summary
from lossmodel.sweeps.points import GRID
from lossmodel.sweeps.records import Sheet
from lossmodel.sweeps.results import Sweep
from lossmodel.units.scales import amount, common_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS, MOST_SIDE = 40, 24
"""Points that are drawn one by one, and values along each side of a map."""
T = TypeVar("T")

_CELL, _HEAD = 0.3, 0.44
_DARK = 5
"""The shade from which white is easier to read than black."""
_SURE, _NEARLY_SURE = "100%", ">99.99%"
"""What a cell says of a probability so near 1 that its digits would not fit."""


@final
@dataclass(frozen=True, slots=True)
class MapChart(Chart):
    """One statistic over two inputs: a cell for each point, darker where it is more.

    Attributes
    ----------
    down, across : tuple of str
        The values of the two inputs, after their name.
    texts : tuple of tuple of str
        The figure in each cell.
    shares : tuple of tuple of float
        Where it lies from the least to the most; nan where it does not exist.
    """

    down: tuple[str, ...]
    across: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    shares: tuple[tuple[float, ...], ...]

    @property
    def foot(self) -> float:
        """Nothing is written below."""
        return 0.1

    def height(self, width: float) -> float:
        """Return how high it must be."""
        del width
        return _CELL * (len(self.down) - 1) + _HEAD

    def draw(self, axes: "Axes", theme: Theme, width: float) -> None:
        """Draw the cells, the values of one input above and those of the other at the left."""
        bare(axes, theme)
        axes.set_xticks([])
        top, side = self.height(width), self._side(width)
        axes.set_xlim(0.0, width)
        axes.set_ylim(0.0, top)
        step = (width - side) / (len(self.across) - 1)
        fits = room(step)
        _write(axes, 0.0, top - 0.06, f"{self.down[0]} ↓   {self.across[0]} →", theme.soft, "left")
        for column, head in enumerate(self.across[1:]):
            x = side + step * (column + 0.5)
            _write(axes, x, top - 0.25, _short(head, fits), theme.soft, "center")
        for row, head in enumerate(self.down[1:]):
            y = top - _HEAD - _CELL * (row + 1)
            _write(axes, 0.0, y + 0.22, _short(head, room(side)), theme.soft, "left")
            for column, share in enumerate(self.shares[row]):
                text = _short(self.texts[row][column], fits)
                _draw_cell(axes, (side + step * column, y, step), text, share, theme)

    def _side(self, width: float) -> float:
        """Return the room that the values at the left take."""
        return min(max(map(len, self.down[1:])) * 0.075 + 0.1, 0.35 * width)


def _short(text: str, most: int) -> str:
    """Return text that fits."""
    return text if len(text) <= most else text[: max(most - 1, 0)] + "…"


def _write(  # noqa: PLR0913, PLR0917 - where, what and how
    axes: "Axes", x: float, y: float, text: str, colour: str, side: str
) -> None:
    """Write text below a height."""
    axes.text(x, y, text, color=colour, fontsize=SMALL, ha=side, va="top", parse_math=False)


def _draw_cell(
    axes: "Axes", box: tuple[float, float, float], text: str, share: float, theme: Theme
) -> None:
    """Draw one cell and the figure in it."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - only where something is drawn

    x, y, step = box
    colour, ink = theme.paper, theme.soft
    if not isnan(share):
        shade = min(int(share * len(SHADES)), len(SHADES) - 1)
        colour, ink = SHADES[shade], "#ffffff" if shade >= _DARK else "#000000"
    axes.add_patch(Rectangle((x, y), step, _CELL, facecolor=colour, edgecolor=theme.paper))
    axes.text(
        x + 0.5 * step,
        y + 0.5 * _CELL,
        text,
        color=ink,
        fontsize=SMALL,
        ha="center",
        va="center",
        parse_math=False,
    )


def sweep_charts(found: Sweep) -> tuple[Chart, ...]:
    """Return charts of each output: maps of two inputs, or else the intervals of points."""
    sheets = found.layout.sheets
    if not _is_map(found):
        return tuple(_rows(found, sheet.name) for sheet in sheets)
    return tuple(chart for sheet in sheets for chart in _maps(found, sheet))


def level(chart: Chart) -> str:
    """Return the figure that all cells of a map share; nothing of other charts.

    Parameters
    ----------
    chart : Chart
    """
    figures = {text for row in chart.texts for text in row} if isinstance(chart, MapChart) else ()
    return next(iter(figures)) if len(figures) == 1 else ""


def _is_map(found: Sweep) -> bool:
    """Whether points lie on a grid of two inputs that can be drawn."""
    shape = found.points.shape
    return (
        found.points.kind == GRID and len(shape) == 2 and min(shape) > 1 and max(shape) <= MOST_SIDE
    )


def _maps(found: Sweep, sheet: Sheet) -> Iterator[MapChart]:
    """Yield an output's median, and how likely more than each amount claimed is."""
    told = [point.outputs[sheet.name] for point in found]
    medians = [each.quantiles[0.5] for each in told]
    scale = common_scale([each.value for each in medians if each.value is not None])
    name, unit = one_line(sheet.name), scale.unit(sheet.unit)
    title = f"Median of {name}{f' in {unit}' * bool(unit)}"
    yield _map(found, title, medians, [figure(each, scale) for each in medians])
    for x in sheet.amounts:
        own = common_scale([x])
        more = [each.exceedance[x] for each in told]
        title = f"How likely {name} is to exceed {amount(x, own)} {own.unit(sheet.unit)}".rstrip()
        yield _map(found, title, more, [_chance(each) for each in more])


def _chance(each: Estimate) -> str:
    """Return a probability for a cell, where "1 in 12,000" or a bound in words would not fit."""
    tiny = each.value is not None and each.value < RARE
    text = f"{figure(each, PERCENT, digits=2)}%" if tiny else in_percent(each)
    if text != _SURE and each.low is not None and each.low >= 1.0 - RARE:
        return _NEARLY_SURE
    return text.replace("below ", "<").replace("above ", ">")


def _map(found: Sweep, title: str, estimates: Sequence[Estimate], texts: Sequence[str]) -> MapChart:
    """Return one statistic at all points as a map."""
    (down, sides), (across, heads) = found.points.axes.items()
    said = ", ".join(
        f"{down} {sides[place // len(heads)]}, {across} {heads[place % len(heads)]}: {text}"
        for place, text in enumerate(texts)
    )
    shares = _shares([nan if each.value is None else each.value for each in estimates])
    return MapChart(
        title=f"{title}, by {down} and {across}",
        alternative=f"{one_line(said)}.",
        down=axis_heads(down, sides),
        across=axis_heads(across, heads),
        texts=_rows_of(texts, len(heads)),
        shares=_rows_of(shares, len(heads)),
    )


def _rows_of(cells: Sequence[T], wide: int) -> tuple[tuple[T, ...], ...]:
    """Return cells row by row."""
    return tuple(tuple(cells[at : at + wide]) for at in range(0, len(cells), wide))


def _shares(values: list[float]) -> list[float]:
    """Return where each value lies between the least and the most."""
    known = [value for value in values if not isnan(value)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [(value - low) / (high - low) if high > low else value * 0.0 for value in values]


def _rows(found: Sweep, name: str) -> Chart:
    """Return the intervals of an output at the first points."""
    points = [found[number] for number in range(min(len(found), MOST_ROWS))]
    named = [(_setting(point.settings), three_of(point.outputs[name])) for point in points]
    more = f" (the first {MOST_ROWS} of {len(found):,} points)" * (len(found) > MOST_ROWS)
    swept = " and ".join(found.points.axes)
    title = f"{one_line(name)} by {swept}: median and 90% interval{more}"
    return intervals_chart(title, named, name, _first(found, name).unit, found.model)


def _setting(settings: Mapping[str, str]) -> str:
    """Return the values of a point in words."""
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _first(found: Sweep, name: str) -> Summary:
    """Return an output at the first point."""
    return found[0].outputs[name]
