"""``lossmodel compare``."""

import click

from lossmodel.cli.options import (
    ScenarioType,
    design_option,
    json_option,
    level_option,
    named_values,
    plan_options,
    quantile_option,
    smoothing_option,
)
from lossmodel.cli.printing import print_json, print_text
from lossmodel.cli.progress import shown_progress
from lossmodel.errors import UsageError
from lossmodel.scenario.parsing import read_scenario

_HELP = """Put scenarios side by side: the first SCENARIO with each other one, or with itself where
--set replaces inputs. Inputs of the same name have the same random numbers in all of them, so that
the differences are known far better than the scenarios.

\b
Examples:
  lossmodel compare palmyra-tankers --set capacity="230 bbl/truck"
  lossmodel compare palmyra-tankers --set "capacity=230 bbl/truck; load_factor=1" --json
  lossmodel compare mine.toml other.toml
"""


def _variants(
    ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]
) -> list[dict[str, str]]:
    """Return the settings of each variant."""
    parts = [[part for part in text.split(";") if part.strip()] for text in texts]
    if not all(parts):
        message = 'an empty variant: write NAME=VALUE, as in price="30 USD/bbl"'
        raise click.BadParameter(message, ctx, param)
    return [named_values(each, ctx, param) for each in parts]


@click.command(name="compare", help=_HELP)
@click.argument(
    "scenarios", type=ScenarioType(), nargs=-1, required=True, metavar="SCENARIO [SCENARIO]..."
)
@click.option(
    "--set",
    "variants",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_variants,
    help='A variant of the one scenario: --set price="30 USD/bbl"; semicolons between several '
    "inputs. Repeatable, for more variants.",
)
@plan_options
@design_option
@smoothing_option
@level_option
@quantile_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenarios: tuple[str, ...],
    variants: list[dict[str, str]],
    seed: int,
    replicates: int,
    points: int | None,
    design: str,
    smoothing: str,
    level: float,
    quantiles: tuple[float, ...],
    as_json: bool,
) -> None:
    """Compare scenarios and print what differs."""
    if variants and len(scenarios) > 1:
        raise UsageError(
            f"--set with {len(scenarios)} scenarios", "one scenario and its variants", scenarios[0]
        )
    readings = [read_scenario(scenario) for scenario in scenarios]
    from lossmodel.comparison.comparing import compared  # noqa: PLC0415 - after the syntax check
    from lossmodel.model.building import model_of  # noqa: PLC0415
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415
    from lossmodel.simulation.summary import Ask  # noqa: PLC0415

    plan = plan_of(design, replicates, points, seed)
    models = [model_of(reading) for reading in readings]
    models += [model_of(readings[0], settings) for settings in variants]
    with shown_progress() as watch:
        found = compared(models, plan, Ask(level, quantiles, (), smoothing), watch)
    if as_json:
        print_json(found.to_dict())
        return
    from lossmodel.report.comparisons import comparison_text  # noqa: PLC0415

    print_text(comparison_text(found, scenarios[0]))
