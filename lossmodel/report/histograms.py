"""Small histograms in block characters, and what they span."""

from collections.abc import Iterable
from math import ceil

from lossmodel.report.columns import HISTOGRAM, Column
from lossmodel.report.figures import plain_figure
from lossmodel.simulation.histograms import Histogram
from lossmodel.units.scales import common_scale

_BLOCKS = " ▁▂▃▄▅▆▇█"
_MARK = "┃"


def histogram_column(each: Iterable[Histogram]) -> Column:
    """Return histograms as the column of a table."""
    return Column(HISTOGRAM, [bars(histogram) for histogram in each], is_text=True)


def bars(histogram: Histogram) -> str:
    """Return a histogram in block characters, with a line where a claimed amount falls.

    Parameters
    ----------
    histogram : Histogram
    """
    highest = max(histogram.shares, default=0.0) or 1.0
    drawn = [_BLOCKS[ceil(8.0 * share / highest)] for share in histogram.shares]
    for place in histogram.marks:
        drawn[place] = _MARK
    return "".join(drawn)


def spanned(told: Iterable[tuple[Histogram, str]], *, is_claimed: bool) -> str:
    """Return what histograms span, and what the line in them is; empty where none has a length.

    Parameters
    ----------
    told : iterable of (Histogram, str)
        With their units; those of one unit have one axis.
    is_claimed : bool
        Whether amounts that were claimed are marked.
    """
    spans = {}
    for histogram, unit in told:
        if histogram.low < histogram.high:
            scale = common_scale([histogram.low, histogram.high])
            low, high = (plain_figure(end, scale) for end in (histogram.low, histogram.high))
            spans[unit] = f"{low} to {high} {scale.unit(unit)}".strip()
    line = f"; {_MARK} the amount claimed" if is_claimed else ""
    return f"Histograms run from {' and '.join(spans.values())}{line}." if spans else ""
