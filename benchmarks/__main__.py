"""Measure, print it, and write it as JSON and as a page.

``python -m benchmarks`` measures everything, ``python -m benchmarks sweeping start`` two modules.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import (
    accuracy,
    counted,
    draws,
    equal_draws,
    equal_time,
    estimating,
    growth,
    questions,
    rare,
    reaching,
    reporting,
    sections,
    small,
    start,
    sweeping,
)
from benchmarks.machine import machine
from benchmarks.page import page
from benchmarks.pairs import Comparison, Missing
from benchmarks.sections import Section

_HERE = Path(__file__).parent
RESULTS = _HERE / "results.json"
_GROUPS = (
    start,
    small,
    draws,
    estimating,
    accuracy,
    rare,
    questions,
    equal_draws,
    equal_time,
    reaching,
    growth,
    counted,
    sweeping,
    reporting,
)
PAGE = _HERE.parent / "docs" / "benchmarks.md"


def main(names: Sequence[str]) -> None:
    """Measure some modules, or all; of the others the file keeps what it has."""
    modules = {group.__name__.rpartition(".")[2]: group for group in _GROUPS}
    if unknown := set(names) - set(modules):
        sys.exit(f"no benchmarks: {', '.join(sorted(unknown))}; there are {', '.join(modules)}")
    known = sections.read(RESULTS)
    for name in names or modules:
        known[name] = Section(name, machine(), tuple(_told(modules[name].comparisons())))
        # A long run that is stopped keeps what it has measured.
        measured = [known[each] for each in modules if each in known]
        sections.write(measured, RESULTS)
        PAGE.write_text(page(measured), encoding="utf-8")


def _told(comparisons: Iterable[Comparison | Missing]) -> Iterator[Comparison | Missing]:
    """Yield comparisons, telling each as soon as it is made."""
    for each in comparisons:
        print(_said(each), flush=True)
        yield each


def _said(each: Comparison | Missing) -> str:
    """Return a line about a comparison."""
    if isinstance(each, Missing):
        return f"{each.name:<50} {each.reference_name}: {each.reason}"
    said = f"{each.name:<50} {each.ours.median:12.4g} {each.unit:<10}"
    return f"{said} {each.ratio.median:10.3g} x {each.reference_name}  {each.verdict}"


if __name__ == "__main__":
    main(sys.argv[1:])
