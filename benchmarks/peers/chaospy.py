"""chaospy: a joint distribution is sampled by a rule, and the columns are multiplied.

Its rules draw from the inverse of the joint cdf. The rule "sobol" knows no randomization: seed 0 is
the sequence from its start, as the rule has it, and every other seed the stretch of it after that.
"""

import chaospy

from benchmarks.plain import CAPACITY, PRICE
from benchmarks.tools import Array, Way


def _joint() -> chaospy.Distribution:
    """Return the inputs; chaospy has no PERT, which is a beta between its ends."""
    return chaospy.J(
        chaospy.LogNormal(*CAPACITY),
        chaospy.LogNormal(*PRICE),
        chaospy.Beta(4, 2, lower=0.6, upper=1.0),
    )


def _random(seed: int, size: int) -> Array:
    """Return losses by the rule "random"."""
    return _loss(_joint().sample(size, rule="random", seed=seed))


def _sobol(seed: int, size: int) -> Array:
    """Return losses by the points of the rule "sobol"."""
    points = chaospy.create_sobol_samples(size, 3, seed=1 + seed * size)
    return _loss(_joint().inv(points))


def _loss(columns: Array) -> Array:
    """Return the loss."""
    capacity, price, load = columns
    loss: Array = 168 * capacity * price * load
    return loss


WAYS = (Way('rule="random"', _random), Way('rule="sobol"', _sobol, quasi=True))
