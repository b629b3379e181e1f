"""Amounts of money and other quantities, as a user types them, in the units of the outputs."""

from collections.abc import Mapping, Sequence

from lossmodel.errors import UsageError, listed
from lossmodel.model.model import Model
from lossmodel.scenario.values import Constant, parsed_value


def amounts_in(
    model: Model, outputs: Mapping[str, str], texts: Sequence[str]
) -> dict[str, tuple[float, ...]]:
    """Return the amounts to tell the exceedance of: those of the claims, then those asked for.

    Parameters
    ----------
    model : Model
    outputs : mapping of str to str
        The unit of each output.
    texts : sequence of str
        Such as ``"2 million USD"``.

    Raises
    ------
    UsageError
        If a text is no amount, or no output has its dimension.
    """
    found = {
        name: [amount for each in model.claims for amount in each.amounts(name)] for name in outputs
    }
    for text in texts:
        if not isinstance(text, str):
            raise UsageError(f"{text!r}", "an amount and its unit, as text", f'"{text} USD"')
        value = parsed_value(text)
        if not isinstance(value, Constant):
            raise UsageError(f'"{text}"', "an amount and its unit", '"2 million USD"')
        unit = model.units.parse(value.unit)
        alike = {
            name: model.units.parse(own)
            for name, own in outputs.items()
            if model.units.dimension(model.units.parse(own)) == model.units.dimension(unit)
        }
        if not alike:
            kinds = list(dict.fromkeys(own or "plain numbers" for own in outputs.values()))
            fix = f'"{text} {kinds[0]}"' if not value.unit else ""
            raise UsageError(f'"{text}"', f"an amount in {listed(kinds)}", fix)
        for name, own in alike.items():
            found[name].append(value.value * model.units.factor(unit, own))
    return {name: tuple(amounts) for name, amounts in found.items()}
