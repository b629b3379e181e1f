"""Claims on a page: as printed, as read, under each reading, and what must be true."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.claims.switching import Switching
from lossmodel.model.inputs import ModelInput
from lossmodel.page.cells import (
    Cell,
    Prose,
    estimate_cell,
    part_cell,
    plain_cell,
    share_cell,
    span_cells,
)
from lossmodel.page.links import Link, link
from lossmodel.page.sparklines import Sparkline, sparkline
from lossmodel.page.verdicts import likelihood, verdict, verdict_tone, verdict_words
from lossmodel.report.needs import needs_of, out_of_reach, rarity_words, typed_amount
from lossmodel.report.settling import found_first, settled_by
from lossmodel.report.words import claim_range, one_line, read_as
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.units.scales import Scale, amount, common_scale


@final
@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading in the table of a claim."""

    name: str
    about: str
    median: Cell
    interval: Prose
    true: Cell
    inside: Cell
    weight: Cell
    verdict: str
    tone: str


@final
@dataclass(frozen=True, slots=True)
class NeedRow:
    """What one input would have to be."""

    name: str
    value: Cell | None
    unit: str
    rare: Cell | None
    reaches: Prose
    picture: Sparkline | None
    given: Prose
    doubt: Cell | None


@final
@dataclass(frozen=True, slots=True)
class Needs:
    """What would have to be true under one reading."""

    name: str
    amount: str
    beyond: str
    rows: tuple[NeedRow, ...]
    strain: Prose
    given: bool
    given_head: str
    doubted: bool
    settled: str


