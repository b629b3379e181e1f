"""Whether a run fits in memory, asked before it starts."""

import os
from pathlib import Path

from lossmodel.errors import CapacityError

_MEMINFO = Path("/proc/meminfo")
_BYTES = 8
_COPIES = 7
"""Arrays per output at the peak: its values, A and B of what is integrated out, the values sorted
by replicate and pooled, and two that a statistic works in."""


def available_bytes() -> int:
    """Return the memory that a run may take: what is free or can be freed now."""
    try:
        rows = _MEMINFO.read_text(encoding="ascii").splitlines()
        free = next(row for row in rows if row.startswith("MemAvailable:"))
        return int(free.split()[1]) * 1024
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def check_memory(replicates: int, points: int, outputs: int) -> None:
    """Refuse a run whose outputs do not fit in memory.

    Parameters
    ----------
    replicates, points : int
        Of the plan.
    outputs : int
        How many columns are kept.

    Raises
    ------
    CapacityError
        With the largest number of points that fits.
    """
    available = available_bytes()
    per_point = replicates * max(outputs, 1) * _COPIES * _BYTES
    if per_point * points <= available:
        return
    fitting = 1 << max(available // per_point, 1).bit_length() - 1
    raise CapacityError(
        f"{replicates} x {points:,} points of {max(outputs, 1)} outputs need "
        f"{per_point * points / 1e9:,.1f} GB and {available / 1e9:,.1f} GB are free: "
        f"at most --points {fitting} fits"
    )
