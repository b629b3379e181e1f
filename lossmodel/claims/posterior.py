"""An input given that a claim is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from lossmodel.claims.bands import Band, Layer
from lossmodel.distributions.base import Discrete
from lossmodel.distributions.forward import cdf_and_survival
from lossmodel.distributions.monotone import Transformed
from lossmodel.distributions.scores import from_scores
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import student_t
from lossmodel.smoothing.conditional import Conditional

Array = npt.NDArray[np.float64]
_FARTHEST, _STEPS, _CLOSE = 37.5, 60, 1e-11


def quantiles_given(given: Conditional, band: Band, shares: Sequence[float]) -> list[Estimate]:
    """Return quantiles of the input that is integrated out, given a claim.

    Parameters
    ----------
    given : Conditional
        The output over that input.
    band : Band
    shares : sequence of float
        Each strictly between 0 and 1.

    Notes
    -----
    At each point the claim leaves the input slices of its own distribution; the posterior cdf is
    the ratio of two means over the design, smooth in the value.  Its confidence is found by
    inversion, with the error of a ratio from the replicates (W. G. Cochran, *Sampling Techniques*
    (1977), section 6.3).
    """
    law = given.law
    rises = not isinstance(law, Transformed) or law.by.rises
    slices, values_of = Slices(given, band), from_scores(law)
    found = []
    for p in shares:
        scores = np.array(slices.quantile(p if rises else 1.0 - p))
        if not np.isfinite(scores).all():
            found.append(MISSING)
            continue
        ends = values_of(scores)
        value, *others = (law.by.inverse(ends) if isinstance(law, Transformed) else ends).tolist()
        found.append(Estimate.between(value, min(others), max(others), given.t))
    return found


def quantile_of_draws(values: Array, shares: Array, p: float) -> Estimate:
    """Return a quantile of an input's draws, shape (R, n), each counting as its share says."""
    order = np.argsort(values, axis=None)
    sorted_values = values.ravel()[order]
    counted = np.cumsum(shares.ravel()[order]) / shares.sum()
    evidence = float(shares.mean())

    def residuals(v: float) -> Array:
        below = shares * (values <= v)
        means: Array = (below - p * shares).mean(axis=1)
        return means

    value = float(sorted_values[min(int(np.searchsorted(counted, p)), counted.size - 1)])
    spread = residuals(value).std(ddof=1) / sqrt(len(values)) / evidence
    half = student_t(len(values)) * float(spread)
    ends = np.searchsorted(counted, (p - half, p + half))
    low, high = sorted_values[np.minimum(ends, counted.size - 1)]
    return Estimate.between(value, float(low), float(high), student_t(len(values)))


def drawn_within(given: Conditional, band: Band, shares: Array) -> Array | None:
    """Return what is integrated out at some share of the slice a claim leaves of it at each point.

    Parameters
    ----------
    given : Conditional
    band : Band
    shares : array, shape (R, n)
        Strictly between 0 and 1.

    Returns
    -------
    array, shape (R, n), or None
        None where the band has more than one layer.
    """
    (layer, *more) = band.layers(given.A.shape[1])
    if more:
        return None
    low, high = _ends(given, layer)
    cdf, survival = cdf_and_survival(given.law)
    # Counted from the end where the slice lies, lest its digits be lost.
    upper = cdf(low) > 0.5
    first = np.where(upper, survival(high), cdf(low))
    last = np.where(upper, survival(low), cdf(high))
    score = ndtri(np.clip(first + shares * (last - first), 1e-300, 1.0))
    return from_scores(given.law)(np.clip(np.where(upper, -score, score), -_FARTHEST, _FARTHEST))


