"""``lossmodel new``."""

from pathlib import Path

import click

from lossmodel.cli.options import force_option
from lossmodel.cli.writing import write_new
from lossmodel.scenario.starter import STARTER

_HELP = """Write a commented scenario file to PATH, ready to run and to be changed.

\b
Examples:
  lossmodel new mine.toml
  lossmodel new - | lossmodel run -
"""


@click.command(name="new", help=_HELP)
@click.argument("path", type=click.Path(allow_dash=True))
@force_option
def command(*, path: str, force: bool) -> None:
    """Write the starter file."""
    if path == "-":
        click.echo(STARTER, nl=False)
        return
    write_new(Path(path), STARTER, replacing=force)
    click.echo(f"wrote {path}\nNext: lossmodel run {path}", err=True)
