import math

import numpy as np
import pytest
from scipy import stats

from lossmodel.errors import UsageError
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.moments import hall_limits, mean, sd
from lossmodel.estimates.probabilities import exceedance
from lossmodel.estimates.quantiles import quantile
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.shortest import shortest_interval
from lossmodel.estimates.tails import tail_index


def normal(replicates=16, points=256, seed=0):
    return Replicates(np.random.default_rng(seed).normal(10.0, 2.0, (replicates, points)))


def test_a_missing_estimate_is_four_times_none():
    assert MISSING.to_dict() == {"value": None, "se": None, "low": None, "high": None}
    assert not MISSING.exists
    assert MISSING.scaled(3.0) is MISSING
    with pytest.raises(ValueError, match="does not exist"):
        float(MISSING)
    assert repr(MISSING) == "Estimate(does not exist)"


def test_an_estimate_scales_with_its_unit():
    assert Estimate(2.0, 0.5, 1.0, 3.0).scaled(10.0) == Estimate(20.0, 5.0, 10.0, 30.0)
    assert Estimate.exact(4.0) == Estimate(4.0, 0.0, 4.0, 4.0)


def test_a_confidence_contains_its_value():
    assert Estimate.between(5.0, 6.0, 8.0, 2.0).low == 5.0


def test_one_replicate_is_refused():
    with pytest.raises(UsageError, match="at least 2"):
        Replicates(np.ones((1, 8)))


def test_the_mean_is_students_t_over_replicate_means():
    column = normal()
    means = column.values.mean(axis=1)
    low, high = stats.t(15, means.mean(), stats.sem(means)).interval(0.95)
    estimate = mean(column)
    assert estimate.value == pytest.approx(column.values.mean(), rel=1e-14)
    assert estimate.se == pytest.approx(stats.sem(means), rel=1e-12)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=1e-12)


def test_the_mean_of_equal_replicates_is_bounded_by_the_support():
    same = Replicates(np.zeros((4, 8)), (0.0, 100.0))
    assert mean(same).low == 0.0
    assert mean(same).high == pytest.approx(3.0 / 32 * 100.0)
    assert mean(Replicates(np.zeros((4, 8)))) is MISSING


def test_the_mean_of_replicates_that_agree_allows_for_their_range():
    agreeing = Replicates(np.tile([0.0, 1.0], (4, 4)))
    assert mean(agreeing).value == 0.5
    assert mean(agreeing).high == pytest.approx(0.5 + 3.0 / 32 * 0.5)


def test_infinite_draws_have_no_mean_and_no_sd_but_quantiles():
    values = np.random.default_rng(1).exponential(size=(8, 64))
    values[3, 5] = math.inf
    column = Replicates(values)
    assert mean(column) is MISSING
    assert sd(column) is MISSING
    assert quantile(column, 0.5).exists


def test_the_sd_is_the_root_of_the_pooled_second_moment():
    column = normal()
    assert sd(column).value == pytest.approx(column.values.std(), rel=1e-14)
    assert sd(column).low < 2.0 < sd(column).high


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e305])
def test_moments_survive_the_largest_and_smallest_numbers(unit):
    column, large = normal(), Replicates(normal().values * unit)
    assert mean(large).value == pytest.approx(mean(column).value * unit, rel=1e-12)
    assert sd(large).value == pytest.approx(sd(column).value * unit, rel=1e-12)


def test_the_sd_of_draws_that_do_not_differ_is_missing():
    assert sd(Replicates(np.ones((4, 8)))) is MISSING


def brute_force_quantile(column, p):
    """The definition, over all draws: no window, no search."""
    y = np.unique(column.values)
    shares = (column.values[:, :, np.newaxis] <= y).mean(axis=1)
    half = column.t * shares.std(axis=0, ddof=1) / math.sqrt(column.count)
    half = np.maximum(half, 3.0 / column.total)
    centre = shares.mean(axis=0)
    value = y[np.argmax(centre >= p - 1e-12)]
    return value, y[np.argmax(centre + half >= p)], y[np.argmax(centre - half >= p)]


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_quantiles_are_the_inverse_of_the_pooled_cdf(p, seed):
    column = normal(8, 64, seed)
    estimate = quantile(column, p)
    assert (estimate.value, estimate.low, estimate.high) == brute_force_quantile(column, p)
    assert estimate.se == pytest.approx((estimate.high - estimate.low) / (2 * column.t))


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_quantiles_of_atoms_are_atoms(p):
    values = np.random.default_rng(3).integers(0, 4, (8, 128)).astype(float)
    estimate = quantile(Replicates(values), p)
    assert (estimate.value, estimate.low, estimate.high) == brute_force_quantile(
        Replicates(values), p
    )


def test_a_quantile_beyond_the_draws_needs_the_support():
    values = np.random.default_rng(0).random((4, 16))
    assert quantile(Replicates(values), 0.999) is MISSING
    bounded = quantile(Replicates(values, (0.0, 1.0)), 0.999)
    assert bounded.high == 1.0
    assert quantile(Replicates(values, (0.0, 1.0)), 0.001).low == 0.0


def test_exceedance_is_exact_only_where_the_support_decides():
    values = np.random.default_rng(0).random((4, 64))
    column = Replicates(values, (0.0, 1.0))
    assert exceedance(column, 1.0) == Estimate.exact(0.0)
    assert exceedance(column, -0.1) == Estimate.exact(1.0)
    assert exceedance(column, 0.0).se > 0.0
    assert exceedance(Replicates(values), 5.0).high >= 3.0 / 256 - 1e-4


