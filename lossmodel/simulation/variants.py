"""Runs of one model with some inputs replaced: what they share is drawn and computed once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous
from lossmodel.model.amounts import amounts_in
from lossmodel.model.building import built
from lossmodel.model.evaluators import FormulaEvaluator, refuse_unsupported
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model, ModelOutput
from lossmodel.model.outputs import outputs_of
from lossmodel.model.replacing import replacement
from lossmodel.simulation.drawing import Drawing, Scores, drawn_values
from lossmodel.simulation.gathering import KEPT, Gathered
from lossmodel.simulation.integrating import Candidates, Integral, candidates, laws_of
from lossmodel.simulation.output import Output
from lossmodel.simulation.outputs import integrated
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.recentred import Recentred, seek
from lossmodel.simulation.result import Result
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask, Questions

Array = npt.NDArray[np.float64]

_HELD = 1 << 26
"""Bytes of drawn columns that are kept for the runs to come."""
_TOGETHER = 1 << 18
"""Draws of results that are held at the same time."""
_FEWEST = 4
_RECENT = 256
_VALUES = 1 << 12
"""Values of inputs that are read once: as many as long grids go through again and again."""


@final
class Variants:
    """Runs of a model under one plan, each with the bits of a run that shares nothing.

    Parameters
    ----------
    model : Model
        Without settings of the inputs that are replaced.
    plan : Plan
    ask : Ask
    replaced : collection of str
        Inputs that the runs replace.

    Raises
    ------
    NotSupportedError
        If the scenario asks for what this version cannot run.

    Notes
    -----
    Common random numbers: the numbers of an input depend on its name and place, never on its
    value.  The columns of inputs that are not replaced are drawn once, and what formulas make of
    them alone is computed once; a column of a replaced input is kept for the next run with the
    same value.  Runs of a Python function, of tied inputs, of units and of parameters that are
    replaced, or whose input is, share columns alone.
    """

    def __init__(self, model: Model, plan: Plan, ask: Ask, replaced: Collection[str]) -> None:
        refuse_unsupported(model)
        self._model, self._plan, self._ask = model, plan, ask
        self._inputs = {each.name: each for each in model.inputs}
        self._facts = {each.name: _facts(each) for each in model.inputs}
        self._replaced = model.used & frozenset(replaced)
        draws = max(1, len(model.outputs)) * plan.evaluations
        self._is_small = draws <= KEPT
        self._is_built_anew = bool(model.formulas.aggregates or self._replaced & _linked(model))
        self._is_plain = not (self._is_built_anew or model.groups or model.scenario.is_code)
        room = max(_FEWEST * len(self._replaced), _HELD // (8 * plan.evaluations))
        self._column = lru_cache(maxsize=room)(self._drawn)
        self._replacement = lru_cache(maxsize=_VALUES)(self._made)
        self._described = lru_cache(maxsize=_RECENT)(self._outputs)
        self._fixed = self._values(model, model.used - self._replaced) if self._is_small else {}
        self._scores = Scores(model, plan)
        self._possible: dict[object, Candidates] = {}
        self._evaluators: dict[object, FormulaEvaluator] = {}
        self._questions: Questions | None = None

    def result(self, settings: Mapping[str, str]) -> Result:
        """Return the result of the run with these settings beside those of the model.

        Parameters
        ----------
        settings : mapping of str to str
            Of inputs among those that are replaced.

        Raises
        ------
        Fault
            If one cannot be read or has another dimension.
        NotSupportedError, CapacityError
            As for a run.
        """
        if not (self._is_small and self._is_plain):
            return self._alone(settings)
        model = self._variant(settings)
        outputs = self._evaluated(model)
        if self._questions is None:
            units = {name: output.unit for name, output in outputs.items()}
            amounts = amounts_in(model, units, self._ask.exceedance)
            ask = self._ask
            self._questions = Questions(ask.level, ask.quantiles, amounts, ask.tell, ask.tail)
        return Result(model, self._plan, outputs, self._questions)

    def results(
        self, settings: Sequence[Mapping[str, str]], names: Collection[str] = ()
    ) -> Iterator[Result]:
        """Yield the results of some runs: those of :meth:`result`, with less work for each.

        Parameters
        ----------
        settings : sequence of mapping of str to str
            Of each run, as for :meth:`result`.
        names : collection of str, optional
            Of the outputs that are told; all if none is named.
        """
        at_once = max(_TOGETHER // self._plan.evaluations, 1)
        for start in range(0, len(settings), at_once):
            part = settings[start : start + at_once]
            found = [self.result(each).of(names) for each in part]
            for name in found[0]:
                for amount in found[0].questions.amounts(name):
                    _seek([result[name] for result in found], amount)
            yield from found

    def _alone(self, settings: Mapping[str, str]) -> Result:
        """Return the result of a run that has no more than columns in common with others."""
        if self._is_built_anew:
            # What units are drawn, which sums need none, and what parameters are in range.
            model = built(self._model.scenario, {**self._model.settings, **settings})
        else:
            model = self._variant(settings)
        values = self._fixed | self._values(model, self._replaced) if self._is_small else {}
        return simulated(model, self._plan, self._ask, threads=1, held=_columns(values))

    def _variant(self, settings: Mapping[str, str]) -> Model:
        """Return the model with these settings."""
        inputs, facts = dict(self._inputs), dict(self._facts)
        for name, text in settings.items():
            inputs[name], facts[name] = self._replacement(name, text)
        return replace(
            self._model,
            settings={**self._model.settings, **settings},
            inputs=tuple(inputs.values()),
            outputs=self._described(_Known(tuple(facts.values()), inputs)),
        )

    def _made(self, name: str, text: str) -> "tuple[ModelInput, _Facts]":
        """Return an input with another value, and what outputs depend on in it."""
        made = replacement(self._inputs[name], text, self._model.units)
        return made, _facts(made)

    def _outputs(self, known: "_Known") -> tuple[ModelOutput, ...]:
        """Return what is known of the outputs without drawing."""
        return outputs_of(self._model.scenario, self._model.formulas, known.inputs)

    def _evaluated(self, model: Model) -> dict[str, Output]:
        """Return the outputs of a model made of formulas."""
        values = self._values(model, self._replaced)
        held = _columns(self._fixed | values)
        drawing = Drawing(model, self._plan, held=held, scores=self._scores)
        possible = self._candidates(model)
        chosen = possible.chosen(drawing)
        evaluator = self._evaluator(possible, chosen)
        shape = self._plan.replicates, self._plan.points
        columns = {
            name: np.ascontiguousarray(column).reshape(shape)
            for name, column in evaluator.evaluate(_flat(values), self._plan.evaluations).items()
        }
        return integrated(model, drawing, possible, chosen, Gathered(columns, {}))

    def _values(self, model: Model, names: Collection[str]) -> dict[str, Array | float]:
        """Return some shared inputs: columns of shape (replicates, points), or constants."""
        return {
            each.name: each.constant * each.factor
            if each.is_constant
            else self._column(each.name, each.text)
            for each in model.inputs
            if each.name in names and not each.counted_by
        }

    def _drawn(self, name: str, text: str) -> Array:
        """Return all values of an input with this text."""
        own = self._inputs[name]
        each = own if text == own.text else self._replacement(name, text)[0]
        return drawn_values(self._model, each, self._plan)

    def _candidates(self, model: Model) -> Candidates:
        """Return what could be integrated out of each output."""
        laws = laws_of(model, self._ask.smoothing)
        kinds = tuple((n, law.support, isinstance(law, Continuous)) for n, law in laws.items())
        if kinds not in self._possible:
            self._possible[kinds] = candidates(model, self._ask.smoothing)
        return self._possible[kinds].of(model)

    def _evaluator(self, possible: Candidates, chosen: Mapping[str, Integral]) -> FormulaEvaluator:
        """Return what computes a run from the inputs that are replaced."""
        places = tuple((name, integral.place) for name, integral in chosen.items())
        key = possible.origin, places
        if key not in self._evaluators:
            nodes = possible.computed(chosen)
            self._evaluators[key] = FormulaEvaluator(nodes, _flat(self._fixed))
        return self._evaluators[key]


def _seek(outputs: Iterable[Output], amount: float) -> None:
    """Seek one amount for all outputs that would, at the cost of a few."""
    runs = [output.recentring for output in outputs if output.seeks(amount)]
    seek([run for run in runs if isinstance(run, Recentred)], amount)


def _linked(model: Model) -> frozenset[str]:
    """Return the inputs whose parameters are other inputs, and these."""
    own = model.formulas.parameters
    return frozenset(own).union(*(each.needs for each in own.values()))


def _columns(values: Mapping[str, Array | float]) -> dict[str, Array]:
    """Return those that are drawn."""
    return {name: x for name, x in values.items() if isinstance(x, np.ndarray)}


class _Facts(NamedTuple):
    """What is known of outputs depends on this of an input."""

    support: tuple[float, float]
    is_constant: bool
    has_mean: bool
    has_variance: bool


def _facts(each: ModelInput) -> _Facts:
    """Return what outputs depend on in an input."""
    return _Facts(each.support, each.is_constant, each.has_mean, each.has_variance)


@final
@dataclass(frozen=True, slots=True)
class _Known:
    """Inputs of which two sets are equal where the same is known of the outputs."""

    facts: tuple[_Facts, ...]
    inputs: Mapping[str, ModelInput] = field(compare=False)


def _flat(values: Mapping[str, Array | float]) -> dict[str, Array | float]:
    """Return columns with one dimension."""
    return {n: x.reshape(-1) if isinstance(x, np.ndarray) else x for n, x in values.items()}
