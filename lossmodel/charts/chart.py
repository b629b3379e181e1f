"""What a chart is: a title, the same in words, and how it is drawn."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from lossmodel.charts.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHARACTER = 0.078
"""Width of a letter of nine points, in inches, on average and a little more."""
_WIDE = "mwMW@%"


@dataclass(frozen=True, slots=True)
class Chart(ABC):
    """A picture of results, whose figures are those of the results, as reports print them.

    Attributes
    ----------
    title : str
        What it shows, in a sentence.
    alternative : str
        The same in words and figures, for those who cannot see it.
    """

    title: str
    alternative: str

    @property
    @abstractmethod
    def foot(self) -> float:
        """What is needed below it, in inches."""

    @abstractmethod
    def height(self, width: float) -> float:
        """Return how high it must be, in inches, where it is so wide."""

    @abstractmethod
    def draw(self, axes: "Axes", theme: Theme, width: float) -> None:
        """Draw it on empty axes of a figure of some width in inches."""


def length(text: str) -> float:
    """Return how many letters of average width are as wide as a text."""
    return sum(
        2.0 if east_asian_width(each) in "WF" else 1.5 if each in _WIDE else 1.0 for each in text
    )


def room(width: float) -> int:
    """Return how many letters fit in a width in inches."""
    return int(width / CHARACTER)
