"""What would have to be true for a figure to come about, in sentences."""

from collections.abc import Iterator, Mapping
from math import isfinite

from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.claims.strain import Strain
from lossmodel.claims.switching import Switching
from lossmodel.model.inputs import ModelInput
from lossmodel.report.figures import figure, plain_figure, quantity
from lossmodel.report.verdicts import holds_the_median
from lossmodel.report.words import read_as
from lossmodel.units.scales import amount, common_scale

_RARE, _RAREST = 1e-3, 1e-12
"""Rarities from which cases are counted, and from which nobody can picture their number."""
_MOST = 3
_NEAR = 0.005
"""A strain that would be printed as 0.00 tells nothing."""


def needs_of(told: ReadingCheck) -> dict[float, Mapping[str, Switching]]:
    """Return what single inputs would need by amount: of LOW to HIGH for both its ends."""
    return {each.amount: each.switching for each in told.ends} or {told.amount: told.switching}


def typed_amount(value: float, told: ReadingCheck, check: ClaimCheck) -> str:
    """Return an amount of a claim with its unit, as typed if it was typed in this unit."""
    scale = common_scale([value])
    typed = check.claim.factors[told.output] == 1.0
    shown = amount(value, scale) if typed else plain_figure(value, scale)
    return f"{shown} {scale.unit(told.unit)}".strip()


def out_of_reach(told: ReadingCheck, support: tuple[float, float], value: float) -> str:
    """Return that no values of the inputs reach a value; empty where some do.

    Parameters
    ----------
    told : ReadingCheck
    support : (float, float)
        Bounds of the output.
    value : float
        Claimed.
    """
    low, high = support
    if not told.switching or low <= value <= high:
        return ""
    most, end = ("at most", high) if value > high else ("at least", low)
    return f"{told.output} is {most} {quantity(end, told.unit)}, whatever its inputs are."


def alone(told: ReadingCheck, check: ClaimCheck, inputs: Mapping[str, ModelInput]) -> str:
    """Return the values that single inputs would need; of LOW to HIGH for both its ends."""
    said: list[str] = []
    missed: list[str] = []
    for value, needs in needs_of(told).items():
        name = typed_amount(value, told, check)
        found = _with(needs, told.unit)
        if found:
            said.append(f"{name} with {found}")
        else:
            missed += _nearest(f"{_none(needs, inputs)} {name}", value, needs, told.unit)
    rest = f"; {'; '.join(missed)}" if missed else ""
    if said:
        return f"{told.output} is {'; '.join(said)}, all else at its median{rest}."
    return f"{told.output}, all else at its median: {'; '.join(missed)}." if missed else ""


def together(told: ReadingCheck, check: ClaimCheck, inputs: Mapping[str, ModelInput]) -> str:
    """Return the likeliest values of two inputs; empty where one does it, or none has to."""
    strain = told.least_strain
    if len(strain.inputs) < 2 or holds_the_median(told) or (strain.strain or 0.0) < _NEAR:
        return ""
    which = f" for {typed_amount(told.amount, told, check)}" if told.ends else ""
    return f"Likeliest of two{which}: {_strain(strain, inputs)}."


def if_so(told: ReadingCheck, check: ClaimCheck, inputs: Mapping[str, ModelInput]) -> str:
    """Return the ranges of the inputs if the figure is as read; empty where too little tells."""
    given = [
        f"{name} {figure(low, scale)} to {figure(high, scale)} {scale.unit(unit)}".strip()
        for name, quantiles in told.given_claim.items()
        for low, high, unit in [(quantiles[0.05], quantiles[0.95], str(inputs[name].unit))]
        for scale in [common_scale([low.value or 0.0, high.value or 0.0])]
        if low.exists
    ]
    return f"If it is {read_as(check.claim)}, in 90% of cases: {'; '.join(given)}." if given else ""


def _with(needs: Mapping[str, Switching], unit: str) -> str:
    """Return the inputs that can bring an amount about alone, the likeliest values first."""
    found = {name: each for name, each in needs.items() if each.value is not None}
    nearest = sorted(found, key=lambda name: -_rarity(found[name]))[:_MOST]
    return ", or ".join(f"{name} {_value(found[name], unit)}" for name in nearest)


def _none(needs: Mapping[str, Switching], inputs: Mapping[str, ModelInput]) -> str:
    """Return that no input brings something about; without ends it may, though hardly ever."""
    ended = all(isfinite(end) for name in needs for end in inputs[name].support)
    return "no one input brings about" if ended else "no likely value of one input brings about"


def _nearest(none: str, value: float, needs: Mapping[str, Switching], unit: str) -> Iterator[str]:
    """Yield how near to an amount single inputs come that cannot bring it about."""
    reached = [each.reaches for each in needs.values() if each.reaches is not None]
    if reached:
        reach = quantity(min(reached, key=lambda each: abs(each - value)), unit)
        yield f"{none}, the nearest is {reach}"


def _rarity(each: Switching) -> float:
    """Return the nearer tail of a value that is needed."""
    return min(each.percentile or 0.0, each.tail or 0.0)


def _value(each: Switching, unit: str) -> str:
    """Return a value that is needed, how rare it is, and where the output jumps to there."""
    then = "" if each.reaches is None else f"; it is then {quantity(each.reaches, unit)}"
    return f"{quantity(each.value or 0.0, each.unit)} ({rarity_words(each)}{then})"


def rarity_words(each: Switching) -> str:
    """Return how rare a value that is needed is: its percentile, or how few cases lie beyond."""
    rarity, share = _rarity(each), each.tail or 0.0
    if each.percentile == 1.0 and 1.0 + share > 1.0:
        # The two overlap in the value itself: it has a probability of its own.
        return f"its greatest value, {quantity(100.0 * share, '', digits=2)}% of cases"
    if rarity >= _RARE:
        return f"P{100.0 * (each.percentile or 0.0):.3g}"
    if rarity <= 0.0 or not isfinite(1.0 / rarity):
        return "beyond all that is likely"
    if rarity < _RAREST:
        return f"P = {rarity:.0e}"
    side = "above" if (each.tail or 0.0) < 0.5 else "below"
    return f"one case in {quantity(1.0 / rarity, '', digits=2)} lies {side}"


def _strain(strain: Strain, inputs: Mapping[str, ModelInput]) -> str:
    """Return values that together bring about an amount."""
    values = (
        f"{name} {quantity(value, str(inputs[name].unit))}" for name, value in strain.inputs.items()
    )
    return f"{' with '.join(values)} ({strain.strain or 0.0:.2g} standard scores from the medians)"
