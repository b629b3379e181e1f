"""From percentiles, as people give them, to parameters."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from lossmodel.distributions.base import Array, Distribution
from lossmodel.distributions.calls import written
from lossmodel.errors import Fault

Points = tuple[tuple[float, float], ...]
"""Pairs of a probability and the value at that quantile, both increasing."""

_Kind = TypeVar("_Kind", bound=Distribution)


def columns(points: Points) -> tuple[Array, Array]:
    """Return the probabilities and the values of ``points``, each an Array of one dimension."""
    probabilities, values = zip(*points, strict=True)
    return np.array(probabilities, np.float64), np.array(values, np.float64)


def line(scores: Iterable[float], values: Iterable[float]) -> tuple[float, float]:
    """Return location and scale of the line ``value = location + scale * score``.

    Parameters
    ----------
    scores : iterable of two floats
        Quantiles of the standard member of a family.
    values : iterable of two floats
        Quantiles of the member wanted.
    """
    (s, t), (v, w) = scores, values
    return float((v * t - w * s) / (t - s)), float((w - v) / (t - s))


def exponential_scores(probabilities: Array) -> Array:
    """Return the quantiles of the exponential distribution with mean 1."""
    return -np.log1p(-probabilities)


def told(points: Points) -> str:
    """Return ``points`` as they are written, ``p5=10, p95=20``."""
    return ", ".join(f"p{round(100 * p)}={written(value)}" for p, value in points)


def verified(distribution: _Kind, points: Points) -> _Kind:
    """Return ``distribution`` if its quantiles are those of ``points``, to nine digits.

    Raises
    ------
    Fault
        When they are not: the percentiles lie outside what the family can do in floats.
    """
    probabilities, values = columns(points)
    error = np.abs(distribution.quantile(probabilities) - values)
    # Compared with the spread too: digits that the spread does not have cannot be asked for.
    if np.all(error <= 1e-9 * np.maximum(np.abs(values), np.ptp(values))):
        return distribution
    raise out_of_reach(points)


def out_of_reach(points: Points) -> Fault:
    """Return the fault of percentiles that no member of a family has."""
    given = told(points)
    return Fault(given, "percentiles that a member of the family has", f"normal({given})")
