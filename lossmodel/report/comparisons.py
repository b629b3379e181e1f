"""Scenarios side by side, for people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lossmodel.comparison.results import Comparison, Difference, Pair
from lossmodel.errors import listed
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.report.columns import (
    HISTOGRAM,
    NO_FIGURE,
    Amounts,
    Column,
    Rows,
    amount_columns,
    interval_scale,
    told_amounts,
)
from lossmodel.report.figures import NONE, figure, probability
from lossmodel.report.histograms import bars, spanned
from lossmodel.report.origins import origin
from lossmodel.report.words import next_command, one_line
from lossmodel.simulation.intervals import percent, tails
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary
from lossmodel.units.scales import Scale

UNSETTLED = "unclear"
UNSETTLED_MEANS = f"{UNSETTLED}: not distinguishable at this precision; more --points may tell."
_LEGEND = "difference: second - first, of the median, of each end of the interval, and of the mean."


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
    yield from map(Text, _unpaired(pair))
    tables = {each.name: difference_table(pair, each) for each in pair.difference.values()}
    for each in pair.difference.values():
        yield ""
        yield Text(one_line(each.name), style="bold")
        yield tables[each.name]
        yield Text(f"P(first > second) {_probability(each.first_exceeds)}")
    yield ""
    yield Text(_LEGEND, style="dim")
    if any(each.unsettled for each in pair.difference.values()):
        yield Text(UNSETTLED_MEANS, style="dim")
    if any(table.has(NONE) for table in tables.values()):
        yield Text(NO_FIGURE, style="dim")
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


def _unpaired(pair: Pair) -> Iterator[str]:
    """Yield the outputs that only one of the two scenarios has."""
    for rank, own, other in (
        ("first", pair.first, pair.second),
        ("second", pair.second, pair.first),
    ):
        alone = [one_line(name) for name in own.outputs if name not in other.outputs]
        if alone:
            yield f"Only in the {rank}: {_all(alone)}."


def _all(words: list[str]) -> str:
    """Return words as prose, all of them."""
    return listed(words, len(words)).replace(" or ", " and ")


def _probability(each: Estimate) -> str:
    """Return a probability in words."""
    text = probability(each)
    return text if text.startswith(("below", "above")) else f"= {text}"


def difference_table(pair: Pair, difference: Difference) -> Rows:
    """Return an output of both scenarios and its difference as a table.

    Parameters
    ----------
    pair : Pair
    difference : Difference
    """
    one, other = (_told(result, difference.name) for result in (pair.first, pair.second))
    told = one, _scaled(other, difference.factor)
    scale, level = interval_scale(*told), told[0].interval.level
    drawn = pair.histograms(difference)
    return Rows(
        [Column("scenario", ["first", "second", "difference"])],
        [
            *amount_columns(
                level,
                [*(told_amounts(each, scale) for each in told), _change(difference, level, scale)],
            ),
            *_asked(pair, told, difference, scale),
        ],
        [scale.unit(difference.unit)] * 3,
        histograms=Column(HISTOGRAM, [*map(bars, drawn), ""], is_text=True),
        caption=spanned(((each, difference.unit) for each in drawn), is_claimed=False),
    )


def _change(difference: Difference, level: float, scale: Scale) -> Amounts:
    """Return what differs: the median, both ends of the interval, and the mean."""
    low, high = (_unless_unclear(difference.quantiles[p], scale) for p in tails(level))
    median, mean = (
        _unless_unclear(each, scale) for each in (difference.quantiles[0.5], difference.mean)
    )
    return median, f"{low} and {high}", mean


def _asked(
    pair: Pair, told: Sequence[Summary], difference: Difference, scale: Scale
) -> Iterator[Column]:
    """Yield the quantiles that were asked for."""
    for p in sorted(set(pair.first.questions.quantiles)):
        change = _unless_unclear(difference.quantiles[p], scale)
        both = (figure(each.quantiles[p], scale) for each in told)
        yield Column(f"P{percent(p)}", [*both, change])


def _unless_unclear(change: Estimate, scale: Scale) -> str:
    """Return a difference, or that there is none to be seen."""
    return UNSETTLED if is_unsettled(change) else figure(change, scale)


def _scaled(told: Summary, factor: float) -> Summary:
    """Return the amounts that are told of an output in another unit."""
    quantiles = {p: each.scaled(factor) for p, each in told.quantiles.items()}
    low, high = (each.scaled(factor) for each in (told.interval.low, told.interval.high))
    interval = replace(told.interval, low=low, high=high)
    return replace(told, mean=told.mean.scaled(factor), quantiles=quantiles, interval=interval)


def _told(result: Result, name: str) -> Summary:
    """Return what is told of an output."""
    return next(told for told in result.summaries if told.name == name)
