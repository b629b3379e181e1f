"""Drawing the other inputs again, around the likeliest ways for an amount to come about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, pairwise
from math import log
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
_OWN = 1.0 / 32.0
"""What the points around 0 claim of their share."""
_ROOM = 1 << 17
"""Values worked on at once where every centre has one for each point."""
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
    all, or a share where there are many.  The weights are those of the power heuristic of E. Veach
    and L. Guibas (SIGGRAPH 1995, section 3.3) with exponent 2: with q(c) = a(c) exp(c z - c c / 2),
    a(c) the share of c in the points, a point of the centre c counts q(c) / sum over all centres of
    q**2.  The balance heuristic, 1 / sum of q, would leave to the few points around 0 a part of the
    tail that hardly ever one of them meets, so that replicates without such a point agree too well.
    For the same reason these points claim but a 32nd of what is theirs: q(0) = a(0) / 32, and they
    count a 32nd of it.  No weight exceeds 16 / a(0).
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
        centres = np.stack((np.zeros(len(self._sources)), *(point[:-1] for point in found)))
        for _ in range(1 + _ADDED):
            scores = self._moved(centres)
            given = self._given(scores, centres)
            seen = Seen(given, given.tail(y, side), partial(self._inputs, scores))
            if largest_part(seen.shares) <= DECIDED or not seen.shares.any():
                break
            centres = np.concatenate((centres, self._centre(centres, seen.shares)))
        return seen

    def _moved(self, centres: Array) -> Array:
        """Return the scores of the points moved to all centres, of which the first is 0."""
        sizes = self._sizes(len(centres))
        own = self._scores
        scores = np.empty((*own.shape[:2], sum(sizes)))
        for part, size, centre in zip(_parts(sizes), sizes, centres, strict=True):
            np.add(own[..., :size], centre[:, np.newaxis, np.newaxis], out=scores[..., part])
        return scores

    def _given(self, scores: Array, centres: Array) -> Conditional:
        """Return the output at points that were moved to some centres."""
        A, B = self._evaluated(scores)
        weights = _weights(scores, centres, self._sizes(len(centres)))
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
        sums, sizes = np.zeros(centres.shape[1]), self._sizes(len(centres))
        for centre, size, place in zip(centres, sizes, _parts(sizes), strict=True):
            part = shares[:, place]
            sums += np.tensordot(self._scores[..., :size], part, axes=2) + centre * part.sum()
        mean: Array = sums[np.newaxis] / shares.sum()
        return mean

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
        return self.drawing.independent_scores(self._sources, self._sizes(2)[1])


def _weights(scores: Array, centres: Array, sizes: Sequence[int]) -> Array:
    """Return the weight of each point, shape (R, n), the points of each centre one after another.

    Only ratios of the centres' densities are formed, none of which overflows.
    """
    shares = np.array(sizes) / sum(sizes)
    claims = np.log(shares)
    claims[0] += log(_OWN)
    claims -= 0.5 * (centres * centres).sum(axis=1)
    weights = np.empty(scores.shape[1:])
    rows = max(_ROOM // (len(centres) * scores.shape[2]), 1)
    for start in range(0, len(weights), rows):
        block = slice(start, start + rows)
        log_q = np.tensordot(centres, scores[:, block], axes=1)
        log_q += claims[:, np.newaxis, np.newaxis]
        largest = log_q.max(axis=0)
        for part, each in zip(_parts(sizes), log_q, strict=True):
            weights[block, part] = each[:, part]
        log_q -= largest
        log_q *= 2.0
        weights[block] -= 2.0 * largest
        np.exp(weights[block], out=weights[block])
        weights[block] /= np.exp(log_q, out=log_q).sum(axis=0)
    weights[:, : sizes[0]] *= _OWN
    return weights


def _parts(sizes: Sequence[int]) -> list[slice]:
    """Return where the points of each centre stand."""
    return [slice(*ends) for ends in pairwise((0, *accumulate(sizes)))]
