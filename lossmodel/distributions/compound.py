"""The sum, and the largest, of a random number of independent values on a lattice."""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import TypeVar, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Array, Discrete
from lossmodel.distributions.choices import Choice

MOST_COUNTS = 512
MOST_VALUES = 1 << 14
"""The numbers of things, and the values of their sum, up to which these are found."""
_LEAST = 1e-16
"""Probabilities below it are taken for what rounding leaves."""
_FINEST = 10**6

T = TypeVar("T", Array, npt.NDArray[np.complex128])


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Probabilities of the multiples 0, 1, 2 ... of a step."""

    step: float
    mass: Array

    def law(self) -> Choice:
        """Return the distribution, without what is not to be told from 0."""
        places = np.flatnonzero(self.mass > _LEAST)
        mass = self.mass[places] / self.mass[places].sum()
        return Choice(tuple((self.step * places).tolist()), tuple(mass.tolist()))


def lattice(values: Array, mass: Array) -> Lattice | None:
    """Return values with their probabilities as multiples of one step.

    Parameters
    ----------
    values, mass : array, shape (k,)

    Returns
    -------
    Lattice or None
        None where a value is negative, or where no step is in all of them with few multiples.
    """
    if not np.isfinite(values).all() or values.min() < 0.0:
        return None
    exact = [Fraction(each).limit_denominator(_FINEST) for each in values.tolist()]
    if any(abs(float(near) - x) > 1e-12 * x for near, x in zip(exact, values, strict=True)):
        return None
    whole = lcm(*(each.denominator for each in exact))
    multiples = [int(each * whole) for each in exact]
    unit = reduce(gcd, multiples) or 1
    if max(multiples) // unit >= MOST_VALUES:
        return None
    places = np.array([each // unit for each in multiples])
    return Lattice(float(Fraction(unit, whole)), np.bincount(places, mass).astype(np.float64))


def numbers(law: Discrete) -> Array | None:
    """Return the probabilities of 0, 1, 2 ... things, None where they may be too many."""
    tail = np.array([_LEAST])
    low, high = float(law.quantile(tail)[0]), float(law.upper_quantile(tail)[0])
    if low < 0.0 or high > MOST_COUNTS:
        return None
    counts = np.arange(high + 1.0)
    mass = law.mass(counts)
    # Numbers of things are whole: what is missing lies between them, or where nothing is likely.
    return mass if abs(float(mass.sum()) - 1.0) < 1e-12 else None


def summed(counts: Array, each: Lattice) -> Choice | None:
    """Return the distribution of the sum of as many independent values, None if it has too many.

    Parameters
    ----------
    counts : array, shape (m,)
        Probabilities of 0, 1, 2 ... values.
    each : Lattice
        Of one value.

    Notes
    -----
    The generating function of the sum is that of the number at that of one value, found by the fast
    Fourier transform on as many points as the sum has values, so that none is wrapped around
    (P. Embrechts and M. Frei, "Panjer recursion versus FFT for compound distributions", Math.
    Methods Oper. Res. 69 (2009) 497-508).  What is left is rounding, 1e-16 of probability a value.
    """
    size = (counts.size - 1) * (each.mass.size - 1) + 1
    if size > MOST_VALUES:
        return None
    points = 1 << (size - 1).bit_length()
    one = np.fft.rfft(each.mass, points)
    mass = np.fft.irfft(_generated(counts, one), points)[:size] if points > 1 else np.ones(1)
    return Lattice(each.step, np.maximum(mass, 0.0)).law()


def largest(counts: Array, each: Lattice) -> Choice:
    """Return the distribution of the largest of as many independent values, 0 where there are none.

    Its cdf is the generating function of the number at the cdf of one value.
    """
    upto = _generated(counts, np.minimum(np.cumsum(each.mass), 1.0))
    return Lattice(each.step, np.maximum(np.diff(upto, prepend=0.0), 0.0)).law()


def _generated(counts: Array, at: T) -> T:
    """Return the generating function of some probabilities, by Horner's rule."""
    value = np.zeros_like(at)
    for mass in counts[::-1]:
        value = value * at + mass
    return value
