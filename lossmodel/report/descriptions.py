"""A scenario for people."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lossmodel.model.description import Description, FormulaLine, InputLine
from lossmodel.report.figures import plain_figure
from lossmodel.report.results import as_written_text, other_readings_text
from lossmodel.report.words import claim_sentence, next_command, one_line
from lossmodel.simulation.result import Result
from lossmodel.units.scales import common_scale


def description_text(told: Description, reference: str, run: Result | None) -> RenderableType:
    """Return what ``show`` prints.

    Parameters
    ----------
    told : Description
    reference : str
        How the user named the scenario, for the command to try next.
    run : Result or None
        Of a scenario that counts things: for the intervals under the other reading of its inputs.
    """
    parts: list[RenderableType] = [Text(one_line(told.title), style="bold")]
    if told.about:
        parts.append(Text(one_line(told.about)))
    if told.as_of:
        parts.append(Text(f"As of {one_line(told.as_of)}", style="dim"))
    parts += ["", Text("Inputs", style="bold")]
    parts += [row for line in told.inputs for row in _input(line)]
    if told.formulas:
        parts += ["", Text("Formulas", style="bold")]
        parts += [row for line in told.formulas for row in _formula(line)]
    if run is not None:
        parts += other_readings_text(run)
        parts += as_written_text(run)
    parts += _claims(told)
    parts += _listed("Inputs that move together", told.dependences)
    tried = (f"{name}: {', '.join(values)}" for name, values in told.sweep.items())
    parts += _listed("Values to try", tuple(tried))
    parts += _listed("Left out", told.excludes)
    parts += _listed("Warnings", told.warnings)
    parts += _listed("Valid, but cannot be run yet", told.unsupported)
    parts += next_command("run", reference, "the intervals")
    return Group(*parts)


def _input(line: InputLine) -> Iterator[RenderableType]:
    """Yield one input: value, quantiles, what it is and where it comes from."""
    yield Text(f"  {line.name}  ", style="bold").append(one_line(line.text), style="not bold")
    if not line.constant:
        scale = common_scale(list(line.quantiles.values()))
        low, median, high = (plain_figure(x, scale) for x in line.quantiles.values())
        span = f"median {median}, 90% interval {low} to {high} {scale.unit(line.unit)}"
        yield _indented(span.rstrip(), "dim")
    if line.parameters:
        listed = ", ".join(map(one_line, line.parameters))
        yield _indented(f"(that is with {listed} at the median)", "dim")
    if line.varies != "shared":
        yield _indented(f"varies {one_line(line.varies)}")
    if line.about:
        yield _indented(one_line(line.about))
    yield _source(line)
    if line.url:
        yield _address(line.url)
    if line.quote:
        yield _indented(f"“{one_line(line.quote)}”", "italic")


def _source(line: InputLine) -> RenderableType:
    """Return where an input comes from; what has no source is said loudly."""
    said = (line.source, line.publisher, line.as_of)
    told = ", ".join(dict.fromkeys(one_line(part) for part in said if part))
    if line.basis == "assumed":
        return _indented(f"ASSUMED{': ' if told else ', without a source'}{told}", "yellow")
    return _indented(f"{line.basis or 'source'}: {told or 'no source given'}")


def _formula(line: FormulaLine) -> Iterator[RenderableType]:
    """Yield one formula."""
    unit = f"  [{line.unit or 'a plain number'}]" if line.unit is not None else ""
    yield Text(f"  {line.name}", style="bold").append(
        f" = {one_line(line.formula)}{unit}", "not bold"
    )
    if line.about:
        yield _indented(one_line(line.about))


def _claims(told: Description) -> Iterator[RenderableType]:
    """Yield each claim, how it is read and under which readings."""
    if told.claims:
        yield ""
        yield Text("Claims", style="bold")
    for each in told.claims:
        yield Padding(Text(claim_sentence(each)), (0, 0, 0, 2))
        claim = each.claim
        if claim.quote:
            yield _indented(f"“{one_line(claim.quote)}”", "italic")
        where = ", ".join(one_line(part) for part in (claim.publisher, str(claim.date)) if part)
        if where:
            yield _indented(where)
        if claim.url:
            yield _address(claim.url)
        if claim.covers:
            yield _indented(f"covers: {one_line(claim.covers)}")
        if each.factors:
            yield _indented(f"readings: {', '.join(each.factors)}")


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[RenderableType]:
    """Yield a titled list, or nothing."""
    if lines:
        yield ""
        yield Text(title, style="bold")
        yield from (Padding(Text(one_line(line)), (0, 0, 0, 2)) for line in lines)


def _address(url: str) -> RenderableType:
    """Return an address on a line of its own, never broken, so that it can be copied."""
    return Text(f"      {one_line(url)}", no_wrap=True, overflow="ignore")


def _indented(text: str, style: str = "") -> RenderableType:
    """Return text set below an input's name."""
    return Padding(Text(text, style=style), (0, 0, 0, 6))
