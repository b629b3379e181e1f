"""The least strain: the likeliest values of inputs at which a figure holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf
from types import MappingProxyType
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.claims.stretches import by_values, nearest_score
from lossmodel.distributions.base import Discrete
from lossmodel.distributions.scores import from_scores
from lossmodel.model.inputs import ModelInput
from lossmodel.model.ties import Group, correlations
from lossmodel.smoothing.design_points import design_points
from lossmodel.smoothing.gaps import gap_to
from lossmodel.smoothing.starts import starts_of

Array = npt.NDArray[np.float64]
Output = Callable[[Mapping[str, Array]], Array]

NOWHERE: Mapping[str, float] = MappingProxyType({})
_PAIR = 2
FARTHEST = 8.0
"""Beyond it a set of values is as good as impossible: ndtr(-8) is 6e-16."""

_MOST_PAIRS = 45
_EXACT = 1e-7


@final
@dataclass(frozen=True, slots=True)
class Strain:
    """Values of some inputs, all others at their medians.

    Attributes
    ----------
    inputs : mapping of str to float
        In their own units; empty where no values do it.
    strain : float or None
        Their distance from the medians in normal scores.
    """

    inputs: Mapping[str, float]
    strain: float | None

    def to_dict(self) -> dict[str, object]:
        """Return the strain as it stands in the JSON."""
        return {"inputs": dict(self.inputs), "strain": self.strain}


NONE = Strain({}, None)


def least_strain(  # noqa: PLR0913 - what is moved, what is held, and where to look
    inputs: Sequence[ModelInput],
    output: Output,
    amount: float,
    groups: Sequence[Group] = (),
    held: Sequence[ModelInput] = (),
    *,
    alone: Mapping[str, float] = NOWHERE,
) -> Strain:
    """Return the values of some inputs nearest to their medians that bring about an amount.

    Parameters
    ----------
    inputs : sequence of ModelInput
        Uncertain.
    output : callable
        The output at values of these inputs, all others at their medians.
    amount : float
        In the output's unit.
    groups : sequence of Group, optional
        The inputs that move together.
    held : sequence of ModelInput, optional
        The other inputs, which stay at their medians: what is tied to them is held back by them.
    alone : mapping of str to float, optional
        The likeliest value of single inputs that brings the amount about, in the file's unit.

    Notes
    -----
    The design point of structural reliability (A. Hasofer and N. Lind 1974), in the space of
    z = ndtri(F(x)), made independent where inputs are tied (P.-L. Liu and A. Der Kiureghian,
    "Multivariate distribution models with prescribed marginals and covariances", Probabilistic
    Engineering Mechanics 1 (1986) 105-112).  A value with a probability of its own has a stretch of
    scores, of which the one nearest to 0 counts; values of a discrete input are tried one by one
    beside those of one other input.
    """
    moving = _Moving(inputs, groups, held)
    with np.errstate(all="ignore"):
        single = [*moving.alone(alone)]
        starts = np.array([scores for scores, _ in single]).reshape(-1, len(inputs))
        found = [*(way for _, way in single), *moving.by_design(output, amount, starts)]
        if len(inputs) == _PAIR:
            found += moving.by_values(output, amount)
    best = min(found, key=lambda each: each.strain, default=None)
    if best is None or best.strain > FARTHEST:
        return NONE
    return Strain(dict(zip((each.name for each in inputs), best.values, strict=True)), best.strain)


@final
@dataclass(frozen=True, slots=True)
class _Way:
    """Values of the inputs, in the file's units, and how far their scores are from 0."""

    values: Sequence[float]
    strain: float


