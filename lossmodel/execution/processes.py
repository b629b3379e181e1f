"""Tasks computed by other processes of this machine."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
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
        crew = _Crew(work, _Left(list(tasks), self._count), self._count)
        deaths = 0
        try:
            while crew.is_busy:
                done, dead = crew.waited()
                deaths = len(dead) + (0 if done else deaths)
                if deaths >= _PATIENCE:
                    raise LossmodelError(
                        f"worker processes died {deaths} times in a row; is memory short? "
                        "Fewer --workers or --points need less"
                    )
                yield from done
                for place in dead:
                    crew.renew(place)
        finally:
            crew.stop()


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


@final
class _Crew(Generic[Task, Made]):
    """Processes at work, each with some tasks handed out."""

    def __init__(self, work: Callable[[Task], Made], left: _Left[Task], count: int) -> None:
        self._work, self._left = work, left
        self._pools = [_started() for _ in range(count)]
        self._running: dict[Future[Made], tuple[int, Task]] = {}
        for place in range(count):
            self._hand_out(place, _AHEAD)

    @property
    def is_busy(self) -> bool:
        """Whether any task is not done."""
        return bool(self._running)

    def waited(self) -> tuple[list[Made], list[int]]:
        """Return what has been made, once something has, and which processes have died."""
        made, dead = [], set[int]()
        for future in wait(self._running, return_when=FIRST_COMPLETED)[0]:
            place, _ = self._running[future]
            if isinstance(future.exception(), BrokenProcessPool):
                dead.add(place)
                continue
            del self._running[future]
            made.append(future.result())
            if place not in dead:
                self._hand_out(place, 1)
        return made, sorted(dead)

    def renew(self, place: int) -> None:
        """Start a process anew in the place of one that died, with what that has not done."""
        _stopped(self._pools[place])
        lost = [future for future, (owner, _) in self._running.items() if owner == place]
        self._left.back(self._running.pop(future) for future in lost)
        self._pools[place] = _started()
        self._hand_out(place, _AHEAD)

    def stop(self) -> None:
        """End all processes."""
        for pool in self._pools:
            _stopped(pool)

    def _hand_out(self, place: int, count: int) -> None:
        """Hand some tasks to a process; what one that has died refuses is not forgotten."""
        for _ in range(count):
            for task in self._left.next(place):
                try:
                    future = self._pools[place].submit(self._work, task)
                except BrokenProcessPool as broken:
                    future = Future()
                    future.set_exception(broken)
                self._running[future] = place, task


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
