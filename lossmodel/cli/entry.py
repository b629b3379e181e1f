"""The program: its commands, and what becomes of their errors."""

import gc
import os
import sys
from importlib import import_module
from typing import final

import click

_COMMANDS = {
    "run": ("running", "Run a scenario: intervals, no digit finer than its Monte Carlo error."),
    "claim": ("claiming", "Check the claims: what would have to be true for the figure to hold?"),
    "sensitivity": ("attributing", "Tell which inputs matter: what finding each would be worth."),
    "sweep": ("sweeping", "Run many points: other values for some inputs, the same numbers else."),
    "compare": ("comparing", "Put scenarios side by side: what differs, and by how much."),
    "report": ("reporting", "Write all of it on one page, with its charts and its sources."),
    "plot": ("plotting", "Draw a chart: densities, what matters, sweeps, inputs."),
    "check": ("checking", "Check scenario files and report every problem in them."),
    "show": ("showing", "Show a scenario in words: inputs, sources, formulas, claims."),
    "list": ("listing", "List the bundled scenarios."),
    "new": ("starting", "Write a commented scenario file to start from."),
    "schema": ("schemas", "Print the JSON Schema of scenario files, for editors."),
}

_HELP = """What range of values can lie behind a reported loss figure?

\b
Examples:
  lossmodel run palmyra-tankers          a bundled scenario
  lossmodel claim palmyra-tankers        does its published figure hold?
  lossmodel new mine.toml                a commented file to start from
  lossmodel run mine.toml                your own
  lossmodel run mine.toml --json         for other programs

The range of a loss is printed as its 90% interval, from the 5th to the 95th percentile: what many
call a confidence interval. "Confidence" is kept for the Monte Carlo error: more points shrink it.
"""


@final
class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, from its module."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"lossmodel.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed, or suggest the nearest."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from lossmodel.errors import nearest  # noqa: PLC0415 - only once something is wrong

            near = nearest(args[0], _COMMANDS)
            hint = f" Did you mean {near}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's
    """Print the versions that decide the numbers, and stop."""
    if not wanted:
        return
    from importlib.metadata import version  # noqa: PLC0415 - not needed to run

    python = ".".join(map(str, sys.version_info[:3]))
    others = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
    click.echo(f"lossmodel {version('lossmodel')} (Python {python}, {others})")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    help=_HELP,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the versions of lossmodel, Python, numpy and scipy.",
)
@click.pass_context
def program(ctx: click.Context) -> None:
    """Print the help where no command is given."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the program and turn every error into a message and an exit status."""
    # A command makes many objects at its start and keeps them to its end: looking for cycles among
    # them again and again is a tenth of the time that a small run takes.
    gc.set_threshold(100_000)
    try:
        # Without its standalone mode click returns the status that a command has left with.
        status = program.main(prog_name="lossmodel", standalone_mode=False) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left: what is still to be flushed goes nowhere, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = 130
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
        from lossmodel.cli.failing import explained  # noqa: PLC0415 - only once something is wrong

        message, status = explained(error)
        click.echo(message, err=True)
    sys.exit(status)
