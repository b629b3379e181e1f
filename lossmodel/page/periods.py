"""What a period of losses brings, on a page: the mean, no loss, tails, and by return period."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.charts.densities import exceedances
from lossmodel.estimates.estimate import Estimate
from lossmodel.page.cells import Cell, estimate_cell, share_cell
from lossmodel.page.pictures import Picture, picture
from lossmodel.report.words import one_line
from lossmodel.simulation.intervals import in_figures, percent
from lossmodel.simulation.metrics import Metrics
from lossmodel.simulation.result import Result
from lossmodel.units.scales import Scale, amount, common_scale


@final
@dataclass(frozen=True, slots=True)
class PeriodView:
    """The losses of a period under one output.

    Attributes
    ----------
    name, unit, period : str
    facts : tuple of (str, Cell)
        What stands before the table, each under its name.
    curves : tuple of str
        The heads of the table.
    rows : tuple of (str, tuple of Cell)
        A return period, and what is exceeded once in it.
    picture : Picture
    """

    name: str
    unit: str
    period: str
    facts: tuple[tuple[str, Cell], ...]
    curves: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    picture: Picture


def period_views(result: Result) -> tuple[PeriodView, ...]:
    """Return the outputs that are the losses of a period."""
    of_periods = [told for told in result.metrics.values() if told.period]
    return tuple(_view(told, place, result) for place, told in enumerate(of_periods))


def _view(told: Metrics, place: int, result: Result) -> PeriodView:
    """Return one output."""
    key = f"run/outputs/{told.name}/metrics"
    scale = common_scale([each.value or 0.0 for each in (*told.var.values(), *told.aep.values())])
    curves = {name: by for name, by in (("aep", told.aep), ("oep", told.oep)) if by}
    chart = exceedances([result[told.name]], result.model.claims)
    return PeriodView(
        name=one_line(told.name),
        unit=scale.unit(told.unit),
        period=told.period,
        facts=_facts(told, key, scale),
        curves=tuple(name.upper() for name in curves),
        rows=tuple(
            (f"{amount(at)} {told.period}s", _once_in(at, curves, key, scale))
            for at in next(iter(curves.values()), {})
        ),
        picture=picture(chart, f"exceedance-{place}"),
    )


def _facts(told: Metrics, key: str, scale: Scale) -> tuple[tuple[str, Cell], ...]:
    """Return the mean, how often there is no loss, and the tails."""
    mean = f"AAL (mean loss of a {told.period})"
    found = [] if told.aal is None else [(mean, estimate_cell(told.aal, f"{key}/aal", scale))]
    if told.no_loss is not None:
        found.append((f"{told.period}s without loss", share_cell(told.no_loss, f"{key}/no_loss")))
    for p, var in told.var.items():
        tails = {"VaR": ("var", var), "TVaR": ("tvar", told.tvar[p])}
        found += [
            (f"{name} {percent(p)}%", estimate_cell(each, f"{key}/{part}/{p!r}", scale))
            for name, (part, each) in tails.items()
        ]
    return tuple((name[:1].upper() + name[1:], cell) for name, cell in found)


def _once_in(
    at: float, curves: Mapping[str, Mapping[float, Estimate]], key: str, scale: Scale
) -> tuple[Cell, ...]:
    """Return what is exceeded once in a return period."""
    return tuple(
        estimate_cell(by[at], f"{key}/{name}/{in_figures(at)}", scale)
        for name, by in curves.items()
    )
