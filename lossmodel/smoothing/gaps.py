"""How far an output is from an amount, by the scores of its inputs."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Gap = Callable[[Array], Array]
Gaps = Callable[[Array, Integers], Array]
"""From scores, shape (..., m, d), and the search that each of the m is of, to shape (..., m)."""

_TINY = 1e-300


def alone(gap: Gap) -> Gaps:
    """Return the gap of a single search as that of many."""

    def gaps(z: Array, search: Integers) -> Array:
        del search  # there is one
        return gap(z.reshape(-1, z.shape[-1])).reshape(z.shape[:-1])

    return gaps


def gap_to(output: Callable[[Array], Array], centre: float, amount: float) -> Gap:
    """Return how much an output differs from an amount, as :func:`gaps_to`.

    Parameters
    ----------
    output : callable
        From scores, shape (k, d), to the output, shape (k,).
    centre, amount : float
    """
    gaps = gaps_to(lambda z, _: output(z), np.array([centre]), amount)
    return lambda z: gaps(z, np.zeros(len(z), np.intp))


def gaps_to(output: Gaps, centres: Array, amount: float) -> Gaps:
    """Return how much outputs differ from an amount, on scales on which that is nearly straight.

    Parameters
    ----------
    output : callable
        From scores, shape (..., m, d), and the search that each of the m is of, to the output of
        that search, shape (..., m).
    centres : array, shape (searches,)
        The outputs at scores of 0: where one has the sign of the amount, the scale is logarithmic.
    amount : float
    """
    is_log, scales = centres * amount > 0.0, _scales(centres, amount)
    offsets = np.arcsinh(amount / scales)

    def logs(y: Array) -> Array:
        gaps: Array = np.log(np.maximum(y / amount, _TINY))
        return gaps

    def bent(y: Array, search: Integers) -> Array:
        gaps: Array = np.arcsinh(y / scales[search]) - offsets[search]
        return gaps

    if is_log.all():
        return lambda z, search: logs(output(z, search))
    if not is_log.any():
        return lambda z, search: bent(output(z, search), search)

    def either(z: Array, search: Integers) -> Array:
        y = output(z, search)
        return np.where(is_log[search], logs(y), bent(y, search))

    return either


def _scales(centres: Array, amount: float) -> Array:
    """Return what is no more than near 0 beside each of some outputs and an amount."""
    scales = np.where(np.isfinite(centres), np.abs(centres), 0.0)
    return np.where(scales > 0.0, scales, abs(amount) or 1.0)
