"""Which missing fact would settle a claim, in sentences."""

from collections.abc import Mapping, Sequence

from lossmodel.attribution.sentences import percentage
from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.estimates.estimate import Estimate
from lossmodel.units.scales import amount, common_scale

_READING = "the reading"
_FURTHER = 2
_SURE = 0.02
"""Standard error of a share beyond which its second digit says nothing."""
_MUCH, _WORTH = 0.05, 0.01
"""Shares of the doubt from which a fact is worth naming: first, and after another."""


def settled_by(check: ClaimCheck) -> str:
    """Return the fact that would remove most of the doubt where several readings are open.

    Parameters
    ----------
    check : ClaimCheck

    Returns
    -------
    str
        Empty where there is no doubt, or one reading alone.
    """
    if not check.doubt.reading.exists:
        return ""
    left = {_READING: check.doubt.reading, **check.doubt.inputs}
    first, *others = _ranked(left)
    if not _tells(left[first], _MUCH):
        return f"No single fact would remove much of the doubt {_question(check)}."
    fact = "which reading is meant" if first == _READING else first
    said = f"The missing fact is {fact}: it would remove {_gone(left[first])} of the doubt"
    return f"{said} {_question(check)}{_rest(left, others[:1])}."


def found_first(told: ReadingCheck) -> str:
    """Return the input that would settle most under one reading.

    Parameters
    ----------
    told : ReadingCheck
        With doubt.
    """
    left = told.doubt_if_known
    first, *others = _ranked(left)
    if not others:
        return f"To settle it, find {first}: nothing else is in doubt."
    if not _tells(left[first], _MUCH):
        return "No single input would remove much of the doubt."
    gone = f"that removes {_gone(left[first])} of the doubt"
    return f"To settle it, find {first}: {gone}{_rest(left, others[:_FURTHER])}."


def _rest(left: Mapping[str, Estimate], names: Sequence[str]) -> str:
    """Return what further facts would remove, for the end of a sentence."""
    return "".join(f", {name} {_gone(left[name])}" for name in names if _tells(left[name]))


def _ranked(left: Mapping[str, Estimate]) -> list[str]:
    """Return names, that which leaves least first."""
    return sorted(left, key=lambda name: 1.0 if left[name].value is None else float(left[name]))


def _tells(left: Estimate, least: float = _WORTH) -> bool:
    """Whether a fact is sure to remove doubt worth telling of."""
    return left.high is not None and 1.0 - left.high >= least


def _gone(left: Estimate) -> str:
    """Return how much of the doubt goes, as a percentage; where that is not sure, to tens."""
    gone, about = left.complement(), (left.se or 0.0) > _SURE
    return f"about {round(100.0 * float(gone), -1):.0f}%" if about else percentage(gone)


def _question(check: ClaimCheck) -> str:
    """Return what is in doubt."""
    said, unit = check.claim.wording, str(check.claim.unit)
    if said.amount is None:
        scale = common_scale([check.claim.low, check.claim.high])
        low, high = (amount(end, scale) for end in (check.claim.low, check.claim.high))
        return f"whether the true figure is {low} to {high} {scale.unit(unit)}".rstrip()
    scale = common_scale([said.amount])
    return (
        f"whether the true figure is above {amount(said.amount, scale)} {scale.unit(unit)}".rstrip()
    )
