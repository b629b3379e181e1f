"""Errors that say what was found, what was expected and how to fix it.

Lower layers raise a :class:`Fault`, which knows nothing of files.  The layer that knows where the
text came from turns it into a :class:`Problem`, and reports all problems of a file at once in a
:class:`ScenarioError`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar


class LossmodelError(Exception):
    """Base of every error that lossmodel raises on purpose.

    Attributes
    ----------
    status : int
        Exit status of the command line: 1 a failure while working, 2 a wrong command or scenario,
        3 a run that cannot fit in memory.
    """

    status: ClassVar[int] = 1


class Fault(LossmodelError):  # noqa: N818 - it is a part of the error that a user sees
    """One thing wrong with a piece of text or a value, wherever it stands.

    Parameters
    ----------
    found : str
        What was found, quoted as the user wrote it.
    expected : str
        What would have been right.
    fix : str, optional
        Something to type instead; empty where none can be suggested.
    """

    status = 2

    def __init__(self, found: str, expected: str, fix: str = "") -> None:
        super().__init__(found, expected, fix)
        self.found = found
        self.expected = expected
        self.fix = fix

    def __str__(self) -> str:
        tail = f" (fix: {self.fix})" if self.fix else ""
        return f"found {self.found}; expected {self.expected}{tail}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a scenario a problem stands: file, line (0 = unknown) and dotted key."""

    file: str = ""
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        head = f"{self.file or 'scenario'}:{self.line}" if self.line else self.file or "scenario"
        return f"{head}: {self.key}" if self.key else head


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and its place; its text is the message a user reads."""

    place: Place
    found: str
    expected: str
    fix: str = ""

    @classmethod
    def of(cls, fault: Fault, place: Place) -> "Problem":
        """Return ``fault`` as it stands at ``place``."""
        return cls(place, fault.found, fault.expected, fault.fix)

    def __str__(self) -> str:
        rows = [f"{self.place}", f"  found:    {self.found}", f"  expected: {self.expected}"]
        if self.fix:
            rows.append(f"  fix:      {self.fix}")
        return "\n".join(rows)


@dataclass(eq=False)
class ScenarioError(LossmodelError):
    """A scenario that cannot be used, with every problem that was found in it.

    Attributes
    ----------
    problems : sequence of Problem
        In the order of the file; never empty.
    """

    status: ClassVar[int] = 2
    problems: Sequence[Problem] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        super().__init__(self.problems)  # what a worker raises is made again of these

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(Fault):
    """A wrong argument of a command or of a library function."""


class CapacityError(LossmodelError):
    """A run that cannot fit in memory, refused before it starts."""

    status = 3


class NotSupportedError(LossmodelError):
    """Something that a valid scenario asks for and that this version cannot run."""

    status = 2


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that ``word`` most likely meant, or an empty string.

    Compared without regard to case, a candidate may be at most two edits away, one where it has
    three letters or fewer, none where it has one; failing that, one of the two must begin with the
    other.  Of several, the closest wins, then one of the same letters, then the one
    whose letters differ least, capitals counted.
    """
    typed, names = word.lower(), list(islice(known, _MOST_NAMES))
    ranked = [
        (edits, sorted(typed) != sorted(name.lower()), len({*word} ^ {*name}), place)
        for place, name in enumerate(names)
        if (edits := _edits(typed, name.lower())) <= min(_MOST_EDITS, len(name) // 2)
    ]
    if ranked:
        return names[min(ranked)[-1]]
    return next((name for name in names if _begins(typed, name.lower())), "")


_MOST_EDITS = 2
_MOST_NAMES = 1_000


def _begins(one: str, other: str) -> bool:
    """Whether one word begins with the other, of which three letters or more are there."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > _MOST_EDITS and longer.startswith(shorter)


def _edits(one: str, other: str) -> int:
    """Return how many letters must be added, dropped, changed or swapped with the next.

    This is the restricted Damerau-Levenshtein distance; beyond the most edits it may be too low.
    """
    # Cheap bounds: an edit changes the length by one at most, and the set of letters by two.
    apart = max(abs(len(one) - len(other)), (len({*one} ^ {*other}) + 1) // 2)
    if apart > _MOST_EDITS:
        return apart
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted)))
            if i > 1 < j and letter == other[j - 2] and wanted == one[i - 2]:
                row[j] = min(row[j], before[j - 2] + 1)
        before = above
    return row[-1]


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Return the words as prose, "a, b or c", cut after ``limit`` of them."""
    names = list(words)
    if len(names) > limit:
        return ", ".join(names[:limit]) + f" ... ({len(names)} in all)"
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " or " + names[-1]


def visible(text: str) -> str:
    """Return text that a terminal shows as it is: control and direction characters written out.

    Scenario files come from strangers, and so do the words that messages quote from them.
    """
    return "".join(
        c if c == "\n" or c.isprintable() or c == "\t" else c.encode("unicode_escape").decode()
        for c in text
    )
