"""Tables of the quantile functions of counts: a search among all values that can occur."""

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np

from lossmodel.distributions.base import RARE, Array, Discrete


@final
@dataclass(frozen=True, slots=True, eq=False)
class StepTable:
    """The values of a count with the probability up to each: the same numbers as its quantiles."""

    distribution: Discrete
    atoms: Array
    cdf: Array

    def __call__(self, u: Array) -> Array:
        """Return the quantiles of ``u``, an array of any shape."""
        x = self.atoms[np.minimum(np.searchsorted(self.cdf, u), len(self.atoms) - 1)]
        rare = np.asarray(u) < RARE
        return np.where(rare, self.distribution.quantile(u), x) if rare.any() else x


@lru_cache(maxsize=256)
def step_table(distribution: Discrete) -> StepTable | None:
    """Return the table of a distribution, or None where its values are too many."""
    atoms = distribution.atoms()
    return None if atoms is None else StepTable(distribution, atoms, distribution.cdf(atoms))
