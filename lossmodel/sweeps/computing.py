"""Computing a sweep: every point on the same random numbers, wherever it is computed."""

import pickle
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from os import PathLike

from lossmodel.errors import CapacityError, UsageError, listed, nearest
from lossmodel.execution.cluster import LOCAL, Cluster
from lossmodel.execution.memory import available_bytes
from lossmodel.execution.places import Here, Place
from lossmodel.execution.processes import Processes
from lossmodel.model.building import NO_SETTINGS, built
from lossmodel.model.model import Model
from lossmodel.model.replacing import replacement
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.arguments import LIST, PATH, TEXT, WHOLE, check, check_if_given
from lossmodel.simulation.gathering import Watch, unwatched
from lossmodel.simulation.metrics import TailQuestions
from lossmodel.simulation.plan import DEFAULT_REPLICATES, Plan, plan_of
from lossmodel.simulation.summary import METRICS, OPTIONAL, Ask
from lossmodel.sweeps.batches import BATCH, Batch, Job, batches, computed, worker_of
from lossmodel.sweeps.points import GRID, Points, points_of
from lossmodel.sweeps.records import Layout
from lossmodel.sweeps.results import Gathering, Sweep
from lossmodel.sweeps.storing import opened

_ROW_BYTES = 32
_POINT_BYTES = 64


def sweep(  # noqa: PLR0913, PLR0917 - the public call: every argument is a choice of the user
    scenario: Scenario,
    vary: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    replicates: int = DEFAULT_REPLICATES,
    points: int | None = None,
    level: float = 0.9,
    design: str = "sobol",
    smoothing: str = "auto",
    *,
    combine: str = GRID,
    latin: int | None = None,
    settings: Mapping[str, str] = NO_SETTINGS,
    quantiles: Sequence[float] = (),
    exceedance: Sequence[str] = (),
    tell: Sequence[str] = OPTIONAL,
    outputs: Sequence[str] = (),
    store: str | PathLike[str] | None = None,
    workers: int | None = None,
    dask: str | None = None,
    batch: int = BATCH,
) -> Sweep:
    """Run a scenario at many points, all on the same random numbers.

    Parameters
    ----------
    scenario : Scenario
    vary : mapping of str to sequence of str, optional
        The values that each input takes, ``"0.6:1.0:0.1"`` for LOW:HIGH:STEP included; the
        scenario's ``sweep`` where none is given.
    seed, replicates, points, level, design, smoothing, quantiles, exceedance
        As for :func:`lossmodel.run`.
    combine : {"grid", "zip"}, optional
        Every value with every value of the other inputs, or the first with the first, the second
        with the second.
    latin : int, optional
        As many points of the box between two values of each input, each input stratified.
    settings : mapping of str to str, optional
        Values to put in the place of those of inputs that are not swept.
    tell : sequence of str, optional
        Which of "sd", "shortest_interval", "exceedance" and, of the losses of a period, "metrics"
        are told of each point, beside mean, quantiles and interval; all are, and what is left out
        costs no time.
    outputs : sequence of str, optional
        Names of the outputs to tell of; all where none is given.
    store : path, optional
        A file that keeps finished points, from which a sweep that was stopped goes on.
    workers : int, optional
        Processes that compute the points; the one at hand where none is given.
    dask : str, optional
        The address of a Dask scheduler whose workers compute the points, or "local".
    batch : int, optional
        Points that are computed and kept together; it changes no number.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        If the scenario has problems.
    UsageError
        If an argument is out of range, or there is no scheduler at the address.
    Fault
        If a value cannot be read or has another dimension than its input.
    NotSupportedError
        If the scenario asks for what this version cannot run, or Dask is not installed.
    CapacityError
        If the result does not fit in memory.
    LossmodelError
        If the store is damaged, or workers die again and again.
    """
    if not isinstance(scenario, Scenario):
        raise UsageError(f"{scenario!r}", "a Scenario", f"lm.load({scenario!r})")
    check(WHOLE, batch=batch)
    check_if_given(WHOLE, latin=latin, workers=workers)
    check(LIST, quantiles=quantiles, exceedance=exceedance, tell=tell, outputs=outputs)
    check_if_given(TEXT, dask=dask)
    check_if_given(PATH, store=store)
    plan = plan_of(design, replicates, points, seed)
    ask = asked(level, tuple(quantiles), tuple(exceedance), smoothing, tuple(tell))
    chosen = points_of(scenario.sweep if vary is None else vary, combine, latin, seed)
    place = place_of(workers, dask)
    return swept(scenario, settings, chosen, plan, ask, place, tuple(outputs), store, batch)


