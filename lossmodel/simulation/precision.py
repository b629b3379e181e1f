"""Whether the statistics of a run are as precise as was asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf, isfinite

from scipy.special import stdtrit

from lossmodel.errors import UsageError
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import CONFIDENCE
from lossmodel.simulation.arguments import NUMBER, check
from lossmodel.simulation.metrics import Metrics
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary


def check_precision(precision: float, max_evaluations: int, plan: Plan) -> None:
    """Refuse a precision, or a limit to the evaluations, that cannot be met.

    Parameters
    ----------
    precision : float
        Must be above 0.
    max_evaluations : int
        Must be at least those of the plan.
    plan : Plan
        The first one.

    Raises
    ------
    UsageError
        If either is out of range, or no number.
    """
    check(NUMBER, precision=precision, max_evaluations=max_evaluations)
    if not precision > 0.0:
        raise UsageError(f"precision {precision}", "a number above 0", "0.001")
    if max_evaluations < plan.evaluations:
        raise UsageError(
            f"at most {max_evaluations} evaluations",
            f"at least the {plan.evaluations:,} of {plan.replicates} replicates of {plan.points:,} "
            "points, or fewer of these",
            f"--max-evaluations {plan.evaluations}",
        )


def stopped(result: Result, precision: float, missed: tuple[str, ...], why: str) -> Result:
    """Return the last result as not converged, with what missed the precision.

    Parameters
    ----------
    result : Result
    precision : float
        That was asked for.
    missed : tuple of str
        As :func:`unmet` says it.
    why : str
        What kept the points from being doubled, or helps.
    """
    said = f"stopped at {result.plan.evaluations:,} evaluations: {why}"
    plan = replace(result.plan, converged=False)
    return replace(result, plan=plan, precision=precision, unmet=(*missed, said))


def unmet(
    told: Sequence[Summary | Metrics], precision: float, replicates: int, look: int
) -> tuple[str, ...]:
    """Return the statistics whose relative half-width exceeds ``precision``, in words, worst first.

    Parameters
    ----------
    told : sequence of Summary or Metrics
    precision : float
        Relative 95% half-width wanted.
    replicates : int
    look : int
        How often the run has been looked at, from 1.  As a run that is looked at until it pleases
        errs more often than one that is not, look k counts with 5% / 2**k of false alarms, which
        sum to less than 5%.
    """
    usual = stdtrit(replicates - 1, (1.0 + CONFIDENCE) / 2.0)
    wider = stdtrit(replicates - 1, 1.0 - (1.0 - CONFIDENCE) / 2.0 ** (look + 1)) / usual
    missed = [each for each in _reached(told, float(wider)) if each[1] > precision]
    return tuple(
        f"{name} is known to within {reached:.2g} of its value, not {precision:g}"
        if isfinite(reached)
        else f"{name} is 0 or unknown as far as these draws tell, not known to {precision:g}"
        for name, reached in sorted(missed, key=lambda each: -each[1])
    )


def _reached(told: Sequence[Summary | Metrics], wider: float) -> Iterator[tuple[str, float]]:
    """Yield every statistic that is not proven to be missing with its relative half-width."""
    for each in told:
        for name, estimate in each.statistics().items():
            if name not in each.proven_missing:
                yield f"{each.name}: {name}", _relative(estimate) * wider


def _relative(estimate: Estimate) -> float:
    """Return the half-width relative to the value; infinite where that is 0 or not known."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return inf
    half = (estimate.high - estimate.low) / 2.0
    if half == 0.0:
        return 0.0
    return half / abs(estimate.value) if estimate.value else inf
