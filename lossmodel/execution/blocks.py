"""Blocks of a run: small enough to stay in cache, cut without any effect on the numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

BLOCK = 1 << 14
"""Values of one column in a block: 128 KiB, so that the few columns of a formula stay in cache."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """Some points of some replicates.

    Attributes
    ----------
    rows : slice
        Replicates.
    start, size : int
        Points ``start`` to ``start + size - 1`` of each; ``size`` is a power of two and divides
        ``start``.
    """

    rows: slice
    start: int
    size: int

    @property
    def points(self) -> slice:
        """The points as a slice."""
        return slice(self.start, self.start + self.size)

    @property
    def count(self) -> int:
        """The number of values."""
        return len(range(self.rows.start, self.rows.stop)) * self.size


def blocks(replicates: int, points: int, largest: int = BLOCK) -> Iterator[Block]:
    """Cut a run into blocks of at most ``largest`` values.

    Parameters
    ----------
    replicates : int
    points : int
        Per replicate, a power of two.
    largest : int, optional
        A power of two.
    """
    size = min(points, largest)
    height = max(1, largest // size)
    for first in range(0, replicates, height):
        rows = slice(first, min(first + height, replicates))
        for start in range(0, points, size):
            yield Block(rows, start, size)
