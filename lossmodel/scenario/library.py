"""The bundled scenarios, by name."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def bundled() -> Mapping[str, Path]:
    """Return the path of each bundled scenario, by name, in alphabetical order."""
    package = Path(__file__).parents[1]
    # Installed, the files lie inside the package; in a checkout, beside it.
    folder = package / "scenarios"
    if not folder.is_dir():
        folder = package.parent / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}
