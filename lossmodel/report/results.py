"""The result of a run for people."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lossmodel.estimates.estimate import ALWAYS, NEVER, Estimate
from lossmodel.model.model import Model
from lossmodel.report.columns import (
    Column,
    Rows,
    amount_columns,
    interval_scale,
    told_amounts,
)
from lossmodel.report.figures import digits_for, figure, probability, span
from lossmodel.report.histograms import histogram_column, spanned
from lossmodel.report.metrics import metrics_text
from lossmodel.report.origins import origin
from lossmodel.report.words import claim_sentence, next_command, one_line
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary
from lossmodel.units.scales import amount, common_scale


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
        outputs_table(result),
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


def outputs_table(result: Result) -> Rows:
    """Return the outputs of a run as a table.

    Parameters
    ----------
    result : Result
    """
    told, digits = result.summaries, digits_for(result.precision)
    scales = [interval_scale(each) for each in told]
    rows = [told_amounts(each, scale, digits) for each, scale in zip(told, scales, strict=True)]
    drawn = [result.histograms[each.name] for each in told]
    units = [each.unit for each in told]
    return Rows(
        [Column("output", [each.name for each in told])],
        amount_columns(result.questions.level, rows),
        [scale.unit(unit) for scale, unit in zip(scales, units, strict=True)],
        histograms=histogram_column(drawn),
        caption=spanned(zip(drawn, units, strict=True), is_claimed=bool(result.model.claims)),
    )


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
