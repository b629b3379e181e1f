"""How likely the words of a claim are true of an output, and what lies beyond them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, final

import numpy as np

from lossmodel.claims.needs import Needs
from lossmodel.claims.readings import Reading
from lossmodel.claims.switching import Switching
from lossmodel.estimates.estimate import ALWAYS, MISSING, NEVER, Estimate
from lossmodel.simulation.output import Output

_OR_EQUAL = ("at least", "at most", "up to")


@final
@dataclass(frozen=True, slots=True)
class End:
    """One end of LOW to HIGH.

    Attributes
    ----------
    amount : float
        In the output's unit.
    beyond : Estimate
        P(output < LOW), or P(output >= HIGH).
    ratio_to_median : Estimate
        The end as a multiple of the median.
    switching : mapping of str to Switching
        By uncertain input, the value that it alone would need for the output to be at the end.
    """

    amount: float
    beyond: Estimate
    ratio_to_median: Estimate
    switching: Mapping[str, Switching]

    def to_dict(self) -> dict[str, Any]:
        """Return the end as it stands in the JSON."""
        return {
            "amount": self.amount,
            "beyond": self.beyond.to_dict(),
            "ratio_to_median": self.ratio_to_median.to_dict(),
            "switching": {name: each.to_dict() for name, each in self.switching.items()},
        }


def sides_of(output: Output, amount: float) -> tuple[Estimate, Estimate]:
    """Return P(output <= amount) and P(output > amount).

    Only that of the farther side is 1 minus the other, so that a small one keeps its digits.
    """
    median = output.quantile(0.5).value
    if median is not None and amount < median:
        below = output.cdf(amount)
        return below, below.complement()
    above = output.exceedance(amount)
    return above.complement(), above


def reached_from(output: Output, amount: float, above: Estimate) -> Estimate:
    """Return P(output >= amount), given P(output > amount): an amount may have probability."""
    if output.given is not None and output.given.is_smooth:
        return above
    return output.exceedance(float(np.nextafter(amount, -inf)))


def holds(reading: Reading, below: Estimate, above: Estimate) -> Estimate:
    """Return how likely the words are true under a reading.

    Parameters
    ----------
    reading : Reading
    below, above : Estimate
        P(output <= amount) and P(output > amount).

    Notes
    -----
    One-sided words mean all that lies on their side of the amount, whatever else still rounds to
    it; other words mean the values that they allow.  Of an output that is certain either will do:
    it is what a newsroom rounds.
    """
    side, output = reading.claim.wording.one_sided, reading.output
    if not output.spec.uncertain and _is_allowed(reading, float(output.quantile(0.5))):
        return ALWAYS
    if not side:
        return reading.sight.inside if output.spec.uncertain else NEVER
    told = above if side == "floor" else below
    given = output.given
    if given is not None and given.is_smooth:
        return told
    wants_equal = reading.claim.wording.comparator in _OR_EQUAL
    if wants_equal == (side == "ceiling"):
        return told
    # Values at the amount itself count with "at least" and do not with "less than".
    before = float(np.nextafter(reading.amount, -inf))
    return output.exceedance(before) if side == "floor" else output.cdf(before)


def _is_allowed(reading: Reading, value: float) -> bool:
    """Whether a value is one that the words allow."""
    claim, factor = reading.claim, reading.claim.factors[reading.output.name]
    return claim.low * factor <= value < claim.high * factor


def ends_of(reading: Reading, needs: Needs) -> Iterator[End]:
    """Yield both ends of LOW to HIGH; nothing of a claim that says one amount."""
    if reading.claim.wording.amount is not None:
        return
    output = reading.output
    median = output.quantile(0.5)
    for place, amount in enumerate(reading.claim.amounts(output.name)):
        # What is below an end but not at it: the two differ where the output has atoms.
        beyond = sides_of(output, float(np.nextafter(amount, -inf)))[place]
        yield End(amount, beyond, ratio(amount, median), needs.switching(amount))


def ratio(amount: float, median: Estimate) -> Estimate:
    """Return an amount as a multiple of the median, if that is known to within a half."""
    if not (median.value and median.low and median.high) or median.se is None:
        return MISSING
    if max(median.value - median.low, median.high - median.value) > 0.5 * abs(median.value):
        return MISSING
    value = amount / median.value
    ends = sorted((amount / median.low, amount / median.high))
    return Estimate(value, abs(value * median.se / median.value), ends[0], ends[1])
