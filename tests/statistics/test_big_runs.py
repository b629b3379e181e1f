"""Whether streamed statistics are as true as kept ones: coverage, and agreement with them."""

import numpy as np
import pytest
from golden_model import MEAN, P_ABOVE_2M, QUANTILES, SCENARIO, SD, SHORTEST_90
from scipy import stats

import lossmodel as lm
from lossmodel.estimates.bins import FINEST
from lossmodel.estimates.ordered import Sorted
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.shortest import shortest_of
from lossmodel.estimates.statistics import DrawnStatistics
from lossmodel.estimates.tallies import Tallies, tallied
from lossmodel.simulation import gathering

SEEDS = 300
POINTS = 1 << 12
KNOWN = {
    "mean": (lambda output: output.mean, MEAN),
    "sd": (lambda output: output.sd, SD),
    "p5": (lambda output: output.quantile(0.05), QUANTILES[0.05]),
    "p50": (lambda output: output.quantile(0.5), QUANTILES[0.5]),
    "p95": (lambda output: output.quantile(0.95), QUANTILES[0.95]),
    "above 2m": (lambda output: output.exceedance(2e6), P_ABOVE_2M),
    "shortest low": (lambda output: output.shortest_interval(0.9).low, SHORTEST_90[0]),
    "shortest high": (lambda output: output.shortest_interval(0.9).high, SHORTEST_90[1]),
}


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "KEPT", 0)
        runs = [
            lm.run(SCENARIO, seed=seed, points=POINTS, smoothing="off")["loss"]
            for seed in range(SEEDS)
        ]
        return {name: [ask(run) for run in runs] for name, (ask, _) in KNOWN.items()}


@pytest.mark.parametrize("name", KNOWN)
def test_streamed_statistics_cover_the_exact_value(found, name):
    truth = KNOWN[name][1]
    # 300 seeds at a coverage of 0.93 fall below 0.88 about once in 1,500.
    assert np.mean([each.low <= truth <= each.high for each in found[name]]) >= 0.88


@pytest.mark.parametrize("name", KNOWN)
def test_their_stated_error_is_the_spread_that_is_seen(found, name):
    stated = np.median([each.se for each in found[name]])
    assert 0.8 <= stated / np.std([each.value for each in found[name]]) <= 1.3


@pytest.fixture(scope="module")
def both():
    """The draws of one run, kept and streamed."""
    values = lm.run(SCENARIO, points=1 << 16, smoothing="off")["loss"].values
    tallies = Tallies(len(values))
    for replicate, row in enumerate(values):
        tallies.add(replicate, tallied(row))
    return DrawnStatistics(Replicates(values)), tallies.statistics((-np.inf, np.inf))


def test_streamed_moments_agree_with_kept_ones(both):
    kept, streamed = both
    assert streamed.mean().to_dict() == pytest.approx(kept.mean().to_dict(), rel=1e-12)
    assert streamed.sd().to_dict() == pytest.approx(kept.sd().to_dict(), rel=1e-12)


@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.95, 0.999])
def test_streamed_quantiles_agree_with_kept_ones_far_beyond_a_bin(both, p):
    kept, streamed = (each.quantile(p) for each in both)
    assert streamed.value == pytest.approx(kept.value, rel=1.0 / FINEST)
    # Inside a bin a line stands for the draws: it is off by the noise of those in the bin alone.
    assert abs(streamed.value - kept.value) < 0.2 * kept.se


def test_whatever_quantile_is_asked_the_line_inside_a_bin_is_near_the_draws(both):
    kept, streamed = both
    shares = np.linspace(0.01, 0.99, 397)
    ours = np.array([streamed.near(p) for p in shares])
    theirs = kept.column.pooled[np.ceil(shares * kept.total).astype(int) - 1]
    assert np.sqrt(np.mean((ours / theirs - 1.0) ** 2)) < 0.1 / FINEST


@pytest.mark.parametrize("law", [stats.lognorm(0.45), stats.lognorm(1.0), stats.beta(2, 5)])
def test_the_shortest_interval_of_very_many_draws_is_not_bent_by_its_fit(law):
    # Draws without noise: what is left is what a polynomial cannot follow.  The error that 2**20
    # Sobol' draws state is 2e-3 of the sd; a window of fixed width is off by as much.
    draws = Sorted(law.ppf((np.arange(1 << 20) + 0.5) / (1 << 20)))
    tails = np.linspace(1e-5, 0.05, 500_001)
    best = tails[np.argmin(law.ppf(tails + 0.9) - law.ppf(tails))]
    found = shortest_of(draws, [draws, draws], 0.9)
    for end, truth in zip(found, law.ppf([best, best + 0.9]), strict=True):
        assert abs(end.value - truth) < 2e-4 * law.std()
