"""What the intervals would be if the inputs that move together were independent."""

from collections.abc import Mapping
from dataclasses import replace

from lossmodel.formula.algebra import names
from lossmodel.model.model import Model
from lossmodel.simulation.intervals import Interval
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask


def untied(model: Model, plan: Plan, level: float) -> Mapping[str, Interval]:
    """Return the interval of each output as if none of the inputs were tied to another.

    Parameters
    ----------
    model : Model
    plan : Plan
        Of the run.
    level : float
        Of the intervals.

    Returns
    -------
    mapping of str to Interval
        By output that two tied inputs reach; of a Python function, into which nobody can see, all.
    """
    if not model.groups:
        return {}
    result = simulated(replace(model, groups=()), plan, Ask(level))
    reached = {name: names(node) for name, node in model.of_one_value.items()}
    return {
        name: output.interval(level)
        for name, output in result.outputs.items()
        if name not in reached
        or any(len(reached[name] & {*group.names}) > 1 for group in model.groups)
    }
