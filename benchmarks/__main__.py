"""Measure everything, print it, and write it as JSON and as a page."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks import accuracy, draws, estimating, start
from benchmarks.machine import machine
from benchmarks.page import page
from benchmarks.pairs import Comparison

_HERE = Path(__file__).parent
RESULTS = _HERE / "results.json"
PAGE = _HERE.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Run all benchmarks."""
    comparisons = list(_measured())
    host = machine()
    rows = [{**asdict(each), "verdict": each.verdict} for each in comparisons]
    document = {"machine": host, "comparisons": rows}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(host, comparisons), encoding="utf-8")


def _measured() -> Iterator[Comparison]:
    """Measure, telling each comparison as soon as its group is done."""
    for group in (start, draws, estimating, accuracy):
        for each in group.comparisons():
            said = f"{each.name:<50} {each.ours.median:12.4g} {each.unit:<10}"
            print(f"{said} {each.ratio.median:8.3f} x {each.reference_name}  {each.verdict}")
            yield each


if __name__ == "__main__":
    main()
