"""What draws: quantile functions by table where the exact ones are slow.

A table holds a cubic for each of 2,048 steps of the normal score ``z = ndtri(u)``: a smooth
coordinate of the quantile (its logit between two ends, its logarithm above one) with the exact
slope at every knot.  It is used only where it agrees with the exact function halfway between the
knots, as measured in the nearer tail.  Whether it is used depends on the distribution alone, and
every value on its own u alone, so results do not depend on blocks, order or history.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import final

import numpy as np
import numpy.typing as npt
from scipy import special

from lossmodel.distributions.base import RARE, Array, Continuous, Discrete, Distribution
from lossmodel.distributions.bounded import Beta
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.links import Arsinh, Link, link_of
from lossmodel.distributions.location import ROOT_TWO_PI, Normal, StudentT
from lossmodel.distributions.mixtures import ContinuousMixture
from lossmodel.distributions.positive import Gamma, LogNormal
from lossmodel.distributions.truncations import TruncatedContinuous

Sampler = Callable[[Array], Array]

TABULATED = (Beta, Pert, Gamma, StudentT, ContinuousMixture)
"""The families whose quantile functions are slow and smooth enough for a table."""

TOLERANCE = 1e-8
"""Largest error of a table: relative, of the probability of the nearer tail."""

_STEPS = 2048
_FARTHEST = 8.3  # u = ndtr(-8.3) is 5e-17, below every draw of 52 bits
_STEP = 2.0 * _FARTHEST / _STEPS
_BLOCK = (
    4096  # values worked on at once: in cache, and in memory that is not handed back to the system
)


def sampler(distribution: Distribution) -> Sampler:
    """Return the function that turns uniform numbers into draws.

    Parameters
    ----------
    distribution : Distribution
        Any.

    Returns
    -------
    callable
        From an Array of u, 0 < u < 1, of any shape to an Array of that shape: the distribution's
        ``quantile``, or a table of it, right to ``TOLERANCE``.  A slice may take the table of
        its parent, right in the tail of the parent.
    """
    if isinstance(distribution, TruncatedContinuous):
        return _of_truncated(distribution)
    if isinstance(distribution, TABULATED):
        return _smooth_table(distribution) or distribution.quantile
    if isinstance(distribution, Discrete) and not isinstance(distribution, Choice):
        return _step_table(distribution) or distribution.quantile
    return distribution.quantile


def in_place(distribution: Distribution) -> Sampler:
    """Return what draws in the memory of the uniform numbers where it can; as :func:`sampler`.

    Returns
    -------
    callable
        From an Array of u, of one dimension, which it may write over, to the draws.  What makes no
        new arrays spares the operating system as much time as the arithmetic takes.
    """
    if isinstance(distribution, LogNormal):
        return lambda u: np.exp(_normal(u, distribution.mu, distribution.sigma), out=u)
    if isinstance(distribution, Normal):
        return lambda u: _normal(u, distribution.mu, distribution.sigma)
    draw = sampler(distribution)
    return draw.fill if isinstance(draw, _SmoothTable) else draw


def _normal(u: Array, mu: float, sigma: float) -> Array:
    """Put the normal quantiles of ``u`` in its place, and return it."""
    special.ndtri(u, out=u)
    u *= sigma
    u += mu
    return u


@final
@dataclass(frozen=True, slots=True, eq=False)
class _SmoothTable:
    """Cubics of a coordinate of the quantile, one row for each power of the step's share."""

    distribution: Continuous
    link: Link
    rows: Array

    def __call__(self, u: Array) -> Array:
        """Return the quantiles of ``u``."""
        return self.fill(np.array(u, np.float64).ravel()).reshape(np.shape(u))

    def fill(self, u: Array) -> Array:
        """Put the quantiles of ``u``, of one dimension, in its place, and return it."""
        block = min(_BLOCK, u.size)
        room = np.empty((3, block)), np.empty(block, np.intp)
        with np.errstate(all="ignore"):
            for start in range(0, u.size, _BLOCK):
                self._fill(u[start : start + _BLOCK], *room)
        return u

    def heights(self, share: Array, step: npt.NDArray[np.intp], y: Array, row: Array) -> None:
        """Fill ``y`` with the coordinates at a share of a step; ``row`` is room to work in."""
        self.rows[3].take(step, out=y, mode="clip")
        for power in (2, 1, 0):
            y *= share
            y += self.rows[power].take(step, out=row, mode="clip")

    def _fill(self, u: Array, floats: Array, step: npt.NDArray[np.intp]) -> None:
        """Put the quantiles of one block in its place."""
        (z, y, row), step = floats[:, : u.size], step[: u.size]
        special.ndtri(u, out=z)
        far = np.abs(z) > _FARTHEST if z.min() < -_FARTHEST or z.max() > _FARTHEST else None
        exact = None if far is None else self.distribution.quantile(u[far])
        z += _FARTHEST
        z /= _STEP
        np.copyto(step, z, casting="unsafe")
        z -= step
        self.heights(z, step, y, row)
        u[:] = self.link.from_line(y)
        if exact is not None:
            u[far] = exact


