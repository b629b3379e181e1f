"""How far a long run is: a bar with the time left on standard error, if that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lossmodel.simulation.gathering import Watch
    from lossmodel.simulation.plan import Plan

_PATIENCE = 0.5
"""Seconds that a run may take before anything is shown."""


@contextmanager
def shown_progress() -> "Iterator[Watch]":
    """Yield what shows the progress it is told; it is gone at the end, however that comes."""
    if not sys.stderr.isatty():
        yield _ignored
        return
    bar = _Bar()
    try:
        yield bar.update
    finally:
        bar.stop()


def _ignored(plan: "Plan", share: float) -> None:
    """Show nothing."""
    del plan, share


@final
class _Bar:
    """A bar of the plan at hand."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._plan: Plan | None = None

    def update(self, plan: "Plan", share: float) -> None:
        """Show the share of a plan that is done, once the run has taken a while."""
        if self._progress is None:
            if monotonic() - self._begun < _PATIENCE or share >= 1.0:
                return
            self._progress = _started()
        if plan != self._plan:
            self._plan = plan
            if self._task is not None:
                self._progress.remove_task(self._task)
            label = f"{plan.replicates} x {plan.points:,} points"
            self._task = self._progress.add_task(label, total=1.0)
        if self._task is not None and share >= 1.0:
            label = f"{plan.replicates} x {plan.points:,} points drawn: statistics"
            self._progress.update(self._task, description=label, total=None)
        elif self._task is not None:
            self._progress.update(self._task, completed=share)

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def _started() -> "Progress":
    """Return a bar that is shown from now on."""
    from rich.console import Console  # noqa: PLC0415 - only where a run is long
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    console = Console(stderr=True)
    progress = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
    progress.start()
    return progress
