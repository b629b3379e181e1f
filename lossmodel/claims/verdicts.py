"""Where a figure falls in the range of an output, in one word."""

from typing import Literal

from lossmodel.estimates.estimate import Estimate

Verdict = Literal[
    "middle-half", "inside", "tail", "not-reproduced", "impossible", "holds", "does not hold"
]

LIMITS: tuple[tuple[float, Verdict], ...] = (
    (0.25, "middle-half"),
    (0.05, "inside"),
    (0.005, "tail"),
)
ON_THE_LINE = " (on the line)"


def verdict(below: Estimate) -> str:
    """Return the word for P(output <= amount), by the nearer tail.

    Where the error of the tail straddles a threshold it is the milder word, "(on the line)".

    Parameters
    ----------
    below : Estimate
        Between 0 and 1; exactly 0 or 1 only where no value of the inputs reaches the amount.
    """
    if below in (Estimate.exact(0.0), Estimate.exact(1.0)):
        return "impossible"
    if below.value is None or below.low is None or below.high is None:
        return "not-reproduced"
    tail = _nearer(below.value)
    ends = _nearer(below.low), _nearer(below.high)
    most = 0.5 if below.low <= 0.5 <= below.high else max(ends)
    if _word(min(ends)) == _word(most):
        return _word(tail)
    return _word(most) + ON_THE_LINE


def _nearer(share: float) -> float:
    """Return the nearer tail's probability."""
    return min(share, 1.0 - share)


def verdict_on_constant(value: float, low: float, high: float) -> Verdict:
    """Return whether a claim holds of an output that is certain."""
    return "holds" if low <= value < high else "does not hold"


def _word(tail: float) -> str:
    """Return the word for a tail without error."""
    return next((word for limit, word in LIMITS if tail >= limit), "not-reproduced")
