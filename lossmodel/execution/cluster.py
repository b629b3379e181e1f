"""Tasks computed by the workers of a Dask cluster, on this machine or on others."""

import logging
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from importlib import import_module
from itertools import islice
from multiprocessing import resource_tracker
from time import monotonic
from types import ModuleType
from typing import Any, TypeVar, final

from lossmodel.errors import LossmodelError, NotSupportedError, UsageError
from lossmodel.execution.places import Place
from lossmodel.execution.threads import cores

Task = TypeVar("Task")
Made = TypeVar("Made")

LOCAL = "local"
_LOG = logging.getLogger("lossmodel.execution")
_AHEAD = 4
"""Tasks per thread of the workers that are handed out."""
_FEWEST_AHEAD = 8
_CONNECTING = "5s"
_GLANCE = 1.0
"""Seconds between two looks at whether there are workers, while nothing is done."""
_PATIENCE = 5.0
"""Seconds without any worker before that is said."""
_GIVES_UP = 60.0
"""Seconds without any worker before the tasks are given up."""


@final
class Cluster(Place):
    """The workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of a scheduler, or "local" for one of this machine with workers of its own, which end
        with it.
    workers : int, optional
        How many the local one has; by default one for each core.

    Raises
    ------
    NotSupportedError
        If Dask is not installed.
    """

    def __init__(self, address: str, workers: int | None = None) -> None:
        self._distributed = _installed()
        self._address = address
        self._workers = workers

    def made(
        self, work: Callable[[Task], Made], tasks: Iterable[Task]
    ) -> Generator[Made, None, None]:
        """Yield what is made of each task, as :meth:`Place.made`.

        A worker that dies loses no task: the scheduler gives it to another.
        """
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            with _uninterrupted():
                client = self._client(stack)
            yield from self._through(client, work, iter(tasks))

    def _client(self, stack: ExitStack) -> Any:  # noqa: ANN401 - Dask has no types
        """Return a connection to the scheduler, closed at the end."""
        address: object = self._address
        if self._address == LOCAL:
            address = self._distributed.LocalCluster(
                n_workers=self._workers or cores(),
                threads_per_worker=1,
                processes=True,
                # Without an address it would take the port 8787, and warn where that is taken.
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,  # of its workers
            )
            stack.callback(_closed, address)
        try:
            if self._address != LOCAL:
                # A client of what is no address at all could not even be closed.
                self._distributed.comm.resolve_address(self._address)
            client = self._distributed.Client(address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"no Dask scheduler at {self._address}",
                "the address that a scheduler prints when it starts",
                "dask scheduler, then --dask tcp://HOST:8786; or --dask local",
            ) from error
        stack.callback(_closed, client)
        return client

    def _through(
        self,
        client: Any,  # noqa: ANN401 - Dask has no types
        work: Callable[[Task], Made],
        tasks: Iterator[Task],
    ) -> Iterator[Made]:
        """Yield what a cluster makes."""
        done = self._distributed.as_completed([], loop=client.loop)
        waiting = _Waiting(client, self._address)
        running = 0
        while True:
            threads = sum(waiting.threads().values()) if running == 0 else 0
            ahead = max(_FEWEST_AHEAD, _AHEAD * threads, running + 1)
            for task in islice(tasks, ahead - running):
                done.add(client.submit(work, task, pure=False))
                running += 1
            if running == 0:
                return
            waiting.until_ready(done)
            yield self._result(next(done))
            running -= 1

    def _result(self, future: Any) -> Any:  # noqa: ANN401 - Dask has no types
        """Return the result of one task."""
        try:
            return future.result()
        except self._distributed.KilledWorker:
            raise LossmodelError(
                "the cluster lost its workers again and again with one task: is memory short there?"
            ) from None
        except self._distributed.client.FutureCancelledError:
            raise LossmodelError(
                f"the scheduler {self._address} is gone: start it and its workers again, then give "
                "the same command; what a --store has is kept"
            ) from None


@final
class _Waiting:
    """Waiting for tasks to be done, as long as there is somebody to do them."""

    def __init__(self, client: Any, address: str) -> None:  # noqa: ANN401 - Dask has no types
        self._client = client
        self._address = address
        self._alone_since: float | None = None
        self._has_said = False

    def threads(self) -> dict[str, int]:
        """Return the number of threads of each worker; none where the scheduler does not answer."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, TimeoutError):
            return {}  # its tasks are cancelled soon, and say so
        return found

    def until_ready(self, done: Any) -> None:  # noqa: ANN401 - Dask has no types
        """Return once a task is done.

        Raises
        ------
        LossmodelError
            If there has been no worker for a while.
        """
        self._alone_since = None
        looked = monotonic()
        while not done.has_ready():
            with done.thread_condition:
                done.thread_condition.wait(0.1)
            if monotonic() - looked >= _GLANCE:
                self._look(monotonic())
                looked = monotonic()

    def _look(self, now: float) -> None:
        """Say that there are no workers, then give up."""
        if self.threads():
            self._alone_since = None
            return
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since >= _GIVES_UP:
            raise LossmodelError(
                f"the scheduler {self._address} has had no workers for {_GIVES_UP:g} s: start "
                f"some (dask worker {self._address}), then give the same command; what a --store "
                "has is kept"
            )
        if now - self._alone_since >= _PATIENCE and not self._has_said:
            self._has_said = True
            _LOG.warning(
                "waiting for workers: the scheduler %s has none; giving up after %g s",
                self._address,
                _GIVES_UP,
            )


def _closed(each: Any) -> None:  # noqa: ANN401 - Dask has no types
    """Close a client or a cluster, whole: what is left half closed fails once more at the end."""
    with _uninterrupted():
        each.close()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interrupt wait: a cluster that has half begun could not be ended.

    Processes that are started meanwhile never see one: this one ends them.
    """
    # Starting what this starts, once, would let interrupts through again.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _later() if threading.current_thread() is threading.main_thread() else nullcontext():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _later() -> Iterator[None]:
    """Keep interrupts that other threads take until the end."""
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log from the user: what matters of it is told as an error."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    loggers = [logging.getLogger(name) for name in (*names, "asyncio", "tornado.application")]
    before = [(each, each.level) for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in before:
            each.setLevel(level)


def _installed() -> ModuleType:
    """Return Dask's package for clusters.

    Raises
    ------
    NotSupportedError
        If it is not installed.
    """
    try:
        return import_module("distributed")
    except ImportError:
        raise NotSupportedError(
            "Dask is not installed here: pip install 'lossmodel[dask]', or use --workers"
        ) from None
