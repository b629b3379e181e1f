"""Outputs with one input held at a value and the others free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.attribution.reaching import Reaching, reached_by
from lossmodel.distributions.base import Continuous
from lossmodel.distributions.inverse import in_place
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.statistics import DrawnStatistics
from lossmodel.execution.blocks import Block
from lossmodel.model.inputs import ModelInput
from lossmodel.simulation.columns import column_of
from lossmodel.simulation.per_unit import PerUnit
from lossmodel.simulation.plan import Plan
from lossmodel.smoothing.conditional import Conditional
from lossmodel.smoothing.forms import Form
from lossmodel.smoothing.quantiles import quantile

Array = npt.NDArray[np.float64]

MOST = 1 << 14
"""Points of all replicates that are used at most: for ten thousand quantiles they are enough."""


@final
@dataclass(frozen=True, slots=True)
class Located:
    """A quantile, and by how much each replicate alone would move it.

    Attributes
    ----------
    estimate : Estimate
    pulls : array, shape (R,)
        Of mean 0; their spread over the root of R is the standard error of the estimate.
    """

    estimate: Estimate
    pulls: Array


@final
@dataclass(frozen=True, slots=True)
class Held:
    """One output with an input held, or with none.

    Attributes
    ----------
    drawn : DrawnStatistics
    smooth : Conditional or None
        With one of the free inputs integrated out.
    certain : bool
        Whether no free input is left.
    """

    drawn: DrawnStatistics
    smooth: Conditional | None
    certain: bool

    def quantile(self, p: float) -> Located:
        """Return the smallest y with P(output <= y) >= p; missing where it cannot be told."""
        column = self.drawn.column
        if self.drawn.undefined:
            return _without_pull(MISSING, column.count)
        if self.certain:
            return _without_pull(Estimate.exact(self.drawn.ends[0]), column.count)
        near, found = self.drawn.near(p), MISSING
        if self.smooth is not None and isfinite(near):
            found = quantile(self.smooth, p, near)
        if found.value is not None and self.smooth is not None:
            return _located(found, self.smooth.below(found.value).mean(axis=1))
        found = self.drawn.quantile(p)
        if found.value is None:
            return _without_pull(found, column.count)
        counts = column.counts(np.array([found.value]))[:, 0]
        return _located(found, counts / column.values.shape[1])


def _without_pull(found: Estimate, replicates: int) -> Located:
    """Return a quantile that no replicate moves."""
    return Located(found, np.zeros(replicates))


def _located(found: Estimate, shares: Array) -> Located:
    """Return a quantile where the cdfs of the replicates have these values."""
    off = shares.mean() - shares
    spread = float(off.std(ddof=1))
    if not found.se or not spread:
        return _without_pull(found, len(off))
    return Located(found, off * (found.se * sqrt(len(off)) / spread))


@final
class Holding:
    """The outputs that are asked about, at the first points of a plan.

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
    forms : mapping of str to sequence of Form
        By output, what may be integrated out of it, in the order of preference.
    """

    def __init__(self, reaching: Reaching, plan: Plan, forms: Mapping[str, Sequence[Form]]) -> None:
        points = min(plan.points, 1 << max(MOST // plan.replicates, 1).bit_length() - 1)
        self._shape = plan.replicates, points
        self._reaching, self._forms = reaching, forms
        rows, model = slice(0, plan.replicates), reaching.model
        self._inputs = {each.name: each for each in reaching.inputs if not each.counted_by}
        self._uniforms = {
            name: column_of(model, name, plan).block(rows, 0, points).ravel()
            for name in self._inputs
        }
        self._block = Block(rows, 0, points)
        self._units = PerUnit(model, plan) if model.gone_over else None
        self._columns = {n: _values(each, self._uniforms[n]) for n, each in self._inputs.items()}
        supports = {each.name: each.support for each in reaching.model.outputs}
        self._supports = {name: supports.get(name, (-inf, inf)) for name in reaching.outputs}

    def free(self) -> dict[str, Held]:
        """Return the outputs with no input held."""
        return next(self._held("", self._reaching.outputs, [{}]))

    def held(self, name: str, values: Array) -> Iterator[dict[str, Held]]:
        """Yield the outputs that an input reaches, with it held at one value after the other.

        Parameters
        ----------
        name : str
        values : array, shape (k,)
            In the unit that formulas expect.
        """
        return self._held(name, self._reaching.reached[name], [{name: x} for x in values.tolist()])

    def _held(
        self, name: str, outputs: Sequence[str], settings: Sequence[Mapping[str, float]]
    ) -> Iterator[dict[str, Held]]:
        """Yield outputs for each setting of an input."""
        forms = {output: self._form(output, name) for output in outputs}
        parts = {
            f"{output} {part}": node
            for output, form in forms.items()
            if form is not None
            for part, node in (("A", form.A), ("B", form.B))
        }
        evaluator = self._reaching.evaluator(outputs, parts)
        for setting in settings:
            columns: dict[str, Array | float] = {
                **self._reaching.constants,
                **self._columns,
                **self._moved(setting),
                **setting,
            }
            with np.errstate(all="ignore"):
                if self._units is not None:
                    self._units.add_to(columns, self._block, self._units.waves(evaluator.reads))
                found = evaluator.evaluate(columns, self._block.count)
            yield {output: self._made(output, name, found, form) for output, form in forms.items()}

    def _moved(self, setting: Mapping[str, float]) -> dict[str, Array]:
        """Return the inputs that are tied to the one that is held, as that leaves them."""
        moved: dict[str, Array] = {}
        for name, value in setting.items():
            each = self._inputs[name]
            for group in self._reaching.model.groups:
                if name in group.names and each.distribution is not None:
                    share = np.nan
                    if isinstance(each.distribution, Continuous):
                        share = float(each.distribution.cdf(np.array(value / each.factor)))
                    # A discrete value leaves a score open, so that nothing is told of the others.
                    uniforms = group.given(name, share, self._uniforms)
                    moved |= {n: _values(self._inputs[n], u) for n, u in uniforms.items()}
        return moved

    def _form(self, output: str, name: str) -> Form | None:
        """Return the first form of an output that is not over the input that is held."""
        return next(
            (form for form in self._forms.get(output, ()) if form.over != name and not form.centre),
            None,
        )

    def _made(self, output: str, name: str, found: Mapping[str, Array], form: Form | None) -> Held:
        """Return an output from what was evaluated."""
        column = Replicates(found[output].reshape(self._shape), self._supports[output])
        free = {each.name for each in self._reaching.reaching(output)} - {name}
        smooth = None
        if form is not None:
            A, B = (found[f"{output} {part}"].reshape(self._shape) for part in "AB")
            if np.isfinite(A).all() and np.isfinite(B).all():
                needs = reached_by(form.needs, self._reaching.model.depends)
                smooth = Conditional(A, B, form.law, exact=not needs & free)
        return Held(DrawnStatistics(column), smooth, certain=not free)


def _values(each: ModelInput, u: Array) -> Array:
    """Return the values of an input at uniform numbers, flat; none where these are not known."""
    if each.distribution is None:
        raise AssertionError("a constant is not drawn")
    if np.isnan(u).any():
        return np.full_like(u, np.nan)
    return in_place(each.distribution, u.size)(u.copy()) * each.factor
