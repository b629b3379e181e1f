"""What range of values can lie behind a reported loss figure.

>>> import lossmodel as lm
>>> result = lm.run(lm.load("palmyra-tankers"), seed=0)
>>> result["cargo_wellhead"].interval(0.9).low.value < 2e6
True
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossmodel.attribution.analysing import sensitivity
    from lossmodel.attribution.results import OutputSensitivity, Sensitivity
    from lossmodel.claims.checking import check_claims
    from lossmodel.claims.results import ClaimCheck, ClaimChecks, ReadingCheck
    from lossmodel.comparison.comparing import compare
    from lossmodel.comparison.results import Comparison, Difference, Pair
    from lossmodel.errors import (
        CapacityError,
        LossmodelError,
        NotSupportedError,
        Problem,
        ScenarioError,
        UsageError,
    )
    from lossmodel.estimates.estimate import Estimate
    from lossmodel.model.building import load
    from lossmodel.model.description import Description, describe
    from lossmodel.scenario.library import bundled
    from lossmodel.scenario.schema import Scenario
    from lossmodel.simulation.intervals import Interval
    from lossmodel.simulation.output import Output
    from lossmodel.simulation.plan import Plan
    from lossmodel.simulation.result import Result
    from lossmodel.simulation.running import run
    from lossmodel.sweeps.computing import sweep
    from lossmodel.sweeps.records import Change
    from lossmodel.sweeps.results import Sweep, SweepPoint

__all__ = [
    "CapacityError",
    "Change",
    "ClaimCheck",
    "ClaimChecks",
    "Comparison",
    "Description",
    "Difference",
    "Estimate",
    "Interval",
    "LossmodelError",
    "NotSupportedError",
    "Output",
    "OutputSensitivity",
    "Pair",
    "Plan",
    "Problem",
    "ReadingCheck",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "Sweep",
    "SweepPoint",
    "UsageError",
    "bundled",
    "check_claims",
    "compare",
    "describe",
    "load",
    "run",
    "sensitivity",
    "sweep",
]

_HOMES = {
    "CapacityError": "errors",
    "Change": "sweeps.records",
    "ClaimCheck": "claims.results",
    "ClaimChecks": "claims.results",
    "Comparison": "comparison.results",
    "Description": "model.description",
    "Difference": "comparison.results",
    "Estimate": "estimates.estimate",
    "Interval": "simulation.intervals",
    "LossmodelError": "errors",
    "NotSupportedError": "errors",
    "Output": "simulation.output",
    "OutputSensitivity": "attribution.results",
    "Pair": "comparison.results",
    "Plan": "simulation.plan",
    "Problem": "errors",
    "ReadingCheck": "claims.results",
    "Result": "simulation.result",
    "Scenario": "scenario.schema",
    "ScenarioError": "errors",
    "Sensitivity": "attribution.results",
    "Sweep": "sweeps.results",
    "SweepPoint": "sweeps.results",
    "UsageError": "errors",
    "bundled": "scenario.library",
    "check_claims": "claims.checking",
    "compare": "comparison.comparing",
    "describe": "model.description",
    "load": "model.building",
    "run": "simulation.running",
    "sensitivity": "attribution.analysing",
    "sweep": "sweeps.computing",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the package itself loads nothing heavy."""
    if name == "__version__":
        return import_module("importlib.metadata").version("lossmodel")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])
