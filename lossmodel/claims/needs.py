"""What would have to be true for an amount to come about: of one input, of two, and of all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.claims.readings import Reading, at_medians
from lossmodel.claims.strain import NONE, Strain, least_strain, least_strain_of_two
from lossmodel.claims.switching import Switching, switching
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput

Array = npt.NDArray[np.float64]


@final
class Needs:
    """What the inputs of a reading would have to be.

    Parameters
    ----------
    reading : Reading
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._uncertain = reading.uncertain

    def switching(self, amount: float) -> dict[str, Switching]:
        """Return what each input alone would have to be for the output to be an amount."""
        found = self._switching if amount == self._reading.amount else self._switching_at(amount)
        return {each.name: self._shown(each, found[each.name]) for each in self._uncertain}

    def _switching_at(self, amount: float) -> dict[str, Switching]:
        """Return the same of what is drawn for the inputs."""
        return {
            each.name: switching(each, self._output_of([each.name]), amount)
            for each in self._uncertain
        }

    @cached_property
    def _switching(self) -> dict[str, Switching]:
        """The same at the reading's own amount."""
        return self._switching_at(self._reading.amount)

    @cached_property
    def _alone(self) -> dict[str, float]:
        """What is drawn for single inputs that bring about the amount, and do not jump past it."""
        return {
            name: each.value
            for name, each in self._switching.items()
            if each.value is not None and each.reaches is None
        }

    def _shown(self, each: ModelInput, found: Switching) -> Switching:
        """Return switching values in the input's own terms, where it is drawn as something else."""
        if each.name not in self._reading.model.formulas.parameters or found.value is None:
            return found
        drawn = {each.name: np.array([found.value, *found.others])}
        value, *others = self._own_values(each.name, drawn).tolist()
        return replace(found, value=value, others=tuple(others))

    def _own_values(self, name: str, drawn: Mapping[str, Array]) -> Array:
        """Return an input at values of what is drawn for it and others, the rest at medians."""
        model = self._reading.model
        evaluator = FormulaEvaluator({name: model.formulas.parameters[name].node})
        return at_medians(model, name, evaluator)(list(drawn))(drawn)

    def _told(self, strain: Strain) -> Strain:
        """Return a strain with every input in its own terms."""
        inputs = {each.name: each for each in self._uncertain}
        drawn = {n: np.array([x * inputs[n].factor]) for n, x in strain.inputs.items()}
        own = {
            name: float(self._own_values(name, drawn)[0])
            for name in strain.inputs.keys() & self._reading.model.formulas.parameters.keys()
        }
        return replace(strain, inputs={name: own.get(name, x) for name, x in strain.inputs.items()})

    @cached_property
    def least_strain(self) -> Strain:
        """The likeliest values of all inputs at which the output is the amount."""
        of_all, of_two = self._least_strain, self._least_strain_of_two
        if of_two.strain is None or (of_all.strain is not None and of_all.strain <= of_two.strain):
            return self._told(of_all)
        others = {each.name: each.drawn_median for each in self._uncertain}
        return self._told(replace(of_two, inputs={**others, **of_two.inputs}))

    @cached_property
    def _least_strain(self) -> Strain:
        """The same with what is drawn for the inputs."""
        if not self._uncertain:
            return NONE
        output = self._output_of([each.name for each in self._uncertain])
        amount, groups = self._reading.amount, self._reading.model.groups
        return least_strain(self._uncertain, output, amount, groups, alone=self._alone)

    @cached_property
    def least_strain_of_two(self) -> Strain:
        """The same of the best pair of inputs."""
        return self._told(self._least_strain_of_two)

    @cached_property
    def _least_strain_of_two(self) -> Strain:
        """The same with what is drawn for the inputs."""
        every = self._least_strain
        if len(self._uncertain) < 2:
            return every
        pull = _pull(every, self._uncertain)
        amount, groups = self._reading.amount, self._reading.model.groups
        return least_strain_of_two(
            self._uncertain, self._output_of, amount, pull, groups, alone=self._alone
        )

    @cached_property
    def _output_of(self) -> Callable[[Sequence[str]], Callable[[Mapping[str, Array]], Array]]:
        """What makes, of names of inputs, the output at values of them, others at medians."""
        name, model = self._reading.output.name, self._reading.model
        return at_medians(model, name, FormulaEvaluator({name: model.of_one_value[name]}))


def _pull(every: Strain, uncertain: Sequence[ModelInput]) -> dict[str, float]:
    """Return how far the likeliest way to the amount moves each input, in its own tail."""
    if every.strain is None:
        return dict.fromkeys((each.name for each in uncertain), 0.0)
    return {each.name: _rarity(each, every.inputs[each.name]) for each in uncertain}


def _rarity(each: ModelInput, value: float) -> float:
    """Return how rare values as far out as this are."""
    if each.distribution is None:
        return 0.0
    at = np.array([value])
    tail = min(float(each.distribution.cdf(at)[0]), float(each.distribution.survival(at)[0]))
    return -tail
