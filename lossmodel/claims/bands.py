"""What a claim says of an output: bands of values, and how much of the output lies in them."""

from dataclasses import dataclass
from math import exp, log
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.model.reported import Reported
from lossmodel.smoothing.conditional import Conditional

Array = npt.NDArray[np.float64]

_SCORE = 1.6448536269514722
"""90% of a normal distribution lies within so many standard deviations."""
_STEP, _LAYERS = 0.25, 28


@final
@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``low`` on and below ``high``, and what each of them counts."""

    low: float
    high: float
    weight: float = 1.0


def bands_of(claim: Reported, output: str) -> tuple[Band, ...]:
    """Return the values of an output that a claim allows, in the output's unit.

    An amount that is known up to a factor is a lognormal likelihood: it is laid down in bands of
    equal likelihood, one on the other, by the trapezoidal rule.

    Parameters
    ----------
    claim : Reported
    output : str
        One of its readings.
    """
    factor, amount, error = claim.factors[output], claim.wording.amount, claim.claim.error
    if error is None or amount is None:
        return (Band(claim.low * factor, claim.high * factor),)
    sd, centre = log(error) / _SCORE, log(amount * factor)
    # exp(-z z / 2) is the integral over t > abs(z) of t exp(-t t / 2).
    reaches = _STEP * np.arange(1, _LAYERS + 1)
    return tuple(
        Band(exp(centre - t * sd), exp(centre + t * sd), _STEP * t * exp(-0.5 * t * t))
        for t in reaches.tolist()
    )


def shares_in(given: Conditional, bands: tuple[Band, ...]) -> Array:
    """Return how likely a claim is at each point, weighted, shape (R, n).

    It is P(low <= output < high | the point), summed over the bands, from whichever tail keeps
    its digits.
    """
    middle = 0.5 * (bands[0].low + bands[0].high)
    rises = bool(given.tail(middle, "below").mean() <= 0.5)
    shares = np.zeros(given.A.shape)
    for band in bands:
        # What is below high but not at it: the two differ where the output has atoms.
        low, high = (np.nextafter(end, -np.inf) for end in (band.low, band.high))
        part = (
            given.below(high) - given.below(low) if rises else given.above(low) - given.above(high)
        )
        shares += band.weight * part
    return np.maximum(shares, 0.0, out=shares)


def effective_size(shares: Array) -> float:
    """Return how many equally likely points would tell as much as these (Kish 1965)."""
    squares = float((shares * shares).sum())
    return float(shares.sum()) ** 2 / squares if squares > 0.0 else 0.0
