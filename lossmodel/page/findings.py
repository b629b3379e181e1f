"""All that a page tells of: one scenario, and the results that answer its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from lossmodel.attribution.results import Sensitivity
from lossmodel.claims.results import ClaimChecks
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

        Beside them ``untied``, by output, where inputs move together.
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
        return told

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know beside the numbers, each said once."""
        said = [*(self.checks.warnings if self.checks else ()), *self.result.warnings]
        said += self.sensitivity.warnings if isinstance(self.sensitivity, Sensitivity) else ()
        said += self.sweep.warnings if self.sweep else ()
        return tuple(dict.fromkeys(said))
