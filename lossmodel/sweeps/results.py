"""What was found at the points of a sweep."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING, Any, final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError
from lossmodel.model.model import Model
from lossmodel.model.versions import own_version
from lossmodel.simulation import tables
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import Summary
from lossmodel.sweeps import arrays
from lossmodel.sweeps.points import Points
from lossmodel.sweeps.records import Change, Layout, Note, Record
from lossmodel.views import Viewed

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]

_BLOCK = 1024


@final
@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One point of a sweep.

    Attributes
    ----------
    number : int
        From 0.
    settings : mapping of str to str
        The values of the inputs that are swept.
    outputs : mapping of str to Summary
        The statistics that a run with these settings tells, without its ``other_readings``.
    change : mapping of str to Change
        Of each output, from the first point.
    warnings : tuple of str
        Those of the run, and where the change is paired less closely.
    beside : mapping of str to mapping
        Of an output that is the loss of a period its ``metrics``, and of one that goes over units
        how they are ``summed_by``, as in the JSON of a run.
    """

    number: int
    settings: Mapping[str, str]
    outputs: Mapping[str, Summary]
    change: Mapping[str, Change]
    warnings: tuple[str, ...]
    beside: Mapping[str, Mapping[str, object]]

    def to_dict(self) -> dict[str, Any]:
        """Return the point as it stands in the JSON."""
        return {
            "settings": dict(self.settings),
            "outputs": {
                name: each.to_dict() | dict(self.beside.get(name, {}))
                for name, each in self.outputs.items()
            },
            "change": {name: each.to_dict() for name, each in self.change.items()},
            "warnings": list(self.warnings),
        }


