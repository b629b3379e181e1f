"""Turning uniform numbers into draws in the memory that they lie in."""

from abc import ABC, abstractmethod
from typing import final

import numpy as np

from lossmodel.distributions.base import Array


class Filling(ABC):
    """A function of uniform numbers that can put its values in their place.

    What makes no new arrays spares the operating system as much time as the arithmetic takes.
    """

    __slots__ = ()

    @abstractmethod
    def fill(self, u: Array) -> Array:
        """Put the values at ``u``, 0 < u < 1, of one dimension, in its place, and return it."""

    @final
    def __call__(self, u: Array) -> Array:
        """Return the values at ``u``, an array of any shape, which is left as it is."""
        return self.fill(np.array(u, np.float64).ravel()).reshape(np.shape(u))
