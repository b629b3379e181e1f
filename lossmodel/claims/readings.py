"""One claim against one output: all that can be said of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.claims.bands import Band, band_of, effective_size, shares_in
from lossmodel.claims.posterior import drawn_within, quantile_of_draws, quantiles_given
from lossmodel.estimates.estimate import MISSING, NEVER, Estimate
from lossmodel.estimates.moments import mean
from lossmodel.estimates.probabilities import exceedance
from lossmodel.estimates.replicates import Replicates
from lossmodel.formula.algebra import names
from lossmodel.formula.tree import Name
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model
from lossmodel.model.reported import Reported
from lossmodel.sampling.designs import Independent, Stream
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.integrating import Candidates, Integral
from lossmodel.simulation.output import Output
from lossmodel.simulation.recentred import Recentred
from lossmodel.smoothing.conditional import DECIDED, Conditional, Tail, largest_part
from lossmodel.smoothing.near import near_probability, off_by
from lossmodel.smoothing.recentring import Recentring
from lossmodel.smoothing.statistics import FAR

Array = npt.NDArray[np.float64]

GIVEN = (0.05, 0.5, 0.95)
ENOUGH = 100.0
"""Effective sample size below which nothing is said of the inputs given the claim."""


@final
@dataclass(frozen=True, slots=True)
class Sight:
    """A claim as the points of a design see it.

    Attributes
    ----------
    shares : array, shape (R, n)
        How likely the claim is at each point.
    given : Conditional or None
        The output at these points; None where they are draws of the output itself.
    inside : Estimate
        P(the claim).
    moved : callable or None
        Where the points were moved to the claim: returns the inputs there, by name.
    """

    shares: Array
    given: Conditional | None
    inside: Estimate
    moved: Callable[[], Mapping[str, Array]] | None = None


@final
@dataclass(frozen=True)
class Reading:
    """One output under one claim.

    Attributes
    ----------
    model : Model
    output : Output
    claim : Reported
    drawing : Drawing
    possible : Candidates
    forms : mapping of str to (Integral, Conditional)
        By input: the output with that input integrated out, for those that allow it.
    """

    model: Model
    output: Output
    claim: Reported
    drawing: Drawing
    possible: Candidates
    forms: Mapping[str, tuple[Integral, Conditional]]

    @cached_property
    def uncertain(self) -> tuple[ModelInput, ...]:
        """The inputs that are drawn and reach the output, without those that vary per unit."""
        reached = names(self.model.of_one_value[self.output.name])
        shared = (each for each in self.model.inputs if not each.counted_by)
        return tuple(each for each in shared if each.name in reached and not each.is_constant)

    @cached_property
    def band(self) -> Band:
        """The values that the claim allows, in the output's unit."""
        return band_of(self.claim, self.output.name)

    @cached_property
    def amount(self) -> float:
        """The amount said; of LOW to HIGH the point nearest to the median."""
        amounts = self.claim.amounts(self.output.name)
        if len(amounts) == 1:
            return amounts[0]
        median = self.output.quantile(0.5).value
        low, high = amounts
        return low if median is None else min(max(median, low), high)

    @cached_property
    def sight(self) -> Sight:
        """The claim as seen from where it comes about."""
        low, high = self.output.spec.support
        replicates = self.drawing.plan.replicates
        if not self.output.spec.uncertain:
            counts = self.band.counts(np.full((replicates, 1), float(self.output.quantile(0.5))))
            return Sight(counts, None, Estimate.exact(float(counts[0, 0])))
        first, last = self.band.reach
        if last <= low or first > high:
            return Sight(np.zeros((replicates, 1)), self.output.given, NEVER)
        if self.output.given is None:
            return self._drawn()
        seen = self.seen(self.output.given, lambda: self.output.recentring)
        return self._drawn() if seen is None else seen

    def seen(self, given: Conditional, recentring: Callable[[], Recentring | None]) -> Sight | None:
        """Return the claim as seen over one input, or None where a single point decides it."""
        shares = shares_in(given, self.band)
        if given.exact:
            found = given.known(float(shares[0].mean()))
            return Sight(shares, given, self._as_near(found, given))
        tails: dict[Tail, float] = {
            "below": float(given.below(self.band.high).mean()),
            "above": float(given.above(self.band.low).mean()),
        }
        side = min(tails, key=lambda each: tails[each])
        # A narrow band in the midst of the output is rare, but it is not far from the points.
        if max(tails[side], float(shares.mean())) >= FAR and largest_part(shares) <= DECIDED:
            return Sight(shares, given, self._as_near(given.probability(shares), given))
        around = recentring()
        return None if around is None else self._far(around, side)

    def _as_near(self, found: Estimate, given: Conditional) -> Estimate:
        """Return a probability as near as the law integrated out is to what it stands for."""
        off_at = off_by(given, self.output.near)
        ends = (end for end in (self.band.low, self.band.high) if isfinite(end))
        return near_probability(found, sum(map(off_at, ends)))

    def _far(self, recentring: Recentring, side: Tail) -> Sight | None:
        """Return the claim as seen from where it comes about."""
        seen = recentring.around(self.band.high if side == "below" else self.band.low, side)
        if seen is None:
            return None
        shares = shares_in(seen.given, self.band)
        if largest_part(shares) > DECIDED:
            return None
        found = self._as_near(seen.given.probability(shares), seen.given)
        return Sight(shares, seen.given, found, seen.inputs) if found.exists else None

    def _drawn(self) -> Sight:
        """Return the claim as the draws see it: hit or miss."""
        hits = self.band.counts(self.output.values)
        if self.band.spread:
            return Sight(hits, None, mean(Replicates(hits, (0.0, 1.0))))
        return Sight(hits, None, exceedance(Replicates(hits, (0.0, 1.0)), 0.5))

    @cached_property
    def effective_sample_size(self) -> float:
        """How many equally likely points would tell as much of the claim."""
        if self.sight.given is not None and self.sight.given.exact:
            return float(self.drawing.plan.evaluations)
        return effective_size(self.sight.shares)

    def given_claim(self, each: ModelInput) -> dict[float, Estimate]:
        """Return P5, P50 and P95 of an input if the claim is true; none where too few tell."""
        if self.effective_sample_size < ENOUGH:
            return dict.fromkeys(GIVEN, MISSING)
        if each.name in self.forms and not each.parameters:
            integral, given = self.forms[each.name]
            seen = self.seen(given, lambda: self._recentring(integral))
            if seen is not None and seen.given is not None:
                found = quantiles_given(seen.given, self.band, GIVEN)
                return dict(zip(GIVEN, found, strict=True))
        values = self._values_of(each)
        if values is None:
            return dict.fromkeys(GIVEN, MISSING)
        return {p: quantile_of_draws(values, self.sight.shares, p) for p in GIVEN}

    def _values_of(self, each: ModelInput) -> Array | None:
        """Return an input at the points that see the claim, None where they say nothing of it."""
        if self.is_told_by_others(each):
            return self._told_values(each)
        own = self.model.formulas.parameters.get(each.name)
        if own is None:
            return self._values(each.name)
        inside = self.sight.given is not None and each.name == self.output.smoothed_over
        drawn = self._within_slices(each) if inside else self._values(each.name)
        if drawn is None:
            return None
        columns = {name: self._values(name).ravel() for name in names(own.node) - {each.name}}
        columns[each.name] = drawn.ravel()
        found = FormulaEvaluator({"own": own.node}).evaluate(columns, drawn.size)["own"]
        return found.reshape(drawn.shape)

    def _values(self, name: str) -> Array:
        """Return what is drawn under a name at the points that see the claim, shape (R, n)."""
        if self.sight.moved is not None:
            return self._moved_inputs[name]
        return self.drawing.outputs(FormulaEvaluator({"drawn": Name(name)}))["drawn"]

    @cached_property
    def _moved_inputs(self) -> Mapping[str, Array]:
        """The inputs at points that were moved to the claim."""
        return {} if self.sight.moved is None else self.sight.moved()

    def _told_values(self, each: ModelInput) -> Array | None:
        """Return an input over which the output is integrated in part, within the claim's slices.

        One value is drawn in each slice: the points have the weight of the slice.
        """
        part, _ = self.model.parts[each.name]
        rest = self._within_slices(each)
        if rest is None:
            return None
        told = self._values(part.centre)
        return told * rest if part.multiplies else told + rest

    def _within_slices(self, each: ModelInput) -> Array | None:
        """Return what is integrated out, one value drawn in each of the claim's slices."""
        plan, given = self.drawing.plan, self.sight.given
        if given is None:
            return None
        points = given.A.shape[1]
        stream = Stream(plan.seed, f"{each.name} within", each.place)
        column = Independent().column(stream, plan.replicates, points)
        share = column.block(slice(0, plan.replicates), 0, points)
        return drawn_within(given, self.band, share)

    def is_told_by_others(self, each: ModelInput) -> bool:
        """Whether the output is integrated over what tied inputs do not tell of this one.

        The points then say nothing of that part of the input: only draws do.
        """
        return each.name == self.output.smoothed_over and each.name not in self.forms

    def _recentring(self, integral: Integral) -> Recentring | None:
        """Return what sees the far tails of the output over an input, if anything does."""
        far = self.possible.far(self.output.name, integral)
        if far is None or far.place != integral.place:
            # Its own form or none: what is asked for is the input that is integrated out.
            return None
        parts = self.possible.parts(self.output.name, integral)
        return Recentred(self.model, self.drawing, integral.form, parts)


def at_medians(
    model: Model, name: str, evaluator: FormulaEvaluator
) -> Callable[[Sequence[str]], Callable[[Mapping[str, Array]], Array]]:
    """Return what makes, of names of inputs, the output at values of them, others at medians."""
    medians = {
        each.name: each.drawn_median * each.factor
        for each in (*model.inputs, *model.sums)
        if each.name in evaluator.reads
    }

    def output_of(moved: Sequence[str]) -> Callable[[Mapping[str, Array]], Array]:
        def output(values: Mapping[str, Array]) -> Array:
            size = len(values[moved[0]])
            with np.errstate(all="ignore"):
                return evaluator.evaluate({**medians, **values}, size)[name]

        return output

    return output_of
