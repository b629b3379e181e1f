"""What reproduces the numbers that are printed."""

from lossmodel.model.model import Model
from lossmodel.report.words import one_line
from lossmodel.simulation.plan import Plan

_DESIGNS = {"sobol": "Sobol'", "lhs": "Latin hypercube", "independent": "independent"}


def origin(model: Model, plan: Plan) -> str:
    """Return what reproduces the numbers, in a line.

    Parameters
    ----------
    model : Model
    plan : Plan
    """
    name = one_line(model.source.name) or "built in code"
    fingerprint = f", sha256 {model.source.sha256[:12]}" if model.source.sha256 else ""
    settings = "".join(f", {one_line(k)} = {one_line(v)}" for k, v in model.settings.items())
    return (
        f"{name}{fingerprint}{settings}; seed {plan.seed}, "
        f"{plan.replicates} x {plan.points:,} {_DESIGNS[plan.design]} points"
    )
