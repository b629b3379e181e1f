"""Rival readings of the same words, weighed by how well each explains the figure."""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import student_t

Array = npt.NDArray[np.float64]


def weights_of(
    evidence: Mapping[str, Array], most: Mapping[str, float], prior: Mapping[str, float]
) -> dict[str, Estimate]:
    """Return the posterior weight of each reading.

    Parameters
    ----------
    evidence : mapping of str to array, shape (R,)
        By reading, the probability of the claim as each replicate has it; all on the same draws.
    most : mapping of str to float
        By reading, what its evidence may be at most: of one that no draw reached, not 0.
    prior : mapping of str to float
        0 or more, not all 0; they need not sum to 1.

    Returns
    -------
    dict of str to Estimate
        :data:`MISSING` for all where no reading reaches the claim, or one replicate alone does:
        left out, it leaves nothing to weigh.

    Notes
    -----
    Bayes' rule on the pooled evidence, its error by leaving one replicate out (B. Efron and
    C. Stein, Ann. Statist. 9 (1981) 586-596): averaging weights of single replicates is biased.
    """
    names, table = list(evidence), np.stack([prior[name] * evidence[name] for name in evidence])
    if np.count_nonzero(table.any(axis=0)) < 2:
        return dict.fromkeys(names, MISSING)
    count, whole = table.shape[1], table.sum(axis=1)
    # Summed, not subtracted from the whole, of which one replicate may be all but nothing.
    t, left_out = student_t(count), table @ (1.0 - np.eye(count))
    value, shares = whole / whole.sum(), left_out / left_out.sum(axis=0)
    half = t * sqrt(count - 1) * shares.std(axis=1)
    low, high = np.maximum(value - half, 0.0), np.minimum(value + half, 1.0)
    for place, name in enumerate(names):
        if not whole[place] > 0.0:
            reach = prior[name] * most[name]
            high[place] = reach / (reach + float(whole.sum()) / count)
    return {
        name: Estimate.between(float(value[place]), float(low[place]), float(high[place]), t)
        for place, name in enumerate(names)
    }
