"""What was found of a claim, in a sentence, and what may be wrong with it."""

from collections.abc import Iterator, Sequence

from lossmodel.claims.results import ClaimCheck, ReadingCheck
from lossmodel.claims.verdicts import ON_THE_LINE
from lossmodel.page.cells import Cell, Prose, share_cell
from lossmodel.report.verdicts import is_hopeless, unexplained, where
from lossmodel.report.words import one_line

_WORDS = {
    "middle half": "in the middle half",
    "inside": "inside the 90% interval",
    "tail": "in the tail",
}
_GOOD = (
    "around the median",
    "middle half",
    "inside",
    "holds",
    "mostly true",
    "almost always true",
    "always true",
)
_BAD = ("impossible", "does not hold")
_CERTAIN = ("holds", "does not hold")


def verdict_words(told: ReadingCheck, check: ClaimCheck) -> str:
    """Return where the figure falls under a reading."""
    word, line, _ = where(told, check).partition(ON_THE_LINE)
    return _WORDS.get(word, word) + line


def verdict_tone(told: ReadingCheck, check: ClaimCheck) -> str:
    """Return "good", "doubtful" or "bad": in the range, at its edge, or beyond."""
    word, _, _ = where(told, check).partition(ON_THE_LINE)
    return "good" if word in _GOOD else "bad" if word in _BAD else "doubtful"


def verdict(check: ClaimCheck, key: str) -> Prose:
    """Return what was found of a claim.

    Parameters
    ----------
    check : ClaimCheck
    key : str
        Its place in the result that the page holds.
    """
    if not check.readings:
        return ("No output can be compared with it.",)
    doubt = f" {unexplained(check)}".rstrip()
    if len(check.readings) == 1:
        return (*_alone(check, key), doubt)
    groups = {
        tone: [
            one_line(name)
            for name, told in check.readings.items()
            if verdict_tone(told, check) == tone
        ]
        for tone in ("good", "doubtful", "bad")
    }
    return (
        *_standing(groups, len(check.readings)),
        *_best(check, key),
        *_beyond(groups),
        ".",
        doubt,
    )


def plain(parts: Prose) -> str:
    """Return prose without the places of its figures."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def is_certain(told: ReadingCheck) -> bool:
    """Whether the output is one value, of which nothing is likely or not."""
    return told.verdict in _CERTAIN


def likelihood(told: ReadingCheck, key: str) -> Cell:
    """Return how likely the words are true under a reading."""
    return share_cell(told.true, f"{key}/readings/{told.output}/true")


def _alone(check: ClaimCheck, key: str) -> Prose:
    """Return what was found under the only reading."""
    (told,) = check.readings.values()
    words, name = verdict_words(told, check), one_line(told.output)
    match told.verdict:
        case "holds" | "does not hold":
            return (f"It {words}: {name} is one certain value.",)
        case "impossible" if verdict_tone(told, check) == "bad":
            return (f"No values of the inputs bring it about under {name}.",)
        case _:
            often = likelihood(told, key)
            if check.claim.wording.one_sided:
                return ("True in ", often, f" of cases under {name}: the figure is {words}.")
            start = f"The figure is {words} under {name} ({_event(check)} in "
            return (start, often, " of cases).")


def _event(check: ClaimCheck) -> str:
    """Return what comes about as often as :func:`likelihood` says."""
    wording = check.claim.wording
    if wording.one_sided:
        return "true"
    if wording.amount is None:
        return "between the two"
    typed = check.claim.claim.range or check.claim.claim.error
    return "within what it is read as" if typed else "the same, when rounded,"


def _standing(groups: dict[str, list[str]], count: int) -> Iterator[str]:
    """Yield under how many readings the figure is in the range."""
    good, doubtful, bad = groups["good"], groups["doubtful"], groups["bad"]
    if good:
        yield f"Consistent with {_some(good, count)} readings"
    elif doubtful:
        them = "them" if len(doubtful) > 1 else "it"
        yield f"At odds with {_some(doubtful, count)} readings, though within reach of {them}"
    else:
        yield f"Out of reach under {_some(bad, count)} readings: no values of the inputs bring it"
        yield " about"


def _some(names: Sequence[str], count: int) -> str:
    """Return how many of all there are."""
    if len(names) == count:
        return "both" if count == 2 else f"all {count}"
    return f"{len(names)} of {count}"


def _best(check: ClaimCheck, key: str) -> Iterator[str | Cell]:
    """Yield which reading explains it best, and how often it is true there."""
    weights = {name: told.weight.value or 0.0 for name, told in check.readings.items()}
    best = max(weights, key=lambda name: weights[name])
    if weights[best] <= 0.0 or is_hopeless(check):
        return
    yield f", best explained by {one_line(best)}"
    if is_certain(check.readings[best]):
        yield ", which is one certain value"
    else:
        told = check.readings[best]
        falls = "" if check.claim.wording.one_sided else f"{verdict_words(told, check)}; "
        yield f" ({falls}{_event(check)} in "
        yield likelihood(told, key)
        yield " of cases)"


def _beyond(groups: dict[str, list[str]]) -> Iterator[str]:
    """Yield under which readings it cannot be, where that is not all of them."""
    if groups["bad"] and (groups["good"] or groups["doubtful"]):
        yield f"; out of reach under {_and(groups['bad'])}"


def _and(names: Sequence[str]) -> str:
    """Return names as prose."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
