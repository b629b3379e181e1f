"""Tasks computed by the workers of a Dask cluster, on this machine or on others."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar, final

from lossmodel.errors import LossmodelError, NotSupportedError, UsageError
from lossmodel.execution.places import Place
from lossmodel.execution.threads import cores

Task = TypeVar("Task")
Made = TypeVar("Made")

LOCAL = "local"
_AHEAD = 4
"""Tasks per thread of the workers that are handed out."""
_FEWEST_AHEAD = 8
_CONNECTING = "5s"


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

    def made(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[Made]:
        """Yield what is made of each task, as :meth:`Place.made`.

        A worker that dies loses no task: the scheduler gives it to another.
        """
        with ExitStack() as stack:
            client = stack.enter_context(self._client(stack))
            yield from self._through(client, work, iter(tasks))

    def _client(self, stack: ExitStack) -> Any:  # noqa: ANN401 - Dask has no types
        """Return a connection to the scheduler."""
        address: object = self._address
        if self._address == LOCAL:
            address = stack.enter_context(
                self._distributed.LocalCluster(
                    n_workers=self._workers or cores(),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                )
            )
        try:
            if self._address != LOCAL:
                # A client of what is no address at all could not even be closed.
                self._distributed.comm.resolve_address(self._address)
            return self._distributed.Client(address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"no Dask scheduler at {self._address}",
                "the address that a scheduler prints when it starts",
                "dask scheduler, then --dask tcp://HOST:8786; or --dask local",
            ) from error

    def _through(
        self,
        client: Any,  # noqa: ANN401 - Dask has no types
        work: Callable[[Task], Made],
        tasks: Iterator[Task],
    ) -> Iterator[Made]:
        """Yield what a cluster makes."""
        done = self._distributed.as_completed([], loop=client.loop)
        running = 0
        while True:
            threads = sum(client.nthreads().values()) if running == 0 else 0
            ahead = max(_FEWEST_AHEAD, _AHEAD * threads, running + 1)
            for task in islice(tasks, ahead - running):
                done.add(client.submit(work, task, pure=False))
                running += 1
            if running == 0:
                return
            yield self._result(next(done))
            running -= 1

    def _result(self, future: Any) -> Any:  # noqa: ANN401 - Dask has no types
        """Return the result of one task."""
        try:
            return future.result()
        except (self._distributed.KilledWorker, self._distributed.client.FutureCancelledError):
            raise LossmodelError(
                "the cluster lost its workers again and again with one task: is memory short there?"
            ) from None


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
