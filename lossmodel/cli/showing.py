"""``lossmodel show``."""

import click

from lossmodel.cli.options import json_option, scenario_argument, set_option
from lossmodel.cli.printing import print_json, print_text
from lossmodel.scenario.parsing import read_scenario

_HELP = """Show SCENARIO in words: every input with its unit, distribution, quantiles, source and
basis, the formulas, and how each claim is read.  Nothing is run.

\b
Examples:
  lossmodel show palmyra-tankers
  lossmodel show mine.toml --json
"""


@click.command(name="show", help=_HELP)
@scenario_argument
@set_option
@json_option
def command(*, scenario: str, settings: dict[str, str], as_json: bool) -> None:
    """Print what a scenario says."""
    reading = read_scenario(scenario)
    from lossmodel.model.building import model_of  # noqa: PLC0415 - syntax before NumPy
    from lossmodel.model.description import described  # noqa: PLC0415

    description = described(model_of(reading, settings))
    if as_json:
        print_json(description.to_dict())
        return
    from lossmodel.report.descriptions import description_text  # noqa: PLC0415

    print_text(description_text(description, scenario))
