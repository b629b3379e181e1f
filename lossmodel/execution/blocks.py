"""Blocks of a run: small enough to stay in cache, cut without any effect on the numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

BLOCK = 1 << 16
"""Values of one column in a block: few enough to stay in cache, and enough to forget the cost of
telling NumPy what to do with them."""

SHARE = 1 << 17
"""Values that a thread is worth starting for, and the size of its blocks: threads that call NumPy
wait for each other between the calls, so these must be long."""

_ROOM = 1 << 21
"""Values of all columns in a block: 16 MiB for each thread."""


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


def shared_out(values: int, columns: int, threads: int, least: int = SHARE) -> tuple[int, int]:
    """Return how many threads a run is worth, and the size of the largest block.

    Parameters
    ----------
    values : int
        Of one column in all.
    columns : int
        How many are drawn.
    threads : int
        How many there may be.
    least : int, optional
        For how many values a thread is worth starting.
    """
    worth = max(1, min(threads, values // least))
    size = BLOCK if worth == 1 else min(SHARE, -(-values // worth))
    return worth, _power_of_two(min(size, _ROOM // max(columns, 1)))


def _power_of_two(number: int) -> int:
    """Return the largest power of two that is not above a number, at least 1."""
    return 1 << max(number, 1).bit_length() - 1


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
