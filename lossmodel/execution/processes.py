"""Tasks computed by other processes of this machine."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from threading import Thread
from typing import Any, TypeVar, final

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
        """Yield what is made of each task, as :meth:`Place.made`."""
        left, deaths = iter(tasks), 0
        while True:
            pool = _started(self._count)
            running: dict[Future[Made], Task] = {}
            try:
                for made in self._from(pool, work, left, running):
                    deaths = 0
                    yield made
            except BrokenProcessPool:
                deaths += 1
                if deaths >= _PATIENCE:
                    raise LossmodelError(
                        f"worker processes died {deaths} times in a row; is memory short? "
                        "Fewer --workers or --points need less"
                    ) from None
                left = chain(running.values(), left)
            else:
                return
            finally:
                _stopped(pool)

    def _from(
        self,
        pool: ProcessPoolExecutor,
        work: Callable[[Task], Made],
        tasks: Iterator[Task],
        running: dict[Future[Made], Task],
    ) -> Iterator[Made]:
        """Yield what one pool makes; what it has not finished stays in ``running``."""
        while True:
            for task in islice(tasks, _AHEAD * self._count - len(running)):
                _submit(pool, work, task, running)
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                made = future.result()
                del running[future]
                yield made


def _submit(
    pool: ProcessPoolExecutor,
    work: Callable[[Task], Made],
    task: Task,
    running: dict[Future[Made], Task],
) -> None:
    """Hand out a task; one that a dead pool refuses is not forgotten."""
    try:
        running[pool.submit(work, task)] = task
    except BrokenProcessPool:
        running[Future()] = task
        raise


def _started(count: int) -> ProcessPoolExecutor:
    """Return new processes, which know nothing of this one's threads."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_prepared)


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
