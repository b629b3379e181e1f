"""What the intervals would be if an input were shared by all counted things, or not."""

from dataclasses import dataclass, replace
from typing import final

from lossmodel.errors import LossmodelError
from lossmodel.model.alternatives import alternatives, reached
from lossmodel.model.evaluators import evaluator_of
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.intervals import Interval
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.result import Result
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

_UNITS = 1 << 24
"""Units drawn for the other reading of an input at most: it may be less precise than the run."""


@final
@dataclass(frozen=True, slots=True)
class OtherReading:
    """An output with one input read the other way.

    Attributes
    ----------
    varies : str
        "shared" or "per NAME", unlike in the scenario.
    interval : Interval
    """

    varies: str
    interval: Interval

    def to_dict(self) -> dict[str, object]:
        """Return the reading as it stands in the JSON."""
        return {"varies": self.varies, "interval": self.interval.to_dict()}


def other_readings(model: Model, plan: Plan, level: float) -> dict[str, dict[str, OtherReading]]:
    """Return the other reading of each input that belongs to counted things.

    Parameters
    ----------
    model : Model
    plan : Plan
        Of the run; fewer of its points where units have to be drawn.
    level : float
        Of the intervals.

    Returns
    -------
    dict of str to dict of str to OtherReading
        By output and input; without those that cannot be run.
    """
    found: dict[str, dict[str, OtherReading]] = {}
    for each in alternatives(model):
        try:
            result = simulated(each.model, _lighter(each.model, plan), Ask(level))
        except LossmodelError:
            # The scenario as it is written runs; this reading of it need not.
            continue
        for name in reached(each, model):
            reading = OtherReading(each.varies, result[name].interval(level))
            found.setdefault(name, {})[each.name] = reading
    return found


def run_where_counted(model: Model) -> Result | None:
    """Return a run of a model that has other readings; None where it has none or cannot be run.

    Parameters
    ----------
    model : Model
    """
    if model.unsupported or not alternatives(model):
        return None
    try:
        return simulated(model, Plan(), Ask())
    except LossmodelError:
        # What is wrong with it is said where it is run.
        return None


def _lighter(model: Model, plan: Plan) -> Plan:
    """Return the plan with as few points as draw no more than so many units."""
    points = plan.points
    while points > 1 and _units(model, replace(plan, points=points)) > _UNITS:
        points //= 2
    return replace(plan, points=points, converged=True)


def _units(model: Model, plan: Plan) -> float:
    """Return about how many units a run draws."""
    return plan.evaluations * Drawing(model, plan).units(evaluator_of(model))
