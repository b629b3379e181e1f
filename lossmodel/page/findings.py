"""All that a page tells of: one scenario, and the results that answer its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, final

from lossmodel.attribution.results import Sensitivity
from lossmodel.claims.results import ClaimChecks
from lossmodel.estimates.estimate import Estimate
from lossmodel.model.description import Description
from lossmodel.simulation.intervals import Interval
from lossmodel.simulation.result import Result
from lossmodel.sweeps.results import Sweep


@final
@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of a scenario.

    Attributes
    ----------
    description : Description
    result : Result
    checks : ClaimChecks or None
        None where nothing is claimed.
    sensitivity : Sensitivity or str
        What matters, or why that cannot be told.
    sweep : Sweep or None
        None where the scenario names no values to try.
    untied : mapping of str to Interval
        By output: its interval if the inputs that move together were independent; empty where none
        do.
    """

    description: Description
    result: Result
    checks: ClaimChecks | None
    sensitivity: Sensitivity | str
    sweep: Sweep | None
    untied: Mapping[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return what ``run``, ``claim``, ``sensitivity``, ``sweep`` and ``show`` print as JSON.

        Beside them ``untied``, by output, where inputs move together, and ``relative_error``.
        The version of lossmodel, the same in all of them, is left out.
        """
        told: dict[str, Any] = {"run": self.result.to_dict()}
        if self.checks is not None:
            told["claim"] = self.checks.to_dict()
        if isinstance(self.sensitivity, Sensitivity):
            told["sensitivity"] = self.sensitivity.to_dict()
        if self.sweep is not None:
            told["sweep"] = self.sweep.to_dict()
        told["show"] = self.description.to_dict()
        for document in told.values():
            del document["version"]
        if self.untied:
            told["untied"] = {name: each.to_dict() for name, each in self.untied.items()}
        told["relative_error"] = self.relative_error if isfinite(self.relative_error) else None
        return told

    @property
    def relative_error(self) -> float:
        """The largest error of a median or an end of an interval as a share of it; else infinite.

        Half the width of a confidence of 95%.
        """
        told = [
            each
            for summary in self.result.summaries
            for each in (summary.interval.low, summary.quantiles[0.5], summary.interval.high)
        ]
        return max((_relative(each) for each in told), default=0.0)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know beside the numbers, each said once."""
        said = [*(self.checks.warnings if self.checks else ()), *self.result.warnings]
        said += self.sensitivity.warnings if isinstance(self.sensitivity, Sensitivity) else ()
        said += self.sweep.warnings if self.sweep else ()
        return tuple(dict.fromkeys(said))


def _relative(each: Estimate) -> float:
    """Return the half-width of the confidence of an estimate as a share of it."""
    if each.value is None or each.low is None or each.high is None:
        return 0.0
    half = max(each.high - each.value, each.value - each.low)
    return half / abs(each.value) if each.value else inf if half else 0.0
