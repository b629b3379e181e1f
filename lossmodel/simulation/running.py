"""Running a model: the plan carried out, and doubled where a precision is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from lossmodel.errors import CapacityError, UsageError
from lossmodel.execution.memory import check_memory, check_units
from lossmodel.execution.threads import check_threads, cores
from lossmodel.model.amounts import amounts_in
from lossmodel.model.building import NO_SETTINGS, built
from lossmodel.model.evaluators import evaluator_of, refuse_unsupported
from lossmodel.model.model import Model
from lossmodel.model.outputs import unknown_output
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.arguments import LIST, check
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.gathering import (
    Watch,
    gathered,
    streamed_by,
    streamed_of,
    unwatched,
)
from lossmodel.simulation.integrating import AUTO, OFF, candidates
from lossmodel.simulation.metrics import TailQuestions
from lossmodel.simulation.output import Output
from lossmodel.simulation.outputs import computed_in, integrated
from lossmodel.simulation.plan import DEFAULT_REPLICATES, Plan, plan_of
from lossmodel.simulation.precision import check_precision, stopped, unmet
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Ask, Questions

Array = npt.NDArray[np.float64]

_NONE_HELD: Mapping[str, Array] = {}

MAX_EVALUATIONS = 1 << 22
"""Where a run that is doubled for precision stops by default."""


def run(  # noqa: PLR0913, PLR0917 - the public call: every argument is a choice of the user
    scenario: Scenario,
    seed: int = 0,
    replicates: int = DEFAULT_REPLICATES,
    points: int | None = None,
    level: float = 0.9,
    precision: float | None = None,
    design: str = "sobol",
    smoothing: str = "auto",
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
    quantiles: Iterable[float] = (),
    exceedance: Iterable[str] = (),
    tvar: Iterable[float] = (),
    return_periods: Iterable[float] = (),
    max_evaluations: int | None = None,
    threads: int | None = None,
) -> Result:
    """Run a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int, optional
        0 or more; the same seed gives the same numbers.
    replicates : int, optional
        Independent randomizations, at least 2.
    points : int, optional
        Per replicate, a power of two; 1024 where none is given.
    level : float, optional
        Of the intervals, strictly between 0 and 1.
    precision : float, optional
        Double the points until the 95% confidence of every statistic told is within this share of
        its value.
    design : {"sobol", "lhs", "independent"}, optional
    smoothing : str, optional
        "auto": of each output that is affine in an input, or in a monotone function of one, the
        input that leaves the least error is integrated out; "off"; or the name of that input.
    settings : mapping of str to str, optional
        Values to put in the place of inputs', such as ``{"price": "30 USD/bbl"}``.
    quantiles : iterable of float, optional
        To tell beside 0.05, 0.5, 0.95 and the ends of ``level``.
    exceedance : iterable of str, optional
        Amounts to tell the exceedance of beside those of the claims.
    tvar : iterable of float, optional
        Probabilities at which to tell the tail value at risk, the mean beyond the quantile; of an
        output that is the loss of a period beside 0.99.
    return_periods : iterable of float, optional
        At which to tell what is exceeded once in so many periods, beside 2 to 250.
    max_evaluations : int, optional
        Where doubling for ``precision`` stops, 2**22 where nothing is said; without ``precision``
        it has no meaning.
    threads : int, optional
        How many threads may share a large run; it changes no number.  By default as many as this
        process may use cores, but one for a Python function, which may not bear more.

    Returns
    -------
    Result

    Raises
    ------
    ScenarioError
        If the scenario has problems.
    UsageError
        If an argument is out of range.
    NotSupportedError
        If the scenario asks for what this version cannot run.
    CapacityError
        If the run does not fit in memory.
    """
    if not isinstance(scenario, Scenario):
        raise UsageError(f"{scenario!r}", "a Scenario", f"lm.load({scenario!r})")
    plan = plan_of(design, replicates, points, seed)
    check(
        LIST, quantiles=quantiles, exceedance=exceedance, tvar=tvar, return_periods=return_periods
    )
    tail = TailQuestions(tuple(tvar), tuple(return_periods))
    ask = Ask(level, tuple(quantiles), tuple(exceedance), smoothing, tail=tail)
    model = built(scenario, settings)
    if max_evaluations is not None and precision is None:
        expected = "a precision beside it, as only doubling for that stops there"
        raise UsageError(f"max_evaluations = {max_evaluations}", expected, "precision=0.001")
    return computed(model, plan, ask, precision, max_evaluations, threads=threads)


def computed(  # noqa: PLR0913 - one argument per choice
    model: Model,
    plan: Plan,
    ask: Ask,
    precision: float | None,
    max_evaluations: int | None,
    *,
    threads: int | None = None,
    watch: Watch = unwatched,
) -> Result:
    """Return the result of a plan, or of one that is precise enough where a precision is given.

    Raises
    ------
    UsageError, NotSupportedError, CapacityError
        As :func:`run`.
    """
    if precision is None:
        return simulated(model, plan, ask, threads=threads, watch=watch)
    limit = MAX_EVALUATIONS if max_evaluations is None else max_evaluations
    return refined(model, plan, ask, precision, limit, threads=threads, watch=watch)


def simulated(  # noqa: PLR0913 - one argument per choice
    model: Model,
    plan: Plan,
    ask: Ask,
    *,
    threads: int | None = None,
    watch: Watch = unwatched,
    held: Mapping[str, Array] = _NONE_HELD,
) -> Result:
    """Return the result of one plan.

    Parameters
    ----------
    held : mapping of str to array, optional
        Inputs drawn before, as for :class:`Drawing`; they change no number.
    watch : Watch, optional
        Is told the plan and the share of it that is done, after every block.

    Raises
    ------
    UsageError, NotSupportedError, CapacityError
        As :func:`run`.
    """
    refuse_unsupported(model)
    drawing = Drawing(model, plan, _threads(model, threads), held)
    if model.scenario.is_code:
        _refuse_smoothing(ask.smoothing)
        outputs = _called(model, plan, drawing, watch)
    else:
        outputs = _evaluated(model, plan, drawing, ask.smoothing, watch)
    units = {name: output.unit for name, output in outputs.items()}
    amounts = amounts_in(model, units, ask.exceedance)
    questions = Questions(ask.level, ask.quantiles, amounts, ask.tell, ask.tail)
    return Result(model, plan, outputs, questions)


def _refuse_smoothing(smoothing: str) -> None:
    """Refuse to integrate an input out of a Python function."""
    if smoothing not in (AUTO, OFF):
        found = f'smoothing "{smoothing}" with a Python function'
        raise UsageError(found, "auto or off: only formulas can be integrated over an input", OFF)


def _threads(model: Model, threads: int | None) -> int:
    """Return how many threads may share a run."""
    check_threads(threads)
    if threads is not None:
        return threads
    return 1 if model.scenario.is_code else cores()


def _called(model: Model, plan: Plan, drawing: Drawing, watch: Watch) -> dict[str, Output]:
    """Return the outputs of a Python function."""
    evaluator = evaluator_of(model)
    run = gathered(drawing, evaluator, plan, streamed_by(evaluator, drawing, plan), watch)
    specs = [unknown_output(name, model.inputs) for name in (*run.columns, *run.tallies)]
    return {spec.name: Output(spec, run.draws(spec.name, spec.support)) for spec in specs}


def _evaluated(
    model: Model, plan: Plan, drawing: Drawing, smoothing: str, watch: Watch
) -> dict[str, Output]:
    """Return the outputs of formulas, an input integrated out of each where that is possible."""
    possible = candidates(model, smoothing)
    chosen = possible.chosen(drawing)
    check_memory(plan.replicates, plan.points, len(chosen))
    check_units(plan.evaluations, plan.replicates, drawing.units(evaluator_of(model)))
    streamed = streamed_of([spec.name for spec in computed_in(model)], plan)
    run = gathered(drawing, possible.evaluator(chosen), plan, streamed, watch)
    return integrated(model, drawing, possible, chosen, run)


def refined(  # noqa: PLR0913 - one argument per choice
    model: Model,
    plan: Plan,
    ask: Ask,
    precision: float,
    max_evaluations: int = MAX_EVALUATIONS,
    *,
    threads: int | None = None,
    watch: Watch = unwatched,
) -> Result:
    """Return the result of the first plan, doubling the points, that is precise enough.

    Parameters
    ----------
    precision : float
        Relative half-width of every 95% confidence, above 0.
    max_evaluations : int
        Beyond this the last result is returned as not converged, with what missed the precision;
        so it is where twice as many do not fit in memory.

    Raises
    ------
    UsageError, NotSupportedError
        As :func:`run`.
    CapacityError
        If the first plan does not fit in memory.
    """
    check_precision(precision, max_evaluations, plan)
    look, result = 1, simulated(model, plan, ask, threads=threads, watch=watch)
    while missed := unmet(result.told, precision, plan.replicates, look):
        more = None
        if 2 * plan.evaluations > max_evaluations:
            why = "raise --max-evaluations"
        else:
            plan, look = replace(plan, points=2 * plan.points), look + 1
            more, why = _more(model, plan, ask, threads, watch)
        if more is None:
            return stopped(result, precision, missed, why)
        result = more
    return replace(result, precision=precision)


def _more(
    model: Model, plan: Plan, ask: Ask, threads: int | None, watch: Watch
) -> tuple[Result | None, str]:
    """Return the result of a doubled plan, or why there is none."""
    try:
        return simulated(model, plan, ask, threads=threads, watch=watch), ""
    except CapacityError:
        return None, "twice as many do not fit in memory"