@final
class _Moving:
    """Some inputs that are moved, the others held at their medians."""

    def __init__(
        self, inputs: Sequence[ModelInput], groups: Sequence[Group], held: Sequence[ModelInput]
    ) -> None:
        matrix = correlations(groups, [each.name for each in (*inputs, *held)])
        # With the others held at 0 the density of the rest goes by its part of the inverse.
        self._own = np.linalg.inv(matrix)[: len(inputs), : len(inputs)]
        self._rows = np.linalg.cholesky(np.linalg.inv(self._own))
        self._inputs = inputs
        self._laws = [each.distribution for each in inputs if each.distribution is not None]
        self._quantiles = [from_scores(law) for law in self._laws]

    def alone(self, values: Mapping[str, float]) -> Iterator[tuple[Array, _Way]]:
        """Yield the ways in which one input does it, the others at their medians, and scores."""
        for place, (each, law) in enumerate(zip(self._inputs, self._laws, strict=True)):
            if each.name not in values:
                continue
            own = [other.drawn_median for other in self._inputs]
            own[place] = values[each.name]
            scores = np.zeros(len(self._inputs))
            scores[place] = nearest_score(law, values[each.name])
            yield scores, self._way(own, scores)

    def by_design(self, output: Output, amount: float, starts: Array) -> Iterator[_Way]:
        """Yield the nearest design point, from the usual starts and from some scores."""
        own = np.linalg.solve(self._rows, starts.T).T

        def values(z: Array) -> dict[str, Array]:
            return self._columns(self._rows @ z.T)

        centre = float(output(values(np.zeros((1, len(self._inputs)))))[0])
        gap = gap_to(lambda z: output(values(z)), centre, amount)
        usual = starts_of(gap, len(self._inputs))
        near = [own[np.isfinite(own).all(axis=1) & (np.abs(own) < FARTHEST).all(axis=1)], usual]
        found = design_points(gap, np.concatenate(near[::-1]), _EXACT)
        for z in found:
            if abs(float(gap(z[np.newaxis])[0])) <= _EXACT:
                yield self._nearest(self._rows @ z)

    def by_values(self, output: Output, amount: float) -> list[_Way]:
        """Return ways at the values of a discrete input, beside those of the other of two."""
        found = []
        for order in ([0, 1], [1, 0]):
            one, other = (self._inputs[place] for place in order)

            def left(x: Array, y: Array, one: ModelInput = one, other: ModelInput = other) -> Array:
                return output({one.name: x * one.factor, other.name: y * other.factor}) - amount

            laws = self._laws[order[0]], self._laws[order[1]]
            own = np.asarray(self._own[np.ix_(order, order)], np.float64)
            for pair, strain in by_values(laws, left, abs(amount), own, FARTHEST):
                found.append(_Way([pair[place] for place in order], strain))
        return found

    def _nearest(self, scores: Array) -> _Way:
        """Return the values at some scores, with the nearest scores that discrete ones have."""
        columns = [law(each[np.newaxis]) for law, each in zip(self._quantiles, scores, strict=True)]
        values = [float(each[0]) for each in columns]
        near = [
            nearest_score(law, value) if isinstance(law, Discrete) else float(score)
            for law, value, score in zip(self._laws, values, scores, strict=True)
        ]
        return min(self._way(values, scores), self._way(values, np.array(near)), key=_strain)

    def _way(self, values: Sequence[float], scores: Array) -> _Way:
        """Return values with the strain of their scores."""
        return _Way(values, float(np.sqrt(scores @ self._own @ scores)))

    def _columns(self, scores: Array) -> dict[str, Array]:
        """Return the inputs at scores, shape (d, k), in the units that formulas expect."""
        return {
            each.name: law(column) * each.factor
            for each, law, column in zip(self._inputs, self._quantiles, scores, strict=True)
        }


def _strain(way: _Way) -> float:
    """Return how far a way is from the medians."""
    return way.strain


def least_strain_of_two(  # noqa: PLR0913 - as least_strain, and which pairs come first
    inputs: Sequence[ModelInput],
    output_of: Callable[[Sequence[str]], Output],
    amount: float,
    pull: Mapping[str, float],
    groups: Sequence[Group] = (),
    *,
    alone: Mapping[str, float] = NOWHERE,
) -> Strain:
    """Return the least strain of any two inputs.

    Parameters
    ----------
    inputs : sequence of ModelInput
        Uncertain.
    output_of : callable
        From names of inputs to the output at values of these.
    amount : float
    pull : mapping of str to float
        By input, how far the likeliest way of all moves it towards the amount: where there are many
        pairs, those of the inputs that move most are tried, first of all that which does it alone.
    groups : sequence of Group, optional
        The inputs that move together.
    alone : mapping of str to float, optional
        As for :func:`least_strain`.
    """
    ranked = sorted(inputs, key=lambda each: pull[each.name], reverse=True)
    ranked.sort(key=lambda each: _strain_alone(each, alone))
    pairs = sorted(combinations(range(len(ranked)), 2), key=lambda pair: (max(pair), min(pair)))[
        :_MOST_PAIRS
    ]
    found = []
    for first, second in pairs:
        pair = [ranked[first], ranked[second]]
        held = [each for each in ranked if each not in pair]
        output = output_of([each.name for each in pair])
        found.append(least_strain(pair, output, amount, groups, held, alone=alone))
    reached = [each for each in found if each.strain is not None]
    return min(reached, key=lambda each: each.strain or 0.0, default=NONE)


def _strain_alone(each: ModelInput, alone: Mapping[str, float]) -> float:
    """Return the strain of an input that does it alone, infinite where it does not."""
    if each.distribution is None or each.name not in alone:
        return inf
    return abs(nearest_score(each.distribution, alone[each.name]))
