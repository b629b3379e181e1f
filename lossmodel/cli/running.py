"""``lossmodel run``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lossmodel.cli.options import (
    design_option,
    exceedance_option,
    json_option,
    level_option,
    plan_options,
    quantile_option,
    return_period_option,
    scenario_argument,
    set_option,
    smoothing_option,
    tvar_option,
)
from lossmodel.cli.printing import print_json, print_text
from lossmodel.cli.progress import shown_progress
from lossmodel.cli.writing import check_table, write_whole
from lossmodel.errors import UsageError
from lossmodel.scenario.parsing import read_scenario

if TYPE_CHECKING:
    from lossmodel.simulation.result import Result

_HELP = """Run SCENARIO: a file, - for standard input, or the name of a bundled scenario.

\b
Examples:
  lossmodel run palmyra-tankers
  lossmodel run palmyra-tankers --set truck_value="8000 USD/truck"
  lossmodel run palmyra-tankers --precision 0.01 --quantile 0.99
  lossmodel run palmyra-tankers --exceedance "1 million USD" --json
"""


@click.command(name="run", help=_HELP)
@scenario_argument
@plan_options
@click.option(
    "--precision",
    type=float,
    default=None,
    help="Double the points until every number is within this share of itself: 0.01 is 1%.",
)
@click.option(
    "--max-evaluations",
    type=int,
    default=None,
    help="Replicates times points where doubling for --precision stops.  [default: 4194304]",
)
@click.option(
    "--threads",
    type=int,
    default=None,
    help="How many may share a large run; changes no number.  [default: the cores]",
)
@design_option
@smoothing_option
@level_option
@quantile_option
@exceedance_option
@tvar_option
@return_period_option
@set_option
@click.option(
    "--curve",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the exceedance curves to FILE.csv, FILE.parquet or FILE.json.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    seed: int,
    replicates: int,
    points: int | None,
    precision: float | None,
    max_evaluations: int | None,
    threads: int | None,
    design: str,
    smoothing: str,
    level: float,
    quantiles: tuple[float, ...],
    exceedance: tuple[str, ...],
    tvar: tuple[float, ...],
    return_periods: tuple[float, ...],
    settings: dict[str, str],
    curve: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Run a scenario and print its result; its syntax is checked before NumPy is loaded."""
    _check_limit(precision, max_evaluations)
    check_table(curve, replacing=force)
    reading = read_scenario(scenario)
    from lossmodel.model.building import model_of  # noqa: PLC0415
    from lossmodel.simulation.metrics import TailQuestions  # noqa: PLC0415
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415
    from lossmodel.simulation.running import computed  # noqa: PLC0415
    from lossmodel.simulation.summary import Ask  # noqa: PLC0415

    plan = plan_of(design, replicates, points, seed)
    tail = TailQuestions(tvar, return_periods)
    ask = Ask(level, quantiles, exceedance, smoothing, tail=tail)
    model = model_of(reading, settings)
    with shown_progress() as watch:
        result = computed(
            model, plan, ask, precision, max_evaluations, threads=threads, watch=watch
        )
        # The statistics of many points take a while too: the bar stays until they are there.
        _ = result.warnings
    if curve is not None:
        _write(curve, result, replacing=force)
    if as_json:
        print_json(result.to_dict())
        return
    from lossmodel.report.results import result_text  # noqa: PLC0415

    print_text(result_text(result, scenario))


def _write(path: Path, result: "Result", *, replacing: bool) -> None:
    """Write the exceedance curves to a file."""
    from lossmodel.report.files import table_writer  # noqa: PLC0415

    table = result.exceedance_curves()
    write_whole(path, table_writer(table, path.suffix), replacing=replacing)
    click.echo(f"wrote {path}", err=True)


def _check_limit(precision: float | None, max_evaluations: int | None) -> None:
    """Refuse a limit for doubling where nothing is doubled."""
    if max_evaluations is not None and precision is None:
        raise UsageError(
            f"--max-evaluations {max_evaluations} alone",
            "--precision beside it, as only doubling for that stops there",
            "--precision 0.01",
        )
