"""Means and standard deviations of draws as they come, with the same bits however they are cut.

Draws are taken in pieces of fixed length, and pieces of equal length are joined two by two: a
replicate is the root of one binary tree, whichever block a part of it was computed in.
"""

from dataclasses import dataclass, field
from typing import final

import numpy as np

from lossmodel.estimates.replicates import Array

PIECE = 1 << 9
"""Draws whose moments are taken at once: no block of a run is smaller, but where a replicate is."""

_SMALL, _LARGE = 1e-60, 1e60


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """The moments of as many draws of each of some replicates.

    Attributes
    ----------
    size : int
        Draws of each replicate, a power of two.
    mean, sd : array, shape (R,)
        The standard deviation is about the mean, with divisor ``size``.
    """

    size: int
    mean: Array
    sd: Array

    @classmethod
    def of(cls, values: Array) -> "Spread":
        """Return the moments of draws, shape (R, n) with n a power of two."""
        size = min(values.shape[1], PIECE)
        pieces = values.reshape(len(values), -1, size)
        with np.errstate(invalid="ignore", over="ignore"):
            unit = _units(np.maximum(pieces.max(axis=2), -pieces.min(axis=2)))[..., np.newaxis]
            if (unit != 1.0).any():
                pieces = pieces / unit
            mean = pieces.mean(axis=2, keepdims=True)
            off = pieces - mean
            sd = np.sqrt(np.multiply(off, off, out=off).mean(axis=2))
            found = cls(size, (mean * unit)[..., 0], sd * unit[..., 0])
            while found.mean.shape[1] > 1:
                found = _joined(found, slice(0, None, 2), found, slice(1, None, 2))
        return cls(found.size, found.mean[:, 0], found.sd[:, 0])


def _units(largest: Array) -> Array:
    """Return powers of two in which squares neither overflow nor vanish; 1 where none is needed."""
    usual = (largest > _SMALL) & (largest < _LARGE) | (largest == 0.0) | ~np.isfinite(largest)
    if usual.all():
        return np.ones_like(largest)
    _, exponents = np.frexp(np.where(usual, 1.0, largest))
    return np.where(usual, 1.0, np.ldexp(1.0, np.maximum(exponents - 1, -1000)))


def _joined(first: Spread, one: slice, second: Spread, other: slice) -> Spread:
    """Return the moments of two sets of draws of equal size, chosen along the last axis.

    T. Chan, G. Golub and R. LeVeque, "Algorithms for computing the sample variance", Amer.
    Statist. 37 (1983) 242-247, equation 2.1; roots are kept in the place of squares, which could
    overflow.
    """
    half = 0.5 * second.mean[..., other] - 0.5 * first.mean[..., one]
    within = np.hypot(first.sd[..., one], second.sd[..., other]) * np.sqrt(0.5)
    return Spread(2 * first.size, first.mean[..., one] + half, np.hypot(within, half))


@final
@dataclass(frozen=True, slots=True)
class SpreadTree:
    """The moments of one replicate so far: of each size one at most, in falling order."""

    parts: list[Spread] = field(default_factory=list)

    def add(self, part: Spread) -> None:
        """Add the next draws: one replicate's, as many as a power of two."""
        everything = slice(None)
        with np.errstate(invalid="ignore"):
            while self.parts and self.parts[-1].size == part.size:
                part = _joined(self.parts.pop(), everything, part, everything)
        self.parts.append(part)

    @property
    def whole(self) -> Spread:
        """The moments of all draws; their number is a power of two."""
        (spread,) = self.parts
        return spread
