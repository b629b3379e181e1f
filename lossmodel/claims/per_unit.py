"""Amounts per one of what a scenario counts, where a count stands before all that is claimed."""

from lossmodel.formula.aggregates import alike
from lossmodel.formula.algebra import ZERO, affine_in, substituted
from lossmodel.formula.tree import Node, Over
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.model.reported import Reported


def per_unit(model: Model, claim: Reported) -> dict[str, float]:
    """Return the amount claimed per one of what each certain counting input counts.

    Parameters
    ----------
    model : Model
    claim : Reported

    Returns
    -------
    dict of str to float
        By input, in the unit of the claim.  Of an input that multiplies all of every reading
        alone: the count of one term of a sum says nothing of the others.
    """
    amount = claim.wording.amount
    if amount is None:
        return {}
    readings = _readings(model, claim)
    return {
        each.name: amount / (each.constant * each.factor)
        for each in model.inputs
        if _counts(model, each) and all(_multiplies(each.name, node) for node in readings)
    }


def _counts(model: Model, each: ModelInput) -> bool:
    """Whether an input is a certain number of things."""
    return bool(
        each.is_constant
        and each.constant > 0.0
        and each.unit.powers
        and model.units.is_plain(each.unit)
    )


def _readings(model: Model, claim: Reported) -> list[Node]:
    """Return the readings in terms of inputs, where all units have the same values."""
    replaced: dict[str, Node] = {}
    for each in model.formulas.aggregates:
        body, count = substituted(each.body, replaced), substituted(each.count, replaced)
        replaced[each.name] = alike(Over(each.function, each.axis, body, count))
    return [substituted(model.formulas.columns[name], replaced) for name in claim.factors]


def _multiplies(name: str, node: Node) -> bool:
    """Whether a formula is an input times something that is free of it."""
    form = affine_in(node, name)
    return form is not None and form.A != ZERO and form.B == ZERO
