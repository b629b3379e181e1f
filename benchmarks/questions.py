"""Claims and sensitivity: what it costs to ask them of a model."""

from collections.abc import Callable, Iterator
from functools import partial
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import golden
from benchmarks.pairs import Comparison, Contest
from benchmarks.start import PROGRAM, process
from benchmarks.tools import Array
from lossmodel import Scenario, check_claims, sensitivity
from lossmodel.attribution.analysing import POINTS
from lossmodel.simulation.plan import DEFAULT_REPLICATES

PAIRS, COMMANDS, LONG = 31, 11, 5
LIMIT = (0.0, 2_000.0)
"""What was promised of both kinds of index to within 0.01, in ms."""
COEFFICIENTS = (0.0, 1.0, 4.5, 9.0, *[99.0] * 16)
VARIATIONS = np.linspace(0.02, 0.18, 20)
_GROUP = "questions"
_LIKELY, _RARE = "1.38 million USD", "5.77 million USD"
_TWICE = 2.0

Loss = Callable[[Array], Array]


def comparisons() -> Iterator[Comparison]:
    """Yield claims beside a run, a rare claim beside a likely one, and sensitivity."""
    yield _commands()
    rare, likely = (partial(check_claims, _claimed(amount)) for amount in (_RARE, _LIKELY))
    tails = Contest("a claim of probability 2.4e-8", rare, "one of 0.10", likely, _TWICE)
    yield tails.measured(_GROUP, PAIRS, "ms", 1e3)
    for name, scenario, by_hand in (
        ("g-function of 20 inputs", _g_function(), partial(_pick_freeze, _g)),
        ("product of 20 lognormals", _product(), partial(_pick_freeze, _lognormals)),
    ):
        yield _sensitivity(name, scenario, by_hand)


def _commands() -> Comparison:
    """Return checking the claims of a bundled scenario beside running it."""
    with TemporaryDirectory() as folder:
        contest = Contest(
            "`lossmodel claim palmyra-tankers`",
            process((PROGRAM, "claim", "palmyra-tankers"), folder),
            "`lossmodel run palmyra-tankers`",
            process((PROGRAM, "run", "palmyra-tankers"), folder),
            _TWICE,
        )
        return contest.measured(_GROUP, COMMANDS, "ms", 1e3)


def _claimed(amount: str) -> Scenario:
    """Return the golden model with a claim of more than an amount."""
    scenario = golden.scenario()
    (claim,) = scenario.claim
    said = claim.model_copy(update={"says": f"more than {amount}"})
    return scenario.model_copy(update={"claim": [said]})


def _sensitivity(name: str, scenario: Scenario, by_hand: Callable[[], Array]) -> Comparison:
    """Return all that is told of sensitivity beside the bare indices by hand."""
    told = sensitivity(scenario)
    if told.warnings:
        raise AssertionError(f"{name}: {told.warnings[0]}")
    contest = Contest(
        f"{name}: every index to within 0.01, widths and swings",
        lambda: sensitivity(scenario),
        "NumPy, the indices alone, as many draws",
        by_hand,
        limits=LIMIT,
    )
    return contest.measured(_GROUP, LONG, "ms", 1e3)


def _g_function() -> Scenario:
    """Return Sobol's g-function."""
    factors = [f"(abs(4 * x{i} - 2) + {c}) / {1 + c}" for i, c in enumerate(COEFFICIENTS)]
    inputs = {f"x{i}": "uniform(0, 1)" for i in range(len(COEFFICIENTS))}
    return Scenario(title="g-function", inputs=inputs, model={"loss": " * ".join(factors)})


def _product() -> Scenario:
    """Return a product of lognormals of mean 1."""
    inputs = {f"x{i}": f"lognormal(mean=1, sd={c:.6f})" for i, c in enumerate(VARIATIONS)}
    return Scenario(title="product", inputs=inputs, model={"loss": " * ".join(inputs)})


def _g(u: Array) -> Array:
    """Return the g-function of uniform draws, shape (inputs, draws)."""
    a = np.array(COEFFICIENTS)[:, np.newaxis]
    values: Array = np.prod((np.abs(4.0 * u - 2.0) + a) / (1.0 + a), axis=0)
    return values


def _lognormals(z: Array) -> Array:
    """Return the product of lognormals of normal draws, shape (inputs, draws)."""
    variances = np.log1p(VARIATIONS**2)[:, np.newaxis]
    return np.exp((np.sqrt(variances) * z - 0.5 * variances).sum(axis=0))


def _pick_freeze(loss: Loss) -> Array:
    """Return first-order and total indices as Saltelli and Jansen have them, without errors."""
    rng, shape = np.random.default_rng(0), (len(VARIATIONS), DEFAULT_REPLICATES * POINTS)
    draw = rng.random if loss is _g else rng.standard_normal
    first, second = draw(shape), draw(shape)
    here, there = loss(first), loss(second)
    found = []
    for place in range(len(first)):
        kept = first[place].copy()
        first[place] = second[place]
        moved = loss(first)
        first[place] = kept
        found.append((np.mean(there * (moved - here)), 0.5 * np.mean((moved - here) ** 2)))
    indices: Array = np.array(found) / np.var(np.concatenate((here, there)))
    return indices
