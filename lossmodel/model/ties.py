"""Inputs that move together: their normal scores as sums of independent ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, ndtr, ndtri, stdtr, stdtrit

from lossmodel.distributions.base import Distribution
from lossmodel.distributions.location import Normal
from lossmodel.distributions.positive import LogNormal
from lossmodel.formula.tree import Binary, Name, Node

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Tie:
    """How the score of one input comes of independent scores.

    Attributes
    ----------
    sources : tuple of str
        The names of the independent scores.
    weights : tuple of float
        Of each; their squares sum to 1.
    df : float or None
        Degrees of freedom of the t copula; None for the Gaussian one.
    mixing : str
        The name of the score that the t copula's common scale is made of; "" without one.
    """

    sources: tuple[str, ...]
    weights: tuple[float, ...]
    df: float | None = None
    mixing: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """All independent scores that it is made of."""
        return (*self.sources, self.mixing) if self.mixing else self.sources

    def uniform(self, scores: Mapping[str, Array]) -> Array:
        """Return the input's uniform numbers from independent scores."""
        total = self._total(scores)
        return np.asarray(ndtr(total) if self.df is None else stdtr(self.df, total), np.float64)

    def score(self, scores: Mapping[str, Array]) -> Array:
        """Return the input's normal scores, with all digits in both tails."""
        total = self._total(scores)
        return total if self.df is None else normal_score(total, self.df)

    def _total(self, scores: Mapping[str, Array]) -> Array:
        """Return the score on the copula's own scale."""
        parts = zip(self.sources, self.weights, strict=True)
        total: Array = np.sum([weight * scores[name] for name, weight in parts], axis=0)
        if self.df is not None:
            # Half a chi-square variable is a gamma variable of half the degrees of freedom.
            half = gammaincinv(0.5 * self.df, ndtr(scores[self.mixing]))
            total *= np.sqrt(0.5 * self.df / half)
        return total


def normal_score(score: Array, df: float) -> Array:
    """Return the normal score with the probability of a score of Student's t, in either tail."""
    return np.asarray(np.copysign(ndtri(stdtr(df, -np.abs(score))), score), np.float64)


@final
@dataclass(frozen=True, eq=False)
class Group:
    """Inputs tied to each other by one copula.

    Attributes
    ----------
    names : tuple of str
        In the order of the file.
    matrix : array, shape (k, k)
        Of the correlations of their scores, positive definite.
    df : float or None
        Degrees of freedom of the t copula; None for the Gaussian one.
    """

    names: tuple[str, ...]
    matrix: Array
    df: float | None

    @cached_property
    def ties(self) -> dict[str, Tie]:
        """How each score comes of independent ones; without what is left as it is drawn.

        The score of the first input is its own, so that only the others are moved.
        """
        mixing = "" if self.df is None else f"{self.names[0]} mixing"
        rows = np.linalg.cholesky(self.matrix)
        first = 1 if self.df is None else 0
        return {
            name: Tie(self.names[: place + 1], tuple(rows[place, : place + 1]), self.df, mixing)
            for place, name in enumerate(self.names)
            if place >= first
        }

    def given(self, name: str, share: float, uniforms: Mapping[str, Array]) -> dict[str, Array]:
        """Return the uniform numbers of the others once that of one input is known.

        Parameters
        ----------
        name : str
        share : float
            What it is known to be; nan leaves nothing known of the others.
        uniforms : mapping of str to array
            As drawn with it free; what is not there is left out.

        Notes
        -----
        What one score leaves of another, T - r Tx, varies with the root of df + Tx**2 and is
        otherwise independent of Tx (P. Ding 2016, eq. (2)); of the Gaussian copula it is
        independent altogether.
        """
        place = self.names.index(name)
        score, own = self._total(np.array(share)), self._total(uniforms[name])
        stretch = np.ones_like(own)
        if self.df is not None:
            stretch = np.sqrt((self.df + score * score) / (self.df + own * own))
        moved: dict[str, Array] = {}
        for other, slope in zip(self.names, self.matrix[place], strict=True):
            if other != name and other in uniforms:
                left = (self._total(uniforms[other]) - slope * own) * stretch
                total = slope * score + left
                found = ndtr(total) if self.df is None else stdtr(self.df, total)
                moved[other] = np.asarray(found, np.float64)
        return moved

    def _total(self, u: Array) -> Array:
        """Return uniform numbers on the copula's own scale."""
        return np.asarray(ndtri(u) if self.df is None else stdtrit(self.df, u), np.float64)

    def centre(self, name: str) -> tuple[Tie, float]:
        """Return what all others tell of a score, made to vary by 1, and by how much it varies.

        Only of a Gaussian copula, in which what is left is independent of the others.
        """
        place = self.names.index(name)
        others = [each for each in range(len(self.names)) if each != place]
        rows = np.linalg.cholesky(self.matrix)
        slopes = np.linalg.solve(self.matrix[np.ix_(others, others)], self.matrix[others, place])
        weights = slopes @ rows[others]
        spread = float(np.linalg.norm(weights))
        return Tie(self.names, tuple(weights / spread)), spread


def correlations(groups: Sequence[Group], names: Sequence[str]) -> Array:
    """Return the matrix of the correlations of scores of some inputs, 0 where they are not tied."""
    matrix = np.eye(len(names))
    for group in groups:
        own = [place for place, name in enumerate(names) if name in group.names]
        inside = [group.names.index(names[place]) for place in own]
        matrix[np.ix_(own, own)] = group.matrix[np.ix_(inside, inside)]
    return matrix


@final
@dataclass(frozen=True, slots=True)
class Parted:
    """An input as what the inputs tied to it tell of it, joined with what they do not tell.

    Attributes
    ----------
    node : Node
        The input in terms of these two.
    centre : str
        The name of what is told.
    told : Distribution
        Its law.
    rest : str
        The name of what is not.
    law : Distribution
        Its law; it is independent of all other inputs.
    """

    node: Node
    centre: str
    told: Distribution
    rest: str
    law: Distribution

    @property
    def multiplies(self) -> bool:
        """Whether the two are multiplied, and not added."""
        return isinstance(self.node, Binary) and self.node.op == "*"


def parted(name: str, law: Distribution | None, spread: float) -> Parted | None:
    """Return a tied input in two parts, or None where its law has none.

    Parameters
    ----------
    name : str
    law : Distribution or None
    spread : float
        The standard deviation of what the others tell of its score, below 1.

    Notes
    -----
    With z = m + r, m told by the others and r independent of them, exp(mu + sigma z) is the
    product of exp(mu + sigma m) and exp(sigma r), and mu + sigma z a sum.
    """
    left = sqrt((1.0 - spread) * (1.0 + spread))
    centre, rest = Name(f"{name} as told"), Name(f"{name} otherwise")
    match law:
        case LogNormal(mu, sigma):
            told, own = LogNormal(mu, sigma * spread), LogNormal(0.0, sigma * left)
            return Parted(Binary("*", centre, rest), centre.name, told, rest.name, own)
        case Normal(mu, sigma):
            shift, noise = Normal(mu, sigma * spread), Normal(0.0, sigma * left)
            return Parted(Binary("+", centre, rest), centre.name, shift, rest.name, noise)
        case _:
            return None
