"""Blocks computed by several threads, and used in their order.

NumPy lets other threads run while it computes, so a few threads share the cores of a machine
within one process.  A run starts its own threads and they end with it: nothing is left behind that
a fork could copy half done, or that the interpreter would wait for at its end.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import Condition, Thread
from typing import Generic, NoReturn, TypeVar, final

from lossmodel.errors import UsageError

Task = TypeVar("Task")
Made = TypeVar("Made")

_AHEAD = 4
"""Tasks per thread that may be done before they are wanted."""


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not a system that binds processes to cores
        return os.cpu_count() or 1


def check_threads(threads: int | None) -> None:
    """Refuse a number of threads below 1; None leaves it to the run.

    Raises
    ------
    UsageError
        Naming it.
    """
    if threads is not None and threads < 1:
        raise UsageError(f"{threads} threads", "a whole number from 1", str(cores()))


def in_order(
    tasks: Iterable[Task], worker: Callable[[], Callable[[Task], Made]], threads: int
) -> Iterator[Made]:
    """Yield what is made of each task, in the order of the tasks.

    Parameters
    ----------
    tasks : iterable
    worker : callable
        Called once in every thread; returns what that thread calls with its tasks.
    threads : int
        This one and ``threads - 1`` others; with 1 no other thread is started.

    Raises
    ------
    BaseException
        What the first task that fails raises, in its place; no other task is begun then.

    Notes
    -----
    A thread that is at work when this ends early, by an exception or an interrupt, finishes its
    task and ends; nobody waits for it.
    """
    if threads == 1:
        yield from map(worker(), tasks)
        return
    shared: _Shared[Task, Made] = _Shared(tasks, _AHEAD * threads)
    for _ in range(threads - 1):
        # A copy of the context: what NumPy does about overflow is the same in every thread.
        Thread(target=copy_context().run, args=(shared.help, worker), daemon=True).start()
    try:
        yield from shared.results(worker())
    finally:
        shared.stop()


@final
class _Shared(Generic[Task, Made]):
    """Tasks that threads take one by one, and what they make of them."""

    def __init__(self, tasks: Iterable[Task], ahead: int) -> None:
        self._tasks = enumerate(tasks)
        self._ahead = ahead
        self._changed = Condition()
        self._made: dict[int, Callable[[], Made]] = {}
        self._wanted = 0
        self._taken = 0
        self._ended = False

    def help(self, worker: Callable[[], Callable[[Task], Made]]) -> None:
        """Work until no task is left."""
        make = worker()
        while (task := self._next()) is not None:
            with suppress(BaseException):  # kept, and raised where its result is wanted
                self._do(*task, make)

    def results(self, make: Callable[[Task], Made]) -> Iterator[Made]:
        """Yield the results in order, working in this thread too while the next is not there."""
        while (step := self._step()) is not None:
            made, task = step
            if made is not None:
                yield made()
            elif task is not None:
                self._do(*task, make)

    def stop(self) -> None:
        """Let every thread end once its task is done."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _step(self) -> tuple[Callable[[], Made] | None, tuple[int, Task] | None] | None:
        """Return the result that is wanted, else a task, else None: there are no more of either."""
        with self._changed:
            while self._wanted not in self._made:
                if (task := self._take()) is not None:
                    return None, task
                if self._wanted == self._taken:
                    return None
                self._changed.wait()
            made = self._made.pop(self._wanted)
            self._wanted += 1
            self._changed.notify_all()
            return made, None

    def _next(self) -> tuple[int, Task] | None:
        """Return the next task once it is not too far ahead, or None."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._taken < self._wanted + self._ahead)
            return self._take()

    def _take(self) -> tuple[int, Task] | None:
        """Return the next task and its place, or None where no more are to be begun."""
        if self._ended or self._taken >= self._wanted + self._ahead:
            return None
        task = next(self._tasks, None)
        self._ended = task is None
        self._taken += task is not None
        return task

    def _do(self, place: int, task: Task, make: Callable[[Task], Made]) -> None:
        """Carry out one task, and keep what came of it, a failure too."""
        try:
            made = make(task)
        except BaseException as failure:
            self._keep(place, partial(_raise, failure))
            self.stop()
            if not isinstance(failure, Exception):  # an interrupt does not wait for its turn
                raise
        else:
            self._keep(place, lambda: made)

    def _keep(self, place: int, made: Callable[[], Made]) -> None:
        """Keep the result of one task."""
        with self._changed:
            self._made[place] = made
            self._changed.notify_all()


def _raise(failure: BaseException) -> NoReturn:
    """Raise a failure."""
    raise failure
