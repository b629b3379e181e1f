"""Models as one would write them by hand: Monte Carlo with NumPy, in blocks."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Loop = Callable[[np.random.Generator, int], Array]
"""From a generator and how many draws to the draws."""

BLOCK = 16_384
REVENUE_AN_HOUR = 28.6e9 / 91.0 / 24.0
_TRUCKS = 168.0
_ALPHA, _BETA = 4.0, 2.0  # pert(0.6, 0.9, 1.0) is 0.6 + 0.4 beta(4, 2)


def _lognormal(low: float, high: float) -> tuple[float, float]:
    """Return mu and sigma of the lognormal with these 5th and 95th percentiles."""
    half_width = 1.6448536269514722 * 2.0
    return float(np.log(low * high) / 2.0), float(np.log(high / low) / half_width)


CAPACITY, PRICE = _lognormal(150.0, 230.0), _lognormal(20.0, 55.0)


def straightforward(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the loss by the generator's own lognormal and beta."""
    loss = np.empty(size)
    for start in range(0, size, BLOCK):
        block = loss[start : start + BLOCK]
        value = generator.lognormal(*CAPACITY, block.size)
        value *= _TRUCKS
        value *= generator.lognormal(*PRICE, block.size)
        np.multiply(value, _load(generator, block.size), out=block)
    return loss


def tuned(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the loss with normals in memory that is reused, and NumPy's faster exp."""
    loss, room = np.empty(size), np.empty(min(size, BLOCK))
    for start in range(0, size, BLOCK):
        block = loss[start : start + BLOCK]
        price = room[: block.size]
        _fill_lognormal(generator, CAPACITY, block)
        _fill_lognormal(generator, PRICE, price)
        block *= _TRUCKS
        block *= price
        block *= _load(generator, block.size)
    return loss


def cargo_wellhead(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the palmyra-tankers' cargo at the price of the wellhead."""

    def block(count: int) -> Array:
        value = generator.triangular(75.0, 170.0, 230.0, count)
        value *= _TRUCKS
        value *= generator.triangular(0.4, 0.85, 1.0, count)
        value *= generator.triangular(20.0, 35.0, 45.0, count)
        return value

    return _in_blocks(block, size)


def delay_cost(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the Ever Given's cost of delay."""

    def block(count: int) -> Array:
        value = _pert(generator, (48.0, 50.0, 52.0), count)
        value *= _pert(generator, (50_000.0, 61_600.0, 70_000.0), count)
        value *= _pert(generator, (6.0, 6.3, 6.5), count)
        for ends in ((1_200.0, 4_000.0), (3.0, 12.0), (0.0005, 0.01)):
            value *= generator.lognormal(*_lognormal(*ends), count)
        return value

    return _in_blocks(block, size)


def ad_revenue_net(generator: np.random.Generator, size: int) -> Array:
    """Return draws of the Facebook outage's net loss of advertising."""

    def block(count: int) -> Array:
        value = _pert(generator, (5.5, 6.0, 7.0), count)
        value *= REVENUE_AN_HOUR
        value *= generator.triangular(0.95, 1.0, 1.0, count)
        value *= generator.lognormal(*_lognormal(0.9, 1.4), count)
        value *= 1.0 - generator.triangular(0.0, 0.3, 0.7, count)
        return value

    return _in_blocks(block, size)


def _in_blocks(block: Callable[[int], Array], size: int) -> Array:
    """Return draws made block by block, which stay in the cache."""
    draws = np.empty(size)
    for start in range(0, size, BLOCK):
        count = min(BLOCK, size - start)
        draws[start : start + count] = block(count)
    return draws


def _pert(generator: np.random.Generator, shape: tuple[float, float, float], size: int) -> Array:
    """Return draws of a PERT with weight 4, given its lowest, likeliest and highest value."""
    low, mode, high = shape
    width = high - low
    draws = generator.beta(
        1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width, size
    )
    draws *= width
    draws += low
    return draws


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
