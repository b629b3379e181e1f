"""Results that show themselves: pictures and tables made by the layers above, when asked for.

What is drawn and how belongs to ``charts``, what a notebook shows to ``page``; both import results,
so results cannot import them.  They are found by name in the moment somebody looks.
"""

from abc import ABC
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Viewed(ABC):  # noqa: B024 - it is abstract as there is nothing to see in it alone
    """A result that can be plotted, and that a notebook shows as a table with a chart beside it."""

    __slots__ = ()

    def plot(self, kind: str = "", axes: "Axes | None" = None) -> "Axes":
        """Draw a chart of the result with matplotlib.

        Parameters
        ----------
        kind : str, optional
            Of a Result, an Output or ClaimChecks "density" (the default), "exceedance" or
            "inputs"; of a Sensitivity "tornado", of a Sweep "sweep", of a Comparison "comparison".
        axes : matplotlib.axes.Axes, optional
            Where to draw; axes of a new figure where none are given.

        Returns
        -------
        matplotlib.axes.Axes
            With a title that says what is shown.  ``lossmodel plot`` draws the same.

        Raises
        ------
        UsageError
            If there is no such kind of chart of this result.
        NotSupportedError
            If matplotlib is not installed.
        """
        drawn: Axes = import_module("lossmodel.charts.drawing").plotted(self, kind, axes)
        return drawn

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        shown: str = import_module("lossmodel.page.notebooks").shown(self)
        return shown
