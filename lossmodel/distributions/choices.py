"""A list of values, each with its probability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, final

import numpy as np

from lossmodel.distributions.base import NONNEGATIVE, REAL, Array, Discrete, Domain
from lossmodel.errors import Fault


@final
@dataclass(frozen=True, slots=True)
class Choice(Discrete):
    """One of a list of values.

    Parameters
    ----------
    values : tuple of float
        Increasing.
    weights : tuple of float
        Their probabilities: positive, with the sum 1.
    """

    domains: ClassVar[Mapping[str, Domain]] = {"values": REAL, "weights": NONNEGATIVE}
    values: tuple[float, ...]
    weights: tuple[float, ...]
    _sorted: Array = field(init=False, repr=False, compare=False)
    _up_to: Array = field(init=False, repr=False, compare=False)
    _beyond: Array = field(init=False, repr=False, compare=False)

    @classmethod
    def of(cls, values: Sequence[float], weights: Sequence[float] | None = None) -> Self:
        """Return the choice among ``values``, in any order, repeated or not.

        Parameters
        ----------
        values : sequence of float
            At least one.
        weights : sequence of float, optional
            As many, >= 0, not all 0; they need not sum to 1.  Equal if left out.

        Raises
        ------
        Fault
            Where there are no values, or the weights do not fit them.
        """
        shares = normalized(len(values), weights)
        atoms, places = np.unique(np.array(values, np.float64), return_inverse=True)
        probabilities = np.bincount(places, weights=shares)
        kept = probabilities > 0.0
        return cls(tuple(atoms[kept].tolist()), tuple(probabilities[kept].tolist()))

    @property
    def support(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return self.values[0], self.values[-1]

    def atoms(self) -> Array | None:
        """Return the values."""
        return self._sorted

    def _check(self) -> None:
        weights = np.array(self.weights)
        up_to = np.minimum(np.cumsum(weights), 1.0)
        up_to[-1] = 1.0
        beyond = np.append(np.cumsum(weights[:0:-1])[::-1], 0.0)
        object.__setattr__(self, "_sorted", np.array(self.values))
        object.__setattr__(self, "_up_to", up_to)
        object.__setattr__(self, "_beyond", beyond)

    def _quantile(self, u: Array) -> Array:
        return self._sorted[np.searchsorted(self._up_to, u, side="left")]

    def _upper_quantile(self, q: Array) -> Array:
        return self._sorted[np.searchsorted(-self._beyond, -q, side="left")]

    def _cdf(self, x: Array) -> Array:
        return self._up_to[np.searchsorted(self._sorted, x, side="right") - 1]

    def _survival(self, x: Array) -> Array:
        return self._beyond[np.searchsorted(self._sorted, x, side="right") - 1]

    def _moments(self) -> tuple[float, float]:
        mean = float(np.dot(self._sorted, self.weights))
        return mean, float(np.dot(np.square(self._sorted - mean), self.weights))


def normalized(number: int, weights: Sequence[float] | None) -> Array:
    """Return the weights of a number of things, divided by their sum; equal if left out.

    Raises
    ------
    Fault
        Where there is nothing to weigh, where the weights are not as many, or all 0.
    """
    if not number:
        raise Fault("an empty list", "at least one value")
    if weights is None:
        return np.full(number, 1.0 / number)
    if len(weights) != number:
        raise Fault(f"{len(weights)} weights for {number} values", "one weight for each")
    shares = np.array(weights, np.float64)
    if not shares.any():
        raise Fault("weights that are all 0", "a weight > 0")
    shares /= shares.max()  # the sum might overflow
    return shares / float(shares.sum())
