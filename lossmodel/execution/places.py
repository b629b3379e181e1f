"""Where independent tasks are computed: one interface for this process, others, and a cluster."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar, final

Task = TypeVar("Task")
Made = TypeVar("Made")


class Place(ABC):
    """Somewhere to compute."""

    @abstractmethod
    def made(
        self, work: Callable[[Task], Made], tasks: Iterable[Task]
    ) -> Generator[Made, None, None]:
        """Yield what is made of each task, as it is done: in no particular order.

        Who does not take all of it closes it: what computes ends then.

        Parameters
        ----------
        work : callable
            A function of a module with its arguments bound, so that it can be sent elsewhere; a
            task may be computed twice, when what computes it dies.
        tasks : iterable
            Neighbours may have much in common, which is then best made by one that computes.

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

    def made(
        self, work: Callable[[Task], Made], tasks: Iterable[Task]
    ) -> Generator[Made, None, None]:
        """Yield what is made of each task, as :meth:`Place.made`, in their order."""
        yield from map(work, tasks)
