"""``lossmodel check``."""

import click

from lossmodel.cli.options import ScenarioType, json_option
from lossmodel.cli.printing import print_json
from lossmodel.errors import Problem, ScenarioError, visible
from lossmodel.scenario.parsing import read_scenario

_HELP = """Check one or many scenarios: structure, names, units, distributions, claims.

Prints every problem of every file; the exit status is 2 if there is any.

\b
Examples:
  lossmodel check mine.toml
  lossmodel check scenarios/*.toml --json
"""


@click.command(name="check", help=_HELP)
@click.argument("scenarios", nargs=-1, required=True, type=ScenarioType())
@json_option
@click.pass_context
def command(ctx: click.Context, *, scenarios: tuple[str, ...], as_json: bool) -> None:
    """Check scenarios and print what is wrong."""
    found = {scenario: _checked(scenario) for scenario in scenarios}
    if as_json:
        print_json({"files": [_document(*each) for each in found.items()]})
    else:
        for scenario, (problems, warnings) in found.items():
            _print(scenario, problems, warnings)
    if any(problems for problems, _ in found.values()):
        ctx.exit(2)


def _checked(scenario: str) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Return the problems and the warnings of one scenario."""
    try:
        reading = read_scenario(scenario)
        from lossmodel.model.building import model_of  # noqa: PLC0415 - syntax before NumPy

        model = model_of(reading)
    except ScenarioError as error:
        return tuple(error.problems), ()
    cannot_run = tuple(f"{each} (valid, but cannot be run yet)" for each in model.unsupported)
    hazards = (f"{each.name}: {hazard}" for each in model.outputs for hazard in each.hazards)
    return (), (*model.warnings, *hazards, *cannot_run)


def _print(scenario: str, problems: tuple[Problem, ...], warnings: tuple[str, ...]) -> None:
    """Print one scenario's verdict: problems on standard error, the rest on standard output."""
    for problem in problems:
        click.echo(visible(str(problem)), err=True)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        click.echo(f"{visible(scenario)}: {count}")
        return
    click.echo(f"{visible(scenario)}: valid")
    for warning in warnings:
        click.echo(visible(f"  note: {warning}"))


def _document(
    scenario: str, found: tuple[tuple[Problem, ...], tuple[str, ...]]
) -> dict[str, object]:
    """Return one scenario's verdict for JSON."""
    problems, warnings = found
    return {
        "file": scenario,
        "valid": not problems,
        "problems": [
            {
                "file": problem.place.file,
                "line": problem.place.line or None,
                "key": problem.place.key,
                "found": problem.found,
                "expected": problem.expected,
                "fix": problem.fix or None,
            }
            for problem in problems
        ],
        "warnings": list(warnings),
    }
