"""``lossmodel report``."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lossmodel.cli.options import (
    force_option,
    json_option,
    plan_options,
    scenario_argument,
    set_option,
)
from lossmodel.cli.printing import print_json
from lossmodel.cli.progress import shown_progress
from lossmodel.cli.writing import check_new, write_new
from lossmodel.errors import NotSupportedError, UsageError, visible
from lossmodel.scenario.parsing import read_scenario

if TYPE_CHECKING:
    from lossmodel.attribution.results import Sensitivity
    from lossmodel.page.findings import Findings
    from lossmodel.scenario.parsing import Reading
    from lossmodel.simulation.plan import Plan
    from lossmodel.sweeps.results import Sweep

_ENDINGS = {".html", ".htm"}
_HELP = """Write all that can be said of SCENARIO on one page: the claim and the verdict, what each
reading gives, what must be true, what matters, every input and its source. The page is one file
that needs no network and runs no script; scenario and numbers are inside it.

\b
Examples:
  lossmodel report palmyra-tankers
  lossmodel report palmyra-tankers -o tankers.html --force
  lossmodel report palmyra-tankers --set capacity="230 bbl/truck" -o large-trucks.html
"""


@click.command(name="report", help=_HELP)
@scenario_argument
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The page to write.  [default: SCENARIO.html]",
)
@plan_options
@set_option
@force_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    out: Path | None,
    seed: int,
    replicates: int,
    points: int | None,
    settings: dict[str, str],
    force: bool,
    as_json: bool,
) -> None:
    """Write a page on a scenario."""
    reading = read_scenario(scenario)
    path = out or Path(f"{reading.scenario.source.name}.html")
    if path.suffix.lower() not in _ENDINGS:
        fix = str(path.with_suffix(".html") if path.name else path / "page.html")
        raise UsageError(str(path), "a name that ends in .html, as the page is HTML", fix)
    check_new(path, replacing=force)
    from lossmodel.page.rendering import page, require_page  # noqa: PLC0415 - after the syntax

    require_page()
    found = _found(reading, settings, seed, replicates, points)
    write_new(path, page(found), replacing=force)
    click.echo(visible(f"wrote {path}"), err=True)
    if as_json:
        print_json({"file": str(path), **found.to_dict()})


def _found(
    reading: "Reading",
    settings: Mapping[str, str],
    seed: int,
    replicates: int,
    points: int | None,
) -> "Findings":
    """Return what the commands find that answer one question each, with their own plans."""
    from lossmodel.attribution.analysing import POINTS, attributed  # noqa: PLC0415
    from lossmodel.claims.checking import checked  # noqa: PLC0415
    from lossmodel.model.building import model_of  # noqa: PLC0415
    from lossmodel.model.description import described  # noqa: PLC0415
    from lossmodel.page.findings import Findings  # noqa: PLC0415
    from lossmodel.simulation.metrics import TailQuestions  # noqa: PLC0415
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415
    from lossmodel.simulation.running import simulated  # noqa: PLC0415
    from lossmodel.simulation.summary import Ask  # noqa: PLC0415
    from lossmodel.simulation.untying import untied  # noqa: PLC0415

    model = model_of(reading, settings)
    plan = plan_of("sobol", replicates, points, seed)
    many = plan_of("sobol", replicates, points, seed, POINTS)
    with shown_progress() as watch:
        checks = checked(model, plan) if model.claims else None
        found = checks.result if checks else simulated(model, plan, Ask(), watch=watch)
        result = found.with_tails(TailQuestions())
        sensitivity: Sensitivity | str
        try:
            sensitivity = attributed(model, many, 0.9, (), watch)
        except NotSupportedError as error:
            sensitivity = str(error)
        swept = _swept(reading, settings, plan)
        apart = untied(model, plan, 0.9)
    return Findings(described(model), result, checks, sensitivity, swept, apart)


def _swept(reading: "Reading", settings: Mapping[str, str], plan: "Plan") -> "Sweep | None":
    """Return the sweep that a scenario asks for; None where there is none."""
    from lossmodel.execution.places import Here  # noqa: PLC0415
    from lossmodel.simulation.summary import Ask  # noqa: PLC0415
    from lossmodel.sweeps.computing import swept  # noqa: PLC0415
    from lossmodel.sweeps.points import GRID, points_of  # noqa: PLC0415

    left = {k: v for k, v in reading.scenario.sweep.items() if k not in settings}
    if not left:
        return None
    chosen = points_of(left, GRID, None, plan.seed)
    return swept(reading.scenario, settings, chosen, plan, Ask(), Here())
