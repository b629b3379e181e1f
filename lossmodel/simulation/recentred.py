"""Drawing the other inputs again, around the likeliest ways for an amount to come about."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.scores import FromScores, from_scores
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.smoothing.clouds import Clouds
from lossmodel.smoothing.conditional import Conditional, Tail
from lossmodel.smoothing.design_points import Gap, design_points, gap_to, rarer, starts_of
from lossmodel.smoothing.forms import Form
from lossmodel.smoothing.recentring import Recentring, Seen

Array = npt.NDArray[np.float64]

MOST = 1 << 18
"""Points of all replicates that are drawn again at most: around the right place they are plenty."""
_SHAPED = 3
"""How often clouds are shaped at most where a tail is not seen clearly."""
_BETTER = 1.2
"""How much more a shaped cloud must see if it is to be shaped once more."""


@final
@dataclass(frozen=True)
class Recentred(Recentring):
    """The other inputs of a form, with normal scores moved to the design points of an amount.

    Attributes
    ----------
    model : Model
    drawing : Drawing
        Of the run: the same points are moved, as many of them as are needed.
    form : Form
        Of the output.
    parts : FormulaEvaluator
        What computes A and B of the form, under these names.

    Notes
    -----
    Importance sampling from a mixture of :class:`Clouds` in the space of normal scores z: the
    inputs' own law, centred at 0, has an eighth of the points, and the same centred at each design
    point has all, or a share where there are many.  Where these see little, clouds that are shaped
    to what was seen so far stand beside them.
    """

    model: Model
    drawing: Drawing
    form: Form
    parts: FormulaEvaluator

    def around(self, y: float, side: Tail) -> Seen | None:
        """Return the output at weighted points, as :meth:`Recentring.around`."""
        with np.errstate(all="ignore"):
            return self._seen(y, side)

    def _seen(self, y: float, side: Tail) -> Seen | None:
        """Return what is seen of a tail from its design points."""
        gap = self._gap(y)
        found = design_points(gap, starts_of(gap, len(self._sources) + 1))
        if not found:
            return None
        # The input that is integrated out needs no moving.
        ways = np.stack([point[:-1] for point in found])
        clouds = Clouds.around(ways, rarer(found), self._most)
        scores, seen = self._look(clouds, y, side)
        for _ in range(_SHAPED):
            if seen.is_clear or not seen.shares.any():
                break
            clouds = clouds.shaped(scores, seen.shares)
            before = seen.effective
            scores, seen = self._look(clouds, y, side)
            if seen.effective <= _BETTER * before:
                break
        return seen

    def _look(self, clouds: Clouds, y: float, side: Tail) -> tuple[Array, Seen]:
        """Return the scores of points moved into some clouds, and what they see of a tail."""
        scores = clouds.moved(self._scores)
        A, B = self._evaluated(scores)
        weights = clouds.weights(scores)
        given = Conditional(A, B, self.form.law, exact=False, weights=weights)
        return scores, Seen(given, given.tail(y, side), partial(self._inputs, scores))

    @property
    def _most(self) -> int:
        """How many points of each replicate are drawn again for a cloud at most."""
        plan = self.drawing.plan
        return min(plan.points, 1 << max(MOST // plan.replicates, 1).bit_length() - 1)

    def _evaluated(self, scores: Array) -> tuple[Array, Array]:
        """Return A and B at normal scores of the other inputs, shape (d, ...)."""
        flat = {name: values.ravel() for name, values in self._inputs(scores).items()}
        found = self.parts.evaluate({**self._constants, **flat}, scores[0].size)
        return found["A"].reshape(scores.shape[1:]), found["B"].reshape(scores.shape[1:])

    def _inputs(self, scores: Array) -> dict[str, Array]:
        """Return the other inputs that are drawn at normal scores, shape (...) each."""
        ties, sources = self.model.ties, dict(zip(self._sources, scores, strict=True))
        found = {}
        for each, values in self._others:
            tie = ties.get(each.name)
            z = sources[each.name] if tie is None else tie.score(sources)
            found[each.name] = values(z) * each.factor
        return found

    def _gap(self, y: float) -> Gap:
        """Return how much the output differs from an amount, by the scores of all inputs."""
        over = from_scores(self.form.law)

        def output(z: Array) -> Array:
            A, B = self._evaluated(z[:, :-1].T)
            return A * over(z[:, -1]) + B

        centre = float(output(np.zeros((1, len(self._sources) + 1)))[0])
        return gap_to(output, centre, y)

    @cached_property
    def _needed(self) -> list[ModelInput]:
        """The other inputs."""
        needs = self.form.needs
        known = (*self.model.shared, *self.model.centres)
        return [each for each in known if each.name in needs]

    @cached_property
    def _others(self) -> list[tuple[ModelInput, FromScores]]:
        """The other inputs that are drawn."""
        return [
            (each, from_scores(each.distribution))
            for each in self._needed
            if each.distribution is not None
        ]

    @cached_property
    def _sources(self) -> list[str]:
        """The independent scores that the other inputs are made of."""
        ties = self.model.ties
        made = (
            ties[each.name].needs if each.name in ties else (each.name,) for each, _ in self._others
        )
        return list(dict.fromkeys(name for names in made for name in names))

    @cached_property
    def _constants(self) -> dict[str, float]:
        """The other inputs that are not."""
        return {each.name: each.constant * each.factor for each in self._needed if each.is_constant}

    @cached_property
    def _scores(self) -> Array:
        """The normal scores of the run's first points, shape (d, R, most)."""
        return self.drawing.independent_scores(self._sources, self._most)
