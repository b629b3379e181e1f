"""The register of inputs on a page: what each is, how uncertain, and where it comes from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.model.description import Description, FormulaLine, InputLine
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.page.cells import Cell, plain_cell
from lossmodel.page.links import Link, link
from lossmodel.page.sparklines import Sparkline, sparkline
from lossmodel.report.words import one_line
from lossmodel.units.scales import amount, common_scale

_BASES = {
    "seen": "seen in a source",
    "derived": "derived from figures seen",
    "assumed": "assumed",
    "": "source named, basis not said",
}


@final
@dataclass(frozen=True, slots=True)
class InputCard:
    """One input."""

    name: str
    text: str
    unit: str
    about: str
    constant: bool
    quantiles: tuple[Cell, ...]
    picture: Sparkline | None
    basis: str
    assumed: bool
    source: str
    address: Link | None
    quote: str
    as_of: str
    varies: str


@final
@dataclass(frozen=True, slots=True)
class FormulaCard:
    """One formula."""

    name: str
    parts: tuple[tuple[str, str], ...]
    """Texts, each with the place that it leads to, or nothing."""
    unit: str
    about: str


def input_cards(told: Description, model: Model) -> tuple[InputCard, ...]:
    """Return all inputs, in the order of the file."""
    return tuple(_card(line, each) for line, each in zip(told.inputs, model.inputs, strict=True))


def _card(line: InputLine, each: ModelInput) -> InputCard:
    """Return one input."""
    scale = common_scale(list(line.quantiles.values()))
    key = f"show/inputs/{line.name}/quantiles"
    cells = tuple(plain_cell(x, f"{key}/{p!r}", scale) for p, x in line.quantiles.items())
    if line.constant:
        value = line.quantiles[0.5]
        cells = (Cell(amount(value, scale), value, f"{key}/0.5"),)
    words = ", ".join(
        f"{name} {cell.text}" for name, cell in zip(("P5", "P50", "P95"), cells, strict=False)
    )
    unit = scale.unit(line.unit)
    published = (line.source, line.publisher)
    return InputCard(
        name=one_line(line.name),
        text=one_line(line.text),
        unit=unit,
        about=one_line(line.about),
        constant=line.constant,
        quantiles=cells,
        picture=sparkline(each, f"Density of {one_line(line.name)}: {words} {unit}".rstrip()),
        basis=_BASES[line.basis],
        assumed=line.basis == "assumed",
        source=", ".join(dict.fromkeys(one_line(part) for part in published if part)),
        address=link(line.url),
        quote=one_line(line.quote),
        as_of=one_line(line.as_of),
        varies=_varies(line),
    )


def _varies(line: InputLine) -> str:
    """Return that each unit has a value of its own, and how an input is shown that varies."""
    if line.constant:
        return ""
    said = []
    if line.varies != "shared":
        said.append(f"Varies {one_line(line.varies)}: a value of its own for each")
    if line.parameters:
        names = ", ".join(map(one_line, line.parameters))
        said.append(f"Shown with {names} at the median")
    return ". ".join(said)


def formula_cards(told: Description) -> tuple[FormulaCard, ...]:
    """Return all formulas, in the order of the file."""
    known = places(told)
    return tuple(_formula(line, known) for line in told.formulas)


def places(told: Description) -> dict[str, str]:
    """Return where on the page each input and each formula is told of, by name."""
    inputs = {one_line(line.name): f"input-{n}" for n, line in enumerate(told.inputs, 1)}
    formulas = {one_line(line.name): f"formula-{n}" for n, line in enumerate(told.formulas, 1)}
    return inputs | formulas


def _formula(line: FormulaLine, known: Mapping[str, str]) -> FormulaCard:
    """Return one formula, each name in it leading to what it stands for."""
    texts = re.split(r"(\b[A-Za-z]\w*)", one_line(line.formula))
    return FormulaCard(
        name=one_line(line.name),
        parts=tuple((text, known.get(text, "")) for text in texts if text),
        unit=line.unit or "",
        about=one_line(line.about),
    )


def shared_sentences(told: Description) -> Iterator[str]:
    """Yield which uncertain inputs have one value for all, which vary, which move together."""
    drawn = [line for line in told.inputs if not line.constant]
    shared = [one_line(line.name) for line in drawn if line.varies == "shared"]
    varied = [line for line in drawn if line.varies != "shared"]
    if shared:
        yield (
            f"One value, shared by all: {', '.join(shared)}. Where such an input is the average "
            "of counted things, values of their own for each of them would average out."
        )
    for line in varied:
        yield (
            f"{one_line(line.name)} varies {one_line(line.varies)}: each has a value of its own, "
            "and much of what is not known of them averages out."
        )
    if told.dependences:
        yield from (f"Moving together: {one_line(said)}." for said in told.dependences)
    elif len(drawn) > 1:
        yield (
            "The inputs are taken to be independent. If those that push the figure the same way "
            "moved together, the interval would be wider."
        )
