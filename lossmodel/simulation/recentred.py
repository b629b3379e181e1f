"""Drawing the other inputs again, around the likeliest ways for an amount to come about."""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.scores import FromScores, from_scores
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.smoothing.conditional import Conditional, Tail, largest_part
from lossmodel.smoothing.design_points import Gap, design_points, gap_to, starts_of
from lossmodel.smoothing.forms import Form
from lossmodel.smoothing.quantiles import DECIDED
from lossmodel.smoothing.recentring import Recentring, Seen

Array = npt.NDArray[np.float64]

MOST = 1 << 18
"""Points of all replicates that are drawn again at most: around the right place they are plenty."""
_ADDED = 3
"""How many centres are added at most where single points still decide."""


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
    Importance sampling from a mixture: the inputs' own distribution, centred at 0 in the space of
    normal scores z, has an eighth of the points, and the same centred at each design point c has
    all, or a share where there are many.  The weights are those of the balance heuristic, 1 / sum
    over the centres of a(c) exp(c z - c c / 2), a(c) the share of c in the points, so that no
    weight exceeds 1 / a(0) (E. Veach and L. Guibas, SIGGRAPH 1995; A. Owen and Y. Zhou, "Safe and
    effective importance sampling", JASA 95 (2000) 135-143).
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
        found = design_points(gap, starts_of(gap, len(self._others) + 1))
        if not found:
            return None
        # The input that is integrated out needs no moving.
        centres = np.stack((np.zeros(len(self._others)), *(point[:-1] for point in found)))
        for _ in range(1 + _ADDED):
            given = self._moved(centres)
            seen = Seen(given, given.tail(y, side))
            if largest_part(seen.shares) <= DECIDED or not seen.shares.any():
                break
            centres = np.concatenate((centres, self._centre(centres, seen.shares)))
        return seen

    def _moved(self, centres: Array) -> Conditional:
        """Return the output at the points moved to all centres, of which the first is 0."""
        sizes = self._sizes(len(centres))
        scores = [
            self._scores[..., :size] + centre[:, np.newaxis, np.newaxis]
            for centre, size in zip(centres, sizes, strict=True)
        ]
        A, B = (
            np.concatenate(part, axis=1) for part in zip(*map(self._evaluated, scores), strict=True)
        )
        weights = _weights(np.concatenate(scores, axis=2), centres, np.array(sizes) / sum(sizes))
        return Conditional(A, B, self.form.law, exact=False, weights=weights)

    def _sizes(self, count: int) -> list[int]:
        """Return how many points of each replicate every centre has: of the first, 0, an eighth.

        Two others have all points each, more share as many.
        """
        plan = self.drawing.plan
        most = 1 << max(MOST // plan.replicates, 1).bit_length() - 1
        size = min(plan.points, most)
        each = 2 * size >> max(count - 2, 1).bit_length()
        return [max(1, size // 8), *[max(1, each)] * (count - 1)]

    def _centre(self, centres: Array, shares: Array) -> Array:
        """Return the mean score given the tail, shape (1, d): where most of it was seen."""
        sums, start = np.zeros(len(self._others)), 0
        for centre, size in zip(centres, self._sizes(len(centres)), strict=True):
            part, start = shares[:, start : start + size], start + size
            sums += np.tensordot(self._scores[..., :size], part, axes=2) + centre * part.sum()
        mean: Array = sums[np.newaxis] / shares.sum()
        return mean

    def _evaluated(self, scores: Array) -> tuple[Array, Array]:
        """Return A and B at normal scores of the other inputs, shape (d, ...)."""
        columns: dict[str, Array | float] = dict(self._constants)
        for (each, values), z in zip(self._others, scores, strict=True):
            columns[each.name] = values(z.ravel()) * each.factor
        found = self.parts.evaluate(columns, scores[0].size)
        return found["A"].reshape(scores.shape[1:]), found["B"].reshape(scores.shape[1:])

    def _gap(self, y: float) -> Gap:
        """Return how much the output differs from an amount, by the scores of all inputs."""
        over = from_scores(self.form.law)

        def output(z: Array) -> Array:
            A, B = self._evaluated(z[:, :-1].T)
            return A * over(z[:, -1]) + B

        centre = float(output(np.zeros((1, len(self._others) + 1)))[0])
        return gap_to(output, centre, y)

    @cached_property
    def _needed(self) -> list[ModelInput]:
        """The other inputs."""
        needs = self.form.needs
        return [each for each in self.model.inputs if each.name in needs]

    @cached_property
    def _others(self) -> list[tuple[ModelInput, FromScores]]:
        """The other inputs that are drawn."""
        return [
            (each, from_scores(each.distribution))
            for each in self._needed
            if each.distribution is not None
        ]

    @cached_property
    def _constants(self) -> dict[str, float]:
        """The other inputs that are not."""
        return {each.name: each.constant * each.factor for each in self._needed if each.is_constant}

    @cached_property
    def _scores(self) -> Array:
        """The normal scores of the run's first points, shape (d, R, most)."""
        names = [each.name for each, _ in self._others]
        return self.drawing.scores(names, self._sizes(2)[1])


def _weights(scores: Array, centres: Array, sizes: Array) -> Array:
    """Return the weight of each point, shape (R, n): its own density over the mixture's."""
    density = np.zeros(scores.shape[1:])
    for centre, size in zip(centres, sizes, strict=True):
        exponent = np.tensordot(centre, scores, axes=1) - 0.5 * float(centre @ centre)
        density += size * np.exp(exponent)
    return 1.0 / density
