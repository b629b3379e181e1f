"""Clouds of points in the space of normal scores, and what each point of a mixture counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import exp, log
from typing import final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_OWN = 1.0 / 32.0
"""What the points around 0 claim of their share."""
_ROOM = 1 << 17
"""Values worked on at once where every cloud has one for each point."""
_FEWER = 8
_RARE = 8.0
"""A way exp(8) times less likely than the likeliest needs few points."""
_WIDER = 1.3
"""A shaped cloud has this many times the variance of what it is shaped to."""
_ROUND = 10.0
"""A cloud stays round until it knows so many points for each dimension."""
_LEAST_PART = 1e-3
"""A way with less of a tail keeps a round cloud."""


@final
@dataclass(frozen=True, slots=True)
class Clouds:
    """A mixture of normal laws of scores: around 0, around each way, and shaped to each way.

    Attributes
    ----------
    centres : array, shape (k, d)
        The first is 0, followed by the ways; those of shaped clouds stand behind all of these.
    roots : tuple of array, shape (d, d), or None
        Cholesky's factor of the covariance of each cloud, None where that is the unit matrix.
    rarer : tuple of float
        Of each way, the logarithm of how many times less likely it is than the likeliest.
    most : int
        How many points of each replicate there are.

    Notes
    -----
    The weights are those of the power heuristic of E. Veach and L. Guibas (SIGGRAPH 1995, section
    3.3) with exponent 2: with q(c) = a(c) times the ratio of the densities of cloud c and of the
    inputs' own scores, a(c) the share of c in the points, a point of the cloud c counts q(c) / sum
    over all clouds of q**2.  The balance heuristic, 1 / sum of q, would leave to the few points
    around 0 a part of the tail that hardly ever one of them meets, so that replicates without such
    a point agree too well.  For the same reason these points claim but a 32nd of what is theirs:
    q(0) = a(0) / 32, and they count a 32nd of it.  No weight exceeds 16 / a(0).

    Shaping is the step of O. Cappe, R. Douc, A. Guillin, J.-M. Marin and C. Robert, "Adaptive
    importance sampling in general mixture classes", Statistics and Computing 18 (2008) 447-459:
    each cloud takes mean and covariance of its part of the tail, as its weighted points tell them.
    """

    centres: Array
    roots: tuple[Array | None, ...]
    rarer: tuple[float, ...]
    most: int

    @classmethod
    def around(cls, ways: Array, rarer: Sequence[float], most: int) -> "Clouds":
        """Return round clouds around 0 and around some ways, shape (w, d)."""
        centres = np.concatenate((np.zeros((1, ways.shape[1])), ways))
        return cls(centres, (None,) * len(centres), tuple(rarer), most)

    def __len__(self) -> int:
        return len(self.centres)

    @property
    def sizes(self) -> list[int]:
        """How many points of each replicate every cloud has: the one around 0 an eighth.

        Two others have all points each, more share as many; rare ones have an eighth of that.
        """
        rare = [each > _RARE for each in self._rarer]
        each = 2 * self.most >> max(rare.count(False) - 1, 1).bit_length()
        own = [each // _FEWER if is_rare else each for is_rare in rare]
        return [max(size, 1) for size in (self.most // _FEWER, *own)]

    @property
    def _ways(self) -> int:
        """How many ways there are."""
        return len(self.rarer)

    @property
    def _rarer(self) -> tuple[float, ...]:
        """How much less likely each cloud's way is, without that around 0."""
        return self.rarer * ((len(self) - 1) // self._ways)

    @property
    def _modesty(self) -> Array:
        """The logarithm of what each cloud claims of its share.

        A rare way that claimed all would take from the others what lies between them, and tell it
        by the few points that come so far.
        """
        return np.array([log(_OWN), *(-each if each > _RARE else 0.0 for each in self._rarer)])

    def moved(self, own: Array) -> Array:
        """Return scores moved into all clouds, shape (d, R, sum of sizes), one after another.

        Parameters
        ----------
        own : array, shape (d, R, most)
            Independent standard normal scores.
        """
        sizes = self.sizes
        scores = np.empty((*own.shape[:2], sum(sizes)))
        for place, (part, size) in enumerate(zip(_parts(sizes), sizes, strict=True)):
            root, points = self.roots[place], own[..., :size]
            shaped = points if root is None else _times(root, points)
            np.add(shaped, self.centres[place][:, np.newaxis, np.newaxis], out=scores[..., part])
        return scores

    def weights(self, scores: Array) -> Array:
        """Return the weight of each point that was moved, shape (R, n).

        Only ratios of the clouds' densities are formed, none of which overflows.
        """
        sizes = self.sizes
        claims = np.log(np.array(sizes) / sum(sizes))
        claims += self._modesty
        weights = np.empty(scores.shape[1:])
        rows = max(_ROOM // (len(self) * scores.shape[2]), 1)
        for start in range(0, len(weights), rows):
            block = slice(start, start + rows)
            log_q = self._log_ratios(scores[:, block], claims)
            largest = log_q.max(axis=0)
            for part, each in zip(_parts(sizes), log_q, strict=True):
                weights[block, part] = each[:, part]
            log_q -= largest
            log_q *= 2.0
            weights[block] -= 2.0 * largest
            np.exp(weights[block], out=weights[block])
            weights[block] /= np.exp(log_q, out=log_q).sum(axis=0)
        for part, each in zip(_parts(sizes), self._modesty.tolist(), strict=True):
            if each:
                weights[:, part] *= exp(each)
        return weights

    def _log_ratios(self, scores: Array, claims: Array) -> Array:
        """Return log q of each cloud at some scores, shape (k, ...)."""
        round_claims = claims - 0.5 * (self.centres * self.centres).sum(axis=1)
        log_q: Array = np.tensordot(self.centres, scores, axes=1)
        log_q += round_claims[:, np.newaxis, np.newaxis]
        for place, root in enumerate(self.roots):
            if root is not None:
                away = scores - self.centres[place][:, np.newaxis, np.newaxis]
                away = _times(np.asarray(np.linalg.inv(root), np.float64), away)
                log_q[place] = 0.5 * ((scores * scores).sum(axis=0) - (away * away).sum(axis=0))
                log_q[place] += claims[place] - float(np.log(np.diag(root)).sum())
        return log_q

    def shaped(self, scores: Array, shares: Array) -> "Clouds":
        """Return the round clouds, and one beside each way that is shaped to its part of a tail.

        Parameters
        ----------
        scores : array, shape (d, R, n)
            Of points that were moved into these clouds.
        shares : array, shape (R, n)
            Of the tail at these points, weighted; not all 0.
        """
        parts, total = _parts(self.sizes), float(shares.sum())
        centres = list(self.centres[: 1 + self._ways])
        roots = list(self.roots[: 1 + self._ways])
        for way in range(1, 1 + self._ways):
            own = [parts[place] for place in range(way, len(self), self._ways)]
            points = np.concatenate([scores[..., part] for part in own], axis=2)
            part = np.concatenate([shares[:, part] for part in own], axis=1)
            if part.sum() > _LEAST_PART * total:
                mean, root = _shape(points.reshape(len(points), -1), part.ravel() / part.sum())
            else:
                mean, root = self.centres[way], np.eye(len(points))
            centres.append(mean)
            roots.append(root)
        return replace(self, centres=np.array(centres), roots=tuple(roots))


def _shape(points: Array, shares: Array) -> tuple[Array, Array]:
    """Return the mean of weighted points, shape (d, n), and the root of a wider covariance.

    Few points in many dimensions tell little of it: it is drawn towards the unit matrix.
    """
    dimensions = len(points)
    mean: Array = (points * shares).sum(axis=1)
    away = points - mean[:, np.newaxis]
    known = 1.0 / float((shares * shares).sum())
    guess = _ROUND * dimensions
    # Without threads of a library, whose number would change the last digits.
    covariance = known * _WIDER * np.einsum("ip,jp->ij", away * shares, away)
    covariance += guess * np.eye(dimensions)
    return mean, np.linalg.cholesky(covariance / (known + guess))


def _times(matrix: Array, points: Array) -> Array:
    """Return a matrix times points, shape (d, R, n)."""
    product: Array = np.einsum("ij,jrp->irp", matrix, points)
    return product


def _parts(sizes: Sequence[int]) -> list[slice]:
    """Return where the points of each cloud stand."""
    return [slice(*ends) for ends in pairwise((0, *accumulate(sizes)))]
