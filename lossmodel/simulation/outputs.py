"""The outputs of a run of formulas, an input integrated out of each where one was chosen."""

from collections.abc import Mapping
from dataclasses import replace

from lossmodel.formula.algebra import names
from lossmodel.model.model import Model, ModelOutput
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.gathering import Gathered
from lossmodel.simulation.integrating import Candidates, Integral
from lossmodel.simulation.output import Output
from lossmodel.simulation.recentred import Recentred


def integrated(
    model: Model,
    drawing: Drawing,
    possible: Candidates,
    chosen: Mapping[str, Integral],
    run: Gathered,
) -> dict[str, Output]:
    """Return the outputs of a run of formulas, over the inputs that were chosen for them.

    Parameters
    ----------
    model : Model
    drawing : Drawing
        Of the run.
    possible : Candidates
        Of the model.
    chosen : mapping of str to Integral
        By output.
    run : Gathered
        Of all that the evaluator of the choice computes.
    """
    specs = computed_in(model)
    draws = {spec.name: run.draws(spec.name, spec.support) for spec in specs}
    outputs = {
        spec.name: Output(spec, draws[spec.name], near=_near(model, spec.name)) for spec in specs
    }
    for name, integral in chosen.items():
        given = integral.given(name, run.columns)
        if given is not None:
            spec, far = outputs[name].spec, possible.far(name, integral)
            recentred = far and Recentred(model, drawing, far.form, possible.parts(name, far))
            over, near = integral.form.over, _near(model, name, but=integral.form.over)
            outputs[name] = Output(spec, draws[name], over, given, recentred, near)
    largest = {name: outputs.pop(each.output.name) for name, each in model.occurrences.items()}
    return outputs | {
        name: replace(outputs[name], occurrence=each) for name, each in largest.items()
    }


def _near(model: Model, name: str, but: str = "") -> float:
    """Return the most that the cdf of an input of an output may be off, but for one of them."""
    behind = names(model.computed[name]) - {but}
    laws = [each.distribution for each in model.shared if each.name in behind]
    return max((law.most_off for law in laws if law is not None), default=0.0)


def computed_in(model: Model) -> list[ModelOutput]:
    """Return what is known of all that a run computes."""
    return [*model.outputs, *(each.output for each in model.occurrences.values())]