def asked(
    level: float,
    quantiles: tuple[float, ...],
    exceedance: tuple[str, ...],
    smoothing: str,
    tell: tuple[str, ...],
) -> Ask:
    """Return what is asked of each point; the metrics of a run among it where they are told."""
    tail = TailQuestions() if METRICS in tell else None
    return Ask(level, quantiles, exceedance, smoothing, tell, tail)


def place_of(workers: int | None, dask: str | None) -> Place:
    """Return where points are computed.

    Raises
    ------
    UsageError
        If there are fewer workers than one, or workers beside a cluster that has its own.
    NotSupportedError
        If Dask is asked for and not installed.
    """
    if dask is not None:
        if workers is not None and dask != LOCAL:
            found = f"{workers} workers and the scheduler {dask}"
            raise UsageError(found, "one of the two: the scheduler has workers of its own")
        return Cluster(dask, workers)
    return Here() if workers is None else Processes(workers)


def swept(  # noqa: PLR0913, PLR0917 - one argument per choice
    scenario: Scenario,
    settings: Mapping[str, str],
    points: Points,
    plan: Plan,
    ask: Ask,
    place: Place,
    outputs: tuple[str, ...] = (),
    store: str | PathLike[str] | None = None,
    batch: int = BATCH,
    watch: Watch = unwatched,
) -> Sweep:
    """Return the sweep of a scenario over some points.

    Parameters
    ----------
    watch : Watch, optional
        Is told the plan and the share of the points that is done.

    Raises
    ------
    UsageError, NotSupportedError, CapacityError, LossmodelError
        As :func:`sweep`.
    """
    if batch < 1:
        raise UsageError(f"batches of {batch}", "a whole number of points from 1", str(BATCH))
    model = built(scenario, settings)
    _check_points(model, points)
    if scenario.is_code and isinstance(place, Processes):
        _check_importable(scenario.model)
    job = Job.of(scenario, settings, points, plan, ask, outputs)
    worker = worker_of(job)
    layout = Layout.of(worker.first)
    _check_memory(points, layout, len(next(worker.records([points[0]])).beside))
    found = Gathering(model, plan, points, layout)
    done = 0
    # An interrupt ends what computes at once, and not when somebody forgets the error.
    with closing(_computed(job, place, store, batch)) as every:
        for made in every:
            for number, record in zip(made.numbers, made.records, strict=True):
                found.add(number, record)
            done += len(made.numbers)
            watch(plan, done / len(points))
    return found.sweep()


def _computed(
    job: Job, place: Place, store: str | PathLike[str] | None, size: int
) -> Generator[Batch, None, None]:
    """Yield all points of a job, those first that a store has."""
    everything = range(len(job.points))
    if store is None:
        yield from place.made(partial(computed, job), batches(everything, size))
        return
    with opened(store, job) as kept:
        left: list[int] = []
        for numbers in batches(everything, size):
            batch = kept.found(numbers)
            yield batch
            left += sorted({*numbers} - {*batch.numbers})
        with closing(place.made(partial(computed, job), batches(left, size))) as every:
            for batch in every:
                kept.add(batch)
                yield batch


def _check_importable(function: object) -> None:
    """Refuse a function that other processes cannot find by its name."""
    try:
        pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError):
        raise UsageError(
            f"{function!r} with workers",
            "a function at the top of a module: other processes import it by name",
            "leave out workers, or def it in a file of its own",
        ) from None


def _check_points(model: Model, points: Points) -> None:
    """Refuse values that could not stand in the place of the input's own."""
    inputs = {each.name: each for each in model.inputs}
    for name, texts in points.axes.items():
        if name not in inputs:
            raise UsageError(f'"{name}"', f"an input: {listed(inputs)}", nearest(name, inputs))
        if name in model.settings:
            found = f"{name} both set and swept"
            raise UsageError(found, "one of the two", f"leave out --set {name}=...")
        for text in dict.fromkeys(texts):
            replacement(inputs[name], text, model.units)


def _check_memory(points: Points, layout: Layout, beside: int) -> None:
    """Refuse a sweep whose result does not fit in memory."""
    each, free = layout.rows * _ROW_BYTES + _POINT_BYTES + beside, available_bytes()
    if each * len(points) <= free:
        return
    sizes = " x ".join(f"{len(texts):,} {name}" for name, texts in points.axes.items())
    raise CapacityError(
        f"{len(points):,} points ({sizes}) need {each * len(points) / 1e9:,.1f} GB and "
        f"{free / 1e9:,.1f} GB are free: at most {free // each:,} fit; vary fewer values"
    )
