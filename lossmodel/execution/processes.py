"""Tasks computed by other processes of this machine."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from threading import Thread
from typing import Any, Generic, TypeVar, final

from lossmodel.errors import LossmodelError, UsageError
from lossmodel.execution.places import Place

Task = TypeVar("Task")
Made = TypeVar("Made")

_AHEAD = 3
"""Tasks per process that are handed out, so that none waits for the next."""
_PATIENCE = 3
"""How often in a row, without any task done, processes may die."""


@final
class Processes(Place):
    """Some processes, started anew where one dies.

    Parameters
    ----------
    count : int
        1 or more.

    Raises
    ------
    UsageError
        If it is less.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise UsageError(f"{count} workers", "a whole number from 1", "2")
        self._count = count

    def made(
        self, work: Callable[[Task], Made], tasks: Iterable[Task]
    ) -> Generator[Made, None, None]:
        """Yield what is made of each task, as :meth:`Place.made`.

        All tasks are taken at once, and each process begins with its own part of them, in order:
        neighbours have much in common, which is then made once.
        """
        left, deaths = _Left(list(tasks), self._count), 0
        while True:
            crew = [_started() for _ in range(self._count)]
            running: dict[Future[Made], tuple[int, Task]] = {}
            try:
                for made in _made_by(crew, work, left, running):
                    deaths = 0
                    yield made
            except BrokenProcessPool:
                deaths += 1
                if deaths >= _PATIENCE:
                    raise LossmodelError(
                        f"worker processes died {deaths} times in a row; is memory short? "
                        "Fewer --workers or --points need less"
                    ) from None
                left.back(running.values())
            else:
                return
            finally:
                for pool in crew:
                    _stopped(pool)


@final
class _Left(Generic[Task]):
    """The tasks that are left, in a part for each process."""

    def __init__(self, tasks: Sequence[Task], count: int) -> None:
        ends = [len(tasks) * place // count for place in range(count + 1)]
        self._parts = [deque(tasks[low:high]) for low, high in pairwise(ends)]

    def next(self, place: int) -> list[Task]:
        """Return the next task of a process, or the last of the one with most left, if any."""
        if self._parts[place]:
            return [self._parts[place].popleft()]
        longest = max(self._parts, key=len)
        return [longest.pop()] if longest else []

    def back(self, tasks: Iterable[tuple[int, Task]]) -> None:
        """Take back what was handed out and not done."""
        for place, task in [*tasks][::-1]:
            self._parts[place].appendleft(task)


def _made_by(
    crew: Sequence[ProcessPoolExecutor],
    work: Callable[[Task], Made],
    left: _Left[Task],
    running: dict[Future[Made], tuple[int, Task]],
) -> Iterator[Made]:
    """Yield what some processes make; what they have not finished stays in ``running``."""
    free = [place for place in range(len(crew)) for _ in range(_AHEAD)]
    while True:
        for place in free:
            for task in left.next(place):
                _submit(crew[place], work, (place, task), running)
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        free = []
        for future in done:
            made = future.result()
            place, _ = running.pop(future)
            free.append(place)
            yield made


def _submit(
    pool: ProcessPoolExecutor,
    work: Callable[[Task], Made],
    handed: tuple[int, Task],
    running: dict[Future[Made], tuple[int, Task]],
) -> None:
    """Hand out a task; one that a dead pool refuses is not forgotten."""
    try:
        running[pool.submit(work, handed[1])] = handed
    except BrokenProcessPool:
        running[Future()] = handed
        raise


def _started() -> ProcessPoolExecutor:
    """Return a new process, which knows nothing of this one's threads."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=_prepared)


def _prepared() -> None:
    """Leave an interrupt to the process that hands out the tasks, and end when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_ended_with, args=(parent,), daemon=True).start()


def _ended_with(parent: Any) -> None:  # noqa: ANN401 - multiprocessing does not name its type
    """End this process once another has."""
    parent.join()
    os._exit(1)


def _stopped(pool: ProcessPoolExecutor) -> None:
    """End a pool without waiting for what it has begun."""
    processes = list((pool._processes or {}).values())  # noqa: SLF001 - there is no other way
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
