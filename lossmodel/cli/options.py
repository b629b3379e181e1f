"""Arguments and options that commands share."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, final

import click
from click.shell_completion import CompletionItem

from lossmodel.errors import visible

F = TypeVar("F", bound=Callable[..., Any])


@final
class ScenarioType(click.ParamType[str]):
    """A path, ``-``, or the name of a bundled scenario; names complete in the shell."""

    name = "scenario"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the bundled names that begin as typed, and leave files to the shell."""
        del ctx, param
        from lossmodel.scenario.library import bundled  # noqa: PLC0415 - only in the shell

        names = [CompletionItem(name) for name in bundled() if name.startswith(incomplete)]
        # The shell drops what stands before an item that asks for files.
        return [CompletionItem(incomplete, type="file"), *names]


def scenario_argument(function: F) -> F:
    """Add the argument SCENARIO."""
    return click.argument("scenario", type=ScenarioType())(function)


def json_option(function: F) -> F:
    """Add ``--json``."""
    help_text = "Print one JSON document and nothing else."
    return click.option("--json", "as_json", is_flag=True, help=help_text)(function)


def plan_options(function: F) -> F:
    """Add ``--seed``, ``--replicates`` and ``--points``, in this order."""
    return plan_options_with(1024)(function)


def plan_options_with(points: int) -> Callable[[F], F]:
    """Return what adds the options of a plan, with ``points`` told as the default."""

    def added(function: F) -> F:
        for option in reversed(_plan_options(points)):
            function = option(function)
        return function

    return added


def _plan_options(points: int) -> tuple[Callable[[F], F], ...]:
    """Return the options of a plan."""
    return (
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Same seed, same numbers.",
        ),
        click.option(
            "--replicates",
            type=int,
            default=16,
            show_default=True,
            help="Independent randomizations.",
        ),
        click.option(
            "--points",
            type=int,
            default=None,
            help=f"Points per replicate, a power of two.  [default: {points}]",
        ),
    )


def level_option(function: F) -> F:
    """Add ``--level``."""
    help_text = "Probability of the intervals."
    return click.option("--level", type=float, default=0.9, show_default=True, help=help_text)(
        function
    )


def design_option(function: F) -> F:
    """Add ``--design``."""
    return click.option(
        "--design",
        type=click.Choice(["sobol", "lhs", "independent"]),
        default="sobol",
        show_default=True,
        help="How points are placed.",
    )(function)


def smoothing_option(function: F) -> F:
    """Add ``--smoothing``."""
    return click.option(
        "--smoothing",
        default="auto",
        show_default=True,
        metavar="INPUT",
        help="The input to integrate out exactly; auto chooses it, off does without.",
    )(function)


def quantile_option(function: F) -> F:
    """Add ``--quantile``."""
    return click.option(
        "--quantile",
        "quantiles",
        type=float,
        multiple=True,
        metavar="P",
        help="Tell this quantile too. Repeatable.",
    )(function)


def exceedance_option(function: F) -> F:
    """Add ``--exceedance``."""
    return click.option(
        "--exceedance",
        multiple=True,
        metavar="AMOUNT",
        help='Tell how likely more than "2 million USD" is. Repeatable.',
    )(function)


def tvar_option(function: F) -> F:
    """Add ``--tvar``."""
    return click.option(
        "--tvar",
        type=float,
        multiple=True,
        metavar="P",
        help="Tell the mean beyond this quantile too. Repeatable.",
    )(function)


def return_period_option(function: F) -> F:
    """Add ``--return-period``."""
    return click.option(
        "--return-period",
        "return_periods",
        type=float,
        multiple=True,
        metavar="N",
        help="Tell what a loss per year exceeds once in N years. Repeatable.",
    )(function)


def output_option(function: F) -> F:
    """Add ``--output``."""
    return click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="NAME",
        help="Tell of this output alone. Repeatable.",
    )(function)


def set_option(function: F) -> F:
    """Add ``--set``."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_settings,
        help='Replace an input: --set price="30 USD/bbl". Repeatable.',
    )(function)


def vary_option(function: F) -> F:
    """Add ``--vary``."""
    return click.option(
        "--vary",
        multiple=True,
        metavar="NAME=VALUES",
        callback=_varied,
        help='Values between commas or semicolons, or LOW:HIGH:STEP: --vary load="0.6:1.0:0.1". '
        "Repeatable.",
    )(function)


def _varied(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the values of each input that is swept, as typed."""
    # An empty list is a matter of the sweep, which says what it is of.
    named = [f"{text};" if text.rstrip().endswith("=") else text for text in texts]
    lists = named_values(named, ctx, param)
    if not lists:
        return lists
    from lossmodel.scenario.sweeping import cut_at  # noqa: PLC0415 - only where something is swept

    for name, text in lists.items():
        if number := cut_at(text):
            said = f'{name}: "{number}" is two values here; part values with ; if it is one number'
            click.echo(visible(f"Note: {said}"), err=True)
    return lists


def force_option(function: F) -> F:
    """Add ``--force``."""
    return click.option("--force", is_flag=True, help="Replace the file if it exists.")(function)


def _settings(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the replacements as a mapping."""
    return named_values(texts, ctx, param)


def named_values(
    texts: Iterable[str], ctx: click.Context, param: click.Parameter
) -> dict[str, str]:
    """Return what NAME=VALUE says, as a mapping.

    Raises
    ------
    click.BadParameter
        If one is written otherwise or a name comes twice.
    """
    settings: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.BadParameter(
                f'{text!r}: write NAME=VALUE, as in price="30 USD/bbl"', ctx, param
            )
        if name.strip() in settings:
            raise click.BadParameter(f"{name.strip()} is set twice", ctx, param)
        settings[name.strip()] = value.strip()
    return settings
