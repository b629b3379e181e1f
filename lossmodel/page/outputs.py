"""Outputs on a page: median, interval and mean of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.page.cells import Cell, Prose, estimate_cell, span_cells
from lossmodel.report.words import one_line
from lossmodel.simulation.intervals import Interval
from lossmodel.simulation.rereading import OtherReading
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary
from lossmodel.units.scales import common_scale


@final
@dataclass(frozen=True, slots=True)
class OutputRow:
    """One output."""

    name: str
    about: str
    median: Cell
    interval: Prose
    mean: Cell
    unit: str


def output_rows(result: Result) -> tuple[OutputRow, ...]:
    """Return all outputs."""
    return tuple(map(_row, result.summaries))


def _row(told: Summary) -> OutputRow:
    """Return one output."""
    low, high = told.interval.low, told.interval.high
    scale = common_scale([end.value for end in (low, high) if end.value is not None])
    key = f"run/outputs/{told.name}"
    ends = (f"{key}/interval/low", f"{key}/interval/high")
    return OutputRow(
        name=one_line(told.name),
        about=one_line(told.about),
        median=estimate_cell(told.quantiles[0.5], f"{key}/quantiles/0.5", scale),
        interval=span_cells(low, high, ends, scale),
        mean=estimate_cell(told.mean, f"{key}/mean", scale),
        unit=scale.unit(told.unit),
    )


@final
@dataclass(frozen=True, slots=True)
class OtherRow:
    """One output as modelled and otherwise: with one input read the other way, or none tied."""

    output: str
    modelled: Prose
    input: str
    varies: str
    interval: Prose
    unit: str


def other_rows(result: Result) -> tuple[OtherRow, ...]:
    """Return what each output would be with inputs of counted things read the other way."""
    told = {each.name: each for each in result.summaries}
    return tuple(
        _other(told[name], key, each)
        for name, readings in result.other_readings.items()
        for key, each in readings.items()
    )


def _other(told: Summary, name: str, each: OtherReading) -> OtherRow:
    """Return one output with one input read the other way."""
    key = f"run/outputs/{told.name}/other_reading/{name}/interval"
    return _beside(told, one_line(name), one_line(each.varies), each.interval, key)


def untied_rows(result: Result, untied: Mapping[str, Interval]) -> tuple[OtherRow, ...]:
    """Return what each output would be if the inputs that move together were independent."""
    told = {each.name: each for each in result.summaries}
    return tuple(
        _beside(told[name], "", "", interval, f"untied/{name}") for name, interval in untied.items()
    )


def _beside(told: Summary, name: str, varies: str, other: Interval, key: str) -> OtherRow:
    """Return the interval of an output and another one, in one scale."""
    both = told.interval, other
    ends = [end.value for interval in both for end in (interval.low, interval.high)]
    scale = common_scale([end for end in ends if end is not None])
    keys = (f"run/outputs/{told.name}/interval", key)
    modelled, interval = (
        span_cells(x.low, x.high, (f"{at}/low", f"{at}/high"), scale)
        for x, at in zip(both, keys, strict=True)
    )
    return OtherRow(
        output=one_line(told.name),
        modelled=modelled,
        input=name,
        varies=varies,
        interval=interval,
        unit=scale.unit(told.unit),
    )
