"""Outputs at every value of a discrete input, the others as they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
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
    fourths : array, shape (R,)
        The mean square of what the output's square is, on average, at a point of the others.
    points : int
        Of each replicate.
    """

    shares: Array
    means: Array
    squares: Array
    explained: Array
    fourths: Array
    points: int

    @classmethod
    def blank(cls, shares: Array, replicates: int, points: int) -> "AtomSums":
        """Return the sums before any block."""
        squares, explained, fourths = np.zeros((3, replicates))
        means = np.zeros((replicates, len(shares)))
        return cls(shares, means, squares, explained, fourths, points)

    def add(self, rows: slice, squares: Array, explained: Array) -> None:
        """Add what each point of a block counts of the squares."""
        self.squares[rows] += squares.sum(axis=1) / self.points
        self.explained[rows] += explained.sum(axis=1) / self.points
        self.fourths[rows] += np.einsum("rn,rn->r", squares, squares) / self.points

    @property
    def effective(self) -> float:
        """How many points that count alike would tell as much of the square."""
        return effective_points(self.squares, self.fourths, self.points)

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


def effective_points(means: Array, squares: Array, points: int) -> float:
    """Return how many points that count alike would tell as much (Kish 1965).

    Parameters
    ----------
    means, squares : array, shape (R,)
        Of what the points count in each replicate, 0 or more.
    points : int
        Of each replicate.
    """
    whole = float(squares.sum())
    return points * float(means.sum()) ** 2 / whole if whole > 0.0 else inf


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
    room = _WORK * plan.points // len(atoms.values)
    size = min(plan.points, 1 << max(room, 1).bit_length() - 1)
    found = {name: AtomSums.blank(atoms.shares, plan.replicates, size) for name in outputs}
    for block in blocks(plan.replicates, size):
        drawn = points.first(block)
        blank = np.zeros((len(range(plan.replicates)[block.rows]), block.size))
        whole = {name: (blank.copy(), blank.copy()) for name in outputs}
        for k, (value, share) in enumerate(zip(atoms.values, atoms.shares, strict=True)):
            at = {**drawn.columns, each.name: float(value) * each.factor}
            for name, y in points.evaluated(tuple(outputs), at, block).items():
                found[name].means[block.rows, k] += drawn.weighed(name, y).sum(axis=1) / size
                mean, square = whole[name]
                mean += share * y
                square += share * y * y
        for name, (mean, square) in whole.items():
            found[name].add(
                block.rows, drawn.weighed(name, square), drawn.weighed(name, mean * mean)
            )
    return found