@lru_cache(maxsize=256)
def _smooth_table(distribution: Continuous) -> Sampler | None:
    """Return the table of a distribution, or None where it is not right everywhere."""
    with np.errstate(all="ignore"):
        z = _STEP * np.arange(_STEPS + 1.0) - _FARTHEST
        y, slope = _on_line(distribution, z)
        slope *= _STEP
        rise = np.diff(y)
        quadratic = 3.0 * rise - 2.0 * slope[:-1] - slope[1:]
        cubic = slope[:-1] + slope[1:] - 2.0 * rise
        rows = np.stack((y[:-1], slope[:-1], quadratic, cubic))
        table = _SmoothTable(distribution, _link(distribution), rows)
        return table if _is_right(table) else None


def _is_right(table: _SmoothTable) -> bool:
    """Return whether a table agrees with its distribution halfway between all knots."""
    y, row, half = np.empty((3, _STEPS))
    half[:] = 0.5
    table.heights(half, np.arange(_STEPS), y, row)
    z = _STEP * np.arange(0.5, _STEPS) - _FARTHEST
    exact, slope = _on_line(table.distribution, z)
    x = table.link.from_line(exact)
    # How far x moves when the probability of the nearer tail changes by its own size.
    reach = slope / table.link.slope(x) * special.ndtr(-np.abs(z)) / _bell(z)
    allowed = TOLERANCE * reach + 4.0 * np.spacing(np.abs(x))
    return bool(np.all(np.abs(table.link.from_line(y) - x) <= allowed))


def _link(distribution: Continuous) -> Link:
    """Return the coordinate in which the quantiles of a distribution are smooth."""
    if isinstance(distribution, StudentT):
        return Arsinh(distribution.loc, distribution.scale)
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


def _of_truncated(distribution: TruncatedContinuous) -> Sampler:
    """Return the parent's table at the share of the slice, else the slice's own quantile."""
    parent, cut = distribution.parent, distribution.slice
    table = _smooth_table(parent) if isinstance(parent, TABULATED) else None
    # In a small slice the digits of u would not be enough for those of the share.
    if table is None or cut.mass < 0.1:
        return distribution.quantile
    low, high = distribution.support
    return lambda u: np.clip(table(cut.below + cut.mass * u), low, high)


@lru_cache(maxsize=256)
def _step_table(distribution: Discrete) -> Sampler | None:
    """Return a search in the cdf of all atoms, the same numbers as the quantile, or None."""
    atoms = distribution.atoms()
    if atoms is None:
        return None
    cdf, last = distribution.cdf(atoms), len(atoms) - 1

    def draw(u: Array) -> Array:
        x = atoms[np.minimum(np.searchsorted(cdf, u), last)]
        rare = np.asarray(u) < RARE
        return np.where(rare, distribution.quantile(u), x) if rare.any() else x

    return draw
