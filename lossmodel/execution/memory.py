"""Whether a run fits in memory and in time, asked before it starts."""

import os
from pathlib import Path

from lossmodel.errors import CapacityError

_MEMINFO = Path("/proc/meminfo")
_BYTES = 8
_KEPT = 2
"""Arrays per smoothed output that are kept to the end: A and B of what is integrated out."""
_WORKING = 7
"""Arrays that a statistic works in at most; one is asked for after the other."""
_DRAWS = 2
"""Arrays per smoothed output for its draws, as long as they are few: kept and sorted."""
_COUNTS, _BLOCKS = 16 << 20, 32 << 20
"""Bytes for the bins of an output whose draws are counted, and for blocks worked on at once."""


def available_bytes() -> int:
    """Return the memory that a run may take: what is free or can be freed now."""
    try:
        rows = _MEMINFO.read_text(encoding="ascii").splitlines()
        free = next(row for row in rows if row.startswith("MemAvailable:"))
        return int(free.split()[1]) * 1024
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def needed_bytes(replicates: int, points: int, smoothed: int) -> int:
    """Return what a run with smoothed outputs, and its statistics, take at most.

    Parameters
    ----------
    replicates, points, smoothed : int
        As for :func:`check_memory`.
    """
    array = _BYTES * replicates * points
    draws = min(_DRAWS * smoothed * array, _COUNTS * smoothed + _BLOCKS)
    return (_KEPT * smoothed + _WORKING) * array + draws


def check_memory(replicates: int, points: int, smoothed: int) -> None:
    """Refuse a run whose smoothed outputs do not fit in memory.

    Draws take no part in it: up to a fixed number they are kept, beyond it they are counted as
    they come.

    Parameters
    ----------
    replicates, points : int
        Of the plan.
    smoothed : int
        Of how many outputs an input is integrated out.

    Raises
    ------
    CapacityError
        With the largest number of points that fits.
    """
    if not smoothed:
        return
    available = available_bytes()
    needed = needed_bytes(replicates, points, smoothed)
    if needed <= available:
        return
    fitting = points
    while fitting > 1 and needed_bytes(replicates, fitting, smoothed) > available:
        fitting //= 2
    outputs = "output" if smoothed == 1 else "outputs"
    raise CapacityError(
        f"{replicates} x {points:,} points of {smoothed} smoothed {outputs} need "
        f"{needed / 1e9:,.1f} GB and {available / 1e9:,.1f} GB are free: at most "
        f"--points {fitting} fits, and with --smoothing off any number does"
    )


MOST_UNITS = 1 << 34
"""Units drawn in a run at most: several minutes of drawing."""


def check_units(evaluations: int, replicates: int, per_point: float) -> None:
    """Refuse a run that would draw units for hours.

    Parameters
    ----------
    evaluations, replicates : int
        Of the plan.
    per_point : float
        How many units a point draws on average.

    Raises
    ------
    CapacityError
        With the largest number of points that is not refused.
    """
    if evaluations * per_point <= MOST_UNITS:
        return
    fitting = int(MOST_UNITS / (replicates * per_point))
    advice = (
        f"at most --points {1 << fitting.bit_length() - 1} can be done"
        if fitting
        else "count in larger units, or let one value stand for all"
    )
    raise CapacityError(
        f"{evaluations:,} draws of {per_point:,.0f} units each are {evaluations * per_point:.1e} "
        f"units, more than the {MOST_UNITS:.1e} that a run may draw: {advice}"
    )
