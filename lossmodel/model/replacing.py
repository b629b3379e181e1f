"""Inputs with other values in the place of their own."""

from collections.abc import Mapping
from dataclasses import replace
from math import nan

from lossmodel.errors import Fault, UsageError, listed, nearest
from lossmodel.model.inputs import ModelInput, distribution_of
from lossmodel.model.shares import refuse_bare
from lossmodel.scenario.values import Constant, Drawn, Value, parsed_value
from lossmodel.units import Unit, Units


def replaced(
    inputs: Mapping[str, ModelInput], settings: Mapping[str, str], units: Units
) -> dict[str, ModelInput]:
    """Return the inputs with the settings in place of their values.

    Parameters
    ----------
    inputs : mapping of str to ModelInput
        As the file has them.
    settings : mapping of str to str
        Texts of values, by input.
    units : Units

    Raises
    ------
    Fault
        If a setting names no input, cannot be read or has another dimension.
    """
    changed = dict(inputs)
    for name, text in settings.items():
        if name not in inputs:
            raise UsageError(f'"{name}"', f"an input: {listed(inputs)}", nearest(name, inputs))
        changed[name] = replacement(inputs[name], text, units)
    return changed


def replacement(own: ModelInput, text: str, units: Units) -> ModelInput:
    """Return one input with another value; as :func:`replaced`."""
    value = parsed_value(text)
    refuse_formulas(own.name, value)
    refuse_bare(own, value)
    return replace(
        own,
        text=text,
        distribution=distribution_of(value),
        constant=value.value if isinstance(value, Constant) else nan,
        unit=units.parse(value.unit),
        factor=conversion(own.name, value.unit, own.unit, units, text),
        parameters=(),
        typical=None,
    )


def refuse_formulas(name: str, value: Value) -> None:
    """Refuse a replacement whose parameters are other inputs.

    Raises
    ------
    Fault
        Naming them.
    """
    if isinstance(value, Drawn) and value.formulas:
        found = f"{name} with {listed(value.formulas)} for a parameter"
        raise Fault(found, "numbers for the parameters of a value put in its place")


def conversion(name: str, written: str, expected: Unit, units: Units, text: str = "") -> float:
    """Return what turns the unit of a replacement into the input's own.

    Parameters
    ----------
    name : str
        Of the input.
    written : str
        The replacement's unit.
    expected : Unit
        The input's own.
    units : Units
    text : str, optional
        The replacement as it was typed, for a fix.

    Raises
    ------
    Fault
        If it has another dimension.
    """
    unit = units.parse(written)
    if units.dimension(unit) != units.dimension(expected):
        found = f"{name} in {str(unit) or 'plain numbers'}"
        fix = f"{text} {expected}" if text and not written and "%" not in text else ""
        raise Fault(found, f"{name} in {str(expected) or 'plain numbers'}, as the file has it", fix)
    return units.factor(unit, expected)
