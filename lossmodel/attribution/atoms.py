"""Outputs at every value of a discrete input, the others as they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.points import Points
from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.execution.blocks import blocks
from lossmodel.model.inputs import ModelInput
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]

MOST = 64
"""Values of a discrete input that are taken one by one."""
_RARE = 1e-15
"""What is rarer, all together at either end, is left out."""
_WORK = 16
"""How many times the evaluations of the plan all values of one input may take."""


@final
@dataclass(frozen=True, slots=True)
class Atoms:
    """The values of a discrete input, and their probabilities, shape (k,) each."""

    values: Array
    shares: Array


def atoms_of(distribution: Distribution | None, most: int = MOST) -> Atoms | None:
    """Return the values that a discrete input may take, if they are at most so many."""
    atoms = distribution.atoms() if isinstance(distribution, Discrete) else None
    if not isinstance(distribution, Discrete) or atoms is None:
        return None
    kept = (distribution.cdf(atoms) > _RARE) & (
        distribution.survival(np.nextafter(atoms, -np.inf)) > _RARE
    )
    values = atoms[kept]
    return Atoms(values, distribution.mass(values)) if len(values) <= most else None


@final
@dataclass(frozen=True, slots=True)
class AtomSums:
    """What was seen of one discrete input in one output, in the output's unit about its centre.

    Attributes
    ----------
    shares : array, shape (k,)
        The probabilities of the input's values.
    means : array, shape (R, k)
        The output with the input at each value: a mean over the points of each replicate.
    squares : array, shape (R,)
        The mean of the output's square.
    explained : array, shape (R,)
        The mean square of what the output is, on average, at a point of the others.
    """

    shares: Array
    means: Array
    squares: Array
    explained: Array

    @property
    def halves(self) -> Array:
        """What is left of the variance once all other inputs are known, shape (R,)."""
        return np.maximum(self.squares - self.explained, 0.0)

    @property
    def coefficients(self) -> Array:
        """Numbers whose squares add up to what goes once this input is known, shape (R, k)."""
        means = self.means @ self.shares
        found: Array = np.sqrt(self.shares) * (self.means - means[:, np.newaxis])
        return found

    @property
    def variances(self) -> Array:
        """Each replicate's second moment about the common mean, shape (R,)."""
        means = self.means @ self.shares
        mean = float(means.mean())
        found: Array = self.squares - mean * (2.0 * means - mean)
        return found


def atom_sums(
    points: Points, each: ModelInput, atoms: Atoms, outputs: Sequence[str], plan: Plan
) -> dict[str, AtomSums]:
    """Return what is seen of a discrete input in the outputs that it reaches.

    Parameters
    ----------
    points : Points
    each : ModelInput
    atoms : Atoms
        Its values.
    outputs : sequence of str
    plan : Plan
        As many of its first points are used as there is time for.

    Notes
    -----
    Every value counts as often as it should, however rare it is, and all are seen at the same
    points of the other inputs.
    """
    shape = plan.replicates, len(atoms.values)
    room = _WORK * plan.points // len(atoms.values)
    size = min(plan.points, 1 << max(room, 1).bit_length() - 1)
    found = {
        name: AtomSums(atoms.shares, np.zeros(shape), np.zeros(shape[0]), np.zeros(shape[0]))
        for name in outputs
    }
    for block in blocks(plan.replicates, size):
        columns = points.columns(points.uniforms(block))
        whole = {
            name: np.zeros((len(range(plan.replicates)[block.rows]), block.size))
            for name in outputs
        }
        for k, (value, share) in enumerate(zip(atoms.values, atoms.shares, strict=True)):
            at = {**columns, each.name: float(value) * each.factor}
            for name, y in points.evaluated(tuple(outputs), at, block).items():
                sums = found[name]
                sums.means[block.rows, k] += y.sum(axis=1) / size
                sums.squares[block.rows] += share * np.einsum("rn,rn->r", y, y) / size
                whole[name] += share * y
        for name, y in whole.items():
            found[name].explained[block.rows] += np.einsum("rn,rn->r", y, y) / size
    return found
