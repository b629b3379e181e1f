"""Print the page of the commands: what each says of itself when asked with ``--help``.

``make docs`` writes it to docs/commands.md.
"""  # noqa: INP001 - a script, no package

import os
import subprocess
import sys

from lossmodel.cli.entry import _COMMANDS

_HEAD = """# Commands

Written by `make docs` from the program itself. A SCENARIO is a file, `-` for standard input, or the
name of a bundled scenario.
"""


def _help(*words: str) -> str:
    """Return a command and its help."""
    command = " ".join(("lossmodel", *words, "--help"))
    asked = [sys.executable, "-m", "lossmodel", *words, "--help"]
    wide = os.environ | {"COLUMNS": "80"}
    told = subprocess.run(asked, capture_output=True, text=True, env=wide, check=True)  # noqa: S603
    return f"```console\n$ {command}\n{told.stdout.rstrip()}\n```\n"


def main() -> None:
    """Print the page."""
    parts = [_HEAD, _help()]
    parts += [f"## lossmodel {name}\n\n{_help(name)}" for name in _COMMANDS]
    sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
