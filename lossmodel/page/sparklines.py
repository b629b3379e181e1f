"""Small densities of inputs beside their figures, as SVG of a few hundred bytes."""

from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from lossmodel.distributions.curves import Axis, Curve, axis_of, curve_of
from lossmodel.model.inputs import ModelInput

WIDE, HIGH = 120.0, 30.0
_FOOT, _TOP = 28.0, 3.0


@final
@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small density.

    Attributes
    ----------
    rest, middle : str
        The outline of all of it and of the middle 90%, as SVG paths; needles have no area.
    needles : bool
        Whether the outline is a line and not the edge of an area.
    marker : float or None
        Where along it a value of interest lies.
    beyond : {"", "left of", "right of"}
        Where the value lies beyond the axis.
    words : str
        The same for those who cannot see it.
    """

    rest: str
    middle: str
    needles: bool
    marker: float | None
    beyond: Literal["", "left of", "right of"]
    words: str


def sparkline(each: ModelInput, words: str, value: float | None = None) -> Sparkline | None:
    """Return the density of an input, with a line at a value; None of a constant.

    Parameters
    ----------
    each : ModelInput
    words : str
        Its figures.
    value : float or None, optional
        In the unit of the input.
    """
    if each.shown is None:
        return None
    axis = axis_of(each.shown)
    curve = curve_of(each.shown, axis)
    low, high = (each.quantile(p) for p in (0.05, 0.95))
    needles = curve.kind == "values"
    inside = (curve.x >= low) & (curve.x <= high)
    middle = Curve(curve.kind, curve.x[inside], curve.height[inside])
    beyond = _beyond(value, axis)
    return Sparkline(
        rest=_path(curve, axis, needles),
        middle=_path(middle, axis, needles),
        needles=needles,
        marker=None if value is None or beyond else round(WIDE * axis.share(value), 1),
        beyond=beyond,
        words=words,
    )


def _beyond(value: float | None, axis: Axis) -> Literal["", "left of", "right of"]:
    """Return on which side of an axis a value lies; empty where it lies on it."""
    if value is None or axis.low <= value <= axis.high:
        return ""
    return "left of" if value < axis.low else "right of"


def _path(curve: Curve, axis: Axis, needles: bool) -> str:  # noqa: FBT001 - an area or a line
    """Return a curve as an SVG path."""
    step = max(1, curve.x.size // 60) if curve.kind == "density" else 1
    keep = np.unique(np.append(np.arange(0, curve.x.size, step), curve.x.size - 1))
    if not curve.x.size:
        return ""
    xs = [WIDE * axis.share(float(x)) for x in curve.x[keep]]
    ys = [_FOOT - (_FOOT - _TOP) * float(y) for y in curve.height[keep]]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f"M{line}" if needles else f"M{xs[0]:.1f} {_FOOT}L{line}L{xs[-1]:.1f} {_FOOT}Z"
