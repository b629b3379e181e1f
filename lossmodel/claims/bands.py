"""What a claim says of an output: a band of values, and how much of the output lies in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, gcd, log
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.model.reported import Reported
from lossmodel.smoothing.conditional import Conditional, Tail

Array = npt.NDArray[np.float64]

_SCORE = 1.6448536269514722
"""90% of a normal distribution lies within so many standard deviations."""
_STEP, _LAYERS = 1.5, 4
_FARTHEST = _STEP * _LAYERS
"""Standard deviations beyond which nothing is laid down: it would count exp(-18)."""
_GOLDEN = 0.5 * (5.0**0.5 - 1.0)


@final
@dataclass(frozen=True, slots=True)
class Layer:
    """Values from ``low`` on and below ``high``, at each point, and what they count there."""

    weight: Array | float
    low: Array | float
    high: Array | float


@final
@dataclass(frozen=True, slots=True)
class Band:
    """Values that a claim allows.

    Attributes
    ----------
    low, high : float
        From ``low`` on and below ``high``; with ``spread`` both are the amount.
    spread : float, optional
        Standard deviation of the logarithm of an amount that is known up to a factor: a value y
        then counts exp(-z * z / 2), z = log(y / amount) / spread.  0 where the ends are sharp.
    """

    low: float
    high: float
    spread: float = 0.0

    @property
    def reach(self) -> tuple[float, float]:
        """The ends of all that counts."""
        far = exp(_FARTHEST * self.spread)
        return self.low / far, self.high * far

    def layers(self, points: int) -> Iterator[Layer]:
        """Yield sharp layers that add up to the band, for each of some points of a design.

        Notes
        -----
        exp(-z * z / 2) is the integral over t > abs(z) of t * exp(-t * t / 2): of sharp layers, one
        on the other.  Each point takes four of them, at steps of 1.5 from a start of its own; the
        starts divide a step evenly, so that the mean over n points is that of 4 n layers.
        """
        if not self.spread:
            yield Layer(1.0, self.low, self.high)
            return
        starts = _evenly(points)
        for k in range(_LAYERS):
            t = _STEP * (k + starts)
            far = np.exp(t * self.spread)
            yield Layer(_STEP * t * np.exp(-0.5 * t * t), self.low / far, self.high * far)

    def counts(self, values: Array) -> Array:
        """Return what each value counts."""
        if not self.spread:
            hits: Array = ((values >= self.low) & (values < self.high)).astype(np.float64)
            return hits
        z = np.log(np.maximum(values, np.finfo(float).tiny) / self.low) / self.spread
        likelihood: Array = np.exp(-0.5 * z * z)
        return likelihood


def band_of(claim: Reported, output: str) -> Band:
    """Return the values of an output that a claim allows, in the output's unit.

    Parameters
    ----------
    claim : Reported
    output : str
        One of its readings.
    """
    factor, amount, error = claim.factors[output], claim.wording.amount, claim.claim.error
    if error is None or amount is None:
        return Band(claim.low * factor, claim.high * factor)
    return Band(amount * factor, amount * factor, log(error) / _SCORE)


def _evenly(points: int) -> Array:
    """Return the middles of equal parts of (0, 1), those of neighbours far apart (a lattice)."""
    multiplier = round(_GOLDEN * points)
    while gcd(multiplier, points) != 1:
        multiplier += 1
    places: Array = (np.arange(points) * multiplier % points + 0.5) / points
    return places


def shares_in(given: Conditional, band: Band) -> Array:
    """Return how likely a claim is at each point, weighted, shape (R, n).

    It is P(low <= output < high | the point), summed over the layers of the band, from whichever
    tail keeps its digits.
    """
    middle = 0.5 * (band.low + band.high)
    rises = bool(given.below(middle).mean() <= 0.5)
    side: Tail = "below" if rises else "above"
    shares = np.zeros(given.A.shape)
    for layer in band.layers(given.A.shape[1]):
        low, high = (_before(given, end, side) for end in (layer.low, layer.high))
        shares += layer.weight * (high - low if rises else low - high)
    return np.maximum(shares, 0.0, out=shares)


def _before(given: Conditional, end: Array | float, side: Tail) -> Array:
    """Return the tail that ends, or starts, just before an end, at each point."""
    if isinstance(end, float):
        # What is below the end but not at it: the two differ where the output has atoms.
        return given.tail(np.nextafter(end, -np.inf), side)
    return replace(given, B=given.B - end).tail(0.0, side)


def effective_size(shares: Array) -> float:
    """Return how many equally likely points would tell as much as these (Kish 1965)."""
    squares = float((shares * shares).sum())
    return float(shares.sum()) ** 2 / squares if squares > 0.0 else 0.0