def test_few_hits_are_given_the_binomial_confidence():
    values = np.zeros((8, 128))
    values[0, :3] = 1.0
    estimate = exceedance(Replicates(values), 0.5)
    exact = stats.binomtest(3, 1024).proportion_ci(0.95, "exact")
    assert estimate.value == pytest.approx(3 / 1024)
    assert estimate.low <= exact.low
    assert estimate.high >= exact.high


def test_exceedance_counts_strictly_more():
    values = np.tile([1.0, 2.0, 3.0, 4.0], (4, 16))
    assert exceedance(Replicates(values), 2.0).value == pytest.approx(0.5)
    assert exceedance(Replicates(values), math.nextafter(2.0, 0.0)).value == pytest.approx(0.75)


def test_the_shortest_interval_of_a_normal_is_central():
    low, high = shortest_interval(normal(16, 4096), 0.9)
    ends = stats.norm(10.0, 2.0).interval(0.9)
    for end, truth in zip((low, high), ends, strict=True):
        assert abs(end.value - truth) < 4 * end.se


def test_the_shortest_interval_of_atoms_holds_its_share():
    values = np.random.default_rng(5).poisson(3.0, (16, 512)).astype(float)
    low, high = shortest_interval(Replicates(values), 0.9)
    inside = (values >= low.value) & (values <= high.value)
    assert inside.mean() >= 0.9
    widths = [
        b - a
        for a in range(12)
        for b in range(a, 16)
        if ((values >= a) & (values <= b)).mean() >= 0.9
    ]
    assert high.value - low.value == min(widths)


@pytest.mark.parametrize("index", [0.8, 1.5, 3.0])
def test_hills_estimate_finds_the_index_of_a_pareto(index):
    values = np.random.default_rng(0).pareto(index, (16, 4096)) + 1.0
    # Hill's estimate from k = 327 values has a relative standard error of 1/sqrt(k) = 0.055.
    assert tail_index(Replicates(values)) == pytest.approx(index, rel=4 * 0.055)
    assert tail_index(Replicates(-values)) == pytest.approx(index, rel=4 * 0.055)


def test_a_tail_that_ends_has_no_index():
    assert tail_index(Replicates(np.full((4, 64), 2.0))) == math.inf
    assert tail_index(Replicates(np.random.default_rng(0).random((16, 1024)))) > 20


def test_the_mean_of_equal_replicates_may_lie_below_too():
    assert mean(Replicates(np.zeros((4, 8)), (-50.0, 100.0))).low == pytest.approx(-3 / 32 * 50)


def test_the_mean_of_few_hits_has_their_binomial_confidence():
    values = np.zeros((8, 128))
    values[0, :3] = [100.0, 200.0, 300.0]
    estimate = mean(Replicates(values))
    exact = stats.binomtest(3, 1024).proportion_ci(0.95, "exact")
    assert estimate.value == pytest.approx(600 / 1024)
    assert estimate.low <= 200 * exact.low
    assert estimate.high >= 200 * exact.high
    mirrored = mean(Replicates(-values))
    assert (mirrored.low, mirrored.high) == pytest.approx((-estimate.high, -estimate.low))


def test_the_sd_allows_for_what_was_not_drawn():
    agreeing = Replicates(np.tile([0.0, 1.0], (4, 4)))
    assert sd(agreeing).se == pytest.approx(3 / 32 * 0.25 / agreeing.t / (2 * 0.5))


def test_halls_limits_are_those_of_his_cubic():
    samples = np.array([0.1, 0.2, 0.2, 0.3, 0.5, 1.7, 0.4, 0.3])
    n, t = len(samples), 2.36
    centred = samples - samples.mean()
    skewness = (centred**3).mean() / (centred**2).mean() ** 1.5
    for found, wanted in zip(hall_limits(samples, t), (t, -t), strict=True):
        # Hall (1992): T + g T^2 / (3 sqrt n) + g^2 T^3 / (27 n) + g / (6 sqrt n) is near normal.
        cubic = (
            found
            + skewness * found**2 / (3 * math.sqrt(n))
            + skewness**2 * found**3 / (27 * n)
            + skewness / (6 * math.sqrt(n))
        )
        assert cubic == pytest.approx(wanted, rel=1e-12)


def test_the_shortest_interval_has_the_jackknife_error():
    column = normal(8, 512)
    low, high = shortest_interval(column, 0.9)
    ends = []
    for left_out in range(8):
        rest = Replicates(np.delete(column.values, left_out, axis=0))
        ends.append([end.value for end in shortest_interval(rest, 0.9)])
    # Efron and Stein: the variance is (R - 1) / R times the sum of squared deviations.  Here each
    # subset is fitted around its own pilot, so the two agree roughly only.
    errors = np.sqrt(7 / 8 * ((np.array(ends) - np.mean(ends, axis=0)) ** 2).sum(axis=0))
    assert [low.se, high.se] == pytest.approx(errors, rel=0.5)


@pytest.mark.parametrize("unit", [1e-250, 1e250])
def test_every_statistic_survives_extreme_units(unit):
    column, extreme = normal(), Replicates(normal().values * unit)
    for statistic in (
        mean,
        sd,
        lambda c: quantile(c, 0.3),
        lambda c: shortest_interval(c, 0.9)[0],
        lambda c: shortest_interval(c, 0.9)[1],
    ):
        usual, large = statistic(column), statistic(extreme)
        assert large.value == pytest.approx(usual.value * unit, rel=1e-9)
        assert large.se == pytest.approx(usual.se * unit, rel=1e-6)
