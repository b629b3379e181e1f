"""Whether an output of two models is the same: the same formula of the same inputs."""

from lossmodel.formula.algebra import names
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model


def inputs_behind(model: Model, output: str) -> frozenset[str]:
    """Return the inputs that an output depends on; all of them, of a Python function.

    Parameters
    ----------
    model : Model
    output : str
    """
    if model.scenario.is_code:
        return frozenset(each.name for each in model.inputs)
    return names(model.formulas.in_inputs()[output])


def is_same(first: Model, second: Model, output: str) -> bool:
    """Whether an output can be told to be the same whatever is drawn, on shared random numbers.

    Parameters
    ----------
    first, second : Model
        Each with this output.
    output : str
    """
    if first is second:
        return True
    if first.scenario.is_code or second.scenario.is_code:
        return False  # nobody can tell two functions apart
    if first.scenario.dependence != second.scenario.dependence:
        return False
    one, other = (model.formulas.in_inputs()[output] for model in (first, second))
    here, there = ({each.name: each for each in model.inputs} for model in (first, second))
    return one == other and all(_law(here[x]) == _law(there[x]) for x in names(one))


def _law(each: ModelInput) -> tuple[object, ...]:
    """Return what decides the values of an input, beside its random numbers."""
    value = each.constant * each.factor if each.is_constant else None
    return each.distribution, value, each.factor, each.counted_by, each.place
