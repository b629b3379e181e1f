"""``lossmodel show``."""

import click

from lossmodel.cli.options import json_option, scenario_argument, set_option
from lossmodel.cli.printing import print_json, print_text
from lossmodel.scenario.parsing import read_scenario

_HELP = """Show SCENARIO in words: every input with its unit, distribution, quantiles, source and
basis, the formulas, and how each claim is read.  Only where things are counted is it run: to tell
what the 90% interval would be if an input had one value for all of them, or each its own.

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

    model = model_of(reading, settings)
    description = described(model)
    from lossmodel.simulation.rereading import run_where_counted  # noqa: PLC0415

    run = run_where_counted(model)
    if as_json:
        document = description.to_dict()
        for name, readings in (run.other_readings if run else {}).items():
            told = {key: each.to_dict() for key, each in readings.items()}
            document["model"][name]["other_reading"] = told
        print_json(document)
        return
    from lossmodel.report.descriptions import description_text  # noqa: PLC0415

    print_text(description_text(description, scenario, run))
