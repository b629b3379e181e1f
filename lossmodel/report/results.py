"""The result of a run for people."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.estimates.estimate import Estimate
from lossmodel.model.model import Model
from lossmodel.report.figures import amount, common_scale, figure
from lossmodel.report.words import claim_sentence, next_command, one_line
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary

_DESIGNS = {"sobol": "Sobol'", "lhs": "Latin hypercube", "independent": "independent"}


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
        Text(_origin(model, result.plan), style="dim"),
        "",
        _table(result.summaries),
        *_quantiles(result),
        *_exceedances(result.summaries),
        *_claims(model),
        *_assumed(model),
        *(Text(f"Warning: {one_line(said)}", style="yellow") for said in result.warnings),
        *next_command("show", reference, "inputs and their sources"),
    ]
    return Group(*parts)


def _origin(model: Model, plan: Plan) -> str:
    """Return what reproduces the numbers, in a line."""
    name = one_line(model.source.name) or "built in code"
    fingerprint = f", sha256 {model.source.sha256[:12]}" if model.source.sha256 else ""
    settings = "".join(f", {one_line(k)} = {one_line(v)}" for k, v in model.settings.items())
    return (
        f"{name}{fingerprint}{settings}; seed {plan.seed}, "
        f"{plan.replicates} x {plan.points:,} {_DESIGNS[plan.design]} points"
    )


def _table(summaries: tuple[Summary, ...]) -> Table:
    """Return the table of outputs: median, interval and mean, each row in one scale."""
    level = summaries[0].interval.level
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("output", overflow="fold")
    table.add_column("median", justify="right")
    table.add_column(f"{100 * level:g}% interval", justify="right")
    table.add_column("mean", justify="right")
    table.add_column("unit")
    for told in summaries:
        ends = told.interval.low, told.interval.high
        scale = common_scale([end.value for end in ends if end.value is not None])
        low, high = (figure(end, scale) for end in ends)
        table.add_row(
            told.name,
            figure(told.quantiles[0.5], scale),
            low if told.interval.low == told.interval.high else f"{low} to {high}",
            figure(told.mean, scale),
            scale.unit(told.unit),
        )
    return table


def _quantiles(result: Result) -> Iterator[RenderableType]:
    """Yield the quantiles that were asked for."""
    asked = sorted(set(result.questions.quantiles))
    if asked:
        yield ""
        yield Text("Quantiles")
    for told in result.summaries:
        for p in asked:
            estimate = told.quantiles[p]
            scale = common_scale([estimate.value or 0.0])
            said = f"{figure(estimate, scale)} {scale.unit(told.unit)}".strip()
            yield Text(f"  P{100 * p:g} of {told.name} = {said}")


def _exceedances(summaries: tuple[Summary, ...]) -> Iterator[RenderableType]:
    """Yield how likely more than each amount is."""
    rows = [(told, x, each) for told in summaries for x, each in told.exceedance.items()]
    if not rows:
        return
    yield ""
    yield Text("How likely is more?")
    for told, threshold, each in rows:
        scale = common_scale([threshold])
        said = f"{amount(threshold, scale)} {scale.unit(told.unit)}".strip()
        yield Text(f"  P({told.name} > {said}) {_probability(each)}")


def _probability(each: Estimate) -> str:
    """Return a probability in words; 0 and 1 without error come from the support alone."""
    if each.se == 0.0:
        return "= 1 (always)" if each.value else "= 0 (no value of the inputs reaches it)"
    text = figure(each)
    return text if text.startswith("below") else f"= {text}"


def _claims(model: Model) -> Iterator[RenderableType]:
    """Yield how each claim is read."""
    if model.claims:
        yield ""
        yield Text("The claim" if len(model.claims) == 1 else "The claims")
    for each in model.claims:
        yield Padding(Text(claim_sentence(each)), (0, 0, 0, 2))


def _assumed(model: Model) -> Iterator[RenderableType]:
    """Yield the inputs that rest on no source."""
    names = [each.name for each in model.inputs if each.item.basis in (None, "assumed")]
    if names:
        yield ""
        yield Text(f"Assumed, without a source: {', '.join(names)}", style="yellow")
