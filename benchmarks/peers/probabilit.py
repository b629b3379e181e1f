"""probabilit: distributions are multiplied to a graph, which is sampled by a method."""

from collections.abc import Callable

from probabilit.distributions import PERT, Lognormal

from benchmarks.plain import CAPACITY, PRICE
from benchmarks.tools import Array, Way


def _drawing(method: str | None) -> Callable[[int, int], Array]:
    """Return what draws by a method."""

    def draw(seed: int, size: int) -> Array:
        capacity, price = (Lognormal.from_log_params(*each) for each in (CAPACITY, PRICE))
        loss = 168 * capacity * price * PERT(0.6, 0.9, 1.0)
        draws: Array = loss.sample(size, random_state=seed, method=method)
        return draws

    return draw


WAYS = (
    Way("pseudo-random", _drawing(None)),
    Way('method="lhs"', _drawing("lhs"), quasi=True),
    Way('method="sobol"', _drawing("sobol"), quasi=True),
)
