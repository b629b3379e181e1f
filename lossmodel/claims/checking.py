"""Checking the claims of a scenario against its outputs."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lossmodel.claims.consistency import contradictions
from lossmodel.claims.needs import Needs
from lossmodel.claims.per_unit import per_unit
from lossmodel.claims.readings import Reading
from lossmodel.claims.results import ClaimCheck, ClaimChecks, ReadingCheck
from lossmodel.claims.settling import doubt_of, doubt_of_all
from lossmodel.claims.truth import ends_of, holds, ratio, reached_from, sides_of
from lossmodel.claims.verdicts import verdict, verdict_on_constant
from lossmodel.claims.weights import weights_of
from lossmodel.errors import NotSupportedError, UsageError, listed
from lossmodel.estimates.estimate import Estimate
from lossmodel.model.building import NO_SETTINGS, built
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.model import Model
from lossmodel.model.reported import Reported
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.integrating import AUTO, Candidates, Integral, candidates
from lossmodel.simulation.plan import DEFAULT_REPLICATES, Plan, plan_of
from lossmodel.simulation.result import Result
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask
from lossmodel.smoothing.conditional import Conditional

Array = npt.NDArray[np.float64]
Forms = dict[str, tuple[Integral, Conditional]]


def check_claims(
    scenario: Scenario,
    seed: int = 0,
    replicates: int = DEFAULT_REPLICATES,
    points: int | None = None,
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> ClaimChecks:
    """Check every claim of a scenario under each of its readings.

    Parameters
    ----------
    scenario : Scenario
        With formulas.
    seed : int, optional
    replicates : int, optional
    points : int, optional
        Per replicate, a power of two; 1024 where none is given.
    settings : mapping of str to str, optional
        Values to put in the place of inputs'.

    Returns
    -------
    ClaimChecks

    Raises
    ------
    ScenarioError
        If the scenario has problems.
    UsageError
        If an argument is out of range, or the scenario has no claim.
    NotSupportedError
        If the model is a Python function, whose outputs have no units.
    """
    if not isinstance(scenario, Scenario):
        raise UsageError(f"{scenario!r}", "a Scenario", f"lm.load({scenario!r})")
    plan = plan_of("sobol", replicates, points, seed)
    return checked(built(scenario, settings), plan)


def checked(model: Model, plan: Plan) -> ClaimChecks:
    """Return the checks of a model's claims under a plan.

    Raises
    ------
    UsageError, NotSupportedError
        As :func:`check_claims`.
    """
    if model.scenario.is_code:
        raise NotSupportedError(
            "claims are checked against formulas only: the outputs of a Python function "
            "have no units"
        )
    if not model.claims:
        fix = '[[claim]]\nsays = "about 2 million USD"'
        raise UsageError("a scenario without a claim", "at least one [[claim]]", fix)
    result = simulated(model, plan, Ask())
    drawing, possible = Drawing(model, plan), candidates(model, AUTO)
    forms = _forms(possible, drawing)
    claims = tuple(_claim_check(result, claim, drawing, possible, forms) for claim in model.claims)
    return ClaimChecks(result, claims, (*contradictions(model), *_untold(claims)))


def _forms(possible: Candidates, drawing: Drawing) -> dict[str, Forms]:
    """Return each output with each input integrated out that allows it."""
    nodes = {
        f"{name} {place} {part}": node
        for name, forms in possible.forms.items()
        for place, form in enumerate(forms)
        for part, node in (("A", form.A), ("B", form.B))
    }
    columns = drawing.outputs(FormulaEvaluator(nodes)) if nodes else {}
    found: dict[str, Forms] = {}
    for name, forms in possible.forms.items():
        for place, form in enumerate(forms):
            if form.centre:
                continue  # what is integrated out is not the input, but what others do not tell
            A, B = columns[f"{name} {place} A"], columns[f"{name} {place} B"]
            if np.isfinite(A).all() and np.isfinite(B).all():
                integral = possible.integral(name, place)
                given = Conditional(A, B, form.law, integral.exact, steps=integral.steps)
                found.setdefault(name, {})[form.over] = integral, given
    return found


def _claim_check(
    result: Result,
    claim: Reported,
    drawing: Drawing,
    possible: Candidates,
    forms: Mapping[str, Forms],
) -> ClaimCheck:
    """Return one claim under all its readings."""
    readings = {
        name: Reading(result.model, result[name], claim, drawing, possible, forms.get(name, {}))
        for name in claim.factors
    }
    given = claim.claim.weights
    prior = {name: float(given.get(name, 0.0)) if given else 1.0 for name in readings}
    weights = _weights(readings, prior)
    told = {name: _reading_check(each, weights[name]) for name, each in readings.items()}
    doubt = doubt_of_all(list(readings.values()), list(prior.values()))
    return ClaimCheck(claim, told, per_unit(result.model, claim), doubt)


def _weights(readings: Mapping[str, Reading], prior: Mapping[str, float]) -> dict[str, Estimate]:
    """Return the posterior weights of the readings."""
    sights = {name: each.sight for name, each in readings.items()}
    evidence = {name: sight.shares.mean(axis=1) for name, sight in sights.items()}
    most = {name: sight.inside.high or 0.0 for name, sight in sights.items()}
    return weights_of(evidence, most, prior)


def _reading_check(reading: Reading, weight: Estimate) -> ReadingCheck:
    """Return one claim under one reading."""
    output, amount = reading.output, reading.amount
    below, above = sides_of(output, amount)
    true = holds(reading, below, above)
    needs = Needs(reading)
    return ReadingCheck(
        output=output.name,
        unit=output.unit,
        amount=amount,
        below=below,
        above=above,
        inside=reading.sight.inside,
        true=true,
        ends=tuple(ends_of(reading, needs)),
        interval=output.interval(),
        ratio_to_median=ratio(amount, output.quantile(0.5)),
        verdict=(
            verdict(below, reached_from(output, amount, above))
            if output.spec.uncertain
            else verdict_on_constant(true)
        ),
        switching=needs.switching(amount),
        least_strain=needs.least_strain_of_two,
        least_strain_of_all=needs.least_strain,
        effective_sample_size=reading.effective_sample_size,
        given_claim={each.name: reading.given_claim(each) for each in reading.uncertain},
        doubt_if_known=doubt_of(reading).inputs,
        weight=weight,
    )


def _untold(claims: Sequence[ClaimCheck]) -> Iterator[str]:
    """Yield what could not be told of the inputs given a claim."""
    for check in claims:
        for name, told in check.readings.items():
            missing = [
                each
                for each, quantiles in told.given_claim.items()
                if not all(estimate.exists for estimate in quantiles.values())
            ]
            if missing and told.verdict != "impossible":
                yield (
                    f'"{check.claim.claim.says}" as {name}: too few draws reach the claim to say '
                    f"what {listed(missing)} would be if it were true"
                )
