"""How long the program takes to start, beside importing the packages that it stands on."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pairs import Action, Comparison, Contest

PAIRS = 21
PROGRAM = str(Path(sys.executable).with_name("lossmodel"))
_STACK = "import numpy, scipy.special, pint; from pydantic import BaseModel"


def comparisons() -> list[Comparison]:
    """Return the start of the help, of a run and of the library."""
    with TemporaryDirectory() as folder:
        run = (PROGRAM, "run", "palmyra-tankers", "--json")
        contests = (
            _contest("`lossmodel --help`", (PROGRAM, "--help"), "import click", folder, 1.4),
            _contest("`lossmodel run palmyra-tankers --json`", run, _STACK, folder, 1.6),
            _contest("`import lossmodel`", _python("import lossmodel"), "pass", folder),
        )
        return [contest.measured("start", PAIRS, "ms", 1e3) for contest in contests]


def _contest(
    name: str, command: tuple[str, ...], code: str, folder: str, target: float | None = None
) -> Contest:
    """Return a command beside a line of Python."""
    ours, reference = process(command, folder), process(_python(code), folder)
    return Contest(name, ours, f"`python -c '{code}'`", reference, target)


def _python(code: str) -> tuple[str, ...]:
    """Return the command that runs a line of Python."""
    return sys.executable, "-c", code


def process(command: tuple[str, ...], folder: str) -> Action:
    """Return what runs a command and throws away what it prints.

    The bytecode of all packages is kept in ``folder`` from the first run, as installing keeps it:
    a checkout, or a shell that forbids writing it, would compile lossmodel at every start.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def start() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)

    return start
