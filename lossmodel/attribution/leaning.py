"""Points that lean to the tails of the inputs whose tails are heavy, and what each then counts."""

from collections.abc import Sequence
from math import inf

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.model.inputs import ModelInput

Array = npt.NDArray[np.float64]

_NEAR, _FAR = 0.9, 0.9999
_HEAVY = 5.0
"""How many times farther from the median than the one quantile the other is where a tail is heavy:
2.9 of a normal, 5.3 of an exponential distribution, 6.0 of a lognormal of sigma 0.5."""
_MOST = 3
_LAST = 1.0 - 2.0**-53
"""The last number before 1."""


def leaning_of(inputs: Sequence[ModelInput]) -> frozenset[str]:
    """Return the names of the inputs to whose tails points shall lean.

    Parameters
    ----------
    inputs : sequence of ModelInput
        All that are drawn.

    Notes
    -----
    The values of discrete inputs are taken one by one.  Each input makes what the points count more
    uneven, by a fifth in its mean square: they are three at most, those with the heaviest tails.
    """
    heavy = {
        each.name: heaviness
        for each in inputs
        if each.distribution is not None
        and not isinstance(each.distribution, Discrete)
        and (heaviness := _heaviness(each.distribution)) > _HEAVY
    }
    return frozenset(sorted(heavy, key=lambda name: -heavy[name])[:_MOST])


def leant(v: Array) -> Array:
    """Return uniform numbers that lie near 0 and 1 more often, from even ones: 3 v^2 - 2 v^3.

    Notes
    -----
    Its derivative, 6 v (1 - v), is what each then counts.  It never counts more than 1.5, and a
    point at the edge of a tail of probability p about the root of 12 p: the density of the points
    there is that of a far heavier tail.  (The map is that of A. Sidi, "A new variable
    transformation for numerical integration", ISNM 112 (1993) 359-373, of the lowest degree.)
    """
    near = np.minimum(v, 1.0 - v)
    tail = near * near * (3.0 - 2.0 * near)
    found: Array = np.where(v < 0.5, tail, np.minimum(1.0 - tail, _LAST))
    return found


def counted(v: Array) -> Array:
    """Return what each of these numbers counts: 1 on average."""
    found: Array = 6.0 * v * (1.0 - v)
    return found


def _heaviness(distribution: Distribution) -> float:
    """Return how many times farther out than P90 the P99.99 of the heavier tail is."""
    quantiles = distribution.quantile(np.array([1.0 - _FAR, 1.0 - _NEAR, 0.5, _NEAR, _FAR]))
    lowest, low, median, high, highest = quantiles.tolist()
    return max(_times(median - lowest, median - low), _times(highest - median, high - median))


def _times(far: float, near: float) -> float:
    """Return a ratio of distances, infinite where the nearer is none and the farther is some."""
    if near > 0.0:
        return far / near
    return inf if far > 0.0 else 0.0
