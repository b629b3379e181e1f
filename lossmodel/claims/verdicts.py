"""Where a figure falls in the range of an output, in one word."""

import math
from typing import Literal

from lossmodel.estimates.estimate import NEVER, Estimate

Verdict = Literal[
    "middle-half", "inside", "tail", "not-reproduced", "impossible", "holds", "does not hold"
]

LIMITS: tuple[tuple[float, Verdict], ...] = (
    (0.25, "middle-half"),
    (0.05, "inside"),
    (0.005, "tail"),
)
ON_THE_LINE = " (on the line)"


def verdict(below: Estimate, from_on: Estimate) -> str:
    """Return the word for where an amount falls, by the nearer tail.

    Where the error of the tail straddles a threshold it is the milder word, "(on the line)".

    Parameters
    ----------
    below, from_on : Estimate
        P(output <= amount) and P(output >= amount); exactly 0 only where no value of the inputs
        reaches the amount.
    """
    if NEVER in (below, from_on):
        return "impossible"
    tail = min(below, from_on, key=lambda each: math.inf if each.value is None else each.value)
    if tail.value is None or tail.low is None or tail.high is None:
        return "not-reproduced"
    most = min(0.5, tail.high)
    if _word(tail.low) == _word(most):
        return _word(tail.value)
    return _word(most) + ON_THE_LINE


def verdict_on_constant(true: Estimate) -> Verdict:
    """Return whether a claim holds of an output that is certain."""
    return "holds" if true.value else "does not hold"


def _word(tail: float) -> str:
    """Return the word for a tail without error."""
    return next((word for limit, word in LIMITS if tail >= limit), "not-reproduced")
