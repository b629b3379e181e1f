"""Shares of the variance: first-order and total indices, from replicated sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.atoms import AtomSums
from lossmodel.attribution.bases import Basis
from lossmodel.attribution.pairs import InputSums, OutputSums
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.moments import hall_limits
from lossmodel.estimates.replicates import RULE_OF_THREE, student_t

Array = npt.NDArray[np.float64]

_MOSTLY = 0.7
"""Of the half-width of an estimate, what it misses where that is most of its error."""
FEW = 400.0
"""Points that count alike: of fewer the spread of the replicates tells too little."""
_AGREE = 2.0
"""Half-widths, put together, by which two estimates of one index may differ."""
_ROUNDING = 1e-12


@final
@dataclass(frozen=True, slots=True)
class Share:
    """A share of the variance before it is told: it may be a little below 0.

    Attributes
    ----------
    value : float
    half : float
        The half-width of its 95% confidence by Student's t.
    down, up : float
        How far the confidence goes to either side: at least so far, and farther where the
        replicates are skewed.
    missed : float
        The part of ``half`` that the replicates do not tell.
    """

    value: float
    half: float
    down: float
    up: float
    missed: float = 0.0

    @classmethod
    def of(cls, value: float, influences: Array) -> "Share":
        """Return a share that is a mean over replicates, to first order, of these influences.

        Where few points make most of the variance the replicates are skewed, and so is the error
        (P. Hall, J. R. Statist. Soc. B 54 (1992) 221-228).
        """
        count = len(influences)
        t, se = student_t(count), float(influences.std(ddof=1)) / sqrt(count)
        upper, lower = hall_limits(influences, t)
        return cls(value, se * t, se * max(upper, t), se * max(-lower, t))

    def told(self, t: float, unseen: float) -> Estimate:
        """Return it as an estimate within 0 and 1, known to ``unseen`` where replicates agree."""
        agreed = self.half <= _ROUNDING
        half, down, up = (unseen,) * 3 if agreed else (self.half, self.down, self.up)
        value = min(max(self.value, 0.0), 1.0)
        return Estimate(value, half / t, max(value - down, 0.0), min(value + up, 1.0))

    def widened(self, times: float) -> "Share":
        """Return it with an error that is some times wider."""
        half, down, up, missed = (
            times * each for each in (self.half, self.down, self.up, self.missed)
        )
        return Share(self.value, half, down, up, missed)

    def missing(self, more: float) -> "Share":
        """Return it with something in its error that its replicates do not tell."""
        half, down, up = (hypot(each, more) for each in (self.half, self.down, self.up))
        return Share(self.value, half, down, up, more)


def total_index(sums: InputSums | AtomSums, output: OutputSums, points: int) -> Estimate:
    """Return the share of the variance that is left, on average, once all others are known.

    Parameters
    ----------
    sums : InputSums or AtomSums
    output : OutputSums
        Of positive variance.
    points : int
        In all replicates.

    Notes
    -----
    M. J. W. Jansen, "Analysis of variance designs for model output", Computer Physics
    Communications 117 (1999) 35-43; the error is that of a ratio of means over replicates.  Where
    these agree, as where the input moved nothing, it may still do otherwise in a share 3/N of the
    points.  Of a discrete input of few values what is left is known at each point.
    """
    t = student_t(len(sums.halves))
    found = _ratio(sums.halves, _variances(sums, output))
    return found.widened(_doubtful(sums, output)).told(t, _unseen(output, points))


def first_order_index(sums: InputSums | AtomSums, output: OutputSums, points: int) -> Estimate:
    """Return the share of the variance that goes, on average, once this input is known.

    Parameters
    ----------
    sums : InputSums or AtomSums
    output : OutputSums
        Of positive variance.
    points : int
        In all replicates.

    Notes
    -----
    By regression on orthonormal functions of the input (B. Sudret, "Global sensitivity analysis
    using polynomial chaos expansions", Reliability Engineering and System Safety 93 (2008)
    964-979), by the basis that suits its distribution or, where that misses much or is
    contradicted, by another or by pick-freeze (Saltelli et al. 2010, table 2 (b)).  Of a discrete
    input of few values by the variance of the output's mean at each of them.
    """
    if not sums.halves.any():
        return total_index(sums, output, points)
    t, unseen = student_t(len(sums.halves)), _unseen(output, points)
    return _first_order(sums, output).widened(_doubtful(sums, output)).told(t, unseen)


def _first_order(sums: InputSums | AtomSums, output: OutputSums) -> Share:
    """Return the share that goes once an input is known, as the best way to find it has it."""
    if isinstance(sums, AtomSums):
        return _held(sums.coefficients, _variances(sums, output))
    frozen = _ratio(sums.products, output.variances)
    if not sums.projections:
        return frozen
    seen = [_projected(basis, c, output.variances) for basis, c in sums.projections.items()]
    regressed = _preferred(seen)
    apart = abs(regressed.value - frozen.value)
    if apart > _AGREE * hypot(regressed.half, frozen.half):
        return frozen
    return _preferred([regressed, frozen])


def _variances(sums: InputSums | AtomSums, output: OutputSums) -> Array:
    """Return the variances to take shares of: those of the same evaluations but for rare values."""
    if isinstance(sums, AtomSums) and output.rarest is None:
        return sums.variances
    return output.variances


def _doubtful(sums: InputSums | AtomSums, output: OutputSums) -> float:
    """Return how many times wider an error is than the replicates tell, as few points count.

    Where they are fewer than 400 all replicates are likely to miss some of what is rare and large.
    """
    alike = sums.effective
    if not (isinstance(sums, AtomSums) and output.rarest is None):
        alike = min(alike, output.effective)
    return max(sqrt(FEW / alike), 1.0) if alike > 0.0 else 1.0


def _unseen(output: OutputSums, points: int) -> float:
    """Return the share of the variance that changes at 3/N of the points may have."""
    reach = output.high - output.low
    return RULE_OF_THREE / points * reach * reach / (2.0 * float(output.variances.mean()))


def _preferred(shares: Sequence[Share]) -> Share:
    """Return the first of some estimates, or where that misses much a later one that is better.

    Noise is no reason to leave one for another: that which looks quieter is the one that has met
    fewer of the rare draws that count.
    """
    found, *others = shares
    for other in others:
        if found.missed > _MOSTLY * found.half and other.half < found.half:
            found = other
    return found


def _ratio(above: Array, below: Array) -> Share:
    """Return a ratio of means over replicates, with its error by the delta method."""
    value = float(above.mean() / below.mean())
    return Share.of(value, (above - value * below) / below.mean())


def _projected(basis: Basis, coefficients: Array, variances: Array) -> Share:
    """Return the share of the variance that a basis holds, and what it may miss in its error."""
    last = max(_held(coefficients[:, basis.count // 2 :], variances).value, 0.0)
    return _held(coefficients, variances).missing(basis.missing * last)


def _held(coefficients: Array, variances: Array) -> Share:
    """Return a sum of squared coefficients over the variance, with its error.

    The square of a mean over replicates exceeds that of the coefficient by the variance of the
    mean; products of different replicates do not (a U-statistic).  The error is by leaving one
    out.
    """
    R = len(coefficients)
    sums, squares = coefficients.sum(axis=0), (coefficients * coefficients).sum()
    value = float((sums @ sums - squares) / (R * (R - 1)) / variances.mean())
    left = sums - coefficients
    squares_left = squares - (coefficients * coefficients).sum(axis=1)
    moments = ((left * left).sum(axis=1) - squares_left) / ((R - 1) * (R - 2))
    without = moments / ((variances.sum() - variances) / (R - 1))
    return Share.of(value, -(R - 1) * without)
