"""The result of a run for people."""

from collections.abc import Iterator
from math import ceil
from typing import final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import ALWAYS, NEVER, Estimate
from lossmodel.model.model import Model
from lossmodel.report.figures import (
    amount,
    common_scale,
    digits_for,
    figure,
    plain_figure,
    probability,
    span,
)
from lossmodel.report.metrics import metrics_text
from lossmodel.report.origins import origin
from lossmodel.report.words import claim_sentence, next_command, one_line
from lossmodel.simulation.histograms import Histogram
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary


def result_text(result: Result, reference: str) -> RenderableType:
    """Return what ``run`` prints.

    Parameters
    ----------
    result : Result
    reference : str
        How the user named the scenario, for the command to try next.
    """
    model = result.model
    parts: list[RenderableType] = [
        Text(one_line(model.scenario.title), style="bold"),
        Text(origin(model, result.plan), style="dim"),
        "",
        _Outputs(result),
        *_integrated(result),
        *other_readings_text(result),
        *_quantiles(result),
        *metrics_text(result),
        *_claims(result),
        *_exceedances(result),
        *_assumed(model),
        *(Text(f"Warning: {one_line(said)}", style="yellow") for said in result.warnings),
        *next_command("show", reference, "inputs and their sources"),
    ]
    return Group(*parts)


_FREE = 10_000
"""A width at which nothing is cut."""


