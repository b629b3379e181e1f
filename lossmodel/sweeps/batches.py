"""Some points of a sweep, computed by whatever process is at hand."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import final
from uuid import uuid4

from lossmodel.errors import LossmodelError
from lossmodel.model.building import built
from lossmodel.model.sameness import inputs_behind
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import Ask
from lossmodel.simulation.variants import Variants
from lossmodel.sweeps.points import Points
from lossmodel.sweeps.records import Record

BATCH = 64
"""Points that are computed, sent and kept together; it changes no number."""


@cache
def engine() -> str:
    """Return the versions that decide the bits."""
    return ", ".join(f"{name} {version(name)}" for name in ("lossmodel", "numpy", "scipy"))


@final
@dataclass(frozen=True, slots=True)
class Job:
    """A sweep as those who compute it see it; two are equal that differ in later points alone.

    Attributes
    ----------
    key : str
        Says all that a point depends on but its own settings: the first point's among it.  No two
        jobs of Python functions have the same, as nobody can tell two functions apart.
    scenario : Scenario
    settings : mapping of str to str
        Of inputs that are not swept.
    points : Points
    plan : Plan
    ask : Ask
    outputs : tuple of str
        Those that are told; all where none is named.
    engine : str
        The versions that decide the bits, where the sweep was begun.
    """

    key: str
    scenario: Scenario = field(compare=False)
    settings: Mapping[str, str] = field(compare=False)
    points: Points = field(compare=False)
    plan: Plan = field(compare=False)
    ask: Ask = field(compare=False)
    outputs: tuple[str, ...] = field(compare=False)
    engine: str = field(compare=False)

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - all that decides the numbers
        cls,
        scenario: Scenario,
        settings: Mapping[str, str],
        points: Points,
        plan: Plan,
        ask: Ask,
        outputs: tuple[str, ...] = (),
    ) -> "Job":
        """Return the job of a sweep."""
        content = uuid4().hex if scenario.is_code else scenario.model_dump_json()
        asked = [ask.level, ask.quantiles, ask.exceedance, ask.smoothing, sorted(ask.tell)]
        parts = [engine(), content, settings, plan.to_dict(), asked, outputs, points[0]]
        key = sha256(json.dumps(parts).encode()).hexdigest()
        return cls(key, scenario, settings, points, plan, ask, outputs, engine())


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """What came of some points.

    Attributes
    ----------
    numbers : sequence of int
        Of the points.
    records : tuple of Record
        In the same order.
    """

    numbers: Sequence[int]
    records: tuple[Record, ...]


@final
class Worker:
    """What computes points, one after the other, for all jobs that are equal.

    Parameters
    ----------
    job : Job

    Attributes
    ----------
    first : Result
        Of the first point, which all changes are from.
    """

    def __init__(self, job: Job) -> None:
        model = built(job.scenario, job.settings)
        self._beginning = job.points[0]
        self._variants = Variants(model, job.plan, job.ask, job.points.axes)
        self._outputs = job.outputs
        self.first = self._variants.result(self._beginning).of(self._outputs)
        self._behind = {name: inputs_behind(model, name) for name in self.first}

    def records(self, settings: Sequence[Mapping[str, str]]) -> Iterator[Record]:
        """Yield what is kept of the points with these settings."""
        moved = [self._moved(each) for each in settings]
        others = [each for each, names in zip(settings, moved, strict=True) if names]
        results = self._variants.results(others, self._outputs)
        for names in moved:
            changed = {name for name, inputs in self._behind.items() if names & inputs}
            yield Record.of(next(results) if names else self.first, self.first, changed)

    def _moved(self, settings: Mapping[str, str]) -> set[str]:
        """Return the inputs that are not as they are at the first point."""
        return {name for name, text in settings.items() if text != self._beginning[name]}


@lru_cache(maxsize=2)
def worker_of(job: Job) -> Worker:
    """Return what computes the points of a job; it serves every batch of this process."""
    return Worker(job)


def computed(job: Job, numbers: Sequence[int]) -> Batch:
    """Return what came of some points.

    Raises
    ------
    LossmodelError
        If other versions are at work here than where the sweep was begun.
    """
    if job.engine != engine():
        raise LossmodelError(
            f"a worker has {engine()}, and the sweep was begun with {job.engine}: "
            "install the same versions everywhere"
        )
    worker = worker_of(job)
    return Batch(numbers, tuple(worker.records([job.points[number] for number in numbers])))


def batches(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield the numbers in parts of at most ``size``."""
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
