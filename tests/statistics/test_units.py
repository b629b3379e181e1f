"""Values per counted thing against exact answers: compound losses and the tankers' own loads."""

import math

import numpy as np
import pytest
from golden_model import MEAN
from scipy import stats
from test_per_unit import SD_PRICE_SHARED, compound, near, tankers

import lossmodel as lm
from lossmodel.model import building, summing

SEEDS = 200
# 200 seeds at a coverage of 0.95 fall below 0.90 once in 500, all six once in 100.
LEAST = 0.90


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
    found = [lm.run(made, seed=seed, points=128)["loss"] for seed in range(SEEDS)]
    # The distribution of the sum itself, exact to 1e-6, at many more points.
    monkeypatch.setattr(summing, "FEWEST", 30)
    building._recent.cache_clear()
    lawful = lm.run(made, points=1 << 13)["loss"]
    truth = {name: ask(lawful).value for name, ask in STATISTICS.items()}
    assert truth["mean"] == pytest.approx(MEAN, rel=1e-6)
    assert truth["sd"] == pytest.approx(SD_PRICE_SHARED, rel=1e-6)
    for name, ask in STATISTICS.items():
        told = [ask(output) for output in found]
        assert np.mean([each.low <= truth[name] <= each.high for each in told]) >= LEAST, name


def compound_exponential(rate, mean, y):
    """P(S <= y) of a compound Poisson sum of exponentials: a Poisson mixture of gammas."""
    counts = np.arange(1, 400)
    return math.exp(-rate) + float(
        stats.poisson(rate).pmf(counts) @ stats.gamma(counts, scale=mean).cdf(y)
    )


def test_a_compound_poisson_sum_of_exponentials():
    # Klugman, Panjer and Willmot, Loss Models, chapter 9.
    output = lm.run(compound("poisson(mean=10)", "exponential(mean=100)"), points=4096)["loss"]
    assert near(output.mean, 1000.0)
    assert near(output.sd, 447.21359549995793)
    for p, exact in (
        (0.05, 359.8050672356531),
        (0.5, 949.5586156056366),
        (0.95, 1812.2337269437844),
    ):
        assert compound_exponential(10.0, 100.0, exact) == pytest.approx(p, abs=1e-9)
        assert near(output.quantile(p), exact)


def test_a_rare_event_leaves_most_years_without_loss():
    output = lm.run(compound("poisson(mean=0.3)", "exponential(mean=100)"), points=4096)["loss"]
    assert near(output.cdf(0.0), math.exp(-0.3))
    assert output.quantile(0.5).value == output.quantile(0.7).value == 0.0
    assert near(output.quantile(0.9), 110.62728639993779)
    assert near(output.mean, 30.0)


def test_the_largest_of_a_poisson_number_of_pareto_losses():
    # OEP(n) = q(1 + log(1 - 1/n) / rate), q the quantile function of one loss.
    made = compound("poisson(mean=2)", "pareto(shape=2.5, scale=1)", "max(x)")
    output = lm.run(made, points=4096)["loss"]
    for period, exact in ((10, 3.245942656854095), (100, 8.308827990954404)):
        assert stats.pareto(2.5).ppf(1 + math.log(1 - 1 / period) / 2) == pytest.approx(exact)
        assert near(output.quantile(1 - 1 / period), exact)
    assert near(output.cdf(0.0), math.exp(-2.0))


def test_a_sum_without_a_mean_has_quantiles():
    # Levy is stable: the sum of n is n**2 times one.
    output = lm.run(compound("poisson(mean=20)", "levy(loc=0, scale=1)"), points=4096)["loss"]
    assert not output.mean.exists
    assert near(output.cdf(1000.0), 0.5312077903408426)
    assert near(output.quantile(0.5), 859.066736518321)


def test_one_loss_for_all_events_is_not_one_for_each():
    # FAIR's product against the sum: Var(sum) = rate E[x^2]; the mean is the same.
    severity = "lognormal(mu=10.499778284, sigma=0.8)"
    mean = math.exp(10.499778284 + 0.32)
    each = lm.run(compound("poisson(mean=4)", severity), points=4096)["loss"]
    shared = lm.Scenario(
        title="t", inputs={"n": "poisson(mean=4)", "x": severity}, model={"loss": "n * x"}
    )
    together = lm.run(shared, points=4096)["loss"]
    assert near(each.mean, 4.0 * mean)
    assert near(together.mean, 4.0 * mean)
    assert near(each.sd, 2.0 * mean * math.exp(0.32))
    assert near(together.sd, mean * math.sqrt(20.0 * math.exp(0.64) - 16.0))
