"""What was found of the claims, for people."""

from collections.abc import Iterator
from math import isfinite

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.claims.results import ClaimCheck, ClaimChecks, ReadingCheck
from lossmodel.claims.strain import Strain
from lossmodel.claims.switching import Switching
from lossmodel.errors import listed
from lossmodel.model.inputs import ModelInput
from lossmodel.report.figures import amount, common_scale, figure, plain_figure, probability
from lossmodel.report.origins import origin
from lossmodel.report.settling import found_first, settled_by
from lossmodel.report.words import claim_sentence, next_command, one_line
from lossmodel.simulation.result import Result

_RARE = 1e-3
_MOST = 3


def checks_text(checks: ClaimChecks, reference: str) -> RenderableType:
    """Return what ``claim`` prints.

    Parameters
    ----------
    checks : ClaimChecks
    reference : str
        How the user named the scenario, for the command to try next.
    """
    model = checks.result.model
    inputs = {each.name: each for each in model.inputs}
    parts: list[RenderableType] = [
        Text(one_line(model.scenario.title), style="bold"),
        Text(origin(model, checks.result.plan), style="dim"),
    ]
    for each in checks:
        parts += ["", *_claim(each, checks.result, inputs)]
    said = (*checks.warnings, *checks.result.warnings)
    parts += [Text(f"Warning: {one_line(text)}", style="yellow") for text in said]
    parts += next_command("run", reference, "the range of every reading")
    return Group(*parts)


def _claim(
    check: ClaimCheck, result: Result, inputs: dict[str, ModelInput]
) -> Iterator[RenderableType]:
    """Yield one claim: its readings, which explains it best, and what would have to be true."""
    yield Text(f"Claim: {claim_sentence(check.claim)}", style="bold")
    unit = str(check.claim.unit)
    for name, each in check.per_unit.items():
        yield Text(f"  {plain_figure(each)} {unit} per {inputs[name].unit}", style="dim")
    yield _indented(_readings(check))
    for said in filter(None, (_best(check), settled_by(check))):
        yield _indented(Text(said))
    for name, told in check.readings.items():
        lines = _out_of_reach(told, result[name].spec.support) or _alone(told, check)
        yield from (_indented(Text(line)) for line in lines)
        yield from (_indented(Text(line), 4) for line in _more(told, inputs))


def _indented(part: RenderableType, by: int = 2) -> Padding:
    """Return a part moved to the right."""
    return Padding(part, (0, 0, 0, by))


def _readings(check: ClaimCheck) -> Table:
    """Return the readings as a table."""
    side = check.claim.wording.one_sided
    asked = {"floor": "P(more)", "ceiling": "P(at most)"}.get(side, "P(at most)")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, head in enumerate(
        ("reading", "the figure is", asked, "P(as read)", "x median", "weight")
    ):
        table.add_column(head, justify="right" if place > 1 else "left", no_wrap=True)
    for told in check.readings.values():
        below = told.below.complement() if side == "floor" else told.below
        table.add_row(
            told.output,
            told.verdict.replace("-", " "),
            probability(below),
            probability(told.inside),
            figure(told.ratio_to_median),
            probability(told.weight) if len(check.readings) > 1 else "",
        )
    return table


def _best(check: ClaimCheck) -> str:
    """Return which reading explains the claim best, in a sentence; empty where there is none."""
    weights = {
        name: told.weight.value for name, told in check.readings.items() if told.weight.value
    }
    if len(check.readings) < 2:
        return ""
    if not weights:
        return "No reading reaches the claim, so none explains it better than another."
    best, *others = sorted(weights, key=lambda name: -weights[name])
    if not others:
        return f"Only {best} reaches the claim."
    less = [
        f"{name} {plain_figure(weights[best] / weights[name], digits=2)} times" for name in others
    ]
    return f"Best explained by {best}; less likely: {listed(less)}."


def _out_of_reach(told: ReadingCheck, support: tuple[float, float]) -> list[str]:
    """Return that no values of the inputs reach the amount; nothing where some do."""
    low, high = support
    if not told.switching or low <= told.amount <= high:
        return []
    scale = common_scale([told.amount])
    most, end = ("at most", high) if told.amount > high else ("at least", low)
    shown = f"{plain_figure(end, scale)} {scale.unit(told.unit)}".strip()
    return [f"{told.output} is {most} {shown}, whatever its inputs are."]


def _more(told: ReadingCheck, inputs: dict[str, ModelInput]) -> Iterator[str]:
    """Yield what two inputs would have to be, what the claim tells, and what would settle it."""
    if told.least_strain.strain is not None and len(told.least_strain.inputs) > 1:
        yield f"Likeliest of two: {_strain(told.least_strain, inputs)}."
    given = [
        f"{name} {figure(quantiles[0.05])} to {figure(quantiles[0.95])} {inputs[name].unit}".strip()
        for name, quantiles in told.given_claim.items()
        if quantiles[0.05].exists
    ]
    if given:
        yield f"If the claim is true, in 90% of cases: {'; '.join(given)}."
    if told.doubt_if_known:
        yield found_first(told)


def _alone(told: ReadingCheck, check: ClaimCheck) -> list[str]:
    """Return the value that each input alone would need."""
    scale = common_scale([told.amount])
    # Of LOW to HIGH the amount is computed, else typed.
    shown = plain_figure if check.claim.wording.amount is None else amount
    said = f"{shown(told.amount, scale)} {scale.unit(told.unit)}".strip()
    found = {name: each for name, each in told.switching.items() if each.value is not None}
    if found:
        nearest = sorted(found, key=lambda name: -_rarity(found[name]))[:_MOST]
        needs = [f"{name} {_value(found[name])}" for name in nearest]
        return [f"{told.output} is {said} with {', or '.join(needs)}, all else at its median."]
    reached = [each.reaches for each in told.switching.values() if each.reaches is not None]
    closest = min(reached, key=lambda each: abs(each - told.amount), default=None)
    if closest is None:
        return []
    reach = f"{plain_figure(closest, scale)} {scale.unit(told.unit)}".strip()
    none = f"no one input brings about {said}, all else at its median"
    return [f"{told.output}: {none}; the nearest is {reach}."]


def _rarity(each: Switching) -> float:
    """Return the nearer tail of a value that is needed."""
    return min(each.percentile or 0.0, each.tail or 0.0)


def _value(each: Switching) -> str:
    """Return a value that is needed, and how rare it is."""
    value = f"{plain_figure(each.value or 0.0)} {each.unit}".strip()
    rarity = _rarity(each)
    if rarity >= _RARE:
        return f"{value} (P{100.0 * (each.percentile or 0.0):.3g})"
    if rarity <= 0.0 or not isfinite(1.0 / rarity):
        return f"{value} (beyond all that is likely)"
    side = "above" if (each.tail or 0.0) < 0.5 else "below"
    return f"{value} (one case in {plain_figure(1.0 / rarity, digits=2)} lies {side})"


def _strain(strain: Strain, inputs: dict[str, ModelInput]) -> str:
    """Return values that together bring about an amount."""
    values = [
        f"{name} {plain_figure(value)} {inputs[name].unit}".strip()
        for name, value in strain.inputs.items()
    ]
    return f"{' with '.join(values)} ({strain.strain or 0.0:.2g} standard scores from the medians)"
