"""What the axes of all charts have in common."""

from typing import TYPE_CHECKING

from lossmodel.charts.themes import Theme
from lossmodel.distributions.curves import Axis
from lossmodel.units.scales import Scale, amount, common_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL, TEXT = 8.0, 9.0
"""Sizes of letters, in points."""
_FEW = 2.5
"""Powers of ten between which there is room for other numbers."""


def lay_out(axes: "Axes", axis: Axis, unit: str, theme: Theme, width: float) -> None:
    """Give axes their numbers and their unit below, and nothing on the other sides."""
    from matplotlib.ticker import (  # noqa: PLC0415 - matplotlib is loaded when something is drawn
        FuncFormatter,
        LogLocator,
        MaxNLocator,
        NullFormatter,
    )

    scale = scale_of(axis)
    many = max(4, int(1.5 * width))
    axes.set_xscale(axis.layout)
    axes.set_xlim(axis.low, axis.high)
    log = axis.layout == "log"
    few = log and axis.high / axis.low < 10.0**_FEW
    steps = (1.0, 2.0, 5.0) if few else (1.0,)
    locator = (
        LogLocator(subs=steps, numticks=many)
        if log
        else MaxNLocator(many, steps=[1, 2, 2.5, 5, 10])
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: amount(x, scale)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(scale.unit(unit), color=theme.soft, fontsize=SMALL)
    axes.tick_params(axis="x", labelsize=SMALL, labelcolor=theme.soft, color=theme.rule, length=3)
    axes.tick_params(axis="x", which="minor", length=0)
    bare(axes, theme)
    axes.spines["bottom"].set_visible(True)


def bare(axes: "Axes", theme: Theme) -> None:
    """Leave nothing around axes but what is drawn."""
    axes.set_facecolor("none")
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
        spine.set_color(theme.rule)


def inches(axes: "Axes") -> float:
    """Return how wide axes are, in inches."""
    return float(axes.get_window_extent().width / axes.figure.dpi)


def scale_of(axis: Axis) -> Scale:
    """Return the scale that suits the numbers of an axis."""
    return common_scale([axis.low, axis.high])
