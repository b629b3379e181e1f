"""Uniform numbers of inputs that move together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from lossmodel.model.ties import Tie
from lossmodel.sampling.designs import Column
from lossmodel.sampling.sobol import BITS

Array = npt.NDArray[np.float64]

_LEAST = 2.0 ** -(BITS + 1)


@final
@dataclass(frozen=True, slots=True)
class TiedColumn(Column):
    """The uniform numbers of an input that is tied to others.

    The points of the design are those of independent scores, so that a quasi-random design stays
    one; what is tied is a smooth function of them.

    Attributes
    ----------
    tie : Tie
    sources : mapping of str to Column
        What the independent scores are made of.
    """

    tie: Tie
    sources: Mapping[str, Column]

    def fill(self, out: Array, rows: slice, start: int) -> None:
        """Fill a block, as :meth:`Column.fill`."""
        size = out.shape[1]
        scores = {
            name: ndtri(column.block(rows, start, size)) for name, column in self.sources.items()
        }
        np.clip(self.tie.uniform(scores), _LEAST, 1.0 - _LEAST, out=out)
