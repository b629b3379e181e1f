"""The outputs of a run of formulas, an input integrated out of each where one was chosen."""

from collections.abc import Mapping
from dataclasses import replace

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
    outputs = {spec.name: Output(spec, draws[spec.name]) for spec in specs}
    for name, integral in chosen.items():
        given = integral.given(name, run.columns)
        if given is not None:
            spec, far = outputs[name].spec, possible.far(name, integral)
            recentred = far and Recentred(model, drawing, far.form, possible.parts(name, far))
            outputs[name] = Output(spec, draws[name], integral.form.over, given, recentred)
    largest = {name: outputs.pop(each.output.name) for name, each in model.occurrences.items()}
    return outputs | {
        name: replace(outputs[name], occurrence=each) for name, each in largest.items()
    }


def computed_in(model: Model) -> list[ModelOutput]:
    """Return what is known of all that a run computes."""
    return [*model.outputs, *(each.output for each in model.occurrences.values())]
