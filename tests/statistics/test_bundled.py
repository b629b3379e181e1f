"""What the default plan tells of the bundled scenarios, against sixteen times the points."""

import math

import pytest
from scipy import stats

import lossmodel as lm

# Half a unit of the third of three significant digits, at worst.
THREE_DIGITS = 5e-3


@pytest.mark.parametrize("name", lm.bundled())
def test_the_default_plan_tells_three_digits(name):
    scenario = lm.load(name)
    default, fine = lm.run(scenario), lm.run(scenario, points=16_384)
    for told, known in zip(default.summaries, fine.summaries, strict=True):
        for statistic, estimate in told.statistics().items():
            if "shortest" in statistic:
                continue
            finer = known.statistics()[statistic]
            allowed = THREE_DIGITS * abs(finer.value)
            if default.model.summed_by(told.name) == "drawn":
                # Pseudo-random units: Student's t beyond 5.2, once in 10,000.
                allowed = 5.2 * math.hypot(estimate.se, finer.se)
            assert abs(estimate.value - finer.value) <= allowed, (told.name, statistic)
        if default.model.summed_by(told.name) == "drawn":
            continue
        # Where a density is flat the shortest interval is one of many, all of one width.
        assert abs(width(told) - width(known)) <= THREE_DIGITS * width(known), told.name


# Four statistics of at most 64 outputs of all scenarios: a false alarm once in 1,000 times.
ALARM = stats.t.isf(1e-3 / (4 * 64) / 2.0, 15)


@pytest.mark.parametrize("name", lm.bundled())
def test_what_is_integrated_out_agrees_with_draws(name):
    scenario = lm.load(name)
    # Other seeds, so that the two err independently.
    smooth, drawn = lm.run(scenario), lm.run(scenario, seed=1, smoothing="off")
    for one, other in zip(smooth.outputs.values(), drawn.outputs.values(), strict=True):
        pairs = [(one.mean, other.mean)]
        pairs += [(one.quantile(p), other.quantile(p)) for p in (0.05, 0.5, 0.95)]
        for ours, theirs in pairs:
            assert ours.exists == theirs.exists
            if ours.exists:
                allowed = ALARM * math.hypot(ours.se, theirs.se) + 1e-12 * abs(ours.value)
                assert abs(ours.value - theirs.value) <= allowed, one.name


def test_the_false_alarms_are_those_of_all_outputs():
    assert sum(len(lm.run(lm.load(name), points=16).outputs) for name in lm.bundled()) <= 64


def width(told):
    interval = told.shortest_interval
    return float(interval.high) - float(interval.low)