@final
class _Outputs:
    """The outputs as a table; on a narrow terminal without histograms, or as sentences."""

    def __init__(self, result: Result) -> None:
        self._head = [
            "output",
            "median",
            f"{100 * result.questions.level:g}% interval",
            "mean",
            "unit",
        ]
        self._rows = [_row(told, digits_for(result.precision)) for told in result.summaries]
        self._bars = [_bars(result.histograms[told.name]) for told in result.summaries]
        self._legend = _legend(result)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        for bars, table in (
            (True, self._table([*self._head, "histogram"])),
            (False, self._table(self._head)),
        ):
            free = console.measure(table, options=options.update(width=_FREE))
            if free.maximum <= options.max_width:
                yield table
                if bars and self._legend:
                    yield Text(self._legend, style="dim")
                return
        for name, *figures, unit in self._rows:
            told = zip(self._head[1:-1], figures, strict=True)
            yield Text(f"{name}: {', '.join(f'{k} {v}' for k, v in told if v)} {unit}")

    def _table(self, head: list[str]) -> Table:
        """Return the table with these columns."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for place, name in enumerate(head):
            table.add_column(name, justify="right" if 0 < place < 4 else "left", no_wrap=True)
        for row, bars in zip(self._rows, self._bars, strict=True):
            table.add_row(*[*row, bars][: len(head)])
        return table


def _row(told: Summary, digits: int) -> list[str]:
    """Return name, median, interval, mean and unit of an output, all in one scale."""
    ends = told.interval.low, told.interval.high
    scale = common_scale([end.value for end in ends if end.value is not None])
    unit = scale.unit(told.unit)
    if ends[0] == ends[1] and ends[0].exists and told.sd.value == 0.0:
        return [told.name, span(*ends, scale), "", "", unit]
    median, mean = (figure(each, scale, digits) for each in (told.quantiles[0.5], told.mean))
    return [told.name, median, span(*ends, scale, digits), mean, unit]


_BLOCKS = " ▁▂▃▄▅▆▇█"
_MARK = "┃"


def _bars(histogram: Histogram) -> str:
    """Return a histogram in block characters, with a line where the claimed amount falls."""
    highest = max(histogram.shares, default=0.0) or 1.0
    bars = [_BLOCKS[ceil(8.0 * share / highest)] for share in histogram.shares]
    for place in histogram.marks:
        bars[place] = _MARK
    return "".join(bars)


def _integrated(result: Result) -> Iterator[RenderableType]:
    """Yield which input was integrated out of which outputs."""
    over: dict[str, list[str]] = {}
    for told in result.summaries:
        if told.smoothed_over is not None:
            over.setdefault(told.smoothed_over, []).append(told.name)
    if over:
        said = "; ".join(f"{name} in {', '.join(outputs)}" for name, outputs in over.items())
        yield Text(f"Integrated out exactly: {said}.", style="dim")


def other_readings_text(result: Result) -> Iterator[RenderableType]:
    """Yield the intervals with each input that belongs to counted things read the other way."""
    if result.other_readings:
        level = f"{100 * result.questions.level:g}%"
        yield ""
        yield Text(f"One value for all, or each its own? The {level} interval if it were")
    own = {told.name: told.interval for told in result.summaries}
    for name, readings in result.other_readings.items():
        unit = result[name].unit
        for key, each in readings.items():
            ends = each.interval.low, each.interval.high
            both = (*ends, own[name].low, own[name].high)
            scale = common_scale([end.value for end in both if end.value is not None])
            said = f"{span(*ends, scale)} {scale.unit(unit)}".strip()
            yield Text(f"  {key} {each.varies}: {name} {said}")


def as_written_text(result: Result) -> Iterator[RenderableType]:
    """Yield the intervals of outputs that have other readings, as the scenario is written."""
    for told in result.summaries:
        if told.name in result.other_readings:
            ends = told.interval.low, told.interval.high
            scale = common_scale([end.value for end in ends if end.value is not None])
            said = f"{span(*ends, scale)} {scale.unit(told.unit)}".strip()
            yield Text(f"  as written: {told.name} {said}")


def _quantiles(result: Result) -> Iterator[RenderableType]:
    """Yield the quantiles that were asked for."""
    asked = sorted(set(result.questions.quantiles))
    if asked:
        yield ""
        yield Text("Quantiles")
    digits = digits_for(result.precision)
    for told in result.summaries:
        for p in asked:
            estimate = told.quantiles[p]
            scale = common_scale([estimate.value or 0.0])
            said = f"{figure(estimate, scale, digits)} {scale.unit(told.unit)}".strip()
            yield Text(f"  P{percent(p)} of {told.name} = {said}")


def _legend(result: Result) -> str:
    """Return what the histograms span, and what the line in them is."""
    spans = {}
    for told in result.summaries:
        histogram = result.histograms[told.name]
        if histogram.low < histogram.high:
            scale = common_scale([histogram.low, histogram.high])
            low, high = (plain_figure(end, scale) for end in (histogram.low, histogram.high))
            spans[told.unit] = f"{low} to {high} {scale.unit(told.unit)}".strip()
    line = f"; {_MARK} the amount claimed" if result.model.claims else ""
    return f"Histograms run from {' and '.join(spans.values())}{line}." if spans else ""


def _exceedances(result: Result) -> Iterator[RenderableType]:
    """Yield how likely more than each amount is that was asked for beyond those claimed."""
    claimed = {
        (name, x)
        for each in result.model.claims
        for name in each.factors
        for x in each.amounts(name)
    }
    rows = [
        (told, x, each)
        for told in result.summaries
        for x, each in told.exceedance.items()
        if (told.name, x) not in claimed
    ]
    if rows:
        yield ""
        yield Text("How likely is more?")
    for told, threshold, each in rows:
        yield Text(f"  {_likelihood(told, threshold, each, digits_for(result.precision))}")


def _likelihood(told: Summary, threshold: float, each: Estimate, digits: int) -> str:
    """Return how likely an output is to exceed an amount."""
    scale = common_scale([threshold])
    said = f"{amount(threshold, scale)} {scale.unit(told.unit)}".strip()
    return f"P({told.name} > {said}) {_probability(each, digits)}"


def _probability(each: Estimate, digits: int) -> str:
    """Return a probability in words; 0 and 1 without error come from the support alone."""
    if each == ALWAYS:
        return "= 1 (always)"
    if each == NEVER:
        return "= 0 (no value of the inputs exceeds it)"
    text = probability(each, digits)
    return text if text.startswith(("below", "above")) else f"= {text}"


def _claims(result: Result) -> Iterator[RenderableType]:
    """Yield each claim as printed, how it is read, and where it falls under each reading."""
    told = {each.name: each for each in result.summaries}
    digits = digits_for(result.precision)
    for claim in result.model.claims:
        yield ""
        yield Text(f"Claim: {claim_sentence(claim)}")
        for name in claim.factors:
            for threshold in claim.amounts(name):
                each = told[name].exceedance[threshold]
                likely = _likelihood(told[name], threshold, each, digits)
                yield Padding(Text(likely), (0, 0, 0, 2))


def _assumed(model: Model) -> Iterator[RenderableType]:
    """Yield the inputs that rest on no source."""
    names = [each.name for each in model.inputs if each.is_assumed]
    if names:
        yield ""
        yield Text(f"Assumed, without a source: {', '.join(names)}", style="yellow")
