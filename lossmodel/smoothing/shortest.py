"""The shortest interval of a smooth cdf."""

from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import final

import numpy as np

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import average
from lossmodel.smoothing.conditional import Array
from lossmodel.smoothing.quantiles import Given

_STEPS = 20
_CLOSE = 5e-4
"""A step this short, as a share of the width, is the last: what it misses is a small part of it."""
_UPPER = np.array([False, True])
"""Which side of each end is left out."""
_STEP = 1e-4
"""Share of the interval's width over which the slope of the density is taken."""


@final
@dataclass(frozen=True, slots=True)
class _Settled:
    """The ends of an interval, and the residuals and the jacobian there in widths of ``unit``."""

    ends: Array
    unit: float
    residuals: Array
    jacobian: Array


def shortest_interval(
    given: Given, level: float, near: tuple[float, float]
) -> tuple[Estimate, Estimate] | None:
    """Return both ends of the shortest interval, or None where Newton's method does not settle.

    Parameters
    ----------
    given : Conditional or Gridded
        Smooth.
    level : float
    near : (float, float)
        A guess, such as the ends found from the draws.

    Notes
    -----
    The ends (a, b) solve F(b) - F(a) = level and f(a) = f(b) for the pooled cdf and density; their
    errors follow from each replicate's residuals there by the implicit function theorem.  Some
    points come near them, all take the last steps.
    """
    begun = _settled(given.rough, level, np.array(near))
    if begun is None:
        return None
    # The errors and the last step follow from slopes where the first stage led, not at the guess.
    settled = _settled(given, level, begun.ends)
    return None if settled is None else _estimates(given, settled)


def _settled(given: Given, level: float, ends: Array) -> _Settled | None:
    """Return the ends with the residuals and the jacobian beside them, by Newton's method.

    It works in widths of the guess, so that outputs of any size are solved for alike.
    """
    # The slopes change little from the guess on, and errors of theirs only slow the steps down.
    unit = float(ends[1] - ends[0])
    slopes = _slopes(given.rough, ends, unit)
    for _ in range(_STEPS):
        residuals, heights = _equations(given, level, ends, unit)
        step = _step(heights, slopes, residuals)
        longest, width = unit * max(map(abs, step)), float(ends[1] - ends[0])
        if not longest < 0.25 * width:
            return None
        ends = ends - unit * np.array(step)
        if longest <= _CLOSE * width:
            jacobian = np.array([[-heights[0], heights[1]], [slopes[0], -slopes[1]]])
            return _Settled(ends, unit, residuals, jacobian)
    return None


def _step(heights: list[float], slopes: list[float], residuals: Array) -> tuple[float, float]:
    """Return Newton's step in units, infinite where nothing is smooth (Cramer's rule)."""
    inside, level = (average(each) for each in residuals)
    (low, high), (rise, fall) = heights, slopes
    scale = low * fall - high * rise
    found = -(fall * inside + high * level), -(rise * inside + low * level)
    if not (isfinite(scale) and scale != 0.0 and all(map(isfinite, found))):
        return inf, inf
    return found[0] / scale, found[1] / scale


def _equations(given: Given, level: float, ends: Array, unit: float) -> tuple[Array, list[float]]:
    """Return each replicate's residuals, shape (2, R), and the pooled density at both ends."""
    shares, densities = given.tails(ends, _UPPER)
    densities *= unit
    residuals = np.stack((1.0 - level - shares[0] - shares[1], densities[0] - densities[1]))
    return residuals, [average(density) for density in densities]


def _slopes(given: Given, ends: Array, unit: float) -> list[float]:
    """Return the slope of the pooled density at both ends."""
    step = _STEP * unit
    heights = given.densities(np.concatenate((ends + step, ends - step)))
    return [average(rise) * (unit / (2.0 * _STEP)) for rise in heights[:2] - heights[2:]]


def _estimates(given: Given, settled: _Settled) -> tuple[Estimate, Estimate]:
    """Return the ends with the errors that the residuals' spread gives them."""
    influence = np.linalg.solve(settled.jacobian, settled.residuals)
    spread = influence.std(axis=1, ddof=1) / sqrt(given.count) * settled.unit
    half = np.zeros(2) if given.exact else given.t * spread
    low, high = (
        Estimate.between(float(end), float(end - h), float(end + h), given.t)
        for end, h in zip(settled.ends, half, strict=True)
    )
    return low, high
