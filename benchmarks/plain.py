"""The golden model as one would write it by hand: Monte Carlo with NumPy, in blocks."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

BLOCK = 16_384
_TRUCKS = 168.0
_ALPHA, _BETA = 4.0, 2.0  # pert(0.6, 0.9, 1.0) is 0.6 + 0.4 beta(4, 2)


def _lognormal(low: float, high: float) -> tuple[float, float]:
    """Return mu and sigma of the lognormal with these 5th and 95th percentiles."""
    half_width = 1.6448536269514722 * 2.0
    return float(np.log(low * high) / 2.0), float(np.log(high / low) / half_width)


_CAPACITY, _PRICE = _lognormal(150.0, 230.0), _lognormal(20.0, 55.0)


def straightforward(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the loss by the generator's own lognormal and beta."""
    loss = np.empty(size)
    for start in range(0, size, BLOCK):
        block = loss[start : start + BLOCK]
        value = generator.lognormal(*_CAPACITY, block.size)
        value *= _TRUCKS
        value *= generator.lognormal(*_PRICE, block.size)
        np.multiply(value, _load(generator, block.size), out=block)
    return loss


def tuned(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the loss with normals in memory that is reused, and NumPy's faster exp."""
    loss, room = np.empty(size), np.empty(min(size, BLOCK))
    for start in range(0, size, BLOCK):
        block = loss[start : start + BLOCK]
        price = room[: block.size]
        _fill_lognormal(generator, _CAPACITY, block)
        _fill_lognormal(generator, _PRICE, price)
        block *= _TRUCKS
        block *= price
        block *= _load(generator, block.size)
    return loss


def _load(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the load; NumPy's beta cannot fill an array that is there."""
    load = generator.beta(_ALPHA, _BETA, size)
    load *= 0.4
    load += 0.6
    return load


def _fill_lognormal(
    generator: np.random.Generator, parameters: tuple[float, float], out: Array
) -> None:
    """Fill an array with lognormal draws."""
    mu, sigma = parameters
    generator.standard_normal(out=out)
    out *= sigma
    out += mu
    np.exp(out, out=out)
