"""``lossmodel schema``."""

import click

from lossmodel.cli.printing import print_json

_HELP = """Print the JSON Schema of scenario files, with which editors check and complete them.

\b
Example:
  lossmodel schema > lossmodel.schema.json
"""


@click.command(name="schema", help=_HELP)
@click.option("--json", "_as_json", is_flag=True, help="As always: the schema is JSON.")
def command(*, _as_json: bool) -> None:
    """Print the schema."""
    from lossmodel.scenario.schema import Scenario  # noqa: PLC0415 - pydantic, only here

    schema = Scenario.model_json_schema()
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
