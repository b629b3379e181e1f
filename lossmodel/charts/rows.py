"""Charts of rows, one above the other on one axis: a name, figures, and a drawing below them."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, final

from lossmodel.charts.axes import SMALL, TEXT, bare, inches, lay_out
from lossmodel.charts.chart import CHARACTER, Chart, length, room
from lossmodel.charts.themes import Theme
from lossmodel.distributions.curves import Axis
from lossmodel.model.reported import Reported
from lossmodel.report.words import claim_sentence, one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE, GAP = 0.17, 0.16
"""Heights of a line of text, and of what is between rows, in inches."""


@final
@dataclass(frozen=True, slots=True)
class Label:
    """The words of a row: a name, what to notice of it, and its figures."""

    name: str
    figures: str
    notice: str = ""

    def is_short(self, width: float) -> bool:
        """Whether all fits on one line."""
        return length(self.name) + len(self.notice) + len(self.figures) + 4 <= room(width)

    def names(self, width: float) -> list[str]:
        """Return the name in lines, the last with room for what to notice."""
        free = (room(width) - len(self.notice) - 1) * len(self.name) / length(self.name)
        return wrap(self.name, max(int(free), 10), break_on_hyphens=False)

    def lines(self, width: float) -> int:
        """Return how many lines they take, the figures on one of their own if all is long."""
        return 1 if self.is_short(width) else len(self.names(width)) + 1


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """What a claim says, in the unit of the axis: words, the values they allow, the amounts.

    Attributes
    ----------
    says, sentence : str
        As printed, and as read.
    low, high : float
    amounts : tuple of float
    rows : tuple of str
        The names of the rows that it speaks of.
    """

    says: str
    low: float
    high: float
    amounts: tuple[float, ...]
    sentence: str
    rows: tuple[str, ...]

    @classmethod
    def of(cls, claim: Reported, outputs: Sequence[str]) -> "Mark":
        """Return the mark of a claim on the axis of outputs of one unit that it may speak of."""
        factor = claim.factors[outputs[0]]
        return cls(
            one_line(claim.claim.says),
            claim.low * factor,
            claim.high * factor,
            claim.amounts(outputs[0]),
            claim_sentence(claim),
            tuple(outputs),
        )


def marks_of(claims: Sequence[Reported], outputs: Sequence[str]) -> tuple[Mark, ...]:
    """Return what claims say of some outputs of one unit."""
    about = ([name for name in outputs if name in claim.factors] for claim in claims)
    return tuple(Mark.of(claim, names) for claim, names in zip(claims, about, strict=True) if names)


@dataclass(frozen=True, slots=True)
class RowsChart(Chart):
    """A chart of rows; one unit of its vertical axis is an inch.

    Attributes
    ----------
    labels : tuple of Label
        The words of each row, from above.
    marks : tuple of Mark
        What was claimed.
    axis : Axis or None
        None where each row has its own, from 0 to 1.
    unit : str
        Of the numbers on the axis.
    """

    labels: tuple[Label, ...]
    marks: tuple[Mark, ...]
    axis: Axis | None
    unit: str

    @property
    @abstractmethod
    def tall(self) -> float:
        """The height of what is drawn in each row, in inches."""

    @abstractmethod
    def paint(self, axes: "Axes", place: int, foot: float, theme: Theme) -> None:
        """Draw what belongs to one row, from ``foot`` upwards."""

    @property
    @final
    def foot(self) -> float:
        """The room for the numbers and the unit of the axis."""
        return 0.5 if self.axis else 0.1

    @final
    def height(self, width: float) -> float:
        """Return how high it must be."""
        row = self._lines(width) * LINE + self.tall + GAP
        return row * len(self.labels) + LINE * len(self._levels(width)) + 0.04

    @final
    def draw(self, axes: "Axes", theme: Theme, width: float) -> None:
        """Draw the words of claims, then the rows from above."""
        if self.axis is None:
            bare(axes, theme)
            axes.set_xlim(0.0, 1.0)
            axes.set_xticks([])
        else:
            lay_out(axes, self.axis, self.unit, theme, width)
        below = self.height(width)
        axes.set_ylim(0.0, below)
        for marks in self._levels(width):
            below -= LINE
            for mark in marks:
                self._name_mark(axes, mark, theme, below, width)
        lines = self._lines(width)
        for place in range(len(self.labels)):
            below -= lines * LINE + self.tall + GAP
            self._draw_row(axes, place, theme, below + 0.5 * GAP, lines)

    def _lines(self, width: float) -> int:
        """Return how many lines the words of each row take, the same for all."""
        return max((label.lines(width) for label in self.labels), default=1)

    def _draw_row(self, axes: "Axes", place: int, theme: Theme, foot: float, lines: int) -> None:
        """Draw one row: what was claimed of it, its drawing, and its words above."""
        label = self.labels[place]
        for mark in self.marks:
            if label.name in mark.rows:
                _draw_mark(axes, mark, theme, foot, foot + self.tall)
        axes.axhline(foot, color=theme.rule, linewidth=0.6, zorder=2)
        self.paint(axes, place, foot, theme)
        above = foot + self.tall + 0.03
        names = [label.name] if lines == 1 else label.names(inches(axes))
        for line, name in enumerate(names):
            y = above + (lines - 1 - line) * LINE
            _write(axes, 0.0, y, name, theme.ink, TEXT, "left")
        if label.notice:
            start = (length(names[-1]) + 1) * CHARACTER / inches(axes)
            y = above + (lines - len(names)) * LINE
            _write(axes, start, y, label.notice, theme.claim, SMALL, "left")
        side, x = ("right", 1.0) if lines == 1 else ("left", 0.0)
        y = above + (lines - len(names) - (lines > 1)) * LINE
        _write(axes, x, y, label.figures, theme.soft, SMALL, side)

    def _levels(self, width: float) -> list[list[Mark]]:
        """Return marks on lines, from above, so that the words of none cover another's."""
        levels: list[list[Mark]] = []
        ends: list[float] = []
        for mark, (start, end) in self._spans(width):
            free = [level for level, taken in enumerate(ends) if taken < start]
            if free:
                levels[free[0]].append(mark)
                ends[free[0]] = end
            else:
                levels.append([mark])
                ends.append(end)
        return levels

    def _spans(self, width: float) -> Iterator[tuple[Mark, tuple[float, float]]]:
        """Yield marks from the left, and where their words begin and end, in inches."""
        for mark in sorted(self.marks, key=lambda mark: mark.low):
            yield mark, self._span(mark, width)

    def _span(self, mark: Mark, width: float) -> tuple[float, float]:
        """Return where the words of a mark begin and end, in inches, kept within the axes."""
        if self.axis is None:
            raise AssertionError("claims are marked on a common axis only")
        wide = (length(mark.says) + 1) * CHARACTER
        middle = 0.5 * (self.axis.share(mark.low) + self.axis.share(mark.high)) * width
        start = max(0.0, min(middle - 0.5 * wide, width - wide))
        return start, start + wide

    def _name_mark(self, axes: "Axes", mark: Mark, theme: Theme, y: float, width: float) -> None:
        """Write the words of a claim."""
        start, end = self._span(mark, width)
        _write(axes, 0.5 * (start + end) / width, y, mark.says, theme.claim, TEXT, "center")


def _draw_mark(axes: "Axes", mark: Mark, theme: Theme, low: float, high: float) -> None:
    """Draw the values that a claim allows, and a line at each amount."""
    block(axes, (mark.low, mark.high), (low, high), theme.band, 0.0)
    for amount in mark.amounts:
        axes.plot([amount, amount], [low, high], color=theme.claim, linewidth=1.3, zorder=3.5)


def block(
    axes: "Axes", x: tuple[float, float], y: tuple[float, float], colour: str, order: float
) -> None:
    """Fill a rectangle; what lies higher in order covers it."""
    axes.fill([x[0], x[1], x[1], x[0]], [y[0], y[0], y[1], y[1]], color=colour, lw=0, zorder=order)


def _write(  # noqa: PLR0913, PLR0917 - where, what and how
    axes: "Axes", x: float, y: float, text: str, colour: str, size: float, side: str
) -> None:
    """Write text at a share of the width, in inches from below."""
    axes.text(
        x,
        y + 0.02,
        text,
        color=colour,
        fontsize=size,
        ha=side,
        va="bottom",
        transform=axes.get_yaxis_transform(),
        parse_math=False,
        zorder=5,
    )
