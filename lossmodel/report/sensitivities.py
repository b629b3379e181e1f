"""Which inputs matter, for people."""

from collections.abc import Sequence
from typing import final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import Scale, common_scale, figure, plain_figure, span
from lossmodel.report.origins import origin
from lossmodel.report.words import next_command, one_line

_FREE = 10_000
"""A width at which nothing is cut."""

_LEGEND = (
    "alone: share of the variance that finding the input would remove; in all: share that stays "
    "until it is found; width: of the {level:g}% interval once it is found, as a share of today's; "
    "at P5, at P95: the output's 90% interval with the input there and the others free. "
    '"below": not to be told from 0.'
)
OVERLAP = (
    'Of inputs that move together, what finding one tells of the others is part of "alone" and not '
    'of "in all", which is therefore often the smaller.'
)


def sensitivity_text(found: Sensitivity, reference: str) -> RenderableType:
    """Return what ``sensitivity`` prints.

    Parameters
    ----------
    found : Sensitivity
    reference : str
        How the user named the scenario, for the command to try next.
    """
    model = found.result.model
    parts: list[RenderableType] = [
        Text(one_line(model.scenario.title), style="bold"),
        Text(origin(model, found.result.plan), style="dim"),
    ]
    for each in found.outputs.values():
        parts += ["", Text(one_line(each.sentence), style="bold")]
        if each.total:
            parts.append(Padding(_Inputs(each), (0, 0, 0, 2)))
    if any(each.total for each in found.outputs.values()):
        parts += ["", Text(_LEGEND.format(level=100.0 * found.level), style="dim")]
    if any(each.shapley for each in found.outputs.values()):
        parts.append(Text(OVERLAP, style="dim"))
    parts += [Text(f"Warning: {one_line(said)}", style="yellow") for said in found.warnings]
    parts += next_command("run", reference, "the range of every output")
    return Group(*parts)


_HEAD = ("input", "alone", "in all", "width", "at P5", "at P95")


@final
class _Inputs:
    """The inputs of an output, what matters most first: one table, two, or lines if narrow."""

    def __init__(self, told: OutputSensitivity) -> None:
        scale = scale_of(told)
        self._unit = scale.unit(told.unit)
        self._rows = [_row(told, name, scale) for name in ordered(told)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        free = options.update(width=_FREE)
        for blocks in (((1, 2, 3, 4, 5),), ((1, 2, 3), (4, 5))):
            tables = [self._table(places) for places in blocks]
            if all(console.measure(x, options=free).maximum <= options.max_width for x in tables):
                yield from tables
                return
        for name, *figures in self._rows:
            told = ", ".join(
                f"{head} {each}" for head, each in zip(_HEAD[1:], figures, strict=True)
            )
            yield Text(f"{name}: {told} {self._unit}".rstrip())

    def _table(self, places: Sequence[int]) -> Table:
        """Return the table with some of the columns; the unit stands behind the last of all."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(_HEAD[0], no_wrap=True)
        for place in places:
            unit = f" ({self._unit})" if self._unit and _HEAD[place] == _HEAD[-1] else ""
            table.add_column(f"{_HEAD[place]}{unit}", justify="right", no_wrap=True)
        for row in self._rows:
            table.add_row(row[0], *(row[place] for place in places))
        return table


def _row(told: OutputSensitivity, name: str, scale: Scale) -> list[str]:
    """Return an input and its figures."""
    shares = told.first_order[name], told.total[name], told.width_if_known[name]
    swing = told.tornado[name]
    sides = (_interval(side[0.05], side[0.95], scale) for side in (swing.low, swing.high))
    return [name, *map(figure, shares), *sides]


def ordered(told: OutputSensitivity) -> list[str]:
    """Return the inputs of an output, what matters most first."""
    return sorted(told.total, key=lambda name: -_weight(told, name))


def by_swing(told: OutputSensitivity) -> list[str]:
    """Return the inputs of an output, what moves its median furthest first."""
    return sorted(ordered(told), key=lambda name: -_moved(told, name))


def _moved(told: OutputSensitivity, name: str) -> float:
    """Return how far an input moves the median; of what is not known, not at all."""
    swing = told.tornado[name]
    low, high = swing.low[0.5].value, swing.high[0.5].value
    return 0.0 if low is None or high is None else abs(high - low)


def scale_of(told: OutputSensitivity) -> Scale:
    """Return the scale that suits all intervals of an output."""
    ends = [
        each.value
        for swing in told.tornado.values()
        for each in (*swing.low.values(), *swing.high.values())
        if each.value is not None
    ]
    return common_scale(ends)


def _weight(told: OutputSensitivity, name: str) -> float:
    """Return what inputs are ordered by: their total index, or else how little they leave."""
    total, width = told.total[name].value, told.width_if_known[name].value
    if total is not None:
        return total
    return -1.0 if width is None else -width


def _interval(low: Estimate, high: Estimate, scale: Scale) -> str:
    """Return an interval; where nothing is left to vary, its one value."""
    if low == high and low.value is not None:
        return plain_figure(low.value, scale)
    return span(low, high, scale)
