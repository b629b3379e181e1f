"""What the default plan tells of the bundled scenarios, against sixteen times the points."""

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
            truth = known.statistics()[statistic]
            # The ends of the shortest interval are told relative to its width: one may be near 0.
            ends = known.shortest_interval
            scale = truth.value if "shortest" not in statistic else float(ends.high)
            error = abs(estimate.value - truth.value)
            assert error <= THREE_DIGITS * abs(scale), (told.name, statistic)
