"""Print the page of the commands: what each says of itself when asked with ``--help``.

``make docs`` writes it to docs/commands.md.
"""  # noqa: INP001 - a script, no package

import sys

from click.testing import CliRunner

from lossmodel.cli.entry import _COMMANDS, program

_HEAD = """# Commands

Written by `make docs` from the program itself. A SCENARIO is a file, `-` for standard input, or the name of a
bundled scenario.
"""


def _help(*words: str) -> str:
    """Return a command and its help."""
    command = " ".join(("lossmodel", *words, "--help"))
    told = CliRunner().invoke(program, [*words, "--help"], prog_name="lossmodel").output
    return f"```console\n$ {command}\n{told.rstrip()}\n```\n"


def main() -> None:
    """Print the page."""
    parts = [_HEAD, _help()]
    parts += [f"## lossmodel {name}\n\n{_help(name)}" for name in _COMMANDS]
    sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
