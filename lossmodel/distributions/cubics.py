"""Tables of slow smooth quantile functions: cubics in the normal score.

A table holds a cubic for each of 2,048 steps of the normal score ``z = ndtri(u)``: a smooth
coordinate of the quantile (its logit between two ends, its logarithm above one) with the exact
slope at every knot.  It is used only where it agrees with the exact function halfway between the
knots, as measured in the nearer tail.  Whether it is used depends on the distribution alone, and
every value on its own u alone, so results do not depend on blocks, order or history.
"""

import math
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import final

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.base import Array, Continuous
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.filling import Filling
from lossmodel.distributions.links import Arsinh, Link, link_of
from lossmodel.distributions.location import ROOT_TWO_PI, StudentT
from lossmodel.distributions.mixtures import ContinuousMixture
from lossmodel.distributions.pearson import Pearson3
from lossmodel.distributions.positive import Gamma

TABULATED = (Beta, Pert, Gamma, Pearson3, StudentT, ContinuousMixture)
"""The families whose quantile functions are slow and smooth enough for a table."""

TOLERANCE = 1e-8
"""Largest error of a draw by table: relative, of the probability of the nearer tail.

Half of it may be that of the cubics in the score, and half that of a table made of them.
"""

FARTHEST = 8.3
"""The largest score in a table: u = ndtr(-8.3) is 5e-17, below every draw of 52 bits."""

_STEPS = 2048
_STEP = 2.0 * FARTHEST / _STEPS
_BLOCK = 4096  # values worked on at once, in cache


@final
@dataclass(frozen=True, slots=True, eq=False)
class CubicTable(Filling):
    """Cubics of a coordinate of the quantile, one row for each power of the step's share."""

    distribution: Continuous
    link: Link
    rows: Array

    def fill(self, u: Array) -> Array:
        """Put the quantiles of ``u`` in its place, as :meth:`Filling.fill`."""
        room = self._room(u.size)
        with np.errstate(all="ignore"):
            for start in range(0, u.size, _BLOCK):
                self._fill(u[start : start + _BLOCK], *room)
        return u

    def fill_scores(self, z: Array) -> Array:
        """Put the values at scores of one dimension, within the table, in their place."""
        floats, steps = self._room(z.size)
        with np.errstate(all="ignore"):
            for start in range(0, z.size, _BLOCK):
                block = z[start : start + _BLOCK]
                y, row = floats[1:, : block.size]
                block[:] = self._at(block, y, row, steps[: block.size])
        return z

    def heights(self, share: Array, step: npt.NDArray[np.intp], y: Array, row: Array) -> None:
        """Fill ``y`` with the coordinates at a share of a step; ``row`` is room to work in."""
        self.rows[3].take(step, out=y, mode="clip")
        for power in (2, 1, 0):
            y *= share
            y += self.rows[power].take(step, out=row, mode="clip")

    def _room(self, size: int) -> tuple[Array, npt.NDArray[np.intp]]:
        """Return room for a block of at most ``size`` values."""
        block = min(_BLOCK, size)
        return np.empty((3, block)), np.empty(block, np.intp)

    def _fill(self, u: Array, floats: Array, step: npt.NDArray[np.intp]) -> None:
        """Put the quantiles of one block in its place."""
        (z, y, row), step = floats[:, : u.size], step[: u.size]
        special.ndtri(u, out=z)
        far = np.abs(z) > FARTHEST if z.min() < -FARTHEST or z.max() > FARTHEST else None
        exact = None if far is None else self.distribution.quantile(u[far])
        u[:] = self._at(z, y, row, step)
        if exact is not None:
            u[far] = exact

    def _at(self, z: Array, y: Array, row: Array, step: npt.NDArray[np.intp]) -> Array:
        """Return the values at scores, which are written over."""
        z += FARTHEST
        z /= _STEP
        np.copyto(step, z, casting="unsafe")
        z -= step
        self.heights(z, step, y, row)
        return self.link.from_line(y)


@lru_cache(maxsize=256)
def cubic_table(distribution: Continuous) -> CubicTable | None:
    """Return the table of a distribution, or None where it is not right everywhere."""
    with np.errstate(all="ignore"):
        z = _STEP * np.arange(_STEPS + 1.0) - FARTHEST
        y, slope = _on_line(distribution, z)
        slope *= _STEP
        rise = np.diff(y)
        quadratic = 3.0 * rise - 2.0 * slope[:-1] - slope[1:]
        cubic = slope[:-1] + slope[1:] - 2.0 * rise
        rows = np.stack((y[:-1], slope[:-1], quadratic, cubic))
        table = CubicTable(distribution, _link(distribution), rows)
        return table if _is_right(table) else None


def _is_right(table: CubicTable) -> bool:
    """Return whether a table agrees with its distribution halfway between all knots."""
    y, row, half = np.empty((3, _STEPS))
    half[:] = 0.5
    table.heights(half, np.arange(_STEPS), y, row)
    z = _STEP * np.arange(0.5, _STEPS) - FARTHEST
    exact, slope = _on_line(table.distribution, z)
    x = table.link.from_line(exact)
    # How far x moves when the probability of the nearer tail changes by its own size.
    reach = slope / table.link.slope(x) * special.ndtr(-np.abs(z)) / _bell(z)
    allowed = 0.5 * TOLERANCE * reach + 4.0 * np.spacing(np.abs(x))
    return bool(np.all(np.abs(table.link.from_line(y) - x) <= allowed))


def _link(distribution: Continuous) -> Link:
    """Return the coordinate in which the quantiles of a distribution are smooth."""
    if isinstance(distribution, StudentT):
        return Arsinh(distribution.loc, distribution.scale)
    if isinstance(distribution, Pearson3) and distribution.is_nearly_normal:
        # The distance from an end so far away has fewer digits than the value.
        return link_of((-math.inf, math.inf))
    return link_of(distribution.support)


@singledispatch
def _on_line(distribution: Continuous, z: Array) -> tuple[Array, Array]:
    """Return the coordinate of the quantile at rising normal scores z, and its derivative by z."""
    middle = np.searchsorted(z, 0.0)
    lower = distribution.quantile(special.ndtr(z[:middle]))
    upper = distribution.upper_quantile(special.ndtr(-z[middle:]))
    x, link = np.concatenate((lower, upper)), _link(distribution)
    return link.to_line(x), link.slope(x) * _bell(z) / distribution.density(x)


@_on_line.register
def _(distribution: Beta, z: Array) -> tuple[Array, Array]:
    # Both distances to the ends, each with all its digits, where x itself rounds to an end.
    middle = np.searchsorted(z, 0.0)
    below = distribution.quantile(special.ndtr(z[:middle]))
    above = distribution.complement_quantile(special.ndtr(-z[middle:]))
    low, high = np.concatenate((below, 1.0 - above)), np.concatenate((1.0 - below, above))
    a, b = distribution.alpha, distribution.beta
    log_density = a * np.log(low) + b * np.log(high) - special.betaln(a, b)
    return np.log(low) - np.log(high), _bell(z) / np.exp(log_density)


@_on_line.register
def _(distribution: Pert, z: Array) -> tuple[Array, Array]:
    return _on_line(distribution.beta, z)


def _bell(z: Array) -> Array:
    """Return the standard normal density."""
    return np.exp(-0.5 * z * z) / ROOT_TWO_PI
