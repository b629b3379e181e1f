"""How far each input moves an output: its median with the input low and with it high."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

from lossmodel.attribution.results import OutputSensitivity, Sensitivity, Swing
from lossmodel.charts.rows import Label, RowsChart, block, marks_of
from lossmodel.charts.themes import Theme
from lossmodel.distributions.curves import Axis
from lossmodel.report.figures import figure, plain_figure
from lossmodel.report.sensitivities import by_swing, scale_of
from lossmodel.report.words import one_line
from lossmodel.units.scales import common_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@final
@dataclass(frozen=True, slots=True)
class TornadoChart(RowsChart):
    """A bar for each input between the medians of an output, with its 90% intervals as lines.

    Attributes
    ----------
    low, high : tuple of tuple of float
        P5, P50 and P95 of the output by input, there at its own P5, and at its own P95.
    median : float
        Of the output, where the two colours meet.
    """

    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]
    median: float

    @property
    def tall(self) -> float:
        """The height of a bar and its lines."""
        return 0.27

    def paint(self, axes: "Axes", place: int, foot: float, theme: Theme) -> None:
        """Draw the two halves of a bar, and the intervals."""
        low, high = self.low[place], self.high[place]
        # Where the output is on one side of its median with the input at either end, one colour
        # has no length.
        middle = min(max(self.median, min(low[1], high[1])), max(low[1], high[1]))
        sides = ((low, theme.low, 0.22), (high, theme.high, 0.07))
        for quantiles, colour, above in sides:
            block(axes, (quantiles[1], middle), (foot + 0.08, foot + 0.21), colour, 3.0)
            across = [quantiles[0], quantiles[2]]
            y = foot + above
            axes.plot(across, [y, y], color=colour, linewidth=1.2, zorder=2.8)


def tornado_charts(found: Sensitivity) -> tuple[TornadoChart, ...]:
    """Return a chart for each output of which something can be said."""
    return tuple(tornado_chart(found, each) for each in found.outputs.values() if drawable(each))


def drawable(told: OutputSensitivity) -> bool:
    """Whether an output has swings to draw."""
    return any(_known(swing) for swing in told.tornado.values())


def tornado_chart(found: Sensitivity, told: OutputSensitivity) -> TornadoChart:
    """Return the chart of one output."""
    model = found.result.model
    names = [name for name in by_swing(told) if _known(told.tornado[name])]
    swings = [told.tornado[name] for name in names]
    low = tuple(tuple(float(each) for each in swing.low.values()) for swing in swings)
    high = tuple(tuple(float(each) for each in swing.high.values()) for swing in swings)
    units = {each.name: str(each.unit) for each in (*model.inputs, *model.sums)}
    assumed = {each.name for each in model.inputs if each.is_assumed}
    labels = tuple(_label(told, name, units[name], assumed) for name in names)
    marks = marks_of(model.claims, [told.name])
    said = [x for mark in marks for x in mark.amounts]
    median = found.result[told.name].quantile(0.5).value
    name = one_line(told.name)
    return TornadoChart(
        title=f"What moves {name}: its median with each input low (at P5, orange) and high (at "
        "P95, blue), and its 90% intervals there",
        alternative=" ".join(map(_sentence, labels)),
        labels=labels,
        marks=tuple(replace(mark, rows=tuple(each.name for each in labels)) for mark in marks),
        axis=Axis.around([*said, *(x for row in (*low, *high) for x in row)]),
        unit=told.unit,
        low=low,
        high=high,
        median=low[0][1] if median is None else median,
    )


def _known(swing: Swing) -> bool:
    """Whether an output has quantiles with an input low and with it high."""
    return all(each.exists for each in (*swing.low.values(), *swing.high.values()))


def _sentence(label: Label) -> str:
    """Return the words of a row as a sentence."""
    return f"{label.name}{f' ({label.notice})' * bool(label.notice)}: {label.figures}."


def _label(told: OutputSensitivity, name: str, unit: str, assumed: Collection[str]) -> Label:
    """Return an input, between which values it moves, and the output's medians there."""
    swing = told.tornado[name]
    ends = common_scale([swing.low_value, swing.high_value])
    low, high = (plain_figure(end, ends) for end in (swing.low_value, swing.high_value))
    moved = f"{low} to {high} {ends.unit(unit)}".rstrip()
    scale = scale_of(told)
    medians = " to ".join(figure(side[0.5], scale) for side in (swing.low, swing.high))
    figures = f"{medians} {scale.unit(told.unit)}".rstrip()
    return Label(f"{name}: {moved}", figures, "assumed" if name in assumed else "")
