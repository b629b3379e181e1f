"""Ranges that hold a share of a distribution."""

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np

from lossmodel.errors import UsageError
from lossmodel.estimates.estimate import Estimate


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds a share of the distribution.

    Attributes
    ----------
    level : float
        The share: 0.9 is the 90% interval.
    low, high : Estimate
        Its ends, each with its Monte Carlo error.
    """

    level: float
    low: Estimate
    high: Estimate

    def to_dict(self) -> dict[str, object]:
        """Return the interval as it stands in the JSON."""
        return {"level": self.level, "low": self.low.to_dict(), "high": self.high.to_dict()}


def tails(level: float) -> tuple[float, float]:
    """Return the shares of probability at the ends of an interval, as one would write them."""
    return round((1.0 - level) / 2.0, 12), round((1.0 + level) / 2.0, 12)


@lru_cache(maxsize=256)
def percent(p: float) -> str:
    """Return a probability in percent, in figures: 0.05 is "5", 1e-9 "0.0000001"."""
    return in_figures(100.0 * p)


def in_figures(x: float) -> str:
    """Return a number in figures, without an exponent: 100.0 is "100"."""
    return np.format_float_positional(float(f"{x:.12g}"), trim="-")


def check_share(value: float, name: str) -> None:
    """Refuse a share that is not strictly between 0 and 1.

    Raises
    ------
    UsageError
        Naming the argument.
    """
    try:
        inside = 0.0 < value < 1.0
        fix = f"{value / 100.0:g}" if 1.0 < value < 100.0 else "0.9"
    except TypeError:
        inside, fix = False, "0.9"
    if not inside:
        raise UsageError(f"{name} {value!r}", "a share strictly between 0 and 1", fix)
