"""``lossmodel list``."""

import tomllib

import click

from lossmodel.cli.options import json_option
from lossmodel.cli.printing import print_json
from lossmodel.scenario.library import bundled

_HELP = """List the bundled scenarios.

\b
Examples:
  lossmodel list
  lossmodel list --json
"""


@click.command(name="list", help=_HELP)
@json_option
def command(*, as_json: bool) -> None:
    """Print the bundled scenarios."""
    titles = {
        name: tomllib.loads(path.read_text(encoding="utf-8"))["title"]
        for name, path in bundled().items()
    }
    if as_json:
        print_json(
            {"scenarios": [{"name": name, "title": title} for name, title in titles.items()]}
        )
        return
    width = max(map(len, titles))
    for name, title in titles.items():
        click.echo(f"{name:{width}}  {title}")
    click.echo("\nNext: lossmodel show NAME, lossmodel run NAME", err=True)
