"""Measure everything, print it, and write it as JSON and as a page."""

import json
from collections.abc import Iterator
from dataclasses import asdict
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
    small,
    start,
    sweeping,
)
from benchmarks.machine import machine
from benchmarks.page import page
from benchmarks.pairs import Comparison, Missing

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


def main() -> None:
    """Run all benchmarks."""
    comparisons = list(_measured())
    host = machine()
    rows = [{**asdict(each), "verdict": each.verdict} for each in comparisons]
    document = {"machine": host, "comparisons": rows}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(host, comparisons), encoding="utf-8")


def _measured() -> Iterator[Comparison | Missing]:
    """Measure, telling each comparison as soon as it is made."""
    for group in _GROUPS:
        for each in group.comparisons():
            print(_said(each), flush=True)
            yield each


def _said(each: Comparison | Missing) -> str:
    """Return a line about a comparison."""
    if isinstance(each, Missing):
        return f"{each.name:<50} {each.reference_name}: {each.reason}"
    said = f"{each.name:<50} {each.ours.median:12.4g} {each.unit:<10}"
    return f"{said} {each.ratio.median:10.3g} x {each.reference_name}  {each.verdict}"


if __name__ == "__main__":
    main()
