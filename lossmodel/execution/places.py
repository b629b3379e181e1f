"""Where independent tasks are computed: one interface for this process, others, and a cluster."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar, final

Task = TypeVar("Task")
Made = TypeVar("Made")


class Place(ABC):
    """Somewhere to compute."""

    @abstractmethod
    def made(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[Made]:
        """Yield what is made of each task, as it is done: in no particular order.

        Parameters
        ----------
        work : callable
            A function of a module with its arguments bound, so that it can be sent elsewhere; a
            task may be computed twice, when what computes it dies.
        tasks : iterable
            Taken as they are needed.

        Raises
        ------
        LossmodelError
            If nothing is left that computes.
        Exception
            What a task raises.
        """


@final
class Here(Place):
    """The process at hand."""

    def made(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[Made]:
        """Yield what is made of each task, as :meth:`Place.made`, in their order."""
        return map(work, tasks)
