"""How wide the interval of an output would be, on average, once an input is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf, nan, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtri

from lossmodel.attribution.atoms import atoms_of
from lossmodel.attribution.bases import Hermite
from lossmodel.attribution.holding import Held, Located
from lossmodel.distributions.base import Distribution
from lossmodel.distributions.scores import FromScores, from_scores
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import student_t

Array = npt.NDArray[np.float64]

_HERMITE = 12
_CHECKED = np.array([-1.27, 0.0, 1.27])
"""Normal scores between those of the nodes."""
_LEGENDRE = 24
_FEW_ATOMS = 32
"""Values of a discrete input that are taken one by one."""
_SETTLED = 5e-3
"""What a sum may miss, as a share of today's width, before other nodes are tried."""
_UNSETTLED = 0.5
"""Where a sum may miss this part of a width, it tells nothing."""


@final
@dataclass(frozen=True, slots=True)
class Nodes:
    """Values of an input whose weighted sum stands for its expectation.

    Attributes
    ----------
    values, weights : array, shape (k,)
        The weights sum to 1; those of values that only check the others are 0.
    checks : array, shape (c, k)
        Weights of sums that would be 0 if nothing were missed.
    """

    values: Array
    weights: Array
    checks: Array


def nodes_of(distribution: Distribution) -> tuple[Nodes, ...]:
    """Return the nodes to try one after the other: of a few values all, else two kinds.

    Notes
    -----
    Gauss-Hermite nodes of the normal score suit what is smooth there; the polynomial through them
    is checked between them.  Gauss-Legendre nodes of the probability suit kinks better; half as
    many check them, twice the difference allowing for slow convergence.
    """
    few = atoms_of(distribution, _FEW_ATOMS)
    if few is None:
        values = from_scores(distribution)
        return _hermite(values), _legendre(values)
    return (Nodes(few.values, few.shares, np.zeros((1, len(few.values)))),)


def _hermite(values: FromScores) -> Nodes:
    """Return Gauss-Hermite nodes and the scores at which they are checked."""
    z, weights = hermegauss(_HERMITE)
    weights /= weights.sum()
    basis = Hermite(_HERMITE - 1)
    at_nodes, at_checks = (
        np.concatenate((np.ones((1, len(x))), basis.at_scores(x))) for x in (z, _CHECKED)
    )
    predicted = at_checks.T @ (at_nodes * weights)
    checks = np.concatenate((predicted, -np.eye(len(_CHECKED))), axis=1)
    padded = np.concatenate((weights, np.zeros(len(_CHECKED))))
    return Nodes(values(np.concatenate((z, _CHECKED))), padded, checks)


def _legendre(values: FromScores) -> Nodes:
    """Return Gauss-Legendre nodes, and half as many."""
    fine, coarse = (leggauss(count) for count in (_LEGENDRE, _LEGENDRE // 2))
    u = 0.5 * (np.concatenate((fine[0], coarse[0])) + 1.0)
    padded = np.concatenate((0.5 * fine[1], np.zeros(len(coarse[1]))))
    check = np.concatenate((fine[1], -coarse[1]))[np.newaxis]
    return Nodes(values(ndtri(u)), padded, check)


@final
@dataclass(frozen=True, slots=True)
class Width:
    """The width of an interval, and by how much each replicate moves it; None if not known."""

    value: float | None
    pulls: Array


def width_of(held: Held, ends: tuple[float, float]) -> Width:
    """Return the width between two quantiles."""
    low, high = (held.quantile(p) for p in ends)
    return Width(_difference(low, high), high.pulls - low.pulls)


def _difference(low: Located, high: Located) -> float | None:
    """Return the distance of two quantiles, if both exist."""
    if low.estimate.value is None or high.estimate.value is None:
        return None
    return high.estimate.value - low.estimate.value


@final
@dataclass(frozen=True, slots=True)
class Expected:
    """An expected width as a share of today's.

    Attributes
    ----------
    estimate : Estimate
    missed : float
        About how much of today's width the sum over the nodes may miss.
    drawn : float
        Half-width of the confidence that comes from the draws.
    """

    estimate: Estimate
    missed: float
    drawn: float

    @property
    def settled(self) -> bool:
        """Whether other nodes would not tell much more."""
        return self.missed <= max(_SETTLED, self.drawn)


_UNKNOWN = Expected(MISSING, inf, 0.0)


def expected_width(nodes: Nodes, widths: Sequence[Width], today: Width) -> Expected:
    """Return the expected width once an input is known, as a share of today's.

    Parameters
    ----------
    nodes : Nodes
        Of the input.
    widths : sequence of Width
        At each of them.
    today : Width

    Returns
    -------
    Expected
        Missing where a width is, where today's is 0, or where the widths at the nodes do not tell
        their mean.

    Notes
    -----
    The widths and today's are found on the same points, so that much of their error cancels in
    the ratio; the error is that of the ratio over replicates (delta method), and what the sum over
    the nodes may miss.
    """
    heights = np.array([nan if each.value is None else each.value for each in widths])
    if not today.value or not np.isfinite(heights).all():
        return _UNKNOWN
    heights /= today.value
    pulls = np.stack([each.pulls for each in widths]) / today.value
    value, missed = float(nodes.weights @ heights), _missed(nodes, heights, pulls)
    if missed > _UNSETTLED * value:
        return Expected(MISSING, missed, 0.0)
    drawn = float(_half_widths(nodes.weights @ pulls - value * today.pulls / today.value))
    half = hypot(drawn, missed)
    told = Estimate(value, half / student_t(pulls.shape[1]), max(value - half, 0.0), value + half)
    return Expected(told, missed, drawn)


def _missed(nodes: Nodes, heights: Array, pulls: Array) -> float:
    """Return by how much, at most, the checks fail beyond what the draws explain."""
    beyond = np.abs(nodes.checks @ heights) - _half_widths(nodes.checks @ pulls)
    return max(float(beyond.max()), 0.0)


def _half_widths(pulls: Array) -> Array:
    """Return the half-width of the confidence of what replicates, the last axis, move so."""
    count = pulls.shape[-1]
    halves: Array = student_t(count) / sqrt(count) * pulls.std(axis=-1, ddof=1)
    return halves
