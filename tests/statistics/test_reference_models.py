"""Models with known answers: to four standard errors, and to the digits of the published ones."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import gammaincinv

import lossmodel as lm

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "reference" / "models.json").read_text())[
        "cases"
    ]
}
STANDARD_ERRORS = 4.0
# What is integrated without error is right to rounding and to the last step of Newton's method.
ROUNDING = 1e-11
# A mean that does not exist: what a run gives must at least carry a warning.
WITHOUT_MEAN = {"ratio-uniforms", "cauchy-ratio", "nist-tn1900-e3"}


def ishigami(x1, x2, x3):
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def result_of(case, smoothing="auto"):
    model = {"out": case["formula"]} if case["formula"] else ishigami
    scenario = lm.Scenario(title=case["description"], inputs=case["inputs"], model=model)
    return lm.run(scenario, seed=1, smoothing=smoothing)


def estimate_of(output, statistic):
    if statistic in ("mean", "sd"):
        return getattr(output, statistic)
    if statistic.startswith("q"):
        return output.quantile(float(statistic[1:]))
    if statistic.startswith("shortest"):
        level, end = statistic.removeprefix("shortest").split(":")
        interval = output.shortest_interval(float(level))
        return interval.low if end == "lo" else interval.high
    if statistic.startswith("P(Y>"):
        return output.exceedance(float(statistic[4:-1]))
    if statistic.startswith("P("):
        low, high = (float(part) for part in statistic[2:-1].replace("<=Y<", " ").split())
        above, beyond = output.exceedance(low), output.exceedance(high)
        return lm.Estimate(above.value - beyond.value, above.se + beyond.se, math.nan, math.nan)
    # The mean beyond the exact 95th percentile is a model of its own, below.
    assert statistic == "ES0.95"
    return None


@pytest.mark.parametrize("smoothing", ["auto", "off"])
@pytest.mark.parametrize("name", CASES)
def test_statistics_agree_with_the_known_answer(name, smoothing):
    result = result_of(CASES[name], smoothing)
    output = next(iter(result.outputs.values()))
    checked = 0
    for known in CASES[name]["outputs"]:
        estimate = estimate_of(output, known["stat"])
        if estimate is None:
            continue
        published = known.get("tol", 0.0)
        allowed = STANDARD_ERRORS * estimate.se + published + ROUNDING * max(1, abs(estimate.value))
        assert abs(estimate.value - known["value"]) <= allowed, (known, estimate)
        checked += 1
    assert checked


@pytest.mark.parametrize("name", sorted(WITHOUT_MEAN))
def test_a_mean_that_does_not_exist_is_warned_of(name):
    result = result_of(CASES[name])
    assert any("mean" in said or "can be zero" in said for said in result.warnings)


@pytest.mark.parametrize("name", sorted(set(CASES) - WITHOUT_MEAN))
def test_models_with_moments_carry_no_warning(name):
    assert result_of(CASES[name]).warnings == ()


def test_the_mean_beyond_a_quantile():
    case = CASES["product-lognormals"]
    known = {each["stat"]: each["value"] for each in case["outputs"]}
    model = {"out": f"where(a*b*c > {known['q0.95']!r}, a*b*c, 0) / 0.05"}
    mean = lm.run(lm.Scenario(title="tail", inputs=case["inputs"], model=model), seed=1)["out"].mean
    assert abs(mean.value - known["ES0.95"]) <= STANDARD_ERRORS * mean.se


def test_inputs_given_that_the_loss_rounds_to_the_reported_figure():
    # Exact values of "tankers-conditioned-2m": the loss in [1.5, 2.5) million USD.
    exact = {"price": 57.02157651903209, "cap": 205.62938612268186, "load": 0.8966383659890682}
    case = CASES["tankers-shared"]
    model = {
        "loss": case["formula"],
        "hit": "where(loss >= 1.5e6, 1, 0) * where(loss < 2.5e6, 1, 0)",
        **{f"{name}_hit": f"{name} * hit" for name in exact},
    }
    scenario = lm.Scenario(title="given", inputs=case["inputs"], model=model, outputs=[*model][1:])
    result = lm.run(scenario, seed=1)
    hit = result["hit"].mean
    assert abs(hit.value - 0.06473622031141912) <= STANDARD_ERRORS * hit.se
    for name, truth in exact.items():
        values, weights = result[f"{name}_hit"].values, result["hit"].values
        ratios = values.mean(axis=1) / weights.mean(axis=1)
        se = ratios.std(ddof=1) / math.sqrt(len(ratios))
        assert abs(values.mean() / weights.mean() - truth) <= STANDARD_ERRORS * se


def test_a_compound_loss_through_its_law_given_the_count():
    # Poisson(10) events of mean 1, summed: given the count, a gamma; exact by its series.
    exact = {0.05: 3.5980506723565058, 0.5: 9.495586156056298, 0.99: 22.49377630607378}
    scenario = lm.Scenario(
        title="compound",
        inputs={"events": "poisson(mean=10)", "u": "uniform(0, 1)"},
        model=lambda events, u: np.where(events > 0, gammaincinv(np.maximum(events, 1), u), 0.0),
    )
    loss = lm.run(scenario, seed=1)["loss"]
    assert abs(loss.mean.value - 10.0) <= STANDARD_ERRORS * loss.mean.se
    assert abs(loss.sd.value - 4.47213595499958) <= STANDARD_ERRORS * loss.sd.se
    for p, truth in exact.items():
        estimate = loss.quantile(p)
        assert abs(estimate.value - truth) <= STANDARD_ERRORS * estimate.se
