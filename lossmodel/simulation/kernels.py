"""Densities of draws, smoothed for the eye: no figure is taken from them."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lossmodel.distributions.base import Array
from lossmodel.distributions.curves import Axis
from lossmodel.estimates.statistics import SampleStatistics

_BINS = 512
_ROOM = 0.25
"""What is looked at beyond the ends of an axis, as a share of its width: draws there reach in."""
NO_ATOMS: Mapping[float, float] = MappingProxyType({})
_NORMAL = 1.349
"""Interquartile range of a normal distribution, in standard deviations."""


def smoothed(
    draws: SampleStatistics, axis: Axis, atoms: Mapping[float, float] = NO_ATOMS
) -> tuple[Array, Array]:
    """Return points along an axis, and the density there per unit of length of the axis.

    Parameters
    ----------
    draws : SampleStatistics
    axis : Axis
    atoms : mapping of float to float, optional
        The shares of the draws that are at single values, by value; they are left out.

    Notes
    -----
    A Gaussian kernel on the scale of the axis, with B. Silverman's rule of thumb for its width
    (Density Estimation, 1986, equation 3.31), on draws in 512 bins, reflected at the smallest and
    the largest draw (ibid., section 2.10), so that a density that ends is not rounded off there.
    """
    from scipy.ndimage import gaussian_filter1d  # noqa: PLC0415 - only where something is drawn

    edges = _edges(draws, axis)
    above = [float(draws.exceedance(float(at))) for at in edges]
    shares = -np.diff(above)
    for value, share in atoms.items():
        if edges[0] < value <= edges[-1]:
            shares[int(np.searchsorted(edges, value)) - 1] -= share
    shares = np.maximum(shares, 0.0)
    heights = gaussian_filter1d(shares, _width(shares, draws.total), mode="reflect")
    x = axis.points()
    at, middles = _laid_out((x, 0.5 * (edges[1:] + edges[:-1])), axis)
    seen = np.interp(at, middles, heights)
    return x, np.where((x >= edges[0]) & (x <= edges[-1]), seen, 0.0)


def _edges(draws: SampleStatistics, axis: Axis) -> Array:
    """Return the edges of bins, even on the axis, from the smallest to the largest draw in view."""
    (low, high), (smallest, largest) = _laid_out(((axis.low, axis.high), draws.ends), axis)
    room = _ROOM * (high - low)
    ends = max(low - room, float(smallest)), min(high + room, float(largest))
    edges = np.linspace(*ends, _BINS + 1)
    edges = np.exp(edges) if axis.layout == "log" else edges
    # What lies on the first edge belongs to the first bin.
    edges[0] = np.nextafter(edges[0], -np.inf)
    return edges


def _laid_out(numbers: tuple[object, ...], axis: Axis) -> list[Array]:
    """Return numbers as they are laid out on an axis."""
    arrays = [np.asarray(each, dtype=np.float64) for each in numbers]
    if axis.layout == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            return [np.where(each > 0.0, np.log(each), -np.inf) for each in arrays]
    return arrays


def _width(shares: Array, total: int) -> float:
    """Return the standard deviation of the kernel, in bins."""
    at, whole = np.arange(shares.size), max(float(shares.sum()), 1e-300)
    middle = float(at @ shares) / whole
    sd = float(np.sqrt((at - middle) ** 2 @ shares / whole))
    low, high = np.interp((0.25, 0.75), np.cumsum(shares) / whole, at)
    spread = min(sd, float(high - low) / _NORMAL) or sd
    return float(max(0.9 * spread * total**-0.2, 0.5))
