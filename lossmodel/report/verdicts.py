"""Where a figure falls, in words that do not mislead, whatever its own words are."""

from math import inf

from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.claims.verdicts import LIMITS, ON_THE_LINE

_EVEN = 0.5
_LEAST, _ = LIMITS[-1]
_TRUE = {
    "tail": "mostly true",
    "not-reproduced": "almost always true",
    "impossible": "always true",
}
_OTHER_UNIT = 1.5
"""Units that are easily mixed up, and scale words all the more, mostly differ by more than this."""
_FAR = ("not-reproduced", "impossible", "does not hold")


def where(told: ReadingCheck, check: ClaimCheck) -> str:
    """Return where a figure falls in the range of a reading, to follow "the figure is".

    Parameters
    ----------
    told : ReadingCheck
    check : ClaimCheck
        That it is part of.

    Notes
    -----
    The verdict goes by the nearer tail.  Of one-sided words that is half of the story: "under 100
    million" is far off, and true, where all values are below.
    """
    word, line, _ = told.verdict.partition(ON_THE_LINE)
    if holds_the_median(told):
        return "around the median"
    if _is_true(told, check):
        return _TRUE.get(word, word).replace("-", " ") + line
    if word == "impossible" and told.inside.value:
        return "only by rounding"
    return word.replace("-", " ") + line


def holds_the_median(told: ReadingCheck) -> bool:
    """Whether the median of a reading lies between LOW and HIGH."""
    return bool(told.ends) and told.ends[0].amount < told.amount < told.ends[-1].amount


def is_hopeless(check: ClaimCheck) -> bool:
    """Whether no reading explains a figure: all are far off it, and hardly ever as it is read."""
    return all(
        told.verdict in _FAR and (told.true.value or 0.0) < _LEAST
        for told in check.readings.values()
    )


def unexplained(check: ClaimCheck) -> str:
    """Return what may be wrong with a figure that no reading explains; else nothing."""
    if not is_hopeless(check):
        return ""
    none = (
        "No reading explains it" if len(check.readings) > 1 else "The reading does not explain it"
    )
    if min(map(_times_off, check.readings.values())) < _OTHER_UNIT:
        return f"{none}."
    return f"{none}: is a unit or a scale word (million, billion) wrong?"


def _times_off(told: ReadingCheck) -> float:
    """Return by which factor a figure is above or below the median."""
    times = abs(told.ratio_to_median.value or inf)
    return max(times, 1.0 / times)


def _is_true(told: ReadingCheck, check: ClaimCheck) -> bool:
    """Whether one-sided words are rather true than not."""
    return bool(check.claim.wording.one_sided) and (told.true.value or 0.0) > _EVEN
