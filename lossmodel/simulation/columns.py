"""The uniform numbers behind each input of a model, tied ones included."""

from lossmodel.model.model import Model
from lossmodel.sampling.designs import Column, Stream, design_named
from lossmodel.sampling.tied import TiedColumn
from lossmodel.simulation.plan import Plan

_LAST = 9_999
"""The last dimension that a design has: what is no input of the file is put at that end."""


def column_of(model: Model, name: str, plan: Plan) -> Column:
    """Return the uniform numbers of one input, or of what the others tell of it.

    Parameters
    ----------
    model : Model
    name : str
    plan : Plan
    """
    tie = model.ties.get(name)
    if tie is None:
        return source_of(model, name, plan)
    return TiedColumn(tie, {each: source_of(model, each, plan) for each in tie.needs})


def source_of(model: Model, name: str, plan: Plan) -> Column:
    """Return the uniform numbers of one independent score.

    Parameters
    ----------
    model : Model
    name : str
        Of an input, or of what mixes the scales of a t copula.
    plan : Plan
    """
    places = {each.name: each.place for each in (*model.inputs, *model.sums)}
    place = places[name] if name in places else _LAST - places[name.split(maxsplit=1)[0]]
    stream = Stream(plan.seed, name, place)
    return design_named(plan.design).column(stream, plan.replicates, plan.points)
