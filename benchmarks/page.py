"""The benchmarks as a page of the documentation."""

from collections.abc import Iterable, Mapping

from benchmarks.accuracy import SEEDS
from benchmarks.pairs import Comparison, Spread

_HEAD = """# Benchmarks

Written by `make bench`, with the same numbers in `benchmarks/results.json`.

Machine: {processor}, {cores} cores, Python {python}, numpy {numpy}, scipy {scipy},
lossmodel {lossmodel}.

| group | what | lossmodel | beside | takes | ratio | target |
|---|---|---|---|---|---|---|
"""

_NOTES = f"""
A ratio below 1 is in lossmodel's favour; **missed** is said where a target is.

**Times.** Both sides are timed in turns in one run, each first in every other pair; shown are the
median and, in brackets, the quartiles. The ratio is the median of the pairs' own ratios, so what
slows the machine slows both. The start is of new processes that find all packages compiled to
bytecode, as installing leaves them; the rest is in one process.

**Drawing.** The golden model is `168 trucks x capacity x price x load`, capacity and price
lognormal, load a PERT. Each side returns all its losses in one array; no statistic is counted.
"NumPy, straightforward" is a loop over blocks of 16,384 draws with `lognormal` and `beta` of
`numpy.random.Generator`, "NumPy, tuned" the same with `standard_normal` and `exp` into memory
that is reused. lossmodel draws scrambled Sobol' points through quantile functions. *Prepared*
leaves out what is done once: scrambling the points, and a table of the beta distribution's
quantiles, which is kept for every later run of the process. *Preparation included* is a first run
with a load never seen before. At the default plan the ratio moves more from one process to the
next than its quartiles tell: they are of one process, and whether freed memory goes back to the
system between two calls depends on what the process did before.

**Statistics.** At the default plan of 16 x 1,024 points, each with its Monte Carlo error, beside
NumPy's bare value of the same draws, which has none. *Sorted* leaves out the sorting, done once
for all statistics that need it.

**Accuracy.** Root mean square error over {SEEDS} seeds at equal draws, against quadrature; in
brackets the 95% confidence (chi-square, and F for the ratio). Plain Monte Carlo needs 1 / ratio²
times the draws for the same error.
"""


def page(machine: Mapping[str, str | int], comparisons: Iterable[Comparison]) -> str:
    """Return the page."""
    return _HEAD.format(**machine) + "\n".join(map(_row, comparisons)) + "\n" + _NOTES


def _row(each: Comparison) -> str:
    """Return a row of the table."""
    cells = (
        each.group,
        each.name,
        f"{_figure(each.ours.median)} {each.unit}",
        each.reference_name,
        f"{_figure(each.reference.median)} {each.unit}",
        _spread(each.ratio),
        f"{each.target:g}: {_loud(each.verdict)}" if each.target is not None else "",
    )
    return f"| {' | '.join(cells)} |"


def _spread(spread: Spread) -> str:
    """Return a median with what it is to be read with."""
    return f"{_figure(spread.median)} ({_figure(spread.low)} to {_figure(spread.high)})"


def _figure(number: float) -> str:
    """Return a number with three significant digits, never as a power of ten."""
    decimals = 0
    while decimals < 6 and abs(number) * 10**decimals < 99.95:
        decimals += 1
    return f"{number:,.{decimals}f}"


def _loud(verdict: str) -> str:
    """Return a verdict, in bold where it is bad."""
    return f"**{verdict}**" if verdict == "missed" else verdict
