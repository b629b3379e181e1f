"""What many seeds say of the errors where every counted thing has a value of its own."""

import math

import numpy as np
import pytest
from golden_model import MEAN
from test_per_unit import SD_PRICE_SHARED, tankers

import lossmodel as lm
from lossmodel.model import building, summing

SEEDS = 400
# 400 seeds at a coverage of 0.95 are outside of these once in 230, one of all six once in 40.
LEAST, MOST = 0.92, 0.98


@pytest.fixture(name="drawn")
def every_unit_is_drawn(monkeypatch):
    monkeypatch.setattr(summing, "FEWEST", math.inf)
    building._recent.cache_clear()
    yield
    building._recent.cache_clear()


STATISTICS = {
    "mean": lambda output: output.mean,
    "sd": lambda output: output.sd,
    "p5": lambda output: output.quantile(0.05),
    "p50": lambda output: output.quantile(0.5),
    "p95": lambda output: output.quantile(0.95),
    "above": lambda output: output.exceedance(1.2e6),
}


@pytest.mark.usefixtures("drawn")
def test_drawn_units_beside_a_price_that_is_integrated_out_cover_the_truth(monkeypatch):
    made = tankers(("capacity", "load"), "price * sum(capacity * load)")
    found = [lm.run(made, seed=seed, points=64)["loss"] for seed in range(SEEDS)]
    # The distribution of the sum itself, exact to 1e-6, at many more points.
    monkeypatch.setattr(summing, "FEWEST", 30)
    building._recent.cache_clear()
    lawful = lm.run(made, points=1 << 13)["loss"]
    truth = {name: ask(lawful).value for name, ask in STATISTICS.items()}
    assert truth["mean"] == pytest.approx(MEAN, rel=1e-6)
    assert truth["sd"] == pytest.approx(SD_PRICE_SHARED, rel=1e-6)
    for name, ask in STATISTICS.items():
        told = [ask(output) for output in found]
        share = np.mean([each.low <= truth[name] <= each.high for each in told])
        assert LEAST <= share <= MOST, name