@final
@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim."""

    says: str
    allowed: str
    quote: str
    where: str
    address: Link | None
    covers: str
    verdict: Prose
    settled: str
    scale: Scale | None
    unit: str
    weighed: bool
    per_unit: tuple[Prose, ...]
    readings: tuple[ReadingRow, ...]
    needs: tuple[Needs, ...]


_LEAST = 0.01
"""In the scale of the largest number, what still has its digits near the point."""


def claim_view(check: ClaimCheck, place: int, result: Result) -> ClaimView:
    """Return a claim as the page shows it.

    Parameters
    ----------
    check : ClaimCheck
    place : int
        Among all claims, from 0.
    result : Result
    """
    key, claim = f"claim/claims/{place}", check.claim.claim
    inputs = {each.name: each for each in result.model.inputs}
    scale = _shared_scale([result[name] for name in check.readings])
    return ClaimView(
        says=one_line(claim.says),
        allowed=claim_range(check.claim),
        quote=one_line(claim.quote),
        where=", ".join(one_line(x) for x in (claim.publisher, str(claim.date)) if x),
        address=link(claim.url),
        covers=one_line(claim.covers),
        verdict=verdict(check, key),
        settled=settled_by(check),
        scale=scale,
        unit=scale.unit(str(check.claim.unit)) if scale else "",
        weighed=len(check.readings) > 1,
        per_unit=tuple(_per_unit(check, key, inputs)),
        readings=tuple(_reading(check, name, key, result, scale) for name in check.readings),
        needs=tuple(
            need
            for told in check.readings.values()
            if told.switching
            for need in _needs(check, told, f"{key}/readings/{told.output}", result)
        ),
    )


def _per_unit(check: ClaimCheck, key: str, inputs: Mapping[str, ModelInput]) -> Iterator[Prose]:
    """Yield the amount per one of what a counting input counts."""
    for name, each in check.per_unit.items():
        # A quotient of two numbers that were typed.
        told = float(f"{each:.5g}")
        scale = common_scale([told])
        cell = Cell(amount(told, scale), each, f"{key}/per_unit/{name}")
        yield (cell, f" {scale.unit(str(check.claim.unit))} per {inputs[name].unit}")


def _shared_scale(outputs: Sequence[Output]) -> Scale | None:
    """Return a scale and unit that suit all readings; None where there is none."""
    ends = [output.quantile(p).value for output in outputs for p in (0.05, 0.95)]
    known = [abs(each) for each in ends if each]
    scale = common_scale(known)
    alike = len({output.unit for output in outputs}) == 1
    return scale if alike and min(known, default=0.0) >= _LEAST * scale.factor else None


def _reading(
    check: ClaimCheck, name: str, key: str, result: Result, shared: Scale | None
) -> ReadingRow:
    """Return the row of one reading."""
    told, output = check.readings[name], result[name]
    here, run = f"{key}/readings/{name}", f"run/outputs/{name}/quantiles"
    low, median, high = (output.quantile(p) for p in (0.05, 0.5, 0.95))
    own = common_scale([each.value for each in (low, high) if each.value is not None])
    scale = shared or own
    ends = span_cells(low, high, (f"{run}/0.05", f"{run}/0.95"), scale)
    one, middle = len(ends) == 1, estimate_cell(median, f"{run}/0.5", scale)
    return ReadingRow(
        name=one_line(name),
        about=one_line(output.spec.about),
        median=ends[0] if one and isinstance(ends[0], Cell) else middle,
        interval=ends if shared else (*ends, f" {scale.unit(output.unit)}".rstrip()),
        true=likelihood(told, key),
        inside=share_cell(told.inside, f"{here}/inside"),
        weight=share_cell(told.weight, f"{here}/weight"),
        verdict=verdict_words(told, check),
        tone=verdict_tone(told, check),
    )


def _needs(check: ClaimCheck, told: ReadingCheck, key: str, result: Result) -> Iterator[Needs]:
    """Yield what would have to be true under a reading; of LOW to HIGH for both its ends."""
    inputs = {each.name: each for each in result.model.inputs}
    support, needs = result[told.output].spec.support, needs_of(told)
    beyond = {value: out_of_reach(told, support, value) for value in needs}
    # What is known if the figure is true, and what is in doubt, is the same for both ends.
    last = max((value for value in needs if not beyond[value]), default=max(needs))
    for place, (value, switching) in enumerate(needs.items()):
        here = f"{key}/ends/{place}" if told.ends else key
        needed = {} if beyond[value] else switching
        rows = [
            _need(told, each, f"{here}/switching/{name}", inputs[name], value)
            for name, each in needed.items()
        ]
        if value == last:
            rows = [
                _if_so(row, told, key, inputs[name]) for row, name in zip(rows, needed, strict=True)
            ]
        yield Needs(
            name=one_line(told.output),
            amount=typed_amount(value, told, check),
            beyond=beyond[value],
            rows=tuple(rows),
            strain=_strain(told, value, f"{key}/least_strain", inputs),
            given=any(row.given for row in rows),
            given_head=f"If it is {read_as(check.claim)}, in 90% of cases",
            doubted=any(row.doubt for row in rows),
            settled=found_first(told) if value == last and told.doubt_if_known else "",
        )


def _need(
    told: ReadingCheck, each: Switching, key: str, source: ModelInput, value: float
) -> NeedRow:
    """Return what one input would have to be for a reading to be a value."""
    reaches: Prose = ()
    if each.reaches is not None:
        scale = common_scale([value])
        reaches = (
            "none; the nearest is " if each.value is None else "; it is then ",
            plain_cell(each.reaches, f"{key}/reaches", scale),
            f" {scale.unit(told.unit)}",
        )
    scale = common_scale([each.value or 0.0])
    return NeedRow(
        name=one_line(source.name),
        value=None if each.value is None else plain_cell(each.value, f"{key}/value", scale),
        unit=scale.unit(each.unit),
        rare=None if each.value is None else _rare(each, key),
        reaches=reaches,
        picture=sparkline(source, "", each.value),
        given=(),
        doubt=None,
    )


def _if_so(row: NeedRow, told: ReadingCheck, key: str, source: ModelInput) -> NeedRow:
    """Return a row with what the input is if the figure is true, and what it leaves in doubt."""
    given = _given(told, source.name, key, source)
    return replace(row, given=given, doubt=_doubt(told, source.name, key))


def _rare(each: Switching, key: str) -> Cell:
    """Return how rare a value that is needed is."""
    tails = {"percentile": each.percentile or 0.0, "tail": each.tail or 0.0}
    text = rarity_words(each)
    nearer = min(tails, key=lambda name: tails[name])
    place = "percentile" if text.startswith("P") and "=" not in text else nearer
    return Cell(text, tails[place], f"{key}/{place}")


def _doubt(told: ReadingCheck, name: str, key: str) -> Cell | None:
    """Return what is left of the doubt once an input is known."""
    left = told.doubt_if_known.get(name)
    return None if left is None else part_cell(left, f"{key}/doubt_if_known/{name}")


def _given(told: ReadingCheck, name: str, key: str, source: ModelInput) -> Prose:
    """Return the interval of an input if the figure is as its words are read."""
    found = told.given_claim[name]
    low, high = found[0.05], found[0.95]
    if low.value is None or high.value is None:
        return ()
    scale = common_scale([low.value, high.value])
    keys = [f"{key}/given_claim/{name}/{p}" for p in (0.05, 0.95)]
    return (*span_cells(low, high, keys, scale), f" {scale.unit(str(source.unit))}")


def _strain(told: ReadingCheck, value: float, key: str, inputs: Mapping[str, ModelInput]) -> Prose:
    """Return the likeliest values of two inputs that bring about the value they are known for."""
    strain = told.least_strain
    if strain.strain is None or len(strain.inputs) < 2 or value != told.amount:
        return ()
    parts: list[str | Cell] = []
    for name, needed in strain.inputs.items():
        scale = common_scale([needed])
        parts += [
            f"{' with ' * bool(parts)}{one_line(name)} ",
            plain_cell(needed, f"{key}/inputs/{name}", scale),
            f" {scale.unit(str(inputs[name].unit))}".rstrip(),
        ]
    far = Cell(f"{strain.strain:.2g}", strain.strain, f"{key}/strain")
    return (*parts, ", ", far, " standard scores from the medians")
