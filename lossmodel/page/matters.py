"""What matters, on a page: for each output a sentence, a chart and a table."""

from dataclasses import dataclass, replace
from typing import final

from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.charts.chart import Chart
from lossmodel.charts.tornadoes import drawable, tornado_chart
from lossmodel.page.cells import Cell, error_cell, measured_cell
from lossmodel.page.pictures import Picture, picture
from lossmodel.report.sensitivities import OVERLAP, ordered
from lossmodel.report.words import one_line


@final
@dataclass(frozen=True, slots=True)
class MatterRow:
    """One input: figures with their standard errors."""

    name: str
    alone: Cell
    alone_error: Cell
    in_all: Cell
    in_all_error: Cell
    width: Cell
    width_error: Cell


@final
@dataclass(frozen=True, slots=True)
class Matter:
    """One output."""

    name: str
    sentence: str
    picture: Picture | None
    rows: tuple[MatterRow, ...]


def matters(found: Sensitivity | str) -> tuple[Matter, ...]:
    """Return what matters to each output; nothing where that cannot be told."""
    if isinstance(found, str):
        return ()
    return tuple(_matter(each, place, found) for place, each in enumerate(found.outputs.values()))


def overlap(found: Sensitivity | str) -> str:
    """Return why shares overlap; empty where no inputs of an output move together."""
    tied = not isinstance(found, str) and any(each.shapley for each in found.outputs.values())
    return OVERLAP if tied else ""


def _matter(told: OutputSensitivity, place: int, found: Sensitivity) -> Matter:
    """Return what matters to one output; one input alone leaves nothing to compare."""
    chart = tornado_chart(found, told) if drawable(told) else None
    name, inputs = one_line(told.name), ordered(told)
    return Matter(
        name=name,
        sentence=one_line(told.sentence),
        picture=_picture(chart, name, place) if chart else None,
        rows=tuple(_row(told, each) for each in inputs) if len(inputs) > 1 else (),
    )


def _picture(chart: Chart, name: str, place: int) -> Picture:
    """Return the chart of an output; how to read it is said once for all of them."""
    return replace(picture(chart, f"tornado-{place}"), title=f"What moves {name}")


def _row(told: OutputSensitivity, name: str) -> MatterRow:
    """Return the row of one input."""
    key = f"sensitivity/outputs/{told.name}"
    kinds = {
        "first_order": told.first_order[name],
        "total": told.total[name],
        "width_if_known": told.width_if_known[name],
    }
    cells = [
        cell
        for kind, each in kinds.items()
        for cell in (
            measured_cell(each, f"{key}/{kind}/{name}"),
            error_cell(each, f"{key}/{kind}/{name}"),
        )
    ]
    return MatterRow(one_line(name), *cells)
