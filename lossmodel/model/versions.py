"""The version of lossmodel, as documents and results state it."""

from functools import cache
from importlib.metadata import version


@cache
def own_version() -> str:
    """Return the version that is installed: looked up once, as that reads a file."""
    return version("lossmodel")
