"""squigglepy: distributions are multiplied, and the product is sampled."""

import squigglepy as sq

from benchmarks.tools import Array, Way


def _draw(seed: int, size: int) -> Array:
    """Return losses; ``sq.to`` is the lognormal whose 90% interval is given."""
    sq.set_seed(seed)
    loss = 168 * sq.to(150, 230) * sq.to(20, 55) * sq.pert(0.6, 0.9, 1.0, lam=4)
    draws: Array = sq.sample(loss, n=size)
    return draws


WAYS = (Way("sq.sample", _draw),)
