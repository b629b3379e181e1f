"""The least strain: the likeliest values of inputs at which a figure holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.scores import from_scores
from lossmodel.model.inputs import ModelInput
from lossmodel.model.ties import Group, correlations
from lossmodel.smoothing.design_points import design_points, gap_to, starts_of

Array = npt.NDArray[np.float64]
Output = Callable[[Mapping[str, Array]], Array]

FARTHEST = 8.0
"""Beyond it a set of values is as good as impossible: ndtr(-8) is 6e-16."""

_MOST_PAIRS = 45
_EXACT = 1e-7


@final
@dataclass(frozen=True, slots=True)
class Strain:
    """Values of some inputs, all others at their medians.

    Attributes
    ----------
    inputs : mapping of str to float
        In their own units; empty where no values do it.
    strain : float or None
        Their distance from the medians in normal scores.
    """

    inputs: Mapping[str, float]
    strain: float | None

    def to_dict(self) -> dict[str, object]:
        """Return the strain as it stands in the JSON."""
        return {"inputs": dict(self.inputs), "strain": self.strain}


NONE = Strain({}, None)


def least_strain(
    inputs: Sequence[ModelInput],
    output: Output,
    amount: float,
    groups: Sequence[Group] = (),
    held: Sequence[ModelInput] = (),
) -> Strain:
    """Return the values of some inputs nearest to their medians that bring about an amount.

    Parameters
    ----------
    inputs : sequence of ModelInput
        Uncertain.
    output : callable
        The output at values of these inputs, all others at their medians.
    amount : float
        In the output's unit.
    groups : sequence of Group, optional
        The inputs that move together.
    held : sequence of ModelInput, optional
        The other inputs, which stay at their medians: what is tied to them is held back by them.

    Notes
    -----
    The design point of structural reliability (A. Hasofer and N. Lind 1974), in the space of
    z = ndtri(F(x)), made independent where inputs are tied (P.-L. Liu and A. Der Kiureghian,
    "Multivariate distribution models with prescribed marginals and covariances", Probabilistic
    Engineering Mechanics 1 (1986) 105-112).
    """
    values = _values_of(inputs, groups, held)
    with np.errstate(all="ignore"):
        centre = float(output(values(np.zeros((1, len(inputs)))))[0])
        gap = gap_to(lambda z: output(values(z)), centre, amount)
        found = design_points(gap, starts_of(gap, len(inputs)), _EXACT)
        near = [z for z in found if abs(float(gap(z[np.newaxis])[0])) <= _EXACT]
    if not near or float(np.linalg.norm(near[0])) > FARTHEST:
        return NONE
    at = values(near[0][np.newaxis])
    told = {each.name: float(at[each.name][0]) / each.factor for each in inputs}
    return Strain(told, float(np.linalg.norm(near[0])))


def _values_of(
    inputs: Sequence[ModelInput], groups: Sequence[Group], held: Sequence[ModelInput]
) -> Callable[[Array], dict[str, Array]]:
    """Return what turns independent normal scores, shape (k, d), into values of the inputs."""
    matrix = correlations(groups, [each.name for each in (*inputs, *held)])
    # With the others held at 0 the density of the rest goes by its part of the inverse.
    own = np.linalg.inv(matrix)[: len(inputs), : len(inputs)]
    rows = np.linalg.cholesky(np.linalg.inv(own))
    laws = [from_scores(each.distribution) for each in inputs if each.distribution is not None]

    def values(z: Array) -> dict[str, Array]:
        return {
            each.name: law(column) * each.factor
            for each, law, column in zip(inputs, laws, rows @ z.T, strict=True)
        }

    return values


def least_strain_of_two(
    inputs: Sequence[ModelInput],
    output_of: Callable[[Sequence[str]], Output],
    amount: float,
    alone: Mapping[str, float],
    groups: Sequence[Group] = (),
) -> Strain:
    """Return the least strain of any two inputs.

    Parameters
    ----------
    inputs : sequence of ModelInput
        Uncertain.
    output_of : callable
        From names of inputs to the output at values of these.
    amount : float
    alone : mapping of str to float
        By input, how far in scores it alone moves the output towards the amount: where there are
        many pairs, those of the inputs that move it most are tried.
    groups : sequence of Group, optional
        The inputs that move together.
    """
    ranked = sorted(inputs, key=lambda each: alone[each.name], reverse=True)
    pairs = sorted(combinations(range(len(ranked)), 2), key=lambda pair: (max(pair), min(pair)))[
        :_MOST_PAIRS
    ]
    found = []
    for first, second in pairs:
        pair = [ranked[first], ranked[second]]
        held = [each for each in ranked if each not in pair]
        output = output_of([each.name for each in pair])
        found.append(least_strain(pair, output, amount, groups, held))
    reached = [each for each in found if each.strain is not None]
    return min(reached, key=lambda each: each.strain or 0.0, default=NONE)
