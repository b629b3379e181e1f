"""The benchmarks as a page of the documentation."""

from collections.abc import Sequence

from benchmarks.notes import NOTES
from benchmarks.pairs import Comparison, Missing, Spread
from benchmarks.sections import Machine, Section

_HEAD = """# Benchmarks

Written by `make bench`, with the same numbers in `benchmarks/results.json`.

{machines}

| group | what | lossmodel | beside | takes or errs | ratio | target |
|---|---|---|---|---|---|---|
"""
_MACHINE = (
    "{processor}, {cores} cores, Python {python}, numpy {numpy}, scipy {scipy}, "
    "lossmodel {lossmodel}; peers: {peers}."
)


def page(sections: Sequence[Section]) -> str:
    """Return the page."""
    rows = [_row(each) for section in sections for each in section.comparisons]
    return _HEAD.format(machines=_machines(sections)) + "\n".join(rows) + "\n" + NOTES


def _machines(sections: Sequence[Section]) -> str:
    """Return what each machine is, and what was measured on it if there were several."""
    machines: list[Machine] = []
    for each in sections:
        if each.machine not in machines:
            machines.append(each.machine)
    if len(machines) == 1:
        return f"Machine: {_MACHINE.format(**machines[0])}"
    told = []
    for machine in machines:
        own = [group for each in sections if each.machine == machine for group in each.groups]
        told.append(f"* {', '.join(own)}: {_MACHINE.format(**machine)}")
    return "Every ratio is of one run. Machines:\n\n" + "\n".join(told)


def _row(each: Comparison | Missing) -> str:
    """Return a row of the table."""
    if isinstance(each, Missing):
        cells = [each.group, each.name, "", each.reference_name, _one_line(each.reason), "", ""]
    else:
        cells = _measured(each)
    return f"| {' | '.join(cells)} |"


def _measured(each: Comparison) -> list[str]:
    """Return the cells of a comparison."""
    return [
        each.group,
        each.name,
        f"{_figure(each.ours.median)} {each.unit}",
        each.reference_name,
        f"{_figure(each.reference.median)} {each.unit}",
        _ratio(each.ratio),
        _target(each),
    ]


def _ratio(spread: Spread) -> str:
    """Return a ratio with what it is to be read with; a small one as one in so many."""
    if spread.median >= 0.1:
        return f"{_figure(spread.median)} ({_figure(spread.low)} to {_figure(spread.high)})"
    one_in = Spread(*(1.0 / each for each in (spread.median, spread.low, spread.high)))
    return f"1/{_figure(one_in.median)} (1/{_figure(one_in.low)} to 1/{_figure(one_in.high)})"


def _target(each: Comparison) -> str:
    """Return what was promised and what became of it."""
    promised = []
    if each.target is not None:
        promised.append(f"{each.target:.3g}" if each.target > 0.1 else f"1/{1 / each.target:,.0f}")
    if each.limits is not None:
        low, high = (f"{limit:,g}" for limit in each.limits)
        promised.append(f"{low} to {high} {each.unit}")
    return f"{', '.join(promised)}: {_loud(each.verdict)}" if promised else ""


def _one_line(text: str) -> str:
    """Return a text that fits into a cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _figure(number: float) -> str:
    """Return a number with three significant digits, never as a power of ten."""
    decimals = 0
    while decimals < 6 and abs(number) * 10**decimals < 99.95:
        decimals += 1
    return f"{number:,.{decimals}f}"


def _loud(verdict: str) -> str:
    """Return a verdict, in bold where it is bad."""
    return f"**{verdict}**" if verdict == "missed" else verdict
