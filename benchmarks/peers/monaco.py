"""monaco: three functions that are called case by case, with drawn input variables."""

from collections.abc import Callable

import monaco as mc
import numpy as np
from scipy.stats import beta, lognorm

from benchmarks.plain import CAPACITY, PRICE
from benchmarks.tools import Array, Way


def _preprocess(case: mc.Case) -> tuple[float, ...]:
    """Return the inputs of one case."""
    return tuple(case.invals[name].val for name in ("capacity", "price", "load"))


def _run(capacity: float, price: float, load: float) -> tuple[float]:
    """Return the loss of one case."""
    return (168 * capacity * price * load,)


def _postprocess(case: mc.Case, loss: float) -> None:
    """Keep the loss of one case."""
    case.addOutVal("loss", loss)


def _drawing(method: mc.SampleMethod) -> Callable[[int, int], Array]:
    """Return what draws by a method, in one thread as by default."""
    functions = {"preprocess": _preprocess, "run": _run, "postprocess": _postprocess}

    def draw(seed: int, size: int) -> Array:
        sim = mc.Sim("tankers", size, functions, samplemethod=method, seed=seed, verbose=False)
        for name, (mu, sigma) in {"capacity": CAPACITY, "price": PRICE}.items():
            sim.addInVar(name, lognorm, {"s": sigma, "scale": np.exp(mu)})
        sim.addInVar("load", beta, {"a": 4, "b": 2, "loc": 0.6, "scale": 0.4})
        sim.runSim()
        return np.asarray(sim.outvars["loss"].nums)

    return draw


WAYS = (
    Way("random", _drawing(mc.SampleMethod.RANDOM)),
    Way("sobol_random", _drawing(mc.SampleMethod.SOBOL_RANDOM), quasi=True),
)
