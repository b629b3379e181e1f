"""Scenarios side by side, for people."""

from collections.abc import Iterator
from typing import final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmodel.comparison.results import Comparison, Difference, Pair
from lossmodel.errors import listed
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.report.figures import Scale, common_scale, figure, probability
from lossmodel.report.origins import origin
from lossmodel.report.words import next_command, one_line
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary

UNSETTLED = "not distinguishable"
_FREE = 10_000
"""A width at which nothing is cut."""


def comparison_text(found: Comparison, reference: str) -> RenderableType:
    """Return what ``compare`` prints.

    Parameters
    ----------
    found : Comparison
    reference : str
        How the user named the first scenario, for the command to try next.
    """
    parts: list[RenderableType] = []
    for pair in found:
        parts += [*[""] * bool(parts), *_pair(pair)]
    parts += next_command("sweep", reference, "many values of an input: --vary NAME=VALUES")
    return Group(*parts)


def _pair(pair: Pair) -> Iterator[RenderableType]:
    """Yield two scenarios side by side."""
    for rank, result in (("First", pair.first), ("Second", pair.second)):
        title = one_line(result.model.scenario.title)
        yield Text(f"{rank}: {title}", style="bold")
        yield Padding(Text(origin(result.model, result.plan), style="dim"), (0, 0, 0, 2))
    yield Text(_shared(pair))
    for each in pair.difference.values():
        yield ""
        yield Text(one_line(each.name), style="bold")
        yield Padding(_Statistics(pair, each), (0, 0, 0, 2))
        yield Padding(Text(f"P(first > second) {_probability(each.first_exceeds)}"), (0, 0, 0, 2))
    if any(each.unsettled for each in pair.difference.values()):
        yield Text(f"{UNSETTLED}: at this precision; more --points may tell", style="dim")
    said = (*pair.warnings, *pair.first.warnings, *pair.second.warnings)
    for text in dict.fromkeys(said):
        yield Text(f"Warning: {one_line(text)}", style="yellow")


def _shared(pair: Pair) -> str:
    """Return which inputs have the same random numbers."""
    same = [name for name, alike in pair.shared.items() if alike]
    moved = [f"{name} (another distribution)" for name, alike in pair.shared.items() if not alike]
    if not pair.shared:
        return "No uncertain input is shared."
    return f"Shared inputs, on the same random numbers: {_all(same + moved)}."


def _all(words: list[str]) -> str:
    """Return words as prose, all of them."""
    return listed(words, len(words)).replace(" or ", " and ")


def _probability(each: Estimate) -> str:
    """Return a probability in words."""
    text = probability(each)
    return text if text.startswith(("below", "above")) else f"= {text}"


@final
class _Statistics:
    """Both scenarios and their difference: a table, or lines on a narrow terminal."""

    def __init__(self, pair: Pair, difference: Difference) -> None:
        one, other = (_told(result, difference.name) for result in (pair.first, pair.second))
        second = {p: each.scaled(difference.factor) for p, each in other.quantiles.items()}
        ends = [*one.quantiles.values(), *second.values()]
        scale = common_scale([each.value for each in ends if each.value is not None])
        self._heads = ("", "first", "second", "second - first", "unit")
        unit = scale.unit(difference.unit)
        self._rows = [
            (f"P{percent(p)}", *_figures(one.quantiles[p], second[p], each, scale), unit)
            for p, each in difference.quantiles.items()
        ]
        there = other.mean.scaled(difference.factor)
        mean = _figures(one.mean, there, difference.mean, scale)
        self._rows.append(("mean", *mean, unit))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the widest form that fits."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for place, head in enumerate(self._heads):
            table.add_column(head, justify="right" if 0 < place < 4 else "left", no_wrap=True)
        for row in self._rows:
            table.add_row(*row)
        if console.measure(table, options=options.update(width=_FREE)).maximum <= options.max_width:
            yield table
            return
        for name, first, second, change, unit in self._rows:
            yield Text(f"{name}: first {first}, second {second}, difference {change} {unit}")


def _told(result: Result, name: str) -> Summary:
    """Return what is told of an output."""
    return next(told for told in result.summaries if told.name == name)


def _figures(one: Estimate, other: Estimate, change: Estimate, scale: Scale) -> tuple[str, ...]:
    """Return two figures and their difference, or that there is none to be seen."""
    told = UNSETTLED if is_unsettled(change) else figure(change, scale)
    return figure(one, scale), figure(other, scale), told
