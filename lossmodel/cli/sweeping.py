"""``lossmodel sweep``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lossmodel.cli.options import (
    design_option,
    exceedance_option,
    force_option,
    json_option,
    level_option,
    output_option,
    plan_options,
    quantile_option,
    scenario_argument,
    set_option,
    smoothing_option,
    vary_option,
)
from lossmodel.cli.printing import print_json, print_text
from lossmodel.cli.progress import shown_progress
from lossmodel.cli.writing import check_table, write_whole
from lossmodel.errors import UsageError, visible
from lossmodel.scenario.parsing import read_scenario
from lossmodel.scenario.sweeping import split_values

if TYPE_CHECKING:
    from lossmodel.scenario.schema import Scenario
    from lossmodel.sweeps.points import Points
    from lossmodel.sweeps.results import Sweep

_HELP = """Run SCENARIO at many points: every value that --vary lists for an input, with every value
of the other inputs, on the same random numbers. Without --vary the scenario's [sweep] is run.

\b
Examples:
  lossmodel sweep palmyra-tankers --vary capacity="75 bbl/truck,170 bbl/truck,230 bbl/truck"
  lossmodel sweep palmyra-tankers --vary load_factor=0.6:1.0:0.1 --points 256 --json
  lossmodel sweep palmyra-tankers --vary load_factor=0.6,1.0 --latin 10 --out points.csv
  lossmodel sweep mine.toml --store points.db --workers 2
"""


@click.command(name="sweep", help=_HELP)
@scenario_argument
@vary_option
@click.option("--zip", "zipped", is_flag=True, help="Pair the values of the inputs in order.")
@click.option(
    "--latin",
    type=click.IntRange(min=1),
    metavar="N",
    help="Sample N points of the box between the two values of each input.",
)
@plan_options
@design_option
@smoothing_option
@level_option
@quantile_option
@exceedance_option
@output_option
@click.option(
    "--tell",
    metavar="WORDS",
    default="sd,shortest_interval,exceedance,metrics",
    show_default=True,
    help="What to find beside mean, quantiles and interval; what is left out costs no time.",
)
@set_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all numbers to FILE.csv, FILE.parquet or FILE.json.",
)
@force_option
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep finished points in FILE; the same command goes on from there.",
)
@click.option("--workers", type=int, metavar="N", help="Processes that compute the points.")
@click.option(
    "--batch",
    type=int,
    metavar="N",
    help="Points that are sent and kept together; changes no number.  [default: 64]",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="The Dask scheduler whose workers compute the points, or local.",
)
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    vary: dict[str, str],
    zipped: bool,
    latin: int | None,
    seed: int,
    replicates: int,
    points: int | None,
    design: str,
    smoothing: str,
    level: float,
    quantiles: tuple[float, ...],
    exceedance: tuple[str, ...],
    outputs: tuple[str, ...],
    tell: str,
    settings: dict[str, str],
    out: Path | None,
    force: bool,
    store: Path | None,
    workers: int | None,
    batch: int | None,
    dask: str | None,
    as_json: bool,
) -> None:
    """Run a scenario at many points and print what was found."""
    _check_out(out, store, replacing=force)
    reading = read_scenario(scenario)
    reading.findings.refuse()
    from lossmodel.simulation.plan import plan_of  # noqa: PLC0415 - syntax first
    from lossmodel.sweeps.batches import BATCH  # noqa: PLC0415
    from lossmodel.sweeps.computing import asked, place_of, swept  # noqa: PLC0415

    plan = plan_of(design, replicates, points, seed)
    words = tuple(word.strip() for word in tell.split(",") if word.strip())
    ask = asked(level, quantiles, exceedance, smoothing, words)
    chosen = _chosen(reading.scenario, vary, latin, seed, zipped=zipped)
    place = place_of(workers, dask)
    size = BATCH if batch is None else batch
    with shown_progress() as watch, _going_on(store):
        found = swept(
            reading.scenario, settings, chosen, plan, ask, place, outputs, store, size, watch
        )
    if out is not None:
        _write(out, found, replacing=force)
    if as_json:
        print_json(found.to_dict())
    else:
        from lossmodel.report.sweeps import sweep_text  # noqa: PLC0415

        print_text(sweep_text(found, scenario))


def _chosen(
    scenario: "Scenario", vary: dict[str, str], latin: int | None, seed: int, *, zipped: bool
) -> "Points":
    """Return the points of ``--vary``, or those of the scenario's [sweep]."""
    from lossmodel.sweeps.points import GRID, ZIP, points_of  # noqa: PLC0415

    lists = {name: split_values(text) for name, text in vary.items()} or scenario.sweep
    return points_of(lists, ZIP if zipped else GRID, latin, seed)


@contextmanager
def _going_on(store: Path | None) -> Iterator[None]:
    """Say of a sweep that is interrupted how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if store is None:
            click.echo("nothing is kept; with --store FILE it would be", err=True)
        elif store.exists():
            kept = "keeps the points that were finished: the same command goes on from there"
            click.echo(visible(f"{store} {kept}"), err=True)
        raise


def _check_out(out: Path | None, store: Path | None, *, replacing: bool) -> None:
    """Refuse a file that could not be written once all is computed."""
    if out is not None and store is not None and store.resolve() == out.resolve():
        raise UsageError(f"{out} both as --out and as --store", "two files", "--store points.db")
    check_table(out, replacing=replacing)


def _write(out: Path, found: "Sweep", *, replacing: bool) -> None:
    """Write the points to a file."""
    from lossmodel.report.files import writer  # noqa: PLC0415

    write_whole(out, writer(found, out.suffix), replacing=replacing)
    click.echo(f"wrote {out}", err=True)
