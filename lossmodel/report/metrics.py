"""Loss metrics for people."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import Estimate
from lossmodel.report.figures import digits_for, figure, probability
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.metrics import Metrics
from lossmodel.simulation.result import Result
from lossmodel.units.scales import Scale, amount, common_scale


def metrics_text(result: Result) -> Iterator[RenderableType]:
    """Yield the loss metrics of each output that has some."""
    digits = digits_for(result.precision)
    for told in result.metrics.values():
        scale = common_scale([each.value or 0.0 for each in _amounts(told)])
        yield ""
        yield Text(_heading(told, scale))
        for line in (*_of_period(told, scale, digits), *_of_tail(told, scale, digits)):
            yield Text(f"  {line}")
        if told.aep or told.oep:
            yield Padding(_curves(told, scale, digits), (0, 0, 0, 2))


def _amounts(told: Metrics) -> list[Estimate]:
    """Return all estimates that are amounts."""
    single = [] if told.aal is None else [told.aal]
    several = (told.var, told.tvar, told.aep, told.oep)
    return [*single, *(each for part in several for each in part.values())]


def _heading(told: Metrics, scale: Scale) -> str:
    """Return what the metrics are of."""
    unit = scale.unit(told.unit)
    said = f"Losses of a {told.period}" if told.period else "Beyond a quantile"
    return f"{said}: {told.name}{f', in {unit}' if unit else ''}"


def _of_period(told: Metrics, scale: Scale, digits: int) -> Iterator[str]:
    """Yield the mean, and how often there is no loss."""
    if told.aal is not None:
        name = "AAL (average annual loss)" if told.period == "year" else "mean"
        yield f"{name} {figure(told.aal, scale, digits)}"
    if told.no_loss is not None:
        yield f"no loss in {probability(told.no_loss, digits)} of {told.period}s"


def _of_tail(told: Metrics, scale: Scale, digits: int) -> Iterator[str]:
    """Yield the value at risk, and the mean beyond it."""
    for p, var in told.var.items():
        share, beyond = f"{percent(p)}%", figure(told.tvar[p], scale, digits)
        yield f"VaR {share} {figure(var, scale, digits)}, TVaR {share} {beyond}"


def _curves(told: Metrics, scale: Scale, digits: int) -> Table:
    """Return what is exceeded once in each return period: in all, and by the largest event."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    curves = {name: told_by for name, told_by in (("AEP", told.aep), ("OEP", told.oep)) if told_by}
    for name in ("once in", *curves):
        table.add_column(name, justify="right", no_wrap=True)
    for period in told.aep or told.oep:
        figures = (figure(each[period], scale, digits) for each in curves.values())
        table.add_row(f"{amount(period)} {told.period}s", *figures)
    return table
