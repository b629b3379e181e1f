"""The tables that notebooks show of results: the figures that a person wants, and no more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.claims.results import ClaimCheck, ClaimChecks
from lossmodel.comparison.results import Comparison, Difference, Pair
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.page.claims import claim_view
from lossmodel.page.verdicts import plain
from lossmodel.report.comparisons import UNSETTLED
from lossmodel.report.figures import (
    Scale,
    common_scale,
    figure,
    median_of,
    probability,
    span,
)
from lossmodel.report.sensitivities import ordered
from lossmodel.report.words import claim_sentence, one_line
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.sweeps.records import Sheet
from lossmodel.sweeps.results import Sweep, SweepPoint

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
    rows = tuple(map(_output, outputs[:MOST_ROWS]))
    yield Table("", _OUTPUT_HEAD, rows, max(len(outputs) - MOST_ROWS, 0))


def _output(output: Output) -> tuple[str, ...]:
    """Return the row of an output."""
    low, median, high = (output.quantile(p) for p in (0.05, 0.5, 0.95))
    return one_line(output.name), *_figures((low, median, high), output.mean, output.unit)


def _figures(ends: Sequence[Estimate], mean: Estimate, unit: str) -> tuple[str, ...]:
    """Return median, interval, mean and unit."""
    low, median, high = ends
    scale = common_scale([end.value for end in (low, high) if end.value is not None])
    middle = median_of(low, median, high, scale)
    told = middle, span(low, high, scale), figure(mean, scale)
    return (*told, scale.unit(unit))


def _checks(checks: ClaimChecks) -> Iterator[Table]:
    """Yield each claim: the verdict and its readings."""
    for place, check in enumerate(checks):
        yield _check(check, place, checks.result)


def _check(check: ClaimCheck, place: int, result: Result) -> Table:
    """Return one claim."""
    view = claim_view(check, place, result)
    amounts = f" ({view.unit})" * bool(view.unit)
    head = (
        "reading",
        f"median{amounts}",
        f"90% interval{amounts}",
        "true with probability",
        "P(inside)",
    )
    rows = tuple(
        (
            row.name,
            row.median.text,
            plain(row.interval),
            row.true.text,
            row.inside.text,
        )
        + ((row.weight.text,) if view.weighed else ())
        + (row.verdict,)
        for row in view.readings[:MOST_ROWS]
    )
    full = (*head, *(("weight",) if view.weighed else ()), "the figure is")
    said = f"{claim_sentence(check.claim)}. {plain(view.verdict)}"
    return Table(said, full, rows, max(len(view.readings) - MOST_ROWS, 0))


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
    head = (*found.points.axes, "median", f"{100.0 * found.layout.level:g}% interval", "mean")
    for sheet in found.layout.sheets:
        scale = _scale(sheet, points)
        unit = scale.unit(sheet.unit)
        said = f"{one_line(sheet.name)}{f' in {unit}' * bool(unit)}"
        rows = tuple(_point(point, sheet, scale) for point in points)
        yield Table(said, head, rows, len(found) - len(points))


def _scale(sheet: Sheet, points: Sequence[SweepPoint]) -> Scale:
    """Return the scale that suits an output at all points."""
    told = [point.outputs[sheet.name].interval for point in points]
    ends = [end.value for each in told for end in (each.low, each.high)]
    return common_scale([end for end in ends if end is not None])


def _point(point: SweepPoint, sheet: Sheet, scale: Scale) -> tuple[str, ...]:
    """Return the row of a point."""
    told = point.outputs[sheet.name]
    low, high = told.interval.low, told.interval.high
    middle = median_of(low, told.quantiles[0.5], high, scale)
    figures = middle, span(low, high, scale), figure(told.mean, scale)
    return (*map(one_line, point.settings.values()), *figures)


def _comparison(found: Comparison) -> Iterator[Table]:
    """Yield the differences of each pair."""
    for pair in found:
        for each in pair.difference.values():
            yield _difference(pair, each)


def _difference(pair: Pair, each: Difference) -> Table:
    """Return what one output is in two scenarios."""
    one, other = (_median(result, each.name) for result in (pair.first, pair.second))
    second = other.scaled(each.factor)
    scale = common_scale([end.value for end in (one, second) if end.value is not None])
    rows = tuple(
        (f"P{percent(p)}", UNSETTLED if is_unsettled(change) else figure(change, scale))
        for p, change in each.quantiles.items()
    )
    title = one_line(pair.second.model.scenario.title)
    said = (
        f"{one_line(each.name)}: median {figure(one, scale)}, in the second ({title}) "
        f"{figure(second, scale)} {scale.unit(each.unit)}; P(first > second) "
        f"{probability(each.first_exceeds)}"
    )
    return Table(said, ("", f"second - first, {scale.unit(each.unit)}"), rows)


def _median(result: Result, name: str) -> Estimate:
    """Return the median of an output."""
    return result[name].quantile(0.5)


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
