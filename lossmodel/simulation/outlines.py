"""Outputs as lines that can be drawn: densities and probabilities of more."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossmodel.distributions.curves import Axis, Curve
from lossmodel.estimates.ordered import REPEATED
from lossmodel.simulation.kernels import smoothed
from lossmodel.simulation.output import Array, Output
from lossmodel.smoothing.conditional import Conditional

_TAIL = 0.01
_HEAVY_TAIL, _HEAVY = 0.05, 10.0
"""What is left out where what lies beyond would take so many times the room of the rest."""
_ENOUGH = 4096
"""Draws of the other inputs that show the shape of a smooth curve as well as all do."""
_BINS = 48
_MOST_NEEDLES = 60
"""Values that can be told from each other on a page, each a needle."""


def axis_of(outputs: Sequence[Output], amounts: Sequence[float]) -> Axis:
    """Return an axis for some outputs of one unit.

    It runs from the 1st to the 99th percentile of all that is uncertain, of very heavy tails from
    the 5th to the 95th, and holds the medians of the others and some amounts.

    Parameters
    ----------
    outputs : sequence of Output
    amounts : sequence of float
        In their unit.
    """
    ends = list(amounts)
    for output in outputs:
        ends += () if output.undefined else _middle(output)
    return Axis.around(ends)


def _middle(output: Output) -> tuple[float, ...]:
    """Return the ends of what is drawn of an output: less of it where its tails are very heavy.

    One output whose 99th percentile is millions of medians would leave nothing to see of others.
    """
    wide, usual = (output.draws.middle(tail) or () for tail in (_TAIL, _HEAVY_TAIL))
    if not (wide and usual):
        return wide
    heavy = wide[1] - wide[0] > _HEAVY * (usual[1] - usual[0]) > 0.0
    return usual if heavy else wide


def density_curve(output: Output, axis: Axis) -> Curve:
    """Return the density of an output.

    It is smooth where an input is integrated out, smoothed where the draws are all different; of a
    few values it is their probabilities, of draws of which some are equal to each other a density
    beside these values, else the share of the draws in bins.
    """
    low, high = output.draws.ends
    if output.undefined:
        return Curve.nothing()
    if low == high:
        return Curve.constant(low)
    if output.given is None or not output.given.is_smooth:
        return _of_draws(output, axis)
    x, given = axis.points(), _thinned(output.given)
    heights = np.array([float(given.density(float(at)).mean()) for at in x])
    return Curve.density(x, axis.as_drawn(x, heights))


def _of_draws(output: Output, axis: Axis) -> Curve:
    """Return the density of an output as its draws alone tell it."""
    draws = output.draws
    if output.infinite:
        return _bars(output, axis)
    if not draws.repeats:
        return Curve.density(*smoothed(draws, axis))
    values, shares = draws.atoms()
    if shares.sum() >= 1.0 - REPEATED:
        few = values.size <= _MOST_NEEDLES
        return Curve.of_values(values, shares) if few else _bars(output, axis)
    own = shares >= REPEATED
    if shares[~own].sum() > REPEATED:
        return _bars(output, axis)
    atoms = dict(zip(values[own].tolist(), shares[own].tolist(), strict=True))
    return replace(Curve.density(*smoothed(draws, axis, atoms)), atoms=tuple(atoms))


def exceedance_curve(output: Output, axis: Axis) -> tuple[Array, Array]:
    """Return amounts, and P(output > amount) at each.

    Raises
    ------
    ValueError
        If the output has no value in some draws.
    """
    if output.undefined:
        raise ValueError(f"{output.name} has no value in some draws")
    jumps = _jumps(output, axis)
    # Between two points of the axis a step would be a slope.
    x = np.sort(np.concatenate((axis.points(), jumps, np.nextafter(jumps, -np.inf))))
    if output.given is None:
        above = [float(output.exceedance(float(at))) for at in x]
    else:
        given = _thinned(output.given)
        above = [float(given.above(float(at)).mean()) for at in x]
    return x, np.array(above)


def _jumps(output: Output, axis: Axis) -> Array:
    """Return the values on an axis that an output has with a probability of their own."""
    low, high = output.draws.ends
    if low == high:
        return np.array([low])
    if output.infinite or (output.given is not None and output.given.is_smooth):
        return np.empty(0)
    values, shares = output.draws.atoms()
    if not (shares.sum() >= 1.0 - REPEATED and values.size <= _MOST_NEEDLES):
        values = values[shares >= REPEATED]
    steps: Array = values[(values > axis.low) & (values < axis.high)]
    return steps


def _thinned(given: Conditional) -> Conditional:
    """Return the first points of an output with one input integrated out."""
    rows = max(1, _ENOUGH // given.A.shape[1])
    part = slice(0, rows), slice(0, _ENOUGH)
    return replace(given, A=given.A[part], B=given.B[part])


def _bars(output: Output, axis: Axis) -> Curve:
    """Return the shares of the draws in bins, even on the axis."""
    edges = axis.points(_BINS + 1)
    # What lies on the first edge, such as no loss at all, belongs to the first bin.
    first = float(np.nextafter(edges[0], -np.inf))
    above = [float(output.draws.exceedance(float(at))) for at in (first, *edges[1:])]
    return Curve.of_bins(edges, -np.diff(above))
