"""Roots: of a monotone condition for many values at once, and of one function of one parameter."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Array

_Booleans = npt.NDArray[np.bool_]
_Integers = npt.NDArray[np.int64]
_MAGNITUDE = np.int64(2**63 - 1)


def smallest(holds: Callable[[Array], _Booleans], low: Array, high: Array) -> Array:
    """Return the smallest floats at which a condition holds, element by element.

    Bisection over the floats themselves, taken in their order: at most 64 steps whatever the
    scale, and an exact answer, jumps and all.

    Parameters
    ----------
    holds : callable
        From an Array to booleans of its shape; once true, true for all larger values.
    low, high : Array
        Where to look, of one shape; ``high`` is the answer where the condition holds nowhere.

    Returns
    -------
    Array
        Of that shape.
    """
    return _float(_bisect(lambda place: holds(_float(place)), _place(low), _place(high)))


def smallest_whole(holds: Callable[[Array], _Booleans], low: Array, high: Array) -> Array:
    """Return the smallest whole numbers at which a condition holds; see :func:`smallest`.

    Parameters
    ----------
    holds : callable
        As there.
    low, high : Array
        Whole numbers, of one shape.
    """
    if np.max(high, initial=0.0) > 2.0**62:
        return smallest(holds, low, high)
    left, right = low.astype(np.int64), high.astype(np.int64)
    return _bisect(lambda whole: holds(whole.astype(np.float64)), left, right).astype(np.float64)


def _bisect(
    holds: Callable[[_Integers], _Booleans], left: _Integers, right: _Integers
) -> _Integers:
    """Return the smallest integers at which a condition holds, between two ends."""
    while np.any(left < right):
        middle = (left >> 1) + (right >> 1) + (left & right & 1)  # their sum might overflow
        # Where the two ends have met they stay: the middle is the right end already.
        found = holds(middle) | (left >= right)
        left, right = np.where(found, left, middle + 1), np.where(found, middle, right)
    return right


def _place(x: Array) -> _Integers:
    """Return the places of floats in their order."""
    bits = np.ascontiguousarray(x, np.float64).view(np.int64).reshape(np.shape(x))
    return np.where(bits < 0, bits ^ _MAGNITUDE, bits)


def _float(place: _Integers) -> Array:
    """Return the floats at places in their order."""
    bits = np.where(place < 0, place ^ _MAGNITUDE, place)
    return bits.view(np.float64)


def root(function: Callable[[Array], Array], grid: Array) -> float | None:
    """Return where a monotone function crosses zero, to the last digits.

    Parameters
    ----------
    function : callable
        From an Array to an Array of its shape; may fail (not be finite) near the ends of the grid.
    grid : Array
        Increasing values, one dimension, between two of which the root is looked for.

    Returns
    -------
    float or None
        None where the function does not change sign.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 -- slow to import, rarely needed

    with np.errstate(all="ignore"):
        values = function(grid)
        known = np.isfinite(values)
        grid, values = grid[known], values[known]
        crossings = np.flatnonzero(np.signbit(values[:-1]) != np.signbit(values[1:]))
        if not crossings.size:
            return None
        left, right = grid[crossings[0]], grid[crossings[0] + 1]
        tiny, eps = np.finfo(np.float64).tiny, np.finfo(np.float64).eps
        return float(
            brentq(lambda x: float(function(np.asarray(x))), left, right, xtol=tiny, rtol=4 * eps)
        )
