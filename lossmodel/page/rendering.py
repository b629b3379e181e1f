"""A page from all that was found: templates filled in, every stranger's text escaped."""

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from lossmodel.charts.densities import density_charts
from lossmodel.charts.drawing import require_matplotlib
from lossmodel.charts.kinds import charts_of
from lossmodel.charts.sweeps import level
from lossmodel.charts.themes import DARK, LIGHT
from lossmodel.errors import NotSupportedError
from lossmodel.page.claims import claim_view
from lossmodel.page.findings import Findings
from lossmodel.page.matters import matters, overlap
from lossmodel.page.method import colours, method
from lossmodel.page.outputs import other_rows, output_rows, untied_rows
from lossmodel.page.periods import period_views
from lossmodel.page.pictures import picture
from lossmodel.page.register import formula_cards, input_cards, places, shared_sentences
from lossmodel.report.words import one_line

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


_LONG = 24
"""Letters from which a name is too long for a column."""


def require_page() -> None:
    """Refuse to write a page without what it takes.

    Raises
    ------
    NotSupportedError
        If jinja2 or matplotlib is not installed.
    """
    if find_spec("jinja2") is None:
        raise NotSupportedError(
            "a report is laid out by jinja2, which is not installed here: "
            "pip install 'lossmodel[report]'"
        )
    require_matplotlib()


def page(found: Findings) -> str:
    """Return all that was found as one HTML document that needs nothing beside it.

    Raises
    ------
    NotSupportedError
        If jinja2 or matplotlib is not installed.
    """
    require_page()
    parts = _head(found), _claims(found), _matters(found), _sweep(found), _inputs(found)
    filled = {key: value for part in parts for key, value in part.items()}
    return _environment().get_template("report.html").render(method=method(found), **filled)


def _head(found: Findings) -> dict[str, object]:
    """Return the colours, and what the scenario is about."""
    told = found.description
    return {
        "light": colours(LIGHT.colours()),
        "dark": colours(DARK.colours()),
        "title": one_line(told.title),
        "about": one_line(told.about),
        "as_of": one_line(told.as_of),
        "settings": {one_line(k): one_line(v) for k, v in told.settings.items()},
        "warnings": [one_line(said) for said in found.warnings],
    }


def _claims(found: Findings) -> dict[str, object]:
    """Return the claims and the outputs."""
    result, checks = found.result, found.checks or ()
    charts = density_charts(result)
    return {
        "claims": [claim_view(check, place, result) for place, check in enumerate(checks)],
        "weighed_before": any(check.claim.claim.weights for check in checks),
        "ranges": [picture(chart, f"range-{place}") for place, chart in enumerate(charts)],
        "needles": any(x.kind == "values" or x.atoms for each in charts for x in each.shapes),
        "outputs": output_rows(result),
        "periods": period_views(result),
    }


def _matters(found: Findings) -> dict[str, object]:
    """Return what matters, or why that cannot be told."""
    other = found.sensitivity
    return {
        "matters": matters(other),
        "overlap": overlap(other),
        "unknown": _sentence(other) if isinstance(other, str) else "",
    }


def _sweep(found: Findings) -> dict[str, object]:
    """Return the maps of a sweep, and in words those that are of one figure."""
    swept = charts_of(found.sweep, "sweep") if found.sweep else ()
    maps = [chart for chart in swept if not level(chart)]
    return {
        "sweep": found.sweep,
        "maps": [picture(chart, f"sweep-{place}") for place, chart in enumerate(maps)],
        "level": [f"{x.title}: {level(x)} at every point." for x in swept if level(x)],
    }


def _inputs(found: Findings) -> dict[str, object]:
    """Return the register of inputs, the formulas, and what else the figures rest on."""
    result, told = found.result, found.description
    cards = input_cards(told, result.model)
    return {
        "places": places(told),
        "inputs": cards,
        "assumed": [card.name for card in cards if card.assumed],
        "formulas": formula_cards(told),
        "excludes": [one_line(said) for said in told.excludes],
        "others": other_rows(result),
        "untied": untied_rows(result, found.untied),
        "shared": list(shared_sentences(told)),
    }


def _sentence(reason: str) -> str:
    """Return a reason as a sentence."""
    return f"{reason[:1].upper()}{one_line(reason)[1:]}."


def _environment() -> "Environment":
    """Return what fills in templates: all text is escaped, and what is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    filled = Environment(
        loader=PackageLoader("lossmodel.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filled.filters["breakable"] = _breakable
    return filled


def _breakable(name: str) -> "Markup":
    """Return a name that a narrow column may break, if it is long: behind underscores at best."""
    from markupsafe import Markup  # noqa: PLC0415 - it comes with jinja2

    parts = re.findall(r"[^_]{1,12}_?|_", name) if len(name) > _LONG else [name]
    return Markup("<wbr>").join(parts)
