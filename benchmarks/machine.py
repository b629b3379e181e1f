"""The machine that a benchmark ran on, as far as it explains the numbers."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from benchmarks.peers.found import NAMES

_CPUINFO, _STATUS = Path("/proc/cpuinfo"), Path("/proc/self/status")


def machine() -> dict[str, str | int]:
    """Return the processor's model, the cores, and the versions of what computes."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
        **{package: version(package) for package in ("numpy", "scipy", "lossmodel")},
        "peers": ", ".join(map(_with_version, NAMES)),
    }


def _with_version(package: str) -> str:
    """Return a package with its version, if it has been installed."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} (not installed)"


def _processor() -> str:
    """Return the model that the processor gives as its name."""
    if _CPUINFO.exists():
        for row in _CPUINFO.read_text(encoding="utf-8").splitlines():
            key, _, value = row.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def peak() -> float:
    """Return the most memory that this process has had, in MB.

    Linux counts what the parent had when it started this process into ``ru_maxrss``, and not into
    VmHWM.
    """
    if not _STATUS.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss / 1024.0
    rows = _STATUS.read_text(encoding="ascii").splitlines()
    return next(float(row.split()[1]) for row in rows if row.startswith("VmHWM:")) / 1024.0
