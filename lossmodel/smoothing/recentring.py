"""The same output seen from where an amount comes about."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.smoothing.conditional import DECIDED, Array, Conditional, Tail, largest_part

_CLEAR, _DIM = 0.2, 0.02
"""Effective points, as a part of all, with which a tail is seen well, and seen at all.

Clouds of unit spread around the middle of a wide surface have less than the second where most of
the surface was never met."""


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """A tail as seen from where it comes about.

    Attributes
    ----------
    given : Conditional
        The output at weighted points.
    shares : array, shape (R, n)
        Of the tail, at each point.
    inputs : callable
        Returns what the other inputs are at these points, by name, in the units that formulas
        expect: an array of shape (R, n) of each that is drawn.
    """

    given: Conditional
    shares: Array
    inputs: Callable[[], Mapping[str, Array]]

    @property
    def effective(self) -> float:
        """How many points of equal shares would tell as much, as a part of all; 0 where none has.

        L. Kish, *Survey sampling* (1965), section 11.7.
        """
        squares = float((self.shares * self.shares).sum())
        total = float(self.shares.sum())
        return total * total / squares / self.shares.size if squares > 0.0 else 0.0

    @property
    def is_clear(self) -> bool:
        """Whether many points tell of the tail, and none alone."""
        return self.effective >= _CLEAR and largest_part(self.shares) <= DECIDED

    @property
    def is_seen(self) -> bool:
        """Whether the points suffice to tell of the tail, error included."""
        return self.effective >= _DIM and largest_part(self.shares) <= DECIDED


class Recentring(ABC):
    """What draws the other inputs again around the likeliest ways for an amount to come about."""

    @abstractmethod
    def around(self, y: float, side: Tail) -> Seen | None:
        """Return the output at points around those ways, weighted.

        Parameters
        ----------
        y : float
            Finite.
        side : {"below", "above"}
            The tail that is meant.

        Returns
        -------
        Seen or None
            None where no way to the amount was found, or where points decide too little.
        """
