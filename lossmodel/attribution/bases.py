"""Orthonormal functions of one input, on which an output is projected."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from lossmodel.distributions.base import Continuous, Distribution

Array = npt.NDArray[np.float64]

LEGENDRE = 16
"""Degree of the polynomials in u."""
HERMITE = 8
"""Degree of the polynomials in z, whose squares have heavy tails where it is higher."""


class Basis(ABC):
    """Functions of one input's uniform number: each of mean 0 and variance 1, uncorrelated."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many functions there are."""

    @property
    @abstractmethod
    def missing(self) -> float:
        """What all functions miss, at most, over what the last half of them holds."""

    @abstractmethod
    def values(self, u: Array) -> Array:
        """Return the functions at ``u``, shape (count, *u.shape)."""


@final
@dataclass(frozen=True, slots=True)
class Legendre(Basis):
    """Legendre polynomials in u: for what is smooth in probability."""

    degree: int = LEGENDRE

    @property
    def count(self) -> int:
        """Their degree."""
        return self.degree

    @property
    def missing(self) -> float:
        """Where a function jumps its squared coefficients fall like 1 / k**2: as much, in waves."""
        return 2.0

    def values(self, u: Array) -> Array:
        """Return the polynomials of degree 1 to the highest (DLMF 18.9.1)."""
        x = 2.0 * u - 1.0
        found = np.empty((self.degree, *u.shape))
        found[0], before = x, np.ones_like(x)
        for k in range(1, self.degree):
            found[k] = ((2 * k + 1) * x * found[k - 1] - k * before) / (k + 1)
            before = found[k - 1]
        degrees = np.arange(1.0, self.degree + 1.0)
        found *= np.sqrt(2.0 * degrees + 1.0).reshape(-1, *[1] * u.ndim)
        return found


@final
@dataclass(frozen=True, slots=True)
class Hermite(Basis):
    """Hermite polynomials in the normal score z of u: for what is smooth in z, tails included."""

    degree: int = HERMITE

    @property
    def count(self) -> int:
        """Their degree."""
        return self.degree

    @property
    def missing(self) -> float:
        """Where a function jumps its squared coefficients fall like k**-1.5: 2.4, in waves."""
        return 3.0

    def values(self, u: Array) -> Array:
        """Return the polynomials of degree 1 to the highest, divided by the root of k factorial."""
        return self.at_scores(ndtri(u))

    def at_scores(self, z: Array) -> Array:
        """Return the functions at normal scores, shape (count, *z.shape)."""
        found = np.empty((self.degree, *z.shape))
        found[0], before = z, np.ones_like(z)
        for k in range(1, self.degree):
            found[k] = (z * found[k - 1] - sqrt(k) * before) / sqrt(k + 1)
            before = found[k - 1]
        return found


def bases_of(distribution: Distribution) -> tuple[Basis, ...]:
    """Return what an output may be projected on to see the part of one input, the best first.

    None suits an input with values of their own probability: they are steps.
    """
    if not isinstance(distribution, Continuous):
        return ()
    bounded = all(map(isfinite, distribution.support))
    return (Legendre(), Hermite()) if bounded else (Hermite(), Legendre())
