"""What draws: quantile functions, by table where the exact ones are slow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from lossmodel.distributions.base import Array, Discrete, Distribution
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.cubics import TABULATED, cubic_table
from lossmodel.distributions.filling import Filling
from lossmodel.distributions.location import Normal
from lossmodel.distributions.octaves import normal_table, octave_table
from lossmodel.distributions.positive import LogNormal
from lossmodel.distributions.steps import step_table
from lossmodel.distributions.truncations import TruncatedContinuous

Sampler = Callable[[Array], Array]

FEW = 1 << 10
"""Values up to which no table is made."""


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
        ``quantile``, or a table of it, right to
        :data:`~lossmodel.distributions.cubics.TOLERANCE`.  A slice may take the table of its
        parent, right in the tail of the parent.
    """
    match distribution:
        case Normal(mu, sigma):
            return _Normals(mu, sigma)
        case LogNormal(mu, sigma):
            return _LogNormals(_Normals(mu, sigma))
        case TruncatedContinuous():
            return _of_truncated(distribution)
        case Discrete() if not isinstance(distribution, Choice):
            return step_table(distribution) or distribution.quantile
        case _:
            return _tabulated(distribution) or distribution.quantile


def in_place(distribution: Distribution, count: int) -> Sampler:
    """Return what draws in the memory of the uniform numbers where it can; as :func:`sampler`.

    Parameters
    ----------
    distribution : Distribution
    count : int
        How many values a run draws in all: for few, the distribution's own function is quicker
        than a table, which has first to be made.

    Returns
    -------
    callable
        From an Array of u, of one dimension, which it may write over, to the draws.
    """
    if count <= FEW and isinstance(distribution, (Normal, LogNormal, *TABULATED)):
        return distribution.quantile
    draw = sampler(distribution)
    return draw.fill if isinstance(draw, Filling) else draw


@final
@dataclass(frozen=True, slots=True)
class _Normals(Filling):
    """Draws from a normal distribution."""

    mu: float
    sigma: float

    def fill(self, u: Array) -> Array:
        """Put the draws in the place of ``u``, as :meth:`Filling.fill`."""
        normal_table().fill(u)
        u *= self.sigma
        u += self.mu
        return u


@final
@dataclass(frozen=True, slots=True)
class _LogNormals(Filling):
    """Draws whose logarithms are from a normal distribution."""

    logarithms: _Normals

    def fill(self, u: Array) -> Array:
        """Put the draws in the place of ``u``, as :meth:`Filling.fill`."""
        with np.errstate(all="ignore"):
            return np.exp(self.logarithms.fill(u), out=u)


def _tabulated(distribution: Distribution) -> Filling | None:
    """Return the quickest table that is right for a distribution, or None."""
    if not isinstance(distribution, TABULATED):
        return None
    return octave_table(distribution) or cubic_table(distribution)


def _of_truncated(distribution: TruncatedContinuous) -> Sampler:
    """Return the parent's table at the share of the slice, else the slice's own quantile."""
    cut, table = distribution.slice, _tabulated(distribution.parent)
    # In a small slice the digits of u would not be enough for those of the share.
    if table is None or cut.mass < 0.1:
        return distribution.quantile
    low, high = distribution.support
    return lambda u: np.clip(table(cut.below + cut.mass * u), low, high)
