"""Densities, probabilities of more, and inputs: rows with a curve in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

import numpy as np

from lossmodel.charts.axes import scale_of
from lossmodel.charts.rows import Label, Mark, RowsChart, marks_of
from lossmodel.charts.shapes import draw_middle, draw_needles, draw_share, fill
from lossmodel.charts.themes import Theme
from lossmodel.distributions import curves
from lossmodel.distributions.curves import Axis, Curve
from lossmodel.model.inputs import ModelInput
from lossmodel.model.reported import Reported
from lossmodel.report.figures import figure, plain_figure, span
from lossmodel.report.shares import in_percent
from lossmodel.report.words import one_line
from lossmodel.simulation.outlines import axis_of, density_curve, exceedance_curve
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.units.scales import Scale, amount, common_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_LEAST = 0.1
"""In the scale of an axis, the end of an interval that still has its digits near the point."""


@final
@dataclass(frozen=True, slots=True)
class CurvesChart(RowsChart):
    """A curve in each row, its middle 90% darker and a line at its median.

    Attributes
    ----------
    shapes : tuple of Curve
    middles : tuple of tuple of float
        P5, P50 and P95 on the axis; empty where there are none to show.
    shares : tuple of float
        Shares of the full height that are marked, where heights are probabilities.
    """

    shapes: tuple[Curve, ...]
    middles: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...] = ()

    @property
    def tall(self) -> float:
        """The height of a curve."""
        return 0.6 if self.shares else 0.36

    def paint(self, axes: "Axes", place: int, foot: float, theme: Theme) -> None:
        """Draw a curve."""
        curve, middle = self.shapes[place], self.middles[place]
        heights = self.tall * curve.height
        for share in self.shares:
            draw_share(axes, share, foot + share * self.tall, theme)
        if curve.kind == "constant":
            # The line of a claim of the same amount leaves both sides of a constant to be seen.
            axes.plot(curve.x, foot + heights, color=theme.range, linewidth=5.0, zorder=3)
        elif curve.kind == "values":
            draw_needles(axes, (curve.x, foot + heights), middle, foot, theme)
        elif curve.kind != "none":
            top = foot + heights
            fill(axes, curve.x, top, foot, theme.rest)
            if middle:
                draw_middle(axes, (curve.x, top), middle, foot, theme)
            for value in curve.atoms:
                axes.vlines(value, foot, foot + self.tall, color=theme.ink, linewidth=1.4, zorder=4)


def density_charts(result: Result) -> tuple[CurvesChart, ...]:
    """Return the densities of a result: a chart for each unit that its outputs have."""
    return tuple(densities(alike, result.model.claims) for alike in _by_unit(result))


def densities(outputs: Sequence[Output], claims: Sequence[Reported] = ()) -> CurvesChart:
    """Return the densities of some outputs of one unit, and what was claimed of them."""
    shown = _Above(density_curve, lambda each, _, scale: _told(each, scale))
    chart = _chart("", outputs, claims, shown)
    labels = tuple(map(_noticed, chart.labels, chart.shapes, [each.unit for each in outputs]))
    needles = [f"{each.name}: {each.notice}." for each in labels if each.notice]
    said = " ".join([chart.alternative, *needles])
    return replace(chart, title=_title(chart), alternative=said, labels=labels)


def _noticed(label: Label, curve: Curve, unit: str) -> Label:
    """Return the words of a row, and where needles stand beside its curve."""
    if not curve.atoms:
        return label
    scale = common_scale(curve.atoms)
    at = " and ".join(amount(value, scale) for value in curve.atoms)
    beyond = scale.unit(unit) if any(curve.atoms) else ""
    return replace(label, notice=f"needle at {at} {beyond}".rstrip())


_SHAPES = {"density": "density", "bars": "probabilities in bins", "values": "probabilities"}


def _title(chart: CurvesChart) -> str:
    """Return what a chart of densities shows."""
    beside = " beside the claim" * bool(chart.marks)
    what = [_SHAPES[kind] for kind in _SHAPES if kind in {each.kind for each in chart.shapes}]
    if any(each.atoms for each in chart.shapes):
        what[0] = "density and needle"
    read = {name for mark in chart.marks for name in mark.rows}
    names = [label.name for label in chart.labels]
    whose = names[0] if len(names) == 1 else f"each {'reading' if read >= {*names} else 'output'}"
    if not what:
        return f"Value of {whose}{beside}"
    log = ", on a logarithmic axis" * bool(chart.axis and chart.axis.layout == "log")
    return f"Range of {whose}: {' or '.join(what)}, 90% interval and median{beside}{log}"


def exceedance_charts(result: Result) -> tuple[CurvesChart, ...]:
    """Return how likely more than each amount is: a chart for each unit that outputs have."""
    return tuple(exceedances(alike, result.model.claims) for alike in _by_unit(result))


def exceedances(outputs: Sequence[Output], claims: Sequence[Reported] = ()) -> CurvesChart:
    """Return how likely more than each amount is, for some outputs of one unit."""
    title = f"How likely {_all(outputs)} is to exceed each amount, from 0% to 100%"
    chart = _chart(title, outputs, claims, _Above(_exceeding, _likelihood))
    return replace(chart, shares=(0.5, 1.0))


@final
@dataclass(frozen=True, slots=True)
class _Above:
    """What stands in the row of an output: its curve, and its figures above."""

    curve: Callable[[Output, Axis], Curve]
    figures: Callable[[Output, Sequence[Mark], Scale], str]


def _chart(
    title: str, outputs: Sequence[Output], claims: Sequence[Reported], shown: _Above
) -> CurvesChart:
    """Return the chart of some outputs of one unit."""
    marks = marks_of(claims, [output.name for output in outputs])
    said = [x for mark in marks for x in (mark.low, mark.high, *mark.amounts)]
    axis = axis_of(outputs, said)
    scale = scale_of(axis)
    labels = tuple(
        Label(one_line(each.name), shown.figures(each, marks, scale)) for each in outputs
    )
    told = [f"{label.name}: {label.figures}." for label in labels]
    return CurvesChart(
        title=title,
        alternative=" ".join([*told, *(f"Claim: {mark.sentence}." for mark in marks)]),
        labels=labels,
        marks=marks,
        axis=axis,
        unit=outputs[0].unit,
        shapes=tuple(shown.curve(each, axis) for each in outputs),
        middles=tuple(map(_middle, outputs)),
    )


def input_charts(result: Result) -> tuple[CurvesChart, ...]:
    """Return the inputs of a result that are not constants, each on an axis of its own."""
    drawn = [each for each in result.model.inputs if each.shown is not None]
    labels = tuple(map(_input_label, drawn))
    found = [_input_curve(each) for each in drawn]
    chart = CurvesChart(
        title="The uncertain inputs, each on an axis of its own: density, 90% interval and median",
        alternative=" ".join(f"{x.name} {x.notice}: {x.figures}." for x in labels),
        unit="",
        labels=labels,
        shapes=tuple(curve for curve, _ in found),
        middles=tuple(middle for _, middle in found),
        marks=(),
        axis=None,
    )
    return (chart,)


def _input_label(each: ModelInput) -> Label:
    """Return the words of an input."""
    low, median, high = (each.quantile(p) for p in (0.05, 0.5, 0.95))
    scale = common_scale([low, high])
    ends = " to ".join(plain_figure(end, scale) for end in (low, high))
    told = f"{plain_figure(median, scale)} ({ends}) {scale.unit(str(each.unit))}".rstrip()
    return Label(each.name, told, "assumed" if each.is_assumed else "")


def _input_curve(each: ModelInput) -> tuple[Curve, tuple[float, ...]]:
    """Return the curve of an input and its quantiles, along its own axis from 0 to 1."""
    if each.shown is None:
        raise AssertionError("a constant has no curve")
    axis = curves.axis_of(each.shown)
    curve = curves.curve_of(each.shown, axis)
    along = np.array([axis.share(float(x)) for x in curve.x])
    middle = tuple(axis.share(each.quantile(p)) for p in (0.05, 0.5, 0.95))
    return Curve(curve.kind, along, curve.height), middle


def _by_unit(result: Result) -> list[list[Output]]:
    """Return outputs in groups of one unit."""
    outputs = list(result.outputs.values())
    units = dict.fromkeys(output.unit for output in outputs)
    return [[output for output in outputs if output.unit == unit] for unit in units]


def _told(output: Output, common: Scale) -> str:
    """Return median and interval, in the scale of the axis if that leaves them their digits."""
    if output.undefined:
        return "no value in some draws"
    low, median, high = (output.quantile(p) for p in (0.05, 0.5, 0.95))
    ends = [end.value for end in (low, high) if end.value is not None]
    fits = max(map(abs, ends), default=0.0) >= _LEAST * common.factor
    scale = common if fits else common_scale(ends)
    unit = scale.unit(output.unit)
    if low == high:
        return f"{span(low, high, scale)} {unit}".rstrip()
    return f"{figure(median, scale)} ({span(low, high, scale)}) {unit}".rstrip()


def _likelihood(output: Output, marks: Sequence[Mark], common: Scale) -> str:
    """Return how likely more than the amounts claimed is, or else the median."""
    amounts = [x for mark in marks if one_line(output.name) in mark.rows for x in mark.amounts]
    if output.undefined or not amounts:
        return _told(output, common)
    said = []
    for x in amounts:
        scale = common_scale([x])
        more = f"{amount(x, scale)} {scale.unit(output.unit)}".rstrip()
        said.append(f"more than {more}: {in_percent(output.exceedance(x))}")
    return "; ".join(said)


def _middle(output: Output) -> tuple[float, ...]:
    """Return P5, P50 and P95; nothing where they do not exist."""
    found = () if output.undefined else [output.quantile(p).value for p in (0.05, 0.5, 0.95)]
    known = tuple(each for each in found if each is not None)
    return known if len(known) == 3 else ()


def _exceeding(output: Output, axis: Axis) -> Curve:
    """Return the probability of more than each amount as a curve."""
    if output.undefined:
        return Curve.nothing()
    x, above = exceedance_curve(output, axis)
    return Curve("density", x, above)


def _all(outputs: Sequence[Output]) -> str:
    """Return what some outputs are called together."""
    return "each output" if len(outputs) > 1 else one_line(outputs[0].name)