@final
@dataclass(frozen=True, eq=False)
class Sweep(Viewed, tables.Tabled):
    """What was found at the points of a sweep; ``sweep[0]`` is the first.

    Attributes
    ----------
    model : Model
        With the settings of inputs that are not swept.
    plan : Plan
        The same for every point.
    points : Points
        Which values the inputs take together.
    layout : Layout
        What the rows stand for.
    rows : array, shape (points, rows, 4)
        Value, se, low and high of each estimate; nan where it does not exist.
    notes : tuple of Note
        What there is beside numbers, each different one once: what was integrated out of each
        output, the warnings, and what the JSON tells beside the statistics.
    noted : array of int, shape (points,)
        The place of each point's among ``notes``.
    """

    model: Model
    plan: Plan
    points: Points
    layout: Layout
    rows: Array
    notes: tuple[Note, ...]
    noted: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[SweepPoint]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> SweepPoint:
        try:
            number = range(len(self))[index(number)]
        except (IndexError, TypeError):
            expected = f"one of {len(self):,} points, from 0"
            raise UsageError(f"point {number!r}", expected) from None
        over, warnings, beside = self.notes[self.noted[number]]
        outputs, change = {}, {}
        parts = self.layout.parts(self.rows[number])
        for (sheet, rows), name in zip(parts, over, strict=True):
            outputs[sheet.name] = sheet.summary(rows, self.layout.level, name or None)
            change[sheet.name] = sheet.change(rows)
        said = (*warnings, *self._looser(over))
        told = json.loads(beside) if beside else {}
        return SweepPoint(number, self.points[number], outputs, change, said, told)

    def _looser(self, over: tuple[str, ...]) -> Iterator[str]:
        """Yield of which outputs the change is between two that see other inputs integrated out."""
        before = self.notes[self.noted[0]].over
        for sheet, here, first in zip(self.layout.sheets, over, before, strict=True):
            if here != first:
                yield (
                    f"{sheet.name}: {here or 'nothing'} is integrated out here and "
                    f"{first or 'nothing'} at the first point: the change is paired less closely"
                )

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Every different warning, with how many points it is of where that is not all."""
        said: dict[str, int] = {}
        for note, count in zip(*np.unique(self.noted, return_counts=True), strict=True):
            over, warnings, _ = self.notes[note]
            for warning in (*warnings, *self._looser(over)):
                said[warning] = said.get(warning, 0) + int(count)
        return tuple(
            text if count == len(self) else f"{text} (at {count:,} of {len(self):,} points)"
            for text, count in said.items()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the sweep as a JSON document: plain numbers, None where there is none."""
        return {**self.heading(), "points": [each.to_dict() for each in self]}

    def heading(self) -> dict[str, Any]:
        """Return the JSON document without its points."""
        source = self.model.source
        return {
            "version": own_version(),
            "scenario": {
                "name": source.name,
                "title": self.model.scenario.title,
                "sha256": source.sha256,
                "settings": dict(self.model.settings),
            },
            "plan": self.plan.to_dict(),
            "vary": {name: list(texts) for name, texts in self.points.axes.items()},
            "combined": self.points.kind,
            "warnings": list(self.warnings),
        }

    def to_columns(self) -> tables.Columns:
        """Return one row per statistic of each output at each point.

        Returns
        -------
        dict of str to array
            ``point``, the inputs that are swept as texts, ``output``, ``unit``, ``statistic`` (the
            change from the first point included), then float64 with nan for what does not exist:
            ``value``, ``se``, ``low`` and ``high``.  An input with one of these names, or named
            ``part``, is told as ``input NAME``.
        """
        return arrays.columns(self.points, self.layout, self.rows, range(len(self)))

    def blocks(self) -> Iterator[tables.Columns]:
        """Yield :meth:`to_columns` some points at a time, in memory that does not grow."""
        for start in range(0, len(self), _BLOCK):
            numbers = range(start, min(start + _BLOCK, len(self)))
            yield arrays.columns(self.points, self.layout, self.rows, numbers)

    def to_xarray(self) -> "xr.Dataset":
        """Return one variable per output over (inputs that are swept ..., statistic, part).

        The dimensions of a grid are named by its inputs; points that were paired or sampled lie
        along ``point``.  ``part`` is value, se, low and high.  Units are attributes.  Inputs are
        named as in :meth:`to_columns`, and an output with the name of a dimension or of an input
        is told as ``output NAME``.

        Raises
        ------
        NotSupportedError
            If xarray is not installed.
        """
        attributes = {"title": self.model.scenario.title, **self.plan.to_dict()}
        return arrays.as_xarray(self.points, self.layout, self.rows, attributes)

    def __repr__(self) -> str:
        count = " x ".join(f"{len(texts)} {name}" for name, texts in self.points.axes.items())
        outputs = ", ".join(sheet.name for sheet in self.layout.sheets)
        return f"Sweep: {self.model.scenario.title} ({len(self):,} points: {count}; {outputs})"


@final
class Gathering:
    """The records of a sweep as they come, in any order."""

    def __init__(self, model: Model, plan: Plan, points: Points, layout: Layout) -> None:
        self._model, self._plan, self._points, self._layout = model, plan, points, layout
        self._rows = np.empty((len(points), layout.rows, 4))
        self._noted = np.zeros(len(points), dtype=np.int32)
        self._notes: dict[Note, int] = {}

    def add(self, number: int, record: Record) -> None:
        """Keep the record of a point."""
        self._rows[number] = record.rows
        self._noted[number] = self._notes.setdefault(record.note, len(self._notes))

    def sweep(self) -> Sweep:
        """Return the sweep, once all points have been added.

        Notes are put in the order of the points, so that nothing tells when each was computed.
        """
        first, places = np.unique(self._noted, return_index=True)
        order = first[np.argsort(places)]
        ranks = np.empty(len(self._notes), dtype=np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        notes = list(self._notes)
        return Sweep(
            model=self._model,
            plan=self._plan,
            points=self._points,
            layout=self._layout,
            rows=self._rows,
            notes=tuple(notes[place] for place in order),
            noted=ranks[self._noted],
        )
