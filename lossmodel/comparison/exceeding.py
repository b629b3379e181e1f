"""How often one output exceeds another where both come from the same random numbers."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from lossmodel.distributions.base import Continuous, Distribution
from lossmodel.distributions.monotone import Transformed
from lossmodel.distributions.scores import from_scores
from lossmodel.errors import NotSupportedError
from lossmodel.estimates import probabilities
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import mean
from lossmodel.estimates.replicates import Replicates
from lossmodel.formula.intervals import bounds
from lossmodel.simulation.integrating import AUTO, candidates
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.smoothing.conditional import Conditional
from lossmodel.smoothing.forms import Form

Array = npt.NDArray[np.float64]
Curve = Callable[[Array], Array]

_FARTHEST = 8.0
_NODES = np.linspace(-_FARTHEST, _FARTHEST, 257)
_STEPS = 40
_BLOCK = 1 << 11
_ROUNDING = 1e-13
"""Values that differ by a smaller share of themselves are equal."""


def first_exceeds(first: Result, second: Result, name: str, factor: float = 1.0) -> Estimate:
    """Return P(output of the first > output of the second), on shared random numbers.

    Parameters
    ----------
    first, second : Result
        Under one plan, shared inputs at the same places.
    name : str
        Of an output of both.
    factor : float, optional
        Turns the second's unit into the first's.

    Returns
    -------
    Estimate
        :data:`MISSING` where draws are undefined or were not kept.

    Notes
    -----
    Where both integrate the same input out, the normal scores of that input at which the first is
    higher are found at every point of the others, and their probability is averaged; else draws
    are counted.
    """
    one, other = first[name], second[name]
    if one.undefined or other.undefined:
        return MISSING
    if one.given is None or other.given is None or not _same_input(one, other):
        return _counted(one, other, factor)
    if not isinstance(one.given.law, Continuous) or not isinstance(other.given.law, Continuous):
        return _counted(one, other, factor)
    A, B = one.given, _scaled(other.given, factor)
    if _is_alike(first, second, name) and (A.A == B.A).all() and not (A.B.any() or B.B.any()):
        # Whatever the others are, the sign depends on this input alone.
        few = Conditional(A.A[:1, :1], A.B[:1, :1], A.law, exact=True)
        same = Conditional(B.A[:1, :1], B.B[:1, :1], B.law, exact=True)
        return Estimate.exact(float(_shares(few, same)[0, 0]))
    shares = _shares(A, B)
    if one.given.exact and other.given.exact:
        return Estimate.exact(float(shares[0, 0]))
    return mean(Replicates(shares, (0.0, 1.0)))


def _same_input(one: Output, other: Output) -> bool:
    """Whether both outputs integrate the same input out."""
    return one.smoothed_over is not None and one.smoothed_over == other.smoothed_over


def _counted(one: Output, other: Output, factor: float) -> Estimate:
    """Return the share of the draws at which one output is higher."""
    try:
        off = one.values - factor * other.values
    except NotSupportedError:
        return MISSING
    near = np.abs(off) <= _ROUNDING * np.abs(one.values)
    return probabilities.exceedance(Replicates(np.where(near, 0.0, off)), 0.0)


def _scaled(given: Conditional, factor: float) -> Conditional:
    """Return an output in another unit."""
    return Conditional(given.A * factor, given.B * factor, given.law, given.exact)


def _is_alike(first: Result, second: Result, name: str) -> bool:
    """Whether both outputs are the same product of the input and something above or below 0."""
    forms = [_form(result, name) for result in (first, second)]
    if forms[0] is None or forms[1] is None:
        return False
    one, other = forms[0], forms[1]
    needs = one.needs
    inputs = [
        {each.name: (each.distribution, each.constant) for each in result.model.inputs}
        for result in (first, second)
    ]
    if not needs <= inputs[0].keys():
        return False  # what goes over units has no bounds here
    alike = all(str(inputs[0][each]) == str(inputs[1].get(each)) for each in needs)
    spans = {each.name: each.support for each in first.model.inputs}
    limit = bounds(one.A, spans)
    return alike and one.A == other.A and (limit.low > 0.0 or limit.high < 0.0)


def _form(result: Result, name: str) -> Form | None:
    """Return the form in which an input was integrated out of an output."""
    found = candidates(result.model, AUTO).forms.get(name, ())
    return next((form for form in found if form.over == result[name].smoothed_over), None)


def _shares(one: Conditional, other: Conditional) -> Array:
    """Return the probability that one output is higher, at each point, shape (R, n)."""
    curves = _by_score(one.law), _by_score(other.law)
    parts = [part.ravel() for part in (one.A, one.B, other.A, other.B)]
    shares = np.empty(one.A.size)
    nodes = [curve(_NODES) for curve in curves]
    with np.errstate(all="ignore"):
        for start in range(0, shares.size, _BLOCK):
            block = [part[start : start + _BLOCK] for part in parts]
            shares[start : start + _BLOCK] = _block_shares(block, curves, nodes)
    return shares.reshape(one.A.shape)


def _block_shares(parts: list[Array], curves: tuple[Curve, Curve], nodes: list[Array]) -> Array:
    """Return the shares at some points: what lies between the scores where the sign changes."""
    columns = [part[:, np.newaxis] for part in parts]
    above = _is_above(columns, nodes)
    shares = above[:, 0] * ndtr(-_FARTHEST) + above[:, -1] * ndtr(-_FARTHEST)
    weights = np.diff(ndtr(_NODES))
    shares = shares + (above[:, 1:] & above[:, :-1]) @ weights
    rows, places = np.nonzero(above[:, 1:] != above[:, :-1])
    low, high = _NODES[places], _NODES[places + 1]
    rises = above[rows, places + 1]
    own = [part[rows] for part in parts]
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        is_high = _is_above(own, [curve(middle) for curve in curves]) == rises
        low, high = np.where(is_high, low, middle), np.where(is_high, middle, high)
    inside = np.where(
        rises, ndtr(_NODES[places + 1]) - ndtr(high), ndtr(high) - ndtr(_NODES[places])
    )
    np.add.at(shares, rows, inside)
    return np.clip(shares, 0.0, 1.0)


def _is_above(parts: list[Array], values: list[Array]) -> npt.NDArray[np.bool_]:
    """Whether the first output is higher, beyond rounding."""
    one, other = parts[0] * values[0] + parts[1], parts[2] * values[1] + parts[3]
    higher: npt.NDArray[np.bool_] = one - other > _ROUNDING * (np.abs(one) + np.abs(other))
    return higher


def _by_score(law: Distribution) -> Curve:
    """Return U as a function of the score of the input itself, of which it may be a function."""
    if not isinstance(law, Transformed):
        return from_scores(law)
    inner = from_scores(law.parent)
    return lambda z: law.by.value(inner(z))
