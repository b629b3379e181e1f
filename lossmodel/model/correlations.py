"""Dependences of a scenario made into groups of tied inputs, and refused where there are none."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from math import pi, sin

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous, Discrete, Distribution
from lossmodel.errors import Fault
from lossmodel.model.inputs import ModelInput
from lossmodel.model.ties import Group
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.schema import Dependence

Array = npt.NDArray[np.float64]
Pair = frozenset[str]

MOST_TIED = 100
"""Inputs that move together: each is drawn from the scores of all those before it."""

_LEAST = 1e-10
"""Smallest eigenvalue of a matrix that is used."""
_ROUNDED = 1e-4
"""Four digits of an entry are off by half of that, an eigenvalue by as much for each entry."""
_ROUNDS = 200
_SHARES = (np.arange(1 << 16) + 0.5) / (1 << 16)


def groups_of(
    dependences: Sequence[Dependence], inputs: Mapping[str, ModelInput], findings: Findings
) -> tuple[Group, ...]:
    """Return the groups of inputs that dependences tie to each other.

    Parameters
    ----------
    dependences : sequence of Dependence
    inputs : mapping of str to ModelInput
        In the order of the file, as the file writes them.
    findings : Findings
        Takes the faults: a pair tied twice, different copulas in a group, an input that varies
        per unit, a coefficient that discrete inputs cannot reach, a set that no inputs can have.
    """
    tied = {name for each in dependences for name in each.between}
    with findings.at("dependence"):
        _refuse_many(tied)
    if len(tied) > MOST_TIED:
        return ()
    pairs: dict[Pair, tuple[int, Dependence]] = {}
    for place, each in enumerate(dependences):
        if not all(name in inputs for name in each.between) or not _is_whole(each):
            continue
        with findings.at("dependence", place, "between"):
            _refuse_per_unit([inputs[name] for name in each.between])
        for pair in map(frozenset, combinations(each.between, 2)):
            with findings.at("dependence", place, "between"):
                if pair in pairs:
                    raise Fault(f"{_said(pair, inputs)} again", "each pair of inputs tied once")
            pairs[pair] = place, each
        with findings.at("dependence", place):
            _refuse_out_of_reach(each, [inputs[name] for name in each.between])
    return tuple(_groups(pairs, inputs, findings))


def _refuse_many(tied: Collection[str]) -> None:
    """Refuse more tied inputs than can be drawn in a time that anybody waits."""
    if len(tied) > MOST_TIED:
        raise Fault(f"{len(tied):,} inputs that move together", f"at most {MOST_TIED}")


def _is_whole(each: Dependence) -> bool:
    """Whether a dependence has one coefficient and all that its copula needs."""
    coefficients = (each.rank_correlation is None) + (each.kendall is None)
    is_t = each.copula == "t"
    return (
        coefficients == 1 and is_t == (each.df is not None) and not (is_t and each.kendall is None)
    )


def _said(pair: Pair, inputs: Mapping[str, ModelInput]) -> str:
    """Return a pair in words."""
    return " and ".join(name for name in inputs if name in pair)


def _refuse_per_unit(tied: Sequence[ModelInput]) -> None:
    """Refuse to tie what has a value per unit."""
    for each in tied:
        if each.counted_by:
            raise Fault(
                f'"{each.name}", which varies per {each.counted_by}',
                "shared inputs: values per unit are drawn independently of each other and of all "
                "shared inputs",
                f'{each.name}: varies = "shared", or a shared factor beside it that is tied',
            )


def _pearson(each: Dependence) -> float:
    """Return the correlation of scores that gives the coefficient.

    Spearman's for normal scores, Kendall's for all elliptical copulas (F. Lindskog, A. McNeil and
    U. Schmock, "Kendall's tau for elliptical distributions" (2003), eq. (1)).
    """
    if each.rank_correlation is not None:
        return 2.0 * sin(pi * each.rank_correlation / 6.0)
    return sin(0.5 * pi * (each.kendall or 0.0))


def _groups(
    pairs: Mapping[Pair, tuple[int, Dependence]],
    inputs: Mapping[str, ModelInput],
    findings: Findings,
) -> Iterator[Group]:
    """Yield the inputs that are tied directly or through others, by one copula."""
    tied = {
        pair: (place, each)
        for pair, (place, each) in pairs.items()
        if _pearson(each) != 0.0 or each.copula == "t"
    }
    left = [name for name in inputs if any(name in pair for pair in tied)]
    while left:
        found = _connected(left[0], tied)
        left = [name for name in left if name not in found]
        own = {pair: each for pair, each in tied.items() if pair <= found}
        place = max(place for place, _ in own.values())
        with findings.at("dependence", place):
            yield _group([name for name in inputs if name in found], own)


def _connected(first: str, tied: Mapping[Pair, object]) -> frozenset[str]:
    """Return all names that a name is tied to, directly or through others."""
    found = frozenset([first])
    while more := [pair for pair in tied if pair & found and not pair <= found]:
        found = found.union(*more)
    return found


def _group(names: Sequence[str], own: Mapping[Pair, tuple[int, Dependence]]) -> Group:
    """Return a group.

    Raises
    ------
    Fault
        If it has different copulas or no inputs can have such coefficients.
    """
    copulas = {(each.copula, each.df) for _, each in own.values()}
    if len(copulas) > 1:
        raise Fault(
            f"different copulas among {', '.join(names)}", "one copula for inputs that are tied"
        )
    ((_, df),) = copulas
    matrix = np.eye(len(names))
    for (i, one), (j, other) in combinations(enumerate(names), 2):
        if (pair := frozenset((one, other))) in own:
            matrix[i, j] = matrix[j, i] = _pearson(own[pair][1])
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < _LEAST:
        raise _impossible(names, matrix, least, own)
    return Group(tuple(names), matrix, df)


def _impossible(
    names: Sequence[str],
    matrix: Array,
    least: float,
    own: Mapping[Pair, tuple[int, Dependence]],
) -> Fault:
    """Return what tells of a set of coefficients that no inputs can have, with the nearest."""
    near = _inside(nearest_correlation(matrix))
    is_rank = all(each.rank_correlation is not None for _, each in own.values())
    told = 6.0 / pi * np.arcsin(near / 2.0) if is_rank else 2.0 / pi * np.arcsin(near)
    word = "rank_correlation" if is_rank else "kendall"
    offered = ", ".join(
        f"{one} and {other} {word} = {told[i, j]:.4f}"
        for (i, one), (j, other) in combinations(enumerate(names), 2)
    )
    return Fault(
        f"coefficients between {', '.join(names)} that no inputs can have together (smallest "
        f"eigenvalue {least:.4g})",
        "a positive definite set; the nearest is in the fix",
        offered,
    )


def nearest_correlation(matrix: Array) -> Array:
    """Return the correlation matrix nearest to a symmetric matrix in the Frobenius norm.

    Parameters
    ----------
    matrix : array, shape (k, k)
        Symmetric.

    Notes
    -----
    N. Higham, "Computing the nearest correlation matrix: a problem from finance", IMA Journal of
    Numerical Analysis 22 (2002) 329-343, algorithm 3.3: alternating projections with Dykstra's
    correction.  It is singular where the matrix given is not positive definite.
    """
    y, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(_ROUNDS):
        shifted = y - correction
        values, vectors = np.linalg.eigh(shifted)
        x = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = x - shifted
        y = x.copy()
        np.fill_diagonal(y, 1.0)
    return y


def _inside(matrix: Array) -> Array:
    """Return a correlation matrix drawn in to 0 as far as survives rounding to four digits."""
    least, wanted = float(np.linalg.eigvalsh(matrix)[0]), _ROUNDED * len(matrix)
    inside: Array = matrix * min(1.0, (1.0 - wanted) / (1.0 - least))
    np.fill_diagonal(inside, 1.0)
    return inside


def _refuse_out_of_reach(each: Dependence, tied: Sequence[ModelInput]) -> None:
    """Refuse a rank correlation that discrete inputs do not have however they are tied."""
    asked = each.rank_correlation
    if asked is None:
        return
    for one, other in combinations(tied, 2):
        laws = one.distribution, other.distribution
        if not any(isinstance(law, Discrete) for law in laws) or None in laws:
            continue
        most = _most(*(law for law in laws if law is not None), falls=asked < 0.0)
        if abs(asked) > most:
            sign = "-" if asked < 0.0 else ""
            raise Fault(
                f"rank_correlation = {asked:g} between {one.name} and {other.name}",
                f"at most {sign}{most:.4g}: discrete inputs reach no more",
                f"rank_correlation = {sign}{np.floor(most * 1e3) / 1e3:g}",
            )


def _most(one: Distribution, other: Distribution, *, falls: bool) -> float:
    """Return the largest size of Spearman's coefficient, ties at the middle of their ranks.

    It is reached where one input always rises with the other, or falls (W. Hoeffding 1940).
    """
    ranks = _middle(one, _SHARES), _middle(other, _SHARES[::-1] if falls else _SHARES)
    return abs(float(np.corrcoef(*ranks)[0, 1]))


def _middle(law: Distribution, shares: Array) -> Array:
    """Return the mean of P(X < x) and P(X <= x) at the quantiles x."""
    if isinstance(law, Continuous):
        return shares
    x = law.quantile(shares)
    middle: Array = 0.5 * (law.cdf(x) + law.cdf(np.nextafter(x, -np.inf)))
    return middle
