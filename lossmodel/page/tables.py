"""The tables that notebooks show of results: the figures that a person wants, and no more.

Their columns are in the order of :mod:`lossmodel.report.columns`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.claims.results import ClaimCheck, ClaimChecks
from lossmodel.comparison.results import Comparison, Difference, Pair
from lossmodel.page.claims import claim_view
from lossmodel.page.verdicts import plain
from lossmodel.report.columns import amounts, interval_scale, told_amounts
from lossmodel.report.comparisons import difference_table
from lossmodel.report.figures import figure, probability, quantity
from lossmodel.report.needs import needs_of, rarity_words, typed_amount
from lossmodel.report.sensitivities import ordered
from lossmodel.report.words import claim_sentence, one_line
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.sweeps.records import Sheet
from lossmodel.sweeps.results import Sweep, SweepPoint
from lossmodel.units.scales import Scale, common_scale

MOST_ROWS = 20
"""Of one table; what is left is counted."""


@final
@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes
    ----------
    sentence : str
        What it says, above it; empty where there is nothing to say.
    head : tuple of str
    rows : tuple of tuple of str
        A name and its figures in each.
    left : int
        How many more rows there are than these.
    """

    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 0


def tables_of(result: object) -> Sequence[Table]:
    """Return the tables of a result."""
    return tuple(_TABLES[type(result)](result))


def title_of(result: object) -> str:
    """Return what a result is of."""
    return one_line(_TITLES[type(result)](result))


_OUTPUT_HEAD = ("output", "median", "90% interval", "mean", "unit")


def _outputs(outputs: Sequence[Output]) -> Iterator[Table]:
    """Yield the statistics of some outputs."""
    rows = tuple((one_line(each.name), *_figures(each)) for each in outputs[:MOST_ROWS])
    yield Table("", _OUTPUT_HEAD, rows, max(len(outputs) - MOST_ROWS, 0))


def _figures(output: Output, common: Scale | None = None) -> tuple[str, ...]:
    """Return median, interval, mean and unit, in a common scale or else in the output's own."""
    low, median, high = (output.quantile(p) for p in (0.05, 0.5, 0.95))
    scale = common or common_scale([end.value for end in (low, high) if end.value is not None])
    told = amounts((low, high), median, output.mean, scale)
    return *told, scale.unit(output.unit)


def _checks(checks: ClaimChecks) -> Iterator[Table]:
    """Yield each claim: the verdict and its readings."""
    for place, check in enumerate(checks):
        yield _check(check, place, checks.result)
        if any(told.switching for told in check.readings.values()):
            yield _needs(check)


def _check(check: ClaimCheck, place: int, result: Result) -> Table:
    """Return one claim."""
    view = claim_view(check, place, result)
    weight = ("weight",) if view.weighed else ()
    head = "reading", *_OUTPUT_HEAD[1:], "true with probability", "P(inside)", *weight
    rows = tuple(
        (row.name, *_figures(result[name], view.scale), row.true.text, row.inside.text)
        + ((row.weight.text,) if view.weighed else ())
        + (row.verdict,)
        for name, row in zip(check.readings, view.readings[:MOST_ROWS], strict=False)
    )
    said = f"{claim_sentence(check.claim)}. {plain(view.verdict)}"
    left = max(len(view.readings) - MOST_ROWS, 0)
    return Table(said, (*head, "the figure is"), rows, left)


def _needs(check: ClaimCheck) -> Table:
    """Return what single inputs would have to be; of LOW to HIGH for both its ends."""
    head = ("reading", "input", "for it to be", "would have to be", "how rare")
    rows = [
        (
            one_line(told.output),
            one_line(name),
            typed_amount(value, told, check),
            quantity(each.value, each.unit),
            rarity_words(each),
        )
        for told in check.readings.values()
        for value, switching in needs_of(told).items()
        for name, each in switching.items()
        if each.value is not None
    ]
    said = "What one input would have to be, all others at their medians"
    return Table(said, head, tuple(rows[:MOST_ROWS]), max(len(rows) - MOST_ROWS, 0))


_SENSITIVITY_HEAD = ("input", "alone", "in all", "width once known")


def _sensitivity(found: Sensitivity) -> Iterator[Table]:
    """Yield what matters to each output."""
    for told in found.outputs.values():
        names = ordered(told)
        rows = tuple(_shares(told, name) for name in names[:MOST_ROWS])
        left = max(len(names) - MOST_ROWS, 0)
        yield Table(one_line(told.sentence), _SENSITIVITY_HEAD, rows, left)


def _shares(told: OutputSensitivity, name: str) -> tuple[str, ...]:
    """Return the row of an input."""
    each = told.first_order[name], told.total[name], told.width_if_known[name]
    return (one_line(name), *map(figure, each))


def _sweep(found: Sweep) -> Iterator[Table]:
    """Yield the points of a sweep, output by output."""
    points = [found[number] for number in range(min(len(found), MOST_ROWS))]
    interval = f"{100.0 * found.layout.level:g}% interval"
    head = (*map(one_line, found.points.axes), "median", interval, "mean", "unit")
    for sheet in found.layout.sheets:
        scale = interval_scale(*(point.outputs[sheet.name] for point in points))
        rows = tuple(_point(point, sheet, scale) for point in points)
        yield Table(one_line(sheet.name), head, rows, len(found) - len(points))


def _point(point: SweepPoint, sheet: Sheet, scale: Scale) -> tuple[str, ...]:
    """Return the row of a point."""
    figures = told_amounts(point.outputs[sheet.name], scale)
    return (*map(one_line, point.settings.values()), *figures, scale.unit(sheet.unit))


def _comparison(found: Comparison) -> Iterator[Table]:
    """Yield the differences of each pair."""
    for pair in found:
        for each in pair.difference.values():
            yield _difference(pair, each)


def _difference(pair: Pair, each: Difference) -> Table:
    """Return what one output is in two scenarios."""
    table = difference_table(pair, each)
    title = one_line(pair.second.model.scenario.title)
    said = (
        f"{one_line(each.name)}, in the second ({title}); P(first > second) "
        f"{probability(each.first_exceeds)}"
    )
    return Table(said, table.heads, table.rows)


_TABLES: Mapping[type, Callable[..., Iterator[Table]]] = {
    Output: lambda output: _outputs([output]),
    Result: lambda result: _outputs(list(result.outputs.values())),
    ClaimChecks: _checks,
    Sensitivity: _sensitivity,
    Sweep: _sweep,
    Comparison: _comparison,
}
_TITLES: Mapping[type, Callable[..., str]] = {
    Output: lambda output: output.spec.about,
    Result: lambda result: result.model.scenario.title,
    ClaimChecks: lambda checks: checks.result.model.scenario.title,
    Sensitivity: lambda found: found.result.model.scenario.title,
    Sweep: lambda found: found.model.scenario.title,
    Comparison: lambda found: found.first.model.scenario.title,
}
