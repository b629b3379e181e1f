"""Reported figures in the units of the outputs they speak of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import final

from lossmodel.errors import Fault, listed, nearest
from lossmodel.scenario.parsing import ReadClaim
from lossmodel.scenario.schema import Claim
from lossmodel.scenario.wording import Wording
from lossmodel.units import Unit, Units
from lossmodel.units.currencies import CURRENCIES
from lossmodel.units.quoting import quoted


@final
@dataclass(frozen=True, slots=True)
class Reported:
    """A reported figure, interpreted.

    Attributes
    ----------
    claim : Claim
        As written.
    wording : Wording
        The words as read.
    unit : Unit
        Of ``low``, ``high`` and the amount.
    low, high : float
        The values that the figure allows: ``range`` where the claim gives one; with ``error`` the
        amount divided and multiplied by it, which hold 90% of a lognormal around the amount.
    factors : mapping of str to float
        By output that the figure may speak of: what turns a number in ``unit`` into the output's.
    """

    claim: Claim
    wording: Wording
    unit: Unit
    low: float
    high: float
    factors: Mapping[str, float]

    def amounts(self, output: str) -> tuple[float, ...]:
        """Return the amount said, or both ends of "LOW to HIGH", in the unit of ``output``."""
        if output not in self.factors:
            return ()
        amount = self.wording.amount
        said = (self.wording.low, self.wording.high) if amount is None else (amount,)
        return tuple(value * self.factors[output] for value in said)


def reported(read: ReadClaim, outputs: Mapping[str, Unit], units: Units) -> Reported:
    """Return a claim in the units of the outputs.

    Parameters
    ----------
    read : ReadClaim
    outputs : mapping of str to Unit
        The unit each output is reported in.
    units : Units

    Raises
    ------
    Fault
        If no output, or a reading that is named, has another dimension than the claim.
    """
    unit = units.parse(read.wording.unit)
    alike = [name for name, own in outputs.items() if units.dimension(own) == units.dimension(unit)]
    for name in read.claim.readings:
        if name in outputs and name not in alike:
            found = f'"{read.claim.says}", a figure in {_named(unit)}'
            raise Fault(found, f"a figure in {_named(outputs[name])}, as the reading {name} is")
    if outputs and not alike:
        kinds = list(dict.fromkeys(_named(own) for own in outputs.values()))
        fix = _unit_fix(read, unit, outputs)
        found = f'"{read.claim.says}", a figure in {_named(unit)}'
        raise Fault(found, f"a figure in {listed(kinds)}", fix)
    chosen = [name for name in read.claim.readings or alike if name in outputs]
    factors = {name: units.factor(unit, outputs[name]) for name in chosen}
    return Reported(read.claim, read.wording, unit, *_said(read), factors)


def check_weights(figure: Reported, outputs: Collection[str]) -> None:
    """Refuse prior weights of outputs that are no readings of the claim.

    Raises
    ------
    Fault
        If there is one.
    """
    for name in figure.claim.weights:
        if name in outputs and name not in figure.factors:
            expected = f"a reading of this claim: {listed(figure.factors)}"
            raise Fault(quoted(name), expected, nearest(name, figure.factors))


def overridden(figure: Reported, read: ReadClaim, units: Units) -> Reported:
    """Return a claim with its ``range``, if it gives one, in the place of what its words allow.

    Raises
    ------
    Fault
        If the range has another dimension than the words.
    """
    if not read.override:
        return figure
    low, high, text = read.override
    unit = units.parse(text)
    if units.dimension(unit) != units.dimension(figure.unit):
        raise Fault(f'"{read.claim.range}", in {_named(unit)}', f"a range in {_named(figure.unit)}")
    factor = units.factor(unit, figure.unit)
    return replace(figure, low=low * factor, high=high * factor)


def beside(figure: Reported) -> str:
    """Return a note that the range of a claim does not hold its amount; empty where it does.

    Parameters
    ----------
    figure : Reported
    """
    amount = figure.wording.amount
    if amount is None or figure.low <= amount <= figure.high:
        return ""
    claim = figure.claim
    return f'the range "{claim.range}" does not hold the amount of "{claim.says}"'


def _said(read: ReadClaim) -> tuple[float, float]:
    """Return the values that the words allow, or those within the claim's ``error`` of them."""
    amount, error = read.wording.amount, read.claim.error
    if amount is None or error is None:
        return read.wording.low, read.wording.high
    return amount / error, amount * error


def _unit_fix(read: ReadClaim, unit: Unit, outputs: Mapping[str, Unit]) -> str:
    """Return what may be wrong where a claim is in no output's unit."""
    if (code := _currency(unit)) and (money := next(filter(_currency, outputs.values()), None)):
        name = next(name for name, own in outputs.items() if own == money)
        other = f"{name}_{code.lower()}"
        return (
            f'an input rate in {unit}/{money}, {other} = "{name} * rate" in [model], '
            f'outputs = ["{name}", "{other}"]'
        )
    (name, own), *others = outputs.items()
    if others:
        return ""
    if not unit.powers:
        return f'"{read.claim.says} {own}"'
    if own.powers and {each for each, _ in (*unit.powers, *own.powers)} <= CURRENCIES:
        return ""
    return f"{name} is in {_named(own)} as its formula stands: an input may lack its unit"


def _currency(unit: Unit) -> str:
    """Return the currency of an amount of money; empty for anything else."""
    names = [name for name, power in unit.powers if power == 1]
    return names[0] if len(names) == len(unit.powers) == 1 and names[0] in CURRENCIES else ""


def _named(unit: Unit) -> str:
    """Return a unit for a sentence."""
    return str(unit) or "plain numbers"
