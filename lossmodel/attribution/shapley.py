"""Shares of the variance where inputs move together: Shapley effects, from all sets of inputs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, ndtr, ndtri

from lossmodel.attribution.reaching import Reaching
from lossmodel.distributions.base import Discrete
from lossmodel.distributions.scores import from_scores
from lossmodel.errors import NotSupportedError
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import student_t, unit_of
from lossmodel.model.ties import Group, correlations, normal_score
from lossmodel.sampling.designs import Stream, design_named
from lossmodel.simulation.plan import Plan

Array = npt.NDArray[np.float64]
Names = frozenset[str]

MOST_INPUTS = 10
"""Of more, there are too many sets."""
_EVALUATIONS = 1 << 24


@final
@dataclass(frozen=True, slots=True)
class Effects:
    """Shares of the variance of an output, by input.

    Attributes
    ----------
    first_order : mapping of str to Estimate
        What goes, on average, once the input is known, what it tells of others included.
    total : mapping of str to Estimate
        What is left, on average, once all others are known.
    shapley : mapping of str to Estimate
        What goes by learning the input after some others, on average over all orders; they sum
        to 1.
    """

    first_order: Mapping[str, Estimate]
    total: Mapping[str, Estimate]
    shapley: Mapping[str, Estimate]


def is_tied(reaching: Reaching, output: str) -> bool:
    """Whether inputs that move together reach an output."""
    own = {each.name for each in reaching.reaching(output)}
    return any(len(own & set(group.names)) > 1 for group in reaching.model.groups)


def effects(reaching: Reaching, output: str, plan: Plan) -> Effects:
    """Return the shares of the variance of an output that inputs that move together reach.

    Parameters
    ----------
    reaching : Reaching
    output : str
    plan : Plan
        Fewer of its points where there are many inputs.

    Raises
    ------
    NotSupportedError
        If more than 10 inputs reach the output, or one that is tied is discrete.

    Notes
    -----
    A. Owen, "Sobol' indices and Shapley value", SIAM/ASA Journal on Uncertainty Quantification 2
    (2014) 245-251, and E. Song, B. Nelson and J. Staum, "Shapley effects for global sensitivity
    analysis: theory and computation", same journal 4 (2016) 1060-1083, all sets of inputs taken.
    What is left of the variance once a set is known is half the mean square of the difference of
    two draws that share the set and, given it, are independent.
    """
    if reaching.model.gone_over:
        raise NotSupportedError(
            f"what matters to {output} cannot be told yet where inputs move together and units "
            "are drawn one by one; leave out the dependence"
        )
    _refuse_discrete(reaching, output)
    names = [each.name for each in reaching.reaching(output)]
    if len(names) > MOST_INPUTS:
        raise NotSupportedError(
            f"{output} has {len(names)} inputs, some of which move together: what matters can be "
            f"told of at most {MOST_INPUTS}; hold some of them with --set"
        )
    seen = _Seen(_Pairs(reaching, output, names, plan), names)
    return Effects(
        {name: seen.share([(1.0, frozenset()), (-1.0, frozenset([name]))]) for name in names},
        {name: seen.share([(1.0, frozenset(names) - {name})]) for name in names},
        {name: seen.share(list(_orders(name, names))) for name in names},
    )


def _refuse_discrete(reaching: Reaching, output: str) -> None:
    """Refuse tied inputs whose values leave their scores open."""
    tied = {name for group in reaching.model.groups for name in group.names}
    found = [
        each.name
        for each in reaching.reaching(output)
        if each.name in tied and isinstance(each.distribution, Discrete)
    ]
    if found:
        raise NotSupportedError(
            f"what matters to {output} cannot be told yet where discrete inputs move together "
            f"with others: {', '.join(found)}; hold them with --set, or leave out the dependence"
        )


def _orders(name: str, names: Sequence[str]) -> Iterator[tuple[float, Names]]:
    """Yield sets and weights: what is left before an input is learned, less what is left after."""
    others = [each for each in names if each != name]
    for size in range(len(names)):
        weight = 1.0 / (len(names) * comb(len(others), size))
        for known in map(frozenset, combinations(others, size)):
            yield weight, known
            yield -weight, known | {name}


@final
class _Seen:
    """What is left of the variance in each replicate, by set of inputs that is known."""

    def __init__(self, pairs: "_Pairs", names: Sequence[str]) -> None:
        sets = (frozenset(each) for k in range(len(names)) for each in combinations(names, k))
        self._left = {known: pairs.left(known) for known in sets}
        self._left[frozenset(names)] = np.zeros_like(pairs.variances)
        # What is left once nothing is known, as its own estimate sees it.
        self._left[frozenset()] = self._whole = pairs.variances

    def share(self, terms: Sequence[tuple[float, Names]]) -> Estimate:
        """Return a sum of what is left with weights, as a share of the variance."""
        parts: Array = np.sum([weight * self._left[known] for weight, known in terms], axis=0)
        whole, count = float(self._whole.mean()), len(parts)
        value = float(parts.mean()) / whole
        # W. G. Cochran, Sampling Techniques (1977), section 6.3: the error of a ratio.
        spread = float((parts - value * self._whole).std(ddof=1)) / whole
        half = student_t(count) * spread / sqrt(count)
        # A share lies between 0 and 1; where the estimate does not, the nearer of these is told.
        value = min(max(value, 0.0), 1.0)
        low, high = max(value - half, 0.0), min(value + half, 1.0)
        return Estimate.between(value, low, high, student_t(count))


@final
class _Pairs:
    """Two draws of an output that share some inputs and are independent given these."""

    def __init__(self, reaching: Reaching, output: str, names: Sequence[str], plan: Plan) -> None:
        self._reaching, self._output, self._plan = reaching, output, plan
        room = _EVALUATIONS // (plan.replicates << (len(names) + 1))
        self._points = min(plan.points, 1 << max(room, 2).bit_length() - 1)
        self._inputs = {each.name: each for each in reaching.reaching(output)}
        self._laws = {
            name: from_scores(each.distribution)
            for name, each in self._inputs.items()
            if each.distribution is not None
        }
        self._evaluator = reaching.evaluator((output,))
        self._once, self._again = (
            {name: self._scores(name, again) for name in names} for again in (0, 1)
        )
        tied = {name for group in reaching.model.groups for name in group.names}
        # What moves alone has the same two columns whatever set is known.
        self._alone = {
            name: tuple(self._values(name, scores[name]) for scores in (self._once, self._again))
            for name in names
            if name not in tied
        }
        self._unit = 0.0
        first, second = self._outputs(frozenset())
        mean = 0.5 * float(first.mean() + second.mean())
        squares = ((first - mean) ** 2 + (second - mean) ** 2).mean(axis=1)
        self.variances: Array = 0.5 * squares

    def left(self, known: Names) -> Array:
        """Return what is left of the variance in each replicate once a set is known."""
        first, second = self._outputs(known)
        left: Array = 0.5 * ((first - second) ** 2).mean(axis=1)
        return left

    def _outputs(self, known: Names) -> tuple[Array, Array]:
        """Return both draws, shape (R, n)."""
        return self._drawn(known, 0), self._drawn(known, 1)

    def _drawn(self, known: Names, again: int) -> Array:
        """Return the first draw, or the second one: its unknown inputs are drawn again."""
        fresh = {name: self._again[name] for name in self._inputs if name not in known and again}
        scores = self._once | fresh
        columns: dict[str, Array | float] = {
            name: two[name in fresh] for name, two in self._alone.items()
        }
        for group in self._reaching.model.groups:
            own = [name for name in group.names if name in self._inputs]
            if own:
                joined = self._joined(group, own, known, scores, again)
                columns |= {name: self._values(name, z) for name, z in joined.items()}
        size = self._plan.replicates * self._points
        with np.errstate(all="ignore"):
            columns.update(self._reaching.constants)
            y = self._evaluator.evaluate(columns, size)[self._output]
        self._unit = self._unit or unit_of(float(np.abs(y).max()))
        drawn: Array = y.reshape(self._plan.replicates, -1) / self._unit
        return drawn

    def _values(self, name: str, scores: Array) -> Array:
        """Return the values of an input at its scores, flat, in the units that formulas expect."""
        return self._laws[name](scores).ravel() * self._inputs[name].factor

    def _joined(
        self,
        group: Group,
        own: Sequence[str],
        known: Collection[str],
        scores: Mapping[str, Array],
        again: int,
    ) -> dict[str, Array]:
        """Return the scores of tied inputs, of which those that are known come first.

        Given the known ones, the others of a t copula are t with as many degrees of freedom more
        (P. Ding, "On the conditional distribution of the multivariate t distribution", The American
        Statistician 70 (2016) 293-295, eq. (2)).
        """
        order = sorted(own, key=lambda name: name not in known)
        first = sum(name in known for name in own)
        parts = np.stack([scores[name] for name in order])
        if group.df is not None:
            parts[:first] *= np.sqrt(group.df / self._chi_square(group, "known", group.df, 0))
            strain = group.df + (parts[:first] ** 2).sum(axis=0)
            parts[first:] *= np.sqrt(
                strain / self._chi_square(group, "others", group.df + first, again)
            )
        rows = np.linalg.cholesky(correlations([group], order))
        totals: Array = np.tensordot(rows, parts, axes=1)
        return {
            name: total if group.df is None else normal_score(total, group.df)
            for name, total in zip(order, totals, strict=True)
        }

    def _chi_square(self, group: Group, what: str, df: float, again: int) -> Array:
        """Return chi-square numbers for one of the scales of a t copula."""
        share = ndtr(self._scores(group.names[0], again, f" {what}"))
        return np.asarray(2.0 * gammaincinv(0.5 * df, share), np.float64)

    def _scores(self, name: str, again: int, what: str = "") -> Array:
        """Return independent scores that belong to an input, shape (R, n)."""
        count = len(self._reaching.model.inputs)
        further = again + (2 if what == " known" else 3 if what else 0)
        words = f"{name}{what}{' again' * again}"
        place = self._inputs[name].place if name in self._inputs else 0
        stream = Stream(self._plan.seed, words, place + further * count)
        column = design_named(self._plan.design).column(stream, self._plan.replicates, self._points)
        scores: Array = ndtri(column.block(slice(0, self._plan.replicates), 0, self._points))
        return scores
