"""Collecting every problem of a scenario, instead of stopping at the first."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import final

from lossmodel.errors import Fault, Place, Problem, ScenarioError, visible
from lossmodel.scenario.lines import Path
from lossmodel.scenario.source import Source

MOST_PROBLEMS = 500


def one_line(text: str) -> str:
    """Return a text without line ends and control characters: no name may look like a message."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


@final
class Findings:
    """The problems found so far in one scenario.

    Parameters
    ----------
    source : Source
        Gives each problem its file and line.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._problems: list[Problem] = []

    def add(self, path: Path, found: str, expected: str, fix: str = "") -> None:
        """Note a problem at ``path``.

        Raises
        ------
        ScenarioError
            If it is one too many: nobody mends thousands by hand, and each takes time to explain.
        """
        texts = (one_line(text) for text in (found, expected, fix))
        self._problems.append(Problem(self._source.place(path), *texts))
        if len(self._problems) >= MOST_PROBLEMS:
            place = Place(self._source.file)
            last = Problem(place, f"{MOST_PROBLEMS} problems", "fewer; the search stopped here")
            raise ScenarioError((*self.problems, last))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Note a Fault raised inside the block as a problem at ``path``, and go on behind it."""
        try:
            yield
        except Fault as fault:
            self.add(path, fault.found, fault.expected, fault.fix)

    def read_as(self, renamed: Mapping[Path, Path]) -> None:
        """Look up the lines of keys under the names that they were meant to have."""
        self._source = self._source.renamed(renamed)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems in the order of the file, each once."""
        return tuple(sorted(dict.fromkeys(self._problems), key=lambda p: p.place.line))

    def refuse(self) -> None:
        """Raise what has been found.

        Raises
        ------
        ScenarioError
            If anything has been.
        """
        if self._problems:
            raise ScenarioError(self.problems)
