"""``lossmodel claim``."""

import click

from lossmodel.cli.options import json_option, plan_options, scenario_argument, set_option
from lossmodel.cli.printing import print_json, print_text
from lossmodel.scenario.parsing import read_scenario

_HELP = """Check the claims of SCENARIO: is the figure inside, under which reading of the words,
what would each input have to be, and which reading explains it best?

\b
Examples:
  lossmodel claim palmyra-tankers
  lossmodel claim palmyra-tankers --set capacity="230 bbl/truck"
  lossmodel claim palmyra-tankers --json
"""


@click.command(name="claim", help=_HELP)
@scenario_argument
@plan_options
@set_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    seed: int,
    replicates: int,
    points: int | None,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Check the claims of a scenario and print what was found."""
    reading = read_scenario(scenario)
    from lossmodel.claims.checking import checked  # noqa: PLC0415 - after the syntax check
    from lossmodel.model.building import model_of  # noqa: PLC0415
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415

    plan = plan_of("sobol", replicates, points, seed)
    checks = checked(model_of(reading, settings), plan)
    if as_json:
        print_json(checks.to_dict())
        return
    from lossmodel.report.checks import checks_text  # noqa: PLC0415

    print_text(checks_text(checks, scenario))
