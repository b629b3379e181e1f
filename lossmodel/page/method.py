"""How the figures of a page were found, how good they are, and how to find them again."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from json import dumps
from math import isfinite
from pathlib import Path
from platform import python_version
from shlex import join
from typing import final

from lossmodel.model.model import Model
from lossmodel.page.cells import Cell, Prose
from lossmodel.page.findings import Findings
from lossmodel.report.figures import plain_figure
from lossmodel.report.words import one_line
from lossmodel.scenario.library import bundled
from lossmodel.scenario.source import Source
from lossmodel.simulation.plan import DEFAULT_POINTS, Plan

_LEAST, _ERROR = 1e-6, "relative_error"
_DESIGNS = {"sobol": "scrambled Sobol'", "lhs": "Latin hypercube", "independent": "independent"}


@final
@dataclass(frozen=True, slots=True)
class Download:
    """A file inside the page."""

    name: str
    address: str
    words: str


@final
@dataclass(frozen=True, slots=True)
class Method:
    """How the figures were found.

    Attributes
    ----------
    sampled, error : Prose
        The plan, and the largest Monte Carlo error.
    integrated : str
        What was integrated out.
    command, fingerprint, versions : str
    downloads : tuple of Download
    """

    sampled: Prose
    error: Prose
    integrated: str
    command: str
    fingerprint: str
    versions: str
    downloads: tuple[Download, ...]


def method(found: Findings) -> Method:
    """Return how the figures of a page were found."""
    model, plan = found.result.model, found.result.plan
    return Method(
        sampled=_sampled(found),
        error=_error(found),
        integrated=_integrated(found),
        command=_command(model, plan),
        fingerprint=model.source.sha256 or "",
        versions=_versions(),
        downloads=tuple(_downloads(found)),
    )


def _sampled(found: Findings) -> Prose:
    """Return the plans in words."""
    plan, other = found.result.plan, found.sensitivity
    said: Prose = (
        _count(plan.replicates, "run/plan/replicates"),
        " independent randomizations of ",
        _count(plan.points, "run/plan/points"),
        f" {_DESIGNS[plan.design]} points, seed ",
        Cell(str(plan.seed), plan.seed, "run/plan/seed"),
    )
    if isinstance(other, str) or other.result.plan.points == plan.points:
        return said
    points = _count(other.result.plan.points, "sensitivity/plan/points")
    return (*said, "; for what matters, of ", points, " points")


def _count(number: int, key: str) -> Cell:
    """Return a whole number with all its digits."""
    return Cell(f"{number:,}", number, key)


def _error(found: Findings) -> Prose:
    """Return the largest relative error of medians and ends of intervals."""
    worst, of = found.relative_error, " of any median or end of an interval"
    if not isfinite(worst):
        return ("some ends of intervals lie at 0, so no relative error is told",)
    if worst < _LEAST:
        return (Cell(f"below {100.0 * _LEAST:g}%", worst, _ERROR), of)
    return ("at most ", Cell(f"{plain_figure(100.0 * worst, digits=2)}%", worst, _ERROR), of)


def _integrated(found: Findings) -> str:
    """Return which input was integrated out of which outputs."""
    over: dict[str, list[str]] = {}
    for told in found.result.summaries:
        if told.smoothed_over is not None:
            over.setdefault(told.smoothed_over, []).append(told.name)
    said = (f"{one_line(name)} in {', '.join(outputs)}" for name, outputs in over.items())
    return "; ".join(said)


def _command(model: Model, plan: Plan) -> str:
    """Return the command that writes the same page."""
    words = ["lossmodel", "report", _reference(model.source)]
    words += ["--seed", str(plan.seed), "--replicates", str(plan.replicates)]
    if plan.points != DEFAULT_POINTS:
        words += ["--points", str(plan.points)]
    for name, text in model.settings.items():
        words += ["--set", f"{name}={text}"]
    return one_line(join(words))


def _reference(source: Source) -> str:
    """Return what to call a scenario: a bundled name, or its file without the folders."""
    own = bundled().get(source.name)
    return source.name if own and str(own) == source.file else Path(source.file).name


def _versions() -> str:
    """Return the versions that decide the numbers and the drawing."""
    packages = {"lossmodel": "lossmodel", "numpy": "NumPy", "scipy": "SciPy"}
    packages["matplotlib"] = "Matplotlib"
    told = [f"{name} {version(package)}" for package, name in packages.items()]
    return ", ".join([*told, f"Python {python_version()}"])


def _downloads(found: Findings) -> list[Download]:
    """Return the scenario and the result as files."""
    source = found.result.model.source
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in source.name) or "scenario"
    kind = "json" if source.is_json else "toml"
    result = dumps(found.to_dict(), allow_nan=False, separators=(",", ":")).encode()
    return [
        Download(f"{name}.{kind}", _address(source.data, f"application/{kind}"), "the scenario"),
        Download(
            f"{name}-result.json", _address(result, "application/json"), "every number on this page"
        ),
    ]


def _address(data: bytes, kind: str) -> str:
    """Return a file as an address."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


def colours(names: Mapping[str, str]) -> str:
    """Return colours as the variables of a style sheet."""
    return "".join(f"--{name}:{colour};" for name, colour in names.items())
