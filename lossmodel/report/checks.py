"""What was found of the claims, for people."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lossmodel.claims.results import ClaimCheck, ClaimChecks, ReadingCheck
from lossmodel.errors import listed
from lossmodel.estimates.estimate import NEVER
from lossmodel.model.inputs import ModelInput
from lossmodel.model.reported import beside
from lossmodel.report.columns import NO_FIGURE, Rows
from lossmodel.report.figures import NONE, plain_figure
from lossmodel.report.needs import alone, if_so, out_of_reach, together
from lossmodel.report.origins import origin
from lossmodel.report.readings import readings_table
from lossmodel.report.settling import found_first, settled_by
from lossmodel.report.verdicts import unexplained, where
from lossmodel.report.words import claim_sentence, next_command, one_line, read_as
from lossmodel.simulation.result import Result
from lossmodel.units.scales import amount, common_scale

_ALIKE = 1.1
"""How many times likelier a reading is, at most, that is not told before the others."""


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
    tables = [readings_table(each, checks) for each in checks]
    for each, table in zip(checks, tables, strict=True):
        parts += ["", *_claim(each, table, checks.result, inputs)]
    parts += ["", *(Text(line, style="dim") for line in _legend(checks))]
    parts += [Text(NO_FIGURE, style="dim")] * any(table.has(NONE) for table in tables)
    above = {beside(each.claim) for each in checks}
    said = [text for text in (*checks.warnings, *checks.result.warnings) if text not in above]
    parts += [Text(f"Warning: {one_line(text)}", style="yellow") for text in said]
    parts += next_command("sensitivity", reference, "what matters most")
    return Group(*parts)


def _claim(
    check: ClaimCheck, table: Rows, result: Result, inputs: dict[str, ModelInput]
) -> Iterator[RenderableType]:
    """Yield one claim: its readings, which explains it best, and what would have to be true."""
    yield Text(f"Claim: {claim_sentence(check.claim)}", style="bold")
    if note := beside(check.claim):
        yield _indented(Text(f"Note: {one_line(note)}", style="yellow"))
    unit = str(check.claim.unit)
    for name, each in check.per_unit.items():
        yield Text(f"  {_typed(each, unit)} per {inputs[name].unit}", style="dim")
    yield table
    for said in filter(None, (unexplained(check), _best(check), settled_by(check))):
        yield _indented(Text(said))
    for name, told in check.readings.items():
        first = out_of_reach(told, result[name].spec.support, told.amount) or alone(
            told, check, inputs
        )
        more = together(told, check, inputs), if_so(told, check, inputs)
        last = found_first(told) if told.doubt_if_known else ""
        yield from (_indented(Text(line)) for line in (first,) if line)
        yield from (_indented(Text(line), 4) for line in (*more, last) if line)


def _typed(value: float, unit: str) -> str:
    """Return a quotient of two numbers that were typed, to five digits."""
    value = float(f"{value:.5g}")
    scale = common_scale([value])
    return f"{amount(value, scale)} {scale.unit(unit)}".strip()


def _indented(part: RenderableType, by: int = 2) -> Padding:
    """Return a part moved to the right."""
    return Padding(part, (0, 0, 0, by))


def _best(check: ClaimCheck) -> str:
    """Return which reading explains the claim best, in a sentence; empty where there is none."""
    weights = {
        name: told.weight.value for name, told in check.readings.items() if told.weight.value
    }
    if len(check.readings) < 2:
        return ""
    if not weights:
        return _unweighed(check)
    best, *others = sorted(weights, key=lambda name: -weights[name])
    if not others and any(
        told.inside.value for name, told in check.readings.items() if name != best
    ):
        return f"Best explained by {best}: the other readings that reach it were given no weight."
    if not others:
        rest = [told for name, told in check.readings.items() if name != best]
        return f"Only {best} {_reaches(rest)} {read_as(check.claim)}."
    if all(weights[best] < _ALIKE * weights[name] for name in others):
        alike = f"{', '.join([best, *others[:-1]])} and {others[-1]}"
        return f"{alike} explain it about equally."
    less = [
        f"{name} {plain_figure(weights[best] / weights[name], digits=2)} times" for name in others
    ]
    return f"Best explained by {best}; less likely: {listed(less)}."


def _unweighed(check: ClaimCheck) -> str:
    """Return why no reading explains a claim better than another."""
    said, told = read_as(check.claim), check.readings.values()
    if any(each.inside.value for each in told):
        return f"Too few draws reach {said} to say which reading explains it best."
    return f"No reading {_reaches(told)} {said}, so none explains it better than another."


def _reaches(told: Iterable[ReadingCheck]) -> str:
    """Return what some readings do not do: what hardly ever comes about is not out of reach."""
    return "reaches" if all(each.inside == NEVER for each in told) else "comes near"


def _legend(checks: ClaimChecks) -> Iterator[str]:
    """Yield what the words in the tables mean."""
    readings = [told for check in checks for told in check.readings.values()]
    if any(not told.ends for told in readings):
        yield (
            "true with probability: that it is as the words are read; of one-sided words, on their "
            "side of the amount."
        )
    if any(told.ends for told in readings):
        yield "P(below), P(inside), P(above): that it is less than LOW, between both, above HIGH."
    if any(check.claim.wording.one_sided for check in checks):
        yield "probability as read: that it is one of the values that they are read as."
    if any(len(check.readings) > 1 for check in checks):
        before = "given the weights before" if _has_prior(checks) else "all alike before"
        yield f"weight: how likely the reading is if the figure is as read; {before}."
    yield "times median: the figure over the median of the reading."
    yield from _places(checks)
    if any(told.switching for told in readings):
        yield "P60: the 60th percentile of the input's own range."
    if any(told.doubt_if_known for told in readings):
        yield "doubt: p (1 - p), p the probability of what is in doubt."


def _places(checks: ClaimChecks) -> Iterator[str]:
    """Yield what the words for the place of a figure mean."""
    readings = [told for check in checks for told in check.readings.values()]
    if any(told.switching for told in readings):
        yield (
            "the figure is: where it falls in the range of the reading; middle half (P25 to P75), "
            "inside the 90% interval, tail (to P0.5 or P99.5), not reproduced, impossible."
        )
    found = {where(told, check) for check in checks for told in check.readings.values()}
    if any("true" in each for each in found):
        yield "It is mostly or always true where most of the range is on the side of its words."
    if any(told.ends for told in readings):
        yield "Of LOW to HIGH it is the value nearest to the median of which this is said."
    if "around the median" in found:
        yield "It is around the median where that lies between LOW and HIGH."


def _has_prior(checks: ClaimChecks) -> bool:
    """Whether the file weighs readings beforehand."""
    return any(check.claim.claim.weights for check in checks)
