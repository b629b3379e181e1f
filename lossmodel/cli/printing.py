"""Putting documents and texts on standard output."""

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import RenderableType


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """Print one JSON document; nan, which JSON has no word for, is refused."""
    click.echo(json.dumps(document, indent=2, allow_nan=False))


def print_text(renderable: "RenderableType") -> None:
    """Print for people: in colour on a terminal, plain elsewhere and if NO_COLOR is set."""
    from rich.console import Console  # noqa: PLC0415 - not needed for JSON

    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(renderable, crop=False)
    # Rich fills lines up to the width of the terminal; a pipe and a narrow window need none of it.
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()), color=True)
