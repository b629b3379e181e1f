"""Charts as SVG inside a page: one for wide screens and paper, one for narrow screens."""

import re
from dataclasses import dataclass
from typing import final
from xml.etree.ElementTree import Element, fromstring, tostring

from lossmodel.charts.chart import Chart
from lossmodel.charts.drawing import SIDE, drawn, figure_of
from lossmodel.charts.themes import LIGHT

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_WIDE, _NARROW = 7.2, 3.7
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_FONT = re.compile(r" ?font-family: [^;]*;?")
_SPACE = re.compile(r"\s*\n\s*")
_PLACES = {"d", "x", "y"}
_LEVEL, _TICK = "rotate(-0", "xtick_"
_USED = re.compile(r"url\(#([^)]+)\)")


@final
@dataclass(frozen=True, slots=True)
class Picture:
    """A chart on a page.

    Attributes
    ----------
    title, alternative : str
    wide, narrow : str
        SVG, without the words of the title, which stand beside it.
    """

    title: str
    alternative: str
    wide: str
    narrow: str


def picture(chart: Chart, name: str) -> Picture:
    """Return a chart for a page.

    Parameters
    ----------
    chart : Chart
    name : str
        Of its own on the page: what the parts of the drawing are called begins with it.
    """
    wide, narrow = (
        inline(chart, width, f"{name}-{kind}")
        for width, kind in ((_WIDE, "wide"), (_NARROW, "narrow"))
    )
    return Picture(chart.title, chart.alternative, wide, narrow)


def inline(chart: Chart, width: float, name: str) -> str:
    """Return a chart as SVG, without what a page has no use for, its colours those of the page.

    Parameters
    ----------
    chart : Chart
    width : float
        In inches.
    name : str
        What the names of its parts begin with.
    """
    figure = figure_of([chart], LIGHT, width)
    figure.patch.set_visible(False)
    root = fromstring(drawn(figure, ".svg", "", ""))  # noqa: S314 - our own
    used = {each for part in root.iter() for each in _used(part)}
    _cleared(root, used, name)
    wide, high = 72.0 * (width - 2.0 * SIDE), float(root.get("viewBox", "").split()[3])
    box = f"{72.0 * SIDE:.2f} 0 {wide:.2f} {high:.2f}"
    root.attrib = {"viewBox": box, "width": f"{wide:.2f}", "height": f"{high:.2f}"}
    root.attrib["overflow"] = "visible"
    root.attrib |= {"aria-hidden": "true", "focusable": "false"}
    text = tostring(root, encoding="unicode")
    return _SPACE.sub("", _coloured(text))


def _used(part: Element) -> list[str]:
    """Return the names of other parts that one part uses."""
    found = [match for value in part.attrib.values() for match in _USED.findall(value)]
    return [*found, part.get(_LINK, "").removeprefix("#")]


def _cleared(part: Element, used: set[str], name: str) -> None:
    """Take out metadata and unused names, and give the page's name to those that are used."""
    for child in list(part):
        if child.tag in {f"{_SVG}metadata", f"{_SVG}title", f"{_SVG}style"}:
            part.remove(child)
        else:
            _cleared(child, used, name)
    part.tag = part.tag.removeprefix(_SVG)
    own = part.attrib.pop("id", "")
    if own in used and own:
        part.set("id", f"{name}-{own}")
    if own.startswith(_TICK):
        part.set("class", "tick")
    if part.get("transform", "").startswith(_LEVEL):
        del part.attrib["transform"]
    if _LINK in part.attrib:
        part.set("href", f"#{name}-{part.attrib.pop(_LINK)[1:]}")
    for key in _PLACES & part.attrib.keys():
        part.set(key, _NUMBER.sub(lambda match: f"{float(match[0]):.1f}", part.attrib[key]))
    for key, value in part.attrib.items():
        part.set(key, _FONT.sub("", _USED.sub(rf"url(#{name}-\1)", value)))


def _coloured(text: str) -> str:
    """Return a drawing with the names of colours in the place of colours."""
    for name, colour in LIGHT.colours().items():
        text = text.replace(colour, f"var(--{name})")
    return text
