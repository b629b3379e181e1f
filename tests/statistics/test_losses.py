"""Loss metrics against known answers, and what many seeds say of their errors."""

import json
import math
import re
from pathlib import Path

import pytest
from scipy import stats
from scipy.optimize import brentq

import lossmodel as lm
from lossmodel.model.building import built
from lossmodel.simulation.metrics import TailQuestions
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "reference" / "losses.json").read_text())[
        "cases"
    ]
}
SEEDS = 200
# 200 seeds at a coverage of 0.95 fall below 0.90 once in 500, all seven once in 70.
LEAST = 0.90


def scenario_of(case):
    keys = {name: case[name] for name in ("units", "inputs", "model") if name in case}
    return lm.Scenario(title=case["description"], **keys)


def between(output, low, high):
    if low == -math.inf:
        return output.cdf(high)
    above, beyond = output.exceedance(low), output.exceedance(high)
    se = math.hypot(above.se, beyond.se)
    return lm.Estimate(above.value - beyond.value, se, None, None)


def estimate_of(result, name, stat):
    output, metrics = result[name], result.metrics.get(name)
    if stat in {"mean", "sd"}:
        return getattr(output, stat)
    if stat in {"aal", "no_loss"}:
        return getattr(metrics, stat)
    if stat.startswith("P("):
        low, _, high = stat[2:-1].replace("Y<=", "<Y<=").replace("<<", "<").partition("<Y<=")
        return between(output, float(low or "-inf"), float(high))
    kind, number = re.fullmatch(r"(q|tvar|aep|oep)([\d.]+)", stat).groups()
    at = float(number)
    asked = {"q": output.quantile, "tvar": output.tvar}
    return asked[kind](at) if kind in asked else getattr(metrics, kind)[at]


@pytest.mark.parametrize("name", CASES)
def test_statistics_agree_with_the_known_answer(name):
    result = lm.run(scenario_of(CASES[name]), points=4096)
    for known in CASES[name]["outputs"]:
        estimate = estimate_of(result, known["output"], known["stat"])
        if known["value"] is None:
            assert not estimate.exists
            continue
        # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
        allowed = 5.2 * estimate.se + 1e-9 * abs(known["value"])
        assert abs(estimate.value - known["value"]) <= allowed, known


def test_every_statistic_of_a_case_is_looked_at():
    assert len(CASES) == 14
    assert sum(len(case["outputs"]) for case in CASES.values()) == 65


RATE, MEAN = 10.0, 100.0


def largest(period):
    """What the largest of a Poisson number of exponential losses exceeds once in a period."""
    return -MEAN * math.log(-math.log1p(-1.0 / period) / RATE)


METRICS = {
    "aal": (lambda told: told.aal, 1000.0),
    "no loss": (lambda told: told.no_loss, math.exp(-RATE)),
    "tvar": (lambda told: told.tvar[0.99], 2488.970675476581),
    "aep 10": (lambda told: told.aep[10.0], None),
    "aep 100": (lambda told: told.aep[100.0], 2249.377630607371),
    "oep 10": (lambda told: told.oep[10.0], largest(10.0)),
    "oep 100": (lambda told: told.oep[100.0], largest(100.0)),
}


def compound(y):
    """P(S <= y) of the compound Poisson sum of exponentials: a Poisson mixture of gammas."""
    counts = range(1, 100)
    parts = (stats.poisson.pmf(n, RATE) * stats.gamma.cdf(y, n, scale=MEAN) for n in counts)
    return math.exp(-RATE) + sum(parts)


def test_the_confidence_of_metrics_covers_the_exact_ones():
    truth = {name: exact for name, (_, exact) in METRICS.items()}
    truth["aep 10"] = brentq(lambda y: compound(y) - 0.9, 100.0, 5000.0)
    model, found = built(scenario_of(CASES["CP_EXP_01"])), {name: [] for name in METRICS}
    ask = Ask(tail=TailQuestions())
    for seed in range(SEEDS):
        told = simulated(model, Plan(points=256, seed=seed), ask).metrics["loss"]
        for name, (of, _) in METRICS.items():
            found[name].append(of(told))
    shares = {
        name: sum(each.low <= truth[name] <= each.high for each in several) / SEEDS
        for name, several in found.items()
    }
    assert min(shares.values()) >= LEAST, shares


@pytest.mark.parametrize("p", [0.9, 0.99])
def test_the_confidence_of_a_mean_beyond_a_quantile_covers_the_exact_one(p):
    inputs = dict.fromkeys(("a", "b"), "lognormal(mu=0, sigma=1)")
    model = built(lm.Scenario(title="t", inputs=inputs, model={"y": "a * b"}))
    sigma = math.sqrt(2.0)
    exact = math.exp(1.0) * stats.norm.sf(stats.norm.ppf(p) - sigma) / (1.0 - p)
    found = [
        simulated(model, Plan(points=256, seed=seed), Ask())["y"].tvar(p) for seed in range(SEEDS)
    ]
    assert sum(each.low <= exact <= each.high for each in found) / SEEDS >= LEAST
