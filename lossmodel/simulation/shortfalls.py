"""What missed a precision that was asked for, in one sentence."""

from collections.abc import Iterator, Sequence

_WORST = 3
"""How many statistics are named; the JSON names all."""


def in_short(unmet: Sequence[str]) -> Iterator[str]:
    """Yield in one sentence how many statistics missed a precision, and which by most.

    Parameters
    ----------
    unmet : sequence of str
        What missed it, worst first, then why no more points were tried; empty where all are met.
    """
    *missed, why = unmet or ("",)
    if missed:
        worst, left = "; ".join(missed[:_WORST]), len(missed) - _WORST
        more = f"; and {left} more (--json names all)" * (left > 0)
        count = f"{len(missed)} statistics miss" if len(missed) > 1 else "1 statistic misses"
        yield f"{count} the precision: {worst}{more}; {why}"
