"""Which inputs matter, for people."""

from rich.console import Group, RenderableType
from rich.text import Text

from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.estimates.estimate import Estimate
from lossmodel.report.columns import NO_FIGURE, Column, Rows
from lossmodel.report.figures import NONE, figure, plain_figure, span
from lossmodel.report.origins import origin
from lossmodel.report.results import outputs_table
from lossmodel.report.words import next_command, one_line
from lossmodel.units.scales import Scale, common_scale

_LEGEND = (
    "at P5, at P95: the output's 90% interval with the input there and the others free; alone: "
    "share of the variance that finding the input would remove; in all: share that stays until it "
    "is found; width: of the {level:g}% interval once it is found, as a share of today's. "
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
        "",
        outputs_table(found.result.of(found.outputs)),
    ]
    tables = {name: _inputs(each) for name, each in found.outputs.items() if each.total}
    for name, each in found.outputs.items():
        parts += ["", Text(one_line(each.sentence), style="bold")]
        parts += [tables[name]] if name in tables else []
    if tables:
        parts += ["", Text(_LEGEND.format(level=100.0 * found.level), style="dim")]
    parts += [Text(NO_FIGURE, style="dim")] * any(table.has(NONE) for table in tables.values())
    if any(each.shapley for each in found.outputs.values()):
        parts.append(Text(OVERLAP, style="dim"))
    parts += [Text(f"Warning: {one_line(said)}", style="yellow") for said in found.warnings]
    parts += next_command("run", reference, "the range of every output")
    return Group(*parts)


def _inputs(told: OutputSensitivity) -> Rows:
    """Return the inputs of an output as a table, what matters most first."""
    scale, names = scale_of(told), ordered(told)
    swings = [told.tornado[name] for name in names]
    sides = (("P5", [each.low for each in swings]), ("P95", [each.high for each in swings]))
    shares = (
        ("alone", told.first_order),
        ("in all", told.total),
        ("width", told.width_if_known),
    )
    return Rows(
        [Column("input", names)],
        [
            Column(
                f"90% interval\nat {at}",
                [_interval(each[0.05], each[0.95], scale) for each in side],
            )
            for at, side in sides
        ],
        [scale.unit(told.unit)] * len(names),
        further=[Column(head, [figure(of[name]) for name in names]) for head, of in shares],
    )


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
