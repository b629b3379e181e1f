"""Medians and intervals side by side: the points of a sweep, scenarios that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

from lossmodel.charts.rows import Label, RowsChart, marks_of
from lossmodel.charts.themes import Theme
from lossmodel.comparison.results import Comparison
from lossmodel.distributions.curves import Axis
from lossmodel.estimates.estimate import Estimate
from lossmodel.model.model import Model
from lossmodel.report.figures import median_of, span
from lossmodel.report.words import one_line
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary
from lossmodel.units.scales import Scale, common_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Three = tuple[Estimate, Estimate, Estimate]
"""Low end, median and high end."""


@final
@dataclass(frozen=True, slots=True)
class IntervalsChart(RowsChart):
    """A line in each row from P5 to P95, with a dot at the median.

    Attributes
    ----------
    spans : tuple of tuple of float
        Low end, median and high end; empty where they do not exist.
    """

    spans: tuple[tuple[float, ...], ...]

    @property
    def tall(self) -> float:
        """The height of a dot and a little more."""
        return 0.14

    def paint(self, axes: "Axes", place: int, foot: float, theme: Theme) -> None:
        """Draw a line and a dot."""
        if not self.spans[place]:
            return
        low, median, high = self.spans[place]
        y = foot + 0.07
        axes.plot([low, high], [y, y], color=theme.range, linewidth=3.0, zorder=4)
        axes.plot([median], [y], "o", color=theme.ink, markersize=5.0, zorder=5)


def intervals_chart(
    title: str, named: Sequence[tuple[str, Three]], output: str, unit: str, model: Model
) -> IntervalsChart:
    """Return the chart of some intervals of one output."""
    known = [_numbers(three) for _, three in named]
    scale = common_scale([x for each in known for x in each])
    marks = marks_of(model.claims, [output])
    shown = scale.unit(unit)
    labels = tuple(
        Label(
            one_line(name),
            f"{_told(three, scale)} {shown}".rstrip(),
        )
        for name, three in named
    )
    said = [x for mark in marks for x in mark.amounts]
    return IntervalsChart(
        title=title,
        alternative=" ".join(f"{each.name}: {each.figures}." for each in labels),
        labels=labels,
        marks=tuple(replace(mark, rows=tuple(each.name for each in labels)) for mark in marks),
        axis=Axis.around([*said, *(x for each in known for x in each)]),
        unit=unit,
        spans=tuple(known),
    )


def _told(three: Three, scale: Scale) -> str:
    """Return median and interval; the one number that all three are once."""
    middle, ends = median_of(*three, scale), span(three[0], three[2], scale)
    return middle if middle == ends else f"{middle} ({ends})"


def three_of(told: Summary) -> Three:
    """Return median and interval of an output."""
    return told.interval.low, told.quantiles[0.5], told.interval.high


def comparison_charts(found: Comparison) -> tuple[IntervalsChart, ...]:
    """Return a chart for each output that the first scenario shares with another."""
    names = dict.fromkeys(name for pair in found for name in pair.difference)
    return tuple(_compared(found, name) for name in names)


def _compared(found: Comparison, name: str) -> IntervalsChart:
    """Return one output in all scenarios that have it."""
    named = [(_variant(found.first), three_of(_summary(found.first, name)))]
    factor = {pair: pair.difference[name].factor for pair in found if name in pair.difference}
    for pair, by in factor.items():
        low, median, high = (each.scaled(by) for each in three_of(_summary(pair.second, name)))
        named.append((_variant(pair.second), (low, median, high)))
    unit = found.first[name].unit
    title = f"{one_line(name)} in each scenario: median and 90% interval"
    return intervals_chart(title, named, name, unit, found.first.model)


def _summary(result: Result, name: str) -> Summary:
    """Return what is told of an output."""
    return next(told for told in result.summaries if told.name == name)


def _variant(result: Result) -> str:
    """Return what a scenario is called beside others."""
    settings = ", ".join(f"{name} = {value}" for name, value in result.model.settings.items())
    return settings or result.model.scenario.title


def _numbers(three: Three) -> tuple[float, ...]:
    """Return three numbers, none where one does not exist."""
    values = tuple(each.value for each in three if each.value is not None)
    return values if len(values) == 3 else ()
