"""Print the page of the published claims: every bundled scenario, claim against each reading.

``make docs`` writes it to docs/claims.md.
"""  # noqa: INP001 - a script, no package

import sys
from collections.abc import Iterator

import lossmodel as lm
from lossmodel.report.figures import plain_figure, probability, span
from lossmodel.report.readings import times_the_median
from lossmodel.report.settling import found_first, settled_by
from lossmodel.report.verdicts import where
from lossmodel.scenario.schema import Claim
from lossmodel.units.scales import amount, common_scale

_HEAD = """# Published claims

Written by `make docs` from the bundled scenarios (`lossmodel list`): every
published figure against each reading of its words, at seed 0 and 16 x 1,024 points. The inputs of a
scenario, each with its source or the word that it is assumed: `lossmodel show NAME`. All that can
be said of its claims: `lossmodel claim NAME`.

*True with probability*: that the figure is as its words are read; of one-sided words, that it lies
on their side of the amount. *The figure is* where it falls in the range of the reading: in the
middle half, inside the 90% interval, in a tail, not reproduced (beyond 0.5% or 99.5%) or
impossible; around the median where that lies between LOW and HIGH; only by rounding where the
amount itself is out of reach; mostly, almost always or always true where one-sided words are true
because the amount is far off; of a reading that is certain it holds or it does not. *Times the
median* is the figure over the reading's median, *weight* the reading's posterior weight among those
of its claim if the figure is as read, all equal before ([methods](methods.md#claims)).

"""
_COLUMNS = (
    "scenario",
    "figure",
    "reading",
    "90% interval",
    "true with probability",
    "the figure is",
    "times the median",
    "weight",
)


def page() -> str:
    """Return the page."""
    scenarios = {name: lm.load(name) for name in lm.bundled()}
    checks = {name: lm.check_claims(each) for name, each in scenarios.items() if each.claim}
    rows = [row for name, each in checks.items() for row in _rows(name, each)]
    parts = [part for name, each in checks.items() for part in _part(name, each)]
    head = (f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}")
    return _HEAD + "\n".join([*head, *rows, *parts]) + "\n"


def _rows(name: str, checks: lm.ClaimChecks) -> Iterator[str]:
    """Yield a row for each claim under each of its readings."""
    for check in checks:
        for reading, told in check.readings.items():
            low, high = told.interval.low, told.interval.high
            scale = common_scale([float(high), told.amount])
            certain = plain_figure(float(low), scale) if low == high else ""
            cells = (
                f"[{name}](#{name})",
                check.claim.claim.says,
                f"`{reading}`",
                f"{certain or span(low, high, scale)} {scale.unit(told.unit)}".strip(),
                probability(told.true),
                where(told, check),
                times_the_median(told),
                probability(told.weight) if len(check.readings) > 1 else "",
            )
            yield f"| {' | '.join(cells)} |"


def _part(name: str, checks: lm.ClaimChecks) -> Iterator[str]:
    """Yield what a scenario's claims cover, what would settle them, and what is left out."""
    scenario = checks.result.model.scenario
    yield f"\n## {name}\n\n{scenario.title}. {' '.join(scenario.about.split())}\n"
    for check in checks:
        claim = check.claim.claim
        yield f"* **{claim.says}**{_printed(claim)}, read as {_read(check)}."
        yield from (f"  {said}" for said in _said(check))
    if scenario.excludes:
        yield "\nLeft out:\n"
        yield from (f"* {' '.join(said.split())}" for said in scenario.excludes)


def _printed(claim: Claim) -> str:
    """Return who printed a claim, and when."""
    said = ", ".join(filter(None, (claim.publisher, str(claim.date))))
    return f" ({said})" if said else ""


def _read(check: lm.ClaimCheck) -> str:
    """Return the values that the words allow."""
    low, high = check.claim.low, check.claim.high
    scale = common_scale([low, high])
    return (
        f"{amount(low, scale)} to {amount(high, scale)} {scale.unit(str(check.claim.unit))}".strip()
    )


def _said(check: lm.ClaimCheck) -> Iterator[str]:
    """Yield what a claim covers and what would settle it."""
    yield " ".join(check.claim.claim.covers.split())
    fact = settled_by(check)
    if fact:
        yield fact
    for name, told in check.readings.items():
        if told.doubt_if_known:
            yield f"As `{name}`: {found_first(told)}"


if __name__ == "__main__":
    sys.stdout.write(page())
