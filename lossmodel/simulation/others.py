"""The inputs beside one that is integrated out, by normal scores."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Distribution
from lossmodel.distributions.scores import FromScores, from_scores
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.smoothing.forms import Form

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True)
class Others:
    """The inputs of A and B of a form.

    Attributes
    ----------
    model : Model
    form : Form
        Of an output.
    parts : FormulaEvaluator
        What computes A and B of the form, under these names.
    """

    model: Model
    form: Form
    parts: FormulaEvaluator

    def evaluated(self, scores: Array) -> tuple[Array, Array]:
        """Return A and B at normal scores of the sources, shape (d, ...)."""
        flat = {name: values.ravel() for name, values in self.inputs(scores).items()}
        found = self.parts.evaluate({**self.constants, **flat}, scores[0].size)
        return found["A"].reshape(scores.shape[1:]), found["B"].reshape(scores.shape[1:])

    def inputs(self, scores: Array) -> dict[str, Array]:
        """Return the inputs that are drawn at normal scores of the sources, shape (...) each."""
        ties, sources = self.model.ties, dict(zip(self.sources, scores, strict=True))
        found = {}
        for name, _, factor in self.drawn:
            tie = ties.get(name)
            z = sources[name] if tie is None else tie.score(sources)
            found[name] = self._functions[name](z) * factor
        return found

    @cached_property
    def drawn(self) -> list[tuple[str, Distribution, float]]:
        """Those that are drawn, and what turns their values into the unit that formulas expect."""
        return [
            (each.name, each.distribution, each.factor)
            for each in self._needed
            if each.distribution is not None
        ]

    @cached_property
    def sources(self) -> list[str]:
        """The independent scores that they are made of."""
        ties = self.model.ties
        made = (ties[name].needs if name in ties else (name,) for name, *_ in self.drawn)
        return list(dict.fromkeys(name for names in made for name in names))

    @cached_property
    def constants(self) -> dict[str, float]:
        """Those that are not drawn."""
        return {each.name: each.constant * each.factor for each in self._needed if each.is_constant}

    @cached_property
    def kind(self) -> Hashable:
        """What is the same where one evaluation serves several: all but the distributions."""
        drawn = tuple((name, factor) for name, _, factor in self.drawn)
        tied = id(self) if self.model.ties else None
        return self.parts, drawn, tuple(self.constants.items()), tied

    @cached_property
    def _functions(self) -> dict[str, FromScores]:
        """What turns scores into values, by input."""
        return {name: from_scores(law) for name, law, _ in self.drawn}

    @cached_property
    def _needed(self) -> list[ModelInput]:
        """All of them."""
        needs = self.form.needs
        known = (*self.model.shared, *self.model.centres)
        return [each for each in known if each.name in needs]
