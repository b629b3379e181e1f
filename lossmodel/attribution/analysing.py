"""Which inputs matter: the analysis of a scenario."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite

from lossmodel.attribution.indices import FEW, first_order_index, total_index
from lossmodel.attribution.pairs import OutputSums, paired
from lossmodel.attribution.reaching import Reaching, affordable, reaching_of
from lossmodel.attribution.results import OutputSensitivity, Sensitivity
from lossmodel.attribution.sentences import sentence
from lossmodel.attribution.shapley import Effects, effects, is_tied
from lossmodel.attribution.spans import Span, spans
from lossmodel.errors import UsageError, listed
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.model.building import NO_SETTINGS, built
from lossmodel.model.model import Model
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.gathering import Watch, unwatched
from lossmodel.simulation.output import Output
from lossmodel.simulation.plan import DEFAULT_REPLICATES, Plan, plan_of
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

POINTS = 4096
"""Points of each replicate where none are asked for: most indices are then precise enough."""
PRECISE = 0.01
"""Half-width of the confidence within which every index is wanted."""
_LEAST_REPLICATES = 3


def sensitivity(  # noqa: PLR0913 - the public call: every argument is a choice of the user
    scenario: Scenario,
    seed: int = 0,
    replicates: int = DEFAULT_REPLICATES,
    points: int | None = None,
    level: float = 0.9,
    *,
    outputs: Sequence[str] = (),
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Sensitivity:
    """Tell which uncertain inputs matter to the outputs of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int, optional
        0 or more; the same seed gives the same numbers.
    replicates : int, optional
        Independent randomizations, at least 3.
    points : int, optional
        Per replicate, a power of two; 4096 where none is given.
    level : float, optional
        Of the interval whose width is told, strictly between 0 and 1.
    outputs : sequence of str, optional
        Names of the outputs to tell of; all where none is given.
    settings : mapping of str to str, optional
        Values to put in the place of inputs'.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ScenarioError
        If the scenario has problems.
    UsageError
        If an argument is out of range.
    NotSupportedError
        If the scenario asks for what this version cannot run.
    """
    if not isinstance(scenario, Scenario):
        raise UsageError(f"{scenario!r}", "a Scenario", f"lm.load({scenario!r})")
    plan = plan_of("sobol", replicates, points, seed, POINTS)
    return attributed(built(scenario, settings), plan, level, outputs)


def attributed(
    model: Model,
    plan: Plan,
    level: float = 0.9,
    outputs: Sequence[str] = (),
    watch: Watch = unwatched,
) -> Sensitivity:
    """Return the sensitivity of a model under a plan.

    Parameters
    ----------
    watch : Watch, optional
        Is told the plan and the share of the work that is done.

    Raises
    ------
    UsageError, NotSupportedError
        As :func:`sensitivity`.
    """
    if plan.replicates < _LEAST_REPLICATES:
        found = f"{plan.replicates} replicates"
        raise UsageError(found, "at least 3, as each is left out once for the error", "16")
    result = simulated(model, plan, Ask(level))
    asked = [result[name] for name in outputs or result]
    reasons = {output.name: _silence(output) for output in asked}
    reaching = reaching_of(model, [name for name, reason in reasons.items() if not reason])
    told = {
        output.name: OutputSensitivity.without_numbers(output, reasons[output.name])
        for output in asked
    }
    sums: dict[str, OutputSums] = {}
    if reaching.outputs:
        alone = [name for name in reaching.outputs if not is_tied(reaching, name)]
        apart = reaching_of(model, alone)
        few = affordable(apart, plan, 2 + len(apart.inputs)) if alone else plan
        if alone:
            sums = paired(apart, few, lambda share: watch(plan, 0.5 * share))
        known = spans(reaching, plan, level, sums, lambda share: watch(plan, 0.5 + 0.5 * share))
        for name in reaching.outputs:
            shares = _shares(result[name], reaching, sums.get(name), few)
            told[name] = _told(result[name], shares, known[name])
    warnings = [*model.warnings, *(said for each in asked for said in each.warnings)]
    varied = {each.name for each in model.inputs if each.counted_by}
    for name, each in told.items():
        warnings += (*_uneven(each, sums.get(name)), *_imprecise(each), *_unsettled(each, varied))
    return Sensitivity(result, level, told, tuple(dict.fromkeys(warnings)))


def _silence(output: Output) -> str:
    """Return why nothing can be said of an output; empty where something can."""
    low, high = output.draws.ends
    total = output.draws.total
    if not output.spec.uncertain:
        return f"{output.name} is certain: no input that is drawn reaches it."
    if output.undefined:
        return f"{output.name} has no value in {output.undefined:,} of {total:,} draws."
    if output.infinite:
        return f"{output.name} is infinite in {output.infinite:,} of {total:,} draws."
    return f"{output.name} is {low:g} in all {total:,} draws." if low == high else ""


def _told(output: Output, found: Effects, known: Mapping[str, Span]) -> OutputSensitivity:
    """Return what is known of one output."""
    first, total = found.first_order, found.total
    if all(each.exists for each in (*first.values(), *total.values())):
        said = sentence(output.name, first, total, together=bool(found.shapley))
    else:
        said = f"{output.name} has no finite variance to share out: go by the widths."
    return OutputSensitivity(
        name=output.name,
        unit=output.unit,
        first_order=first,
        total=total,
        shapley=found.shapley,
        width_if_known={name: known[name].width_if_known for name in first},
        tornado={name: known[name].swing for name in first},
        sentence=said,
    )


def _shares(output: Output, reaching: Reaching, sums: OutputSums | None, plan: Plan) -> Effects:
    """Return the shares of the variance, missing where there is none."""
    inputs = [each.name for each in reaching.reaching(output.name)]
    if sums is None:
        missing = dict.fromkeys(inputs, MISSING)
        if not output.spec.has_variance:
            return Effects(missing, missing, missing)
        return effects(reaching, output.name, plan)
    if reaching.model.scenario.is_code:
        # Nobody can see into a function: what has moved nothing is taken not to reach it.
        inputs = [name for name in inputs if sums.inputs[name].halves.any()]
    variance = float(sums.variances.mean())
    if not (output.spec.has_variance and isfinite(variance) and variance > 0.0):
        return Effects(dict.fromkeys(inputs, MISSING), dict.fromkeys(inputs, MISSING), {})
    if len(sums.inputs) == 1:
        # Whatever the numbers: there is nothing else.
        whole = dict.fromkeys(inputs, Estimate.exact(1.0))
        return Effects(whole, dict(whole), {})
    seen = {name: sums.inputs[name] for name in inputs}
    first = {n: first_order_index(each, sums, plan.evaluations) for n, each in seen.items()}
    total = {n: total_index(each, sums, plan.evaluations) for n, each in seen.items()}
    return Effects(first, total, {})


def _uneven(told: OutputSensitivity, sums: OutputSums | None) -> Iterator[str]:
    """Yield whether the variance itself is known from few draws."""
    exist = any(each.exists for each in told.first_order.values())
    if sums is not None and exist and len(told.first_order) > 1 and sums.effective < FEW:
        yield (
            f"{told.name}: few draws make most of its variance, so the errors of its indices are "
            "told wider than the replicates alone have them; more points help"
        )


def _imprecise(told: OutputSensitivity) -> Iterator[str]:
    """Yield which indices are not known as well as is wanted."""
    missed = [
        f"the {kind} index of {name} (to {half:.2g})"
        for kind, indices in (("first-order", told.first_order), ("total", told.total))
        for name, each in indices.items()
        if (half := _half_width(each)) > PRECISE
    ]
    if missed:
        yield f"{told.name}: not known to within {PRECISE:g}: {listed(missed)}; more points help"


def _half_width(each: Estimate) -> float:
    """Return how far the end of a confidence is, at most, from the value; 0 where there is none."""
    if each.value is None or each.low is None or each.high is None:
        return 0.0
    return max(each.high - each.value, each.value - each.low)


def _unsettled(told: OutputSensitivity, varied: Collection[str]) -> Iterator[str]:
    """Yield which widths could not be told, but of what has a value for each unit."""
    missing = [
        name for name, each in told.width_if_known.items() if not each.exists and name not in varied
    ]
    if missing:
        yield (
            f"{told.name}: the interval once {listed(missing)} is known has no width on average "
            "that these points can tell"
        )
