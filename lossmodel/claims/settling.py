"""Which missing fact would settle a claim: the doubt that is left once one fact is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from lossmodel.claims.doubt import left, left_by_cells
from lossmodel.claims.readings import Reading
from lossmodel.claims.verdicts import LIMITS
from lossmodel.distributions.base import Discrete
from lossmodel.distributions.forward import cdf_and_survival
from lossmodel.distributions.monotone import Transformed
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.formula.algebra import names
from lossmodel.model.inputs import ModelInput
from lossmodel.smoothing.conditional import Conditional

Array = npt.NDArray[np.float64]

_FINE, _COARSE = 1 << 14, 1 << 10
"""Equally likely cells of an input: where it is integrated out, and at most where it is drawn."""
_TIED = 1 << 7
"""At most of a tied input, of which more points lie in one cell than in another."""
_SETTLED, _ = LIMITS[-1]
"""What is rarer is not reproduced, or its contrary is not: there is no doubt to remove."""
_LEAST_REPLICATES = 3


@final
@dataclass(frozen=True, slots=True)
class Doubt:
    """Whether a figure is reached, which is not known.

    The doubt of an event of probability p is p (1 - p).  Every number here is the expected doubt
    once something is known, as a share of today's.

    Attributes
    ----------
    reading : Estimate
        Once it is known which reading is meant; missing where there is one alone.
    inputs : mapping of str to Estimate
        Once an input is known; empty where there is no doubt.
    """

    reading: Estimate
    inputs: Mapping[str, Estimate]


NO_DOUBT = Doubt(MISSING, {})


def doubt_of(reading: Reading) -> Doubt:
    """Return what knowing an input would leave of the doubt about a claim under one reading.

    Parameters
    ----------
    reading : Reading

    Notes
    -----
    The event is that the output is at most the amount; of "LOW to HIGH" that it lies between them.
    p (1 - p) is the expected Brier score of p (G. W. Brier, Monthly Weather Review 78 (1950) 1-3);
    what of it goes on average once x is known is the first-order index of the event (Z. Kala,
    Mathematics 9 (2021) 2425).
    """
    if not _is_open(_chances(reading)):
        return NO_DOUBT
    if _alone(reading):
        return Doubt(MISSING, {reading.uncertain[0].name: Estimate.exact(0.0)})
    points = reading.drawing.plan.evaluations
    return Doubt(
        MISSING,
        {each.name: left_by_cells(_known(reading, each), points) for each in _telling(reading)},
    )


def doubt_of_all(readings: Sequence[Reading], prior: Sequence[float]) -> Doubt:
    """Return the same where it is not known either which reading is meant.

    Parameters
    ----------
    readings : sequence of Reading
    prior : sequence of float
        What each counts, whatever the claim: 0 or more, not all 0.
    """
    weights = np.array(prior) / sum(prior)
    chances = np.stack([_chances(each) for each in readings], axis=1)
    if np.count_nonzero(weights) < 2 or not _is_open(chances @ weights):
        return NO_DOUBT
    points = readings[0].drawing.plan.evaluations
    inputs = {each.name: each for reading in readings for each in _telling(reading)}

    def known(each: ModelInput) -> Array:
        """Return the chances given an input, whichever reading is meant."""
        return _total(
            weight * (_known(reading, each) if each in reading.uncertain else share[:, np.newaxis])
            for weight, reading, share in zip(weights, readings, chances.T, strict=True)
        )

    found = {name: left_by_cells(known(each), points) for name, each in inputs.items()}
    return Doubt(left(chances, points, 0.0, weights), found)


def _telling(reading: Reading) -> list[ModelInput]:
    """Return the inputs of which it is known what they tell.

    The value of a discrete one leaves its score open, and so what it tells of those tied to it.
    """
    return [
        each
        for each in reading.uncertain
        if not (isinstance(each.distribution, Discrete) and reading.model.tied_to(each.name))
    ]


def _total(parts: Iterable[Array]) -> Array:
    """Return the sum of arrays that broadcast."""
    total: Array = reduce(np.add, parts)
    return total


def _is_open(chances: Array) -> bool:
    """Whether an event of these probabilities, by replicate, is in doubt."""
    mean = float(chances.mean())
    return len(chances) >= _LEAST_REPLICATES and _SETTLED <= mean <= 1.0 - _SETTLED


def _alone(reading: Reading) -> bool:
    """Whether one input is all that is uncertain: nothing that varies per unit is either."""
    per_unit = {each.name for each in reading.model.inputs if each.counted_by}
    others = per_unit.union(each.name for each in reading.model.sums)
    reached = names(reading.model.of_one_value[reading.output.name])
    return len(reading.uncertain) == 1 and not reached & others


def _event(reading: Reading) -> tuple[tuple[float, float], ...]:
    """Return the event in doubt as a sum: signs times "the output is at most"."""
    if reading.claim.wording.amount is not None:
        return ((1.0, reading.amount),)
    # What is below an end but not at it: the two differ where the output has atoms.
    low, high = (float(np.nextafter(end, -np.inf)) for end in (reading.band.low, reading.band.high))
    return (1.0, high), (-1.0, low)


def _at_points(reading: Reading) -> Array:
    """Return the probability of the event at each point of the run, shape (R, n)."""
    given = reading.output.given
    if given is not None:
        return _total(sign * given.below(y) for sign, y in _event(reading))
    return _at_draws(reading)


def _at_draws(reading: Reading) -> Array:
    """Return whether the event came about in each draw, shape (R, n)."""
    output = reading.output
    values = output.values if output.spec.uncertain else _same(reading, output.quantile(0.5))
    return _total(np.where(values <= y, sign, 0.0) for sign, y in _event(reading))


def _same(reading: Reading, value: Estimate) -> Array:
    """Return a value that is certain, once for each replicate."""
    return np.full((reading.drawing.plan.replicates, 1), float(value))


def _chances(reading: Reading) -> Array:
    """Return the probability of the event in each replicate, shape (R,)."""
    chances: Array = _at_points(reading).mean(axis=1)
    return chances if not reading.output.undefined else np.full_like(chances, np.nan)


def _known(reading: Reading, each: ModelInput) -> Array:
    """Return the probability of the event with an input in each of its cells, shape (R, _FINE)."""
    if each.name in reading.forms:
        _, given = reading.forms[each.name]
        return _total(sign * _below_in_cells(given, y) for sign, y in _event(reading))
    told = reading.is_told_by_others(each)
    shares = _at_draws(reading) if told else _at_points(reading)
    points = reading.drawing.plan.points
    (scores,) = reading.drawing.scores([each.name], points)
    cells = min(_COARSE, points)
    places = _places(scores, cells)
    # As many points of a Sobol' sequence lie in one cell as in another, but not of tied scores.
    seen = _summed(places, np.ones(places.shape), cells)
    if np.ptp(seen) > 0.0 and cells > _TIED:
        cells, places = _TIED, _places(scores, _TIED)
    return np.repeat(_means(places, shares, cells), _FINE // cells, axis=1)


def _places(scores: Array, cells: int) -> npt.NDArray[np.intp]:
    """Return in which of some equally likely cells scores lie."""
    found: npt.NDArray[np.intp] = np.minimum((ndtr(scores) * cells).astype(np.intp), cells - 1)
    return found


def _means(places: npt.NDArray[np.intp], values: Array, count: int) -> Array:
    """Return the means of values by place in each row, that of all rows where one has none."""
    sums, seen = _summed(places, values, count), _summed(places, np.ones(places.shape), count)
    every = sums.sum(axis=0) / np.maximum(seen.sum(axis=0), 1.0)
    found: Array = np.where(seen > 0.0, sums / np.maximum(seen, 1.0), every)
    return found


def _below_in_cells(given: Conditional, y: float) -> Array:
    """Return P(output <= y) with the input that is integrated out in each of its cells.

    At each point of the others the output is at most y on one side of one value of the input: how
    much of every cell lies there is known exactly.
    """
    A, B = given.A, given.B
    cdf, survival = cdf_and_survival(given.law)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(A == 0.0, 0.0, (y - B) / A)
    # Counted from the low end where A is above 0, from the high end where it is below.
    reach = np.where(A > 0.0, cdf(ends), survival(np.nextafter(ends, -np.inf)))
    reach = _FINE * np.where(A == 0.0, y >= B, reach)
    falls = A < 0.0
    found = _covered(reach, np.where(falls, 0.0, 1.0))
    if falls.any():
        found += _covered(reach, falls.astype(np.float64))[:, ::-1]
    turned = isinstance(given.law, Transformed) and not given.law.by.rises
    return found[:, ::-1] if turned else found


def _covered(reach: Array, counted: Array) -> Array:
    """Return the mean share of each cell that lies within a reach from the first, in cells."""
    whole = reach.astype(np.intp)
    full = _summed(whole, counted, _FINE + 1)
    beyond = full.sum(axis=1, keepdims=True) - np.cumsum(full, axis=1)
    part = _summed(whole, counted * (reach - whole), _FINE + 1)
    found: Array = (beyond + part)[:, :_FINE] / reach.shape[1]
    return found


def _summed(places: npt.NDArray[np.intp], values: Array, count: int) -> Array:
    """Return the sums of values by place in each row, shape (R, count)."""
    rows = len(places)
    flat = (places + count * np.arange(rows)[:, np.newaxis]).ravel()
    sums: Array = np.bincount(flat, values.ravel(), rows * count).astype(np.float64)
    return sums.reshape(rows, count)
