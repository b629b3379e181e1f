"""Drawing and evaluating the golden model, beside Monte Carlo by hand; no statistic is counted."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from benchmarks import golden, plain
from benchmarks.pairs import Comparison, Contest
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.inverse import sampler
from lossmodel.model.building import built
from lossmodel.model.evaluators import evaluator_of
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

PAIRS = {golden.DEFAULT: 401, golden.LARGE: 41}
THREADS = (1, 2)
FRESH = 51
_GROUP = "drawing"


def comparisons() -> list[Comparison]:
    """Return both plans against both hand-written loops, then what preparing them costs."""
    by_hand = (plain.straightforward, 0.5), (plain.tuned, None)
    compared = [
        _per_draw(plan, threads, loop, target)
        for plan, threads, (loop, target) in product(PAIRS, THREADS, by_hand)
    ]
    return [*compared, _with_preparation(), *_preparation()]


def _per_draw(
    plan: Plan,
    threads: int,
    by_hand: Callable[[np.random.Generator, int], plain.Array],
    target: float | None,
) -> Comparison:
    """Return a prepared run beside a hand-written loop."""
    drawing, generator = Drawing(golden.model(), plan, threads), np.random.default_rng(0)
    many = f"{threads} thread" + "s" * (threads > 1)
    contest = Contest(
        f"{plan.replicates} x {plan.points:,} draws, prepared, {many}",
        lambda: drawing.outputs(golden.evaluator()),
        f"NumPy, {by_hand.__name__}",
        lambda: by_hand(generator, plan.evaluations),
        target,
    )
    return contest.measured(_GROUP, PAIRS[plan], "ns a draw", 1e9 / plan.evaluations)


def _with_preparation() -> Comparison:
    """Return a whole first run at the default plan, its table included, beside a whole loop."""
    plan, models = golden.DEFAULT, _fresh_models()
    contest = Contest(
        f"{plan.replicates} x {plan.points:,} draws, preparation included",
        lambda: _first_run(next(models), plan),
        "NumPy, straightforward",
        lambda: plain.straightforward(np.random.default_rng(0), plan.evaluations),
    )
    return contest.measured(_GROUP, FRESH, "ns a draw", 1e9 / plan.evaluations)


def _preparation() -> list[Comparison]:
    """Return what is done once, beside drawing the default plan."""
    plan, model, loads = golden.DEFAULT, golden.model(), _fresh_loads()
    drawing = Drawing(model, plan)
    name = f"drawing {plan.replicates} x {plan.points:,}"

    def draw() -> object:
        return drawing.outputs(golden.evaluator())

    contests = (
        Contest("preparing: scrambles", lambda: Drawing(model, plan), name, draw),
        Contest("preparing: table of a beta", lambda: sampler(next(loads)), name, draw),
    )
    return [contest.measured(_GROUP, FRESH, "ms", 1e3) for contest in contests]


def _first_run(model: Model, plan: Plan) -> object:
    """Prepare, draw and evaluate."""
    return Drawing(model, plan).outputs(evaluator_of(model))


def _fresh_modes(first: float) -> list[float]:
    """Return modes of the load that no distribution has had: a table is kept for each."""
    return [first + 1e-9 * number for number in range(FRESH + 1)]


def _fresh_models() -> Iterator[Model]:
    """Return golden models whose loads have no table yet."""
    scenario = golden.scenario()
    settings = [{"load": f"pert(0.6, {mode!r}, 1.0)"} for mode in _fresh_modes(0.9)]
    return iter([built(scenario, each) for each in settings])


def _fresh_loads() -> Iterator[Pert]:
    """Return distributions of the load that have no table yet."""
    return iter([Pert(0.6, mode, 1.0) for mode in _fresh_modes(0.91)])
