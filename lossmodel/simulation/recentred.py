"""Drawing the other inputs again, around the likeliest ways for an amount to come about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.others import Others
from lossmodel.simulation.seeking import sought
from lossmodel.smoothing.clouds import Clouds
from lossmodel.smoothing.conditional import Conditional, Tail
from lossmodel.smoothing.design_points import rarer
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
        if y not in self.known:
            seek([self], y)
        found = self.known[y]
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
        A, B = self.others.evaluated(scores)
        weights = clouds.weights(scores)
        given = Conditional(A, B, self.form.law, exact=False, weights=weights)
        return scores, Seen(given, given.tail(y, side), partial(self.others.inputs, scores))

    @property
    def _most(self) -> int:
        """How many points of each replicate are drawn again for a cloud at most."""
        plan = self.drawing.plan
        return min(plan.points, 1 << max(MOST // plan.replicates, 1).bit_length() - 1)

    @cached_property
    def others(self) -> Others:
        """The inputs that are moved."""
        return Others(self.model, self.form, self.parts)

    @cached_property
    def known(self) -> dict[float, list[Array]]:
        """The design points of the amounts that were sought, in the scores of all inputs."""
        return {}

    @cached_property
    def _scores(self) -> Array:
        """The normal scores of the run's first points, shape (d, R, most)."""
        return self.drawing.independent_scores(self.others.sources, self._most)


def seek(runs: Sequence[Recentred], y: float) -> None:
    """Let some runs know their design points of one amount, which costs less for many together.

    It changes no number: each finds what it would find alone, when it is asked for it.

    Parameters
    ----------
    runs : sequence of Recentred
    y : float
        Finite.
    """
    found = sought([run.others for run in runs], y)
    for run, points in zip(runs, found, strict=True):
        run.known[y] = points
