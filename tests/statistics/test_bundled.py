"""What the default plan tells of the bundled scenarios, against sixteen times the points."""

import math

import pytest

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


def width(told):
    interval = told.shortest_interval
    return float(interval.high) - float(interval.low)
