"""Which of the packages are here, and whether their golden model is the golden model."""

from functools import cache
from importlib import import_module
from math import sqrt

from scipy.special import ndtri

from benchmarks import golden
from benchmarks.tools import Absent, Tool

NAMES = ("squigglepy", "chaospy", "openturns", "monaco", "probabilit")
FALSE_ALARM = 1e-6
"""How often a right model is called wrong, for each way of drawing."""

_DRAWS = 1 << 14


@cache
def found() -> tuple[Tool | Absent, ...]:
    """Return every package, or why it is not measured."""
    return tuple(map(_looked_up, NAMES))


def _looked_up(name: str) -> Tool | Absent:
    """Return one package, or why it is not measured."""
    try:
        tool = Tool(name, import_module(f"benchmarks.peers.{name}").WAYS)
        wrong = _wrong(tool)
    except Exception as error:  # noqa: BLE001 - whatever a package fails with is told, not fatal
        return Absent(name, f"{type(error).__name__}: {error}")
    return Absent(name, wrong) if wrong else tool


def _wrong(tool: Tool) -> str:
    """Return what is wrong with its mean: a z-test against the exact one; empty if nothing.

    The standard error is that of random draws, which better spread ones only fall short of.
    """
    error = golden.SD / sqrt(_DRAWS)
    for way in tool.ways:
        z = (float(way.draw(1, _DRAWS).mean()) - golden.MEAN) / error
        if not abs(z) < -float(ndtri(FALSE_ALARM / 2.0)):
            return f"{way.name}: its mean is {z:.1f} standard errors from the exact one"
    return ""
