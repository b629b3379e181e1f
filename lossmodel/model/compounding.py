"""Sums over a few units with discrete values: their distribution by the fast Fourier transform."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from lossmodel.distributions.base import Array, Discrete, Distribution
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.compound import Lattice, largest, lattice, numbers, summed
from lossmodel.formula.aggregates import Aggregate
from lossmodel.formula.algebra import names
from lossmodel.formula.program import compiled
from lossmodel.formula.tree import Name, Node
from lossmodel.model.inputs import ModelInput

_MOST_ATOMS = 1 << 12


def compound_sums(
    aggregates: Iterable[Aggregate],
    inputs: Mapping[str, ModelInput],
    elsewhere: Iterable[str],
) -> dict[str, Choice]:
    """Return the distribution of each sum over units that is found without drawing any.

    That is one of a known or random number of units, each the same function of one discrete input
    of its own, on a lattice of few values; neither that input nor the number may be used elsewhere.

    Parameters
    ----------
    aggregates : iterable of Aggregate
    inputs : mapping of str to ModelInput
    elsewhere : iterable of str
        The names that are used outside of functions over units.
    """
    aggregates = list(aggregates)
    used = Counter(elsewhere)
    used.update(name for each in aggregates for name in each.needs)
    found = {}
    for each in aggregates:
        alone = all(used[name] == 1 for name in each.needs if not _is_known(name, inputs))
        if each.function == "sum" and alone:
            parts = _parts(each, inputs)
            law = None if parts is None else summed(*parts)
            if law is not None:
                found[each.name] = law
    return found


def compound_largest(each: Aggregate, inputs: Mapping[str, ModelInput]) -> Choice | None:
    """Return the distribution of the largest of what :func:`compound_sums` can sum."""
    parts = _parts(each, inputs)
    return None if parts is None else largest(*parts)


def _is_known(name: str, inputs: Mapping[str, ModelInput]) -> bool:
    """Whether a name is an input that is a constant."""
    return name in inputs and inputs[name].is_constant


def _parts(each: Aggregate, inputs: Mapping[str, ModelInput]) -> tuple[Array, Lattice] | None:
    """Return the probabilities of the numbers of units, and the values of one; None if unknown."""
    if not each.needs <= inputs.keys():
        return None
    own = [name for name in names(each.body) if not inputs[name].is_constant]
    if len(own) != 1 or inputs[own[0]].counted_by != each.axis:
        return None
    atoms = _atoms(inputs[own[0]].distribution)
    counts = _counts(each.count, inputs)
    if atoms is None or counts is None:
        return None
    values, mass = atoms
    columns = _constants(each.body, inputs) | {own[0]: values * inputs[own[0]].factor}
    made = compiled({"value": each.body}).evaluate(columns)["value"]
    one = lattice(np.broadcast_to(made, values.shape), mass)
    return None if one is None else (counts, one)


def _atoms(law: Distribution | None) -> tuple[Array, Array] | None:
    """Return the values of a discrete distribution with their probabilities."""
    atoms = law.atoms() if isinstance(law, Discrete) else None
    if atoms is None or not isinstance(law, Discrete) or atoms.size > _MOST_ATOMS:
        return None
    return atoms, law.mass(atoms)


def _counts(count: Node, inputs: Mapping[str, ModelInput]) -> Array | None:
    """Return the probabilities of the numbers of units, where that is a constant or one input."""
    drawn = [name for name in names(count) if not inputs[name].is_constant]
    if not drawn:
        value = float(compiled({"count": count}).evaluate(_constants(count, inputs))["count"])
        return numbers(Choice((value,), (1.0,)))
    match count:
        case Name(name) if inputs[name].factor == 1.0 and not inputs[name].counted_by:
            law = inputs[name].distribution
            return numbers(law) if isinstance(law, Discrete) else None
        case _:
            return None


def _constants(node: Node, inputs: Mapping[str, ModelInput]) -> dict[str, float]:
    """Return the constants of a formula."""
    known = (inputs[name] for name in names(node) if inputs[name].is_constant)
    return {each.name: each.constant * each.factor for each in known}
