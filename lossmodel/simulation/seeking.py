"""Seeking the design points of one amount for many runs together.

Runs that differ in the distributions of their inputs alone take their steps at the same time: the
work of a step is that of few calls, whatever the number of points that they are for.
"""

from collections.abc import Hashable, Sequence
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.scores import each_from_scores
from lossmodel.simulation.others import Others
from lossmodel.smoothing.design_points import side_by_side
from lossmodel.smoothing.gaps import gaps_to
from lossmodel.smoothing.starts import starts_side_by_side, ways_out

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

_ROOM = 1 << 18
"""Scores of directions that are looked at together."""


def sought(runs: Sequence[Others], y: float) -> list[list[Array]]:
    """Return the design points of an amount, of each run what it would find alone.

    Parameters
    ----------
    runs : sequence of Others
    y : float
        Finite.

    Returns
    -------
    list of list of array, shape (d + 1,)
        Of each run, in the scores of the d sources and of the input that is integrated out.
    """
    kinds: dict[Hashable, list[int]] = {}
    for place, run in enumerate(runs):
        kinds.setdefault(run.kind, []).append(place)
    found: list[list[Array]] = [[] for _ in runs]
    with np.errstate(all="ignore"):
        for places in kinds.values():
            at_once = max(_ROOM // ways_out(len(runs[places[0]].sources) + 1).size, 1)
            for start in range(0, len(places), at_once):
                part = places[start : start + at_once]
                for place, points in zip(part, _together([runs[k] for k in part], y), strict=True):
                    found[place] = points
    return found


def _together(runs: Sequence[Others], y: float) -> list[list[Array]]:
    """Return the design points of runs of one kind."""
    output, count, dimensions = _Outputs(runs), len(runs), len(runs[0].sources) + 1
    centres = output(np.zeros((count, dimensions)), np.arange(count))
    gaps = gaps_to(output, centres, y)
    return side_by_side(gaps, starts_side_by_side(gaps, count, dimensions))


@final
class _Outputs:
    """The outputs of runs of one kind, by the scores of all their inputs."""

    def __init__(self, runs: Sequence[Others]) -> None:
        first = runs[0]
        self._parts, self._constants = first.parts, first.constants
        self._sources, self._ties = first.sources, first.model.ties
        self._drawn = [
            (name, each_from_scores([run.drawn[place][1] for run in runs]), factor)
            for place, (name, _, factor) in enumerate(first.drawn)
        ]
        self._over = each_from_scores([run.form.law for run in runs])

    def __call__(self, z: Array, search: Integers) -> Array:
        """Return the outputs at scores, shape (..., m, d + 1), of runs, shape (m,)."""
        scores = {name: z[..., place] for place, name in enumerate(self._sources)}
        columns: dict[str, Array | float] = dict(self._constants)
        for name, values, factor in self._drawn:
            tie = self._ties.get(name)
            own = scores[name] if tie is None else tie.score(scores)
            column = values(own, search).ravel()
            columns[name] = column if factor == 1.0 else column * factor
        shape = z.shape[:-1]
        found = self._parts.evaluate(columns, z[..., 0].size)
        A, B = (found[part].reshape(shape) for part in "AB")
        return A * self._over(z[..., -1], search) + B
