"""``lossmodel plot``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

import click

from lossmodel.cli.options import (
    force_option,
    json_option,
    output_option,
    plan_options,
    scenario_argument,
    set_option,
    vary_option,
)
from lossmodel.cli.printing import print_json
from lossmodel.cli.progress import shown_progress
from lossmodel.cli.writing import check_new, write_new
from lossmodel.errors import UsageError
from lossmodel.scenario.parsing import read_scenario
from lossmodel.scenario.sweeping import split_values

if TYPE_CHECKING:
    from lossmodel.attribution.results import Sensitivity
    from lossmodel.model.model import Model
    from lossmodel.scenario.parsing import Reading
    from lossmodel.simulation.plan import Plan
    from lossmodel.simulation.result import Result
    from lossmodel.sweeps.results import Sweep

_HELP = """Draw a chart of SCENARIO: the density of each output, how likely more than each amount
is, what moves an output, the points of a sweep, or the uncertain inputs.

\b
Examples:
  lossmodel plot palmyra-tankers -o ranges.svg
  lossmodel plot palmyra-tankers --kind tornado --output truckload_rule -o tornado.png
  lossmodel plot palmyra-tankers --kind sweep --vary load_factor=0.6:1.0:0.1 -o sweep.pdf
"""

_SUFFIXES = (".svg", ".png", ".pdf")
_KINDS = ("density", "exceedance", "tornado", "sweep", "inputs")


@click.command(name="plot", help=_HELP)
@scenario_argument
@click.option(
    "--kind", type=click.Choice(_KINDS), default="density", show_default=True, help="What to draw."
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Write to FILE.svg, FILE.png or FILE.pdf.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    default="light",
    show_default=True,
    help="Dark on light paper, or light on dark.",
)
@click.option(
    "--width",
    type=click.FloatRange(3.0, 40.0),
    default=7.2,
    show_default=True,
    help="In inches.",
)
@output_option
@vary_option
@plan_options
@set_option
@force_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    scenario: str,
    kind: str,
    out: Path,
    theme: str,
    width: float,
    outputs: tuple[str, ...],
    vary: dict[str, str],
    seed: int,
    replicates: int,
    points: int | None,
    settings: dict[str, str],
    force: bool,
    as_json: bool,
) -> None:
    """Draw a chart and write it to a file."""
    _check_out(out, replacing=force)
    _check_sweep(kind, vary)
    reading = read_scenario(scenario)
    reading.findings.refuse()
    from lossmodel.charts.drawing import drawn, figure_of, require_matplotlib  # noqa: PLC0415
    from lossmodel.charts.kinds import charts_of  # noqa: PLC0415
    from lossmodel.charts.themes import THEMES  # noqa: PLC0415
    from lossmodel.report.words import one_line  # noqa: PLC0415

    require_matplotlib()
    asked = _Asked(reading, settings, seed, replicates, points, outputs, vary)
    found = {"tornado": asked.sensitivity, "sweep": asked.sweep}.get(kind, asked.result)()
    charts = charts_of(found, kind)
    title = one_line(reading.scenario.title)
    told = [{"title": each.title, "alternative": each.alternative} for each in charts]
    words = "\n".join(f"{each.title}: {each.alternative}" for each in charts)
    named = f"{title}: {'; '.join(each.title for each in charts)}"
    data = drawn(figure_of(charts, THEMES[theme], width, title), out.suffix, named, words)
    write_new(out, data, replacing=force)
    click.echo(f"wrote {out}", err=True)
    if as_json:
        print_json({"file": str(out), "kind": kind, "charts": told})


def _check_out(out: Path, *, replacing: bool) -> None:
    """Refuse a file that could not be written once all is computed."""
    if out.suffix not in _SUFFIXES:
        raise UsageError(f"{out}", "a name that ends in .svg, .png or .pdf", f"{out}.svg")
    check_new(out, replacing=replacing)


def _check_sweep(kind: str, vary: Mapping[str, str]) -> None:
    """Refuse values to sweep over where another chart is drawn."""
    if vary and kind != "sweep":
        raise UsageError(f"--vary with --kind {kind}", "--kind sweep beside it", "--kind sweep")


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be drawn, and the runs that answer it."""

    reading: "Reading"
    settings: Mapping[str, str]
    seed: int
    replicates: int
    points: int | None
    outputs: tuple[str, ...]
    vary: Mapping[str, str]

    def result(self) -> "Result":
        """Return a run."""
        from lossmodel.simulation.running import simulated  # noqa: PLC0415
        from lossmodel.simulation.summary import Ask  # noqa: PLC0415

        with shown_progress() as watch:
            return simulated(self._model, self._plan(), Ask(), watch=watch).of(self.outputs)

    def sensitivity(self) -> "Sensitivity":
        """Return what matters."""
        from lossmodel.attribution.analysing import POINTS, attributed  # noqa: PLC0415

        with shown_progress() as watch:
            return attributed(self._model, self._plan(POINTS), 0.9, self.outputs, watch)

    def sweep(self) -> "Sweep":
        """Return the points of a sweep."""
        from lossmodel.execution.places import Here  # noqa: PLC0415
        from lossmodel.simulation.summary import Ask  # noqa: PLC0415
        from lossmodel.sweeps.computing import swept  # noqa: PLC0415
        from lossmodel.sweeps.points import GRID, points_of  # noqa: PLC0415

        scenario, settings = self.reading.scenario, self.settings
        lists = {name: split_values(text) for name, text in self.vary.items()} or scenario.sweep
        chosen = points_of(lists, GRID, None, self.seed)
        with shown_progress() as watch:
            return swept(
                scenario, settings, chosen, self._plan(), Ask(), Here(), self.outputs, watch=watch
            )

    def _plan(self, usual: int | None = None) -> "Plan":
        """Return the plan of a run, with the usual points of its kind where none are asked for."""
        from lossmodel.simulation.plan import DEFAULT_POINTS, plan_of  # noqa: PLC0415

        usual = usual or DEFAULT_POINTS
        return plan_of("sobol", self.replicates, self.points, self.seed, usual)

    @property
    def _model(self) -> "Model":
        """The scenario resolved."""
        from lossmodel.model.building import model_of  # noqa: PLC0415

        return model_of(self.reading, self.settings)
