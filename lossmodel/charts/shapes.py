"""What is drawn in a row of a chart: areas, needles, lines at probabilities."""

from typing import TYPE_CHECKING

import numpy as np

from lossmodel.charts.axes import SMALL
from lossmodel.charts.themes import Theme
from lossmodel.distributions.base import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_share(axes: "Axes", share: float, y: float, theme: Theme) -> None:
    """Draw a line at a probability, and write it below the right end."""
    axes.axhline(y, color=theme.rule, linewidth=0.6, zorder=2)
    axes.text(
        1.0,
        y - 0.01,
        f"{share:.0%}",
        color=theme.soft,
        fontsize=SMALL - 1.0,
        ha="right",
        va="top",
        transform=axes.get_yaxis_transform(),
        zorder=5,
    )


def draw_needles(
    axes: "Axes", curve: tuple[Array, Array], middle: tuple[float, ...], foot: float, theme: Theme
) -> None:
    """Draw single values as needles, those of the middle 90% darker."""
    x, top = curve
    within = (x >= middle[0]) & (x <= middle[-1]) if middle else np.ones(x.size, bool)
    for inside, colour in ((~within, theme.rest), (within, theme.range)):
        height = np.where(inside, top, foot)
        axes.vlines(x[1::3], foot, height[1::3], color=colour, linewidth=2.0, zorder=3)


def draw_middle(
    axes: "Axes", curve: tuple[Array, Array], middle: tuple[float, ...], foot: float, theme: Theme
) -> None:
    """Draw the middle 90% of a curve darker, and a line at its median."""
    (x, top), (low, median, high) = curve, middle
    kept = (x > low) & (x < high)
    first, last = np.interp([low, high], x, top)
    along, above = (
        np.concatenate([[one], many, [other]])
        for one, many, other in ((low, x[kept], high), (first, top[kept], last))
    )
    fill(axes, along, above, foot, theme.range)
    peak = float(np.interp(median, x, top))
    axes.plot([median, median], [foot, peak], color=theme.paper, linewidth=1.4, zorder=4)


def fill(axes: "Axes", x: Array, top: Array, foot: float, colour: str) -> None:
    """Fill what lies between a line and its foot."""
    corners = np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[foot], top, [foot]])
    axes.fill(*corners, color=colour, linewidth=0, zorder=3)
