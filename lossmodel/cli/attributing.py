"""``lossmodel sensitivity``."""

import click

from lossmodel.cli.options import (
    json_option,
    level_option,
    output_option,
    plan_options_with,
    scenario_argument,
    set_option,
)
from lossmodel.cli.printing import print_json, print_text
from lossmodel.cli.progress import shown_progress
from lossmodel.scenario.parsing import read_scenario

_HELP = """Tell which uncertain inputs of SCENARIO matter: how much of the variance finding each
would remove, how much narrower the interval would be, and how far each moves the output.

\b
Examples:
  lossmodel sensitivity palmyra-tankers
  lossmodel sensitivity palmyra-tankers --output cargo_plus_trucks
  lossmodel sensitivity palmyra-tankers --json
"""


@click.command(name="sensitivity", help=_HELP)
@scenario_argument
@plan_options_with(4096)
@level_option
@output_option
@set_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    seed: int,
    replicates: int,
    points: int | None,
    level: float,
    outputs: tuple[str, ...],
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Find which inputs matter and print it."""
    reading = read_scenario(scenario)
    from lossmodel.attribution.analysing import (  # noqa: PLC0415 - after the syntax check
        POINTS,
        attributed,
    )
    from lossmodel.model.building import model_of  # noqa: PLC0415
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415

    plan = plan_of("sobol", replicates, points, seed, POINTS)
    with shown_progress() as watch:
        found = attributed(model_of(reading, settings), plan, level, outputs, watch)
    if as_json:
        print_json(found.to_dict())
        return
    from lossmodel.report.sensitivities import sensitivity_text  # noqa: PLC0415

    print_text(sensitivity_text(found, scenario))
