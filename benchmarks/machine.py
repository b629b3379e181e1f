"""The machine that a benchmark ran on, as far as it explains the numbers."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers.found import NAMES

_CPUINFO = Path("/proc/cpuinfo")


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