@final
class Slices:
    """What a claim leaves of an input at each point, as shares of the input's own distribution.

    Parameters
    ----------
    given : Conditional
    band : Band
    """

    def __init__(self, given: Conditional, band: Band) -> None:
        layers = [(layer.weight, *_ends(given, layer)) for layer in band.layers(given.A.shape[1])]
        cdf, survival = cdf_and_survival(given.law)
        # Shares are counted from the end of the distribution where they keep their digits.
        _, low, high = layers[0]
        self._from_above = float(survival(low).mean()) < float(cdf(high).mean())
        shares = survival if self._from_above else cdf
        points = 1.0 if given.weights is None else given.weights
        self._parts = [
            _Part.of(np.broadcast_to(weight * points, low.shape), shares(low), shares(high))
            for weight, low, high in layers
        ]
        self._whole = self._within(1.0)
        self._evidence, self._count = float(self._whole.mean()), given.count
        first = min(float(part.first.min()) for part in self._parts)
        last = max(float(part.last.max()) for part in self._parts)
        ends = np.clip(ndtri(np.array([first, last])), -_FARTHEST, _FARTHEST)
        self._ends = (-ends[1], -ends[0]) if self._from_above else (ends[0], ends[1])

    def quantile(self, p: float) -> tuple[float, float, float]:
        """Return the normal score of a quantile and of the ends of its confidence."""
        if not self._evidence > 0.0:
            return nan, nan, nan
        score = self._root(p, 0.0)
        spread = float(self._excess(score, p).std(ddof=1))
        half = student_t(self._count) * spread / sqrt(self._count)
        return score, self._root(p, half), self._root(p, -half)

    def _root(self, p: float, shift: float) -> float:
        """Return the score at which the mean excess is minus ``shift``, by the Illinois method."""
        low, high = self._ends
        below, above = (float(self._excess(end, p).mean()) + shift for end in (low, high))
        if below >= 0.0 or above <= 0.0:
            return float(low if below >= 0.0 else high)
        for _ in range(_STEPS):
            at = (low * above - high * below) / (above - below)
            found = float(self._excess(at, p).mean()) + shift
            if found >= 0.0:
                low_changed, (high, above) = False, (at, found)
            else:
                low_changed, (low, below) = True, (at, found)
            if high - low <= _CLOSE or abs(found) <= _CLOSE * self._evidence:
                return float(at)
            # The end that stays is drawn in, lest the steps creep.
            if low_changed:
                above *= 0.5
            else:
                below *= 0.5
        return float(0.5 * (low + high))

    def _excess(self, score: float, p: float) -> Array:
        """Return what lies below a score less the share ``p`` of all, in each replicate."""
        if self._from_above:
            return (1.0 - p) * self._whole - self._within(float(ndtr(-score)))
        return self._within(float(ndtr(score))) - p * self._whole

    def _within(self, share: float) -> Array:
        """Return how much of the slices lies within a share from the end, in each replicate."""
        total = np.zeros(len(self._parts[0].first))
        for part in self._parts:
            total += part.within(share)
        return total


@final
@dataclass(frozen=True, slots=True)
class _Part:
    """One layer's slices: what each counts, its ends, and the mean of what lies before them."""

    weight: Array
    first: Array
    last: Array
    before: Array

    @classmethod
    def of(cls, weight: Array, one: Array, other: Array) -> "_Part":
        """Return the slices between two ends, whichever comes first."""
        first, last = np.minimum(one, other), np.maximum(one, other)
        return cls(weight, first, last, _row_means(weight, first))

    def within(self, share: float) -> Array:
        """Return how much lies within a share from the end, in each replicate."""
        reached = np.minimum(self.last, share)
        return _row_means(self.weight, np.maximum(reached, self.first, out=reached)) - self.before


def _row_means(weight: Array, values: Array) -> Array:
    """Return each replicate's mean of values times weights."""
    means: Array = np.einsum("rn,rn->r", weight, values) / values.shape[1]
    return means


def _ends(given: Conditional, layer: Layer) -> tuple[Array, Array]:
    """Return the ends of the slice that a layer leaves at each point; none where A is 0."""
    A, B = given.A, given.B
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = (layer.low - B) / A, (layer.high - B) / A
    low, high = np.minimum(first, last), np.maximum(first, last)
    if isinstance(given.law, Discrete):
        # From low on and below high; where A is below 0 it is above low and up to high.
        rises = A > 0.0
        low = np.where(rises, np.nextafter(low, -np.inf), low)
        high = np.where(rises, np.nextafter(high, -np.inf), high)
    whole = (A == 0.0) & (layer.low <= B) & (layer.high > B)
    low = np.where(A == 0.0, np.where(whole, -np.inf, 0.0), low)
    return low, np.where(A == 0.0, np.where(whole, np.inf, 0.0), high)
