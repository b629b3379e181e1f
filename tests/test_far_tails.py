import math

import numpy as np
import pytest
from scipy.special import betaincinv, ndtr, ndtri

import lossmodel as lm
from lossmodel.distributions.bounded import Uniform
from lossmodel.simulation.recentred import Recentred
from lossmodel.smoothing.clouds import Clouds
from lossmodel.smoothing.conditional import Conditional, largest_part
from lossmodel.smoothing.design_points import design_points, rarer
from lossmodel.smoothing.recentring import Seen
from lossmodel.smoothing.starts import starts_of


def found(gap, dimensions):
    return design_points(gap, starts_of(gap, dimensions))


def test_the_design_point_of_a_plane_is_its_foot():
    normal = np.array([1.0, 2.0, -2.0]) / 3.0
    (point,) = found(lambda z: z @ normal - 5.0, 3)
    assert point == pytest.approx(5.0 * normal, abs=1e-6)


def test_the_design_point_of_the_golden_model():
    # The plan's own least strain of price and capacity: price 64.9971, capacity 209.449.
    price, capacity = (3.5015327293932312, 0.3075048427115531), (5.224357301509726, 0.1299337545369)
    load = 0.6 + 0.4 * betaincinv(4.0, 2.0, 0.5)

    def gap(z):
        return np.log(
            168 * load * np.exp(price[0] + price[1] * z[:, 0] + capacity[0] + capacity[1] * z[:, 1])
        ) - math.log(2e6)

    (point,) = found(gap, 2)
    assert math.exp(price[0] + price[1] * point[0]) == pytest.approx(64.9971, rel=1e-4)
    assert np.linalg.norm(point) == pytest.approx(2.375268, abs=1e-4)


def test_two_ways_are_both_found_and_the_saddle_between_them_is_no_more_than_rare():
    first, second, *saddle = found(lambda z: np.log(np.exp(z).sum(axis=1) / 300.0), 2)
    assert all(each > 8.0 for each in rarer([first, *saddle])[1:])
    assert sorted((first.argmax(), second.argmax())) == [0, 1]
    assert np.linalg.norm(first) == pytest.approx(np.linalg.norm(second), rel=1e-6)


def test_a_way_a_millionth_as_likely_is_left_out():
    def gap(reach):
        return lambda z: np.maximum(z[:, 0] - 4.0, z[:, 1] - reach)

    assert [len(found(gap(reach), 2)) for reach in (6.5, 6.8)] == [2, 1]


def test_no_way_is_found_to_what_cannot_be_reached():
    assert found(lambda z: ndtr(z).sum(axis=1) - 5.0, 2) == []


def test_a_surface_of_the_other_sign_is_reached_too():
    (point,) = found(lambda z: -3.0 - z[:, 0] - 0.1 * z[:, 1] ** 2, 2)
    assert point == pytest.approx([-3.0, 0.0], abs=0.05)


def run_of(inputs, formula):
    return lm.run(lm.Scenario(title="tails", inputs=inputs, model={"loss": formula}))["loss"]


def recentred(inputs, formula):
    output = run_of(inputs, formula)
    assert isinstance(output.recentring, Recentred)
    return output


LOGNORMALS = {"a": "lognormal(mu=0, sigma=1)", "b": "lognormal(mu=0, sigma=1)"}


def test_weights_are_those_of_the_inputs_own_law():
    # Any mean under the inputs' own law is the weighted mean: of 1, and of the amplitude.
    moved = recentred(LOGNORMALS, "a * b").recentring.around(300.0, "above").given
    own = 1.0 / 9.0  # share of the points that stay where they are
    assert moved.weights.max() <= 16.0 / own + 1e-9
    for values, truth in ((moved.weights, 1.0), (moved.weights * np.log(moved.A), 0.0)):
        means = values.mean(axis=1)
        # 16 replicates; Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
        assert abs(means.mean() - truth) <= 5.2 * means.std(ddof=1) / 4.0


def test_shaped_clouds_weigh_as_the_inputs_own_law():
    rng = np.random.default_rng(0)
    own = rng.standard_normal((2, 16, 1024))
    round_clouds = Clouds.around(np.array([[-3.0, -3.0]]), [0.0], 1024)
    scores = round_clouds.moved(own)
    far = np.where(scores.sum(axis=0) < -6.0, round_clouds.weights(scores), 0.0)
    shaped = round_clouds.shaped(scores, far)
    assert len(shaped) == 3
    # Given the tail the sum is narrow and the difference as wide as before, times 1.3.
    spread = shaped.roots[2] @ shaped.roots[2].T
    assert [1, 1] @ spread @ [1, 1] < 0.5
    assert [1, -1] @ spread @ [1, -1] == pytest.approx(2.6, rel=0.1)
    assert shaped.sizes == [128, 1024, 1024]
    scores = shaped.moved(own)
    weights = shaped.weights(scores)
    exact = float(ndtr(-6.0 / math.sqrt(2.0)))
    for values, truth in ((weights, 1.0), (weights * (scores.sum(axis=0) < -6.0), exact)):
        means = values.mean(axis=1)
        # 16 replicates; Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
        assert abs(means.mean() - truth) <= 5.2 * means.std(ddof=1) / 4.0


def test_rare_ways_have_few_points():
    ways = np.array([[3.0, 0.0], [0.0, 3.0], [5.2, 0.0]])
    assert Clouds.around(ways, [0.0, 0.0, 9.0], 1024).sizes == [128, 1024, 1024, 128]
    assert Clouds.around(ways, [0.0, 0.0, 7.0], 1024).sizes == [128, 512, 512, 512]


def test_a_tail_that_is_seen_dimly_is_not_told():
    shares = np.zeros((16, 1024))
    given = Conditional(shares, shares, Uniform(0.0, 1.0), exact=False)
    assert Seen(given, shares, dict).effective == 0.0
    shares[:, :10] = 1e-9
    assert not Seen(given, shares, dict).is_seen
    shares[:, :100] = 1e-9
    assert Seen(given, shares, dict).is_seen
    assert not Seen(given, shares, dict).is_clear


def test_both_ways_of_a_sum_are_counted():
    # Smoothing over b alone sees the ways through b: half of the truth, with a tiny error.
    output = recentred(LOGNORMALS, "a + b")
    y, exact = 300.0, 1.2123e-8
    plain = output.given.above(y).mean()
    assert plain < 0.75 * exact
    assert largest_part(output.given.above(y)) < 0.01
    assert float(output.exceedance(y)) == pytest.approx(exact, rel=2e-3)


def test_an_exact_zero_is_told_from_a_computed_one():
    bounded = {"a": "triangular(1, 2, 4)", "b": "pert(1, 2, 4)"}
    output = recentred(bounded, "a * b")
    assert output.exceedance(16.0) == lm.Estimate.exact(0.0)
    assert output.exceedance(0.5) == lm.Estimate.exact(1.0)
    near = output.exceedance(15.99)
    assert near.value < 1e-9
    assert near.se > 0.0
    # So far that no number in [0, 1] is left to tell: an upper limit stays.
    beyond = recentred({"a": "normal(mean=0, sd=1)", "b": "normal(mean=0, sd=1)"}, "a + b")
    zero = beyond.exceedance(1e6)
    assert zero.value == 0.0
    assert 0.0 < zero.high <= 1e-3


def test_far_quantiles_invert_far_probabilities():
    output = recentred(LOGNORMALS, "a * b")
    for p in (1e-9, 1e-4, 1 - 1e-4, 1 - 1e-9):
        quantile = output.quantile(p)
        exact = math.exp(math.sqrt(2.0) * float(ndtri(p)))
        # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
        assert abs(quantile.value - exact) <= 5.2 * quantile.se
        assert quantile.value == pytest.approx(exact, rel=1e-3)


def test_discrete_inputs_leave_far_tails_to_the_draws():
    # No slope leads from one value to the next: of two rare events one would be overlooked.
    inputs = {
        "e": "bernoulli(p=0.05)",
        "f": "bernoulli(p=0.05)",
        "a": "lognormal(mu=3, sigma=1)",
        "c": "lognormal(mu=3, sigma=1)",
        "b": "lognormal(mu=0, sigma=0.5)",
    }
    output = run_of(inputs, "e * a + f * c + b")
    assert output.recentring is None
    estimate = output.exceedance(500.0)
    assert estimate.low <= 6.69e-5 <= estimate.high


def test_the_one_discrete_input_is_what_far_tails_are_seen_over():
    # Whichever input leaves the least error in the middle: over n the rest is smooth.
    inputs = {"n": "poisson(mean=3)", "x": "lognormal(mu=0, sigma=0.5)"}
    for name in inputs:
        scenario = lm.Scenario(title="t", inputs=inputs, model={"loss": "n * x"})
        output = lm.run(scenario, smoothing=name)["loss"]
        assert (output.recentring is None) == (name == "x")
    assert run_of(inputs, "n * x").recentring.form.over == "n"


def test_a_far_quantile_beside_a_large_constant_keeps_its_place():
    wide = "lognormal(mu=0, sigma=3)"
    alone = recentred({"a": wide, "b": wide}, "a + b").quantile(1 - 1e-7)
    beside = recentred({"a": wide, "b": wide, "k": "1e10"}, "a + b + k").quantile(1 - 1e-7)
    assert abs(beside.value - 1e10 - alone.value) <= 5 * (beside.se + alone.se)


def test_a_rough_density_is_no_straight_line():
    # b is all but certain: given a, its density is a spike.
    inputs = {
        "a": "normal(mean=0, sd=1)",
        "b": "normal(mean=0, sd=1)",
        "c": "normal(mean=0, sd=1e-4)",
    }
    for seed in range(5):
        scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "a * a + b * b + c"})
        estimate = lm.run(scenario, seed=seed)["y"].quantile(0.95)
        assert abs(estimate.value - 5.99146) <= 5.2 * estimate.se


def test_a_deviation_that_no_point_met_is_not_certain():
    scenario = lm.Scenario(
        title="t",
        inputs={"e": "bernoulli(p=0.00001)", "z": "normal(mean=10, sd=1)"},
        model={"y": "e * 1e9 + z"},
    )
    sd = lm.run(scenario, smoothing="z")["y"].sd
    assert sd.se is None or sd.se > 0.0


def test_weighted_points_have_no_density_of_their_own():
    half = np.full((2, 4), 0.5)
    given = Conditional(2.0 * half, 0.0 * half, Uniform(0.0, 1.0), exact=False, weights=half)
    assert given.density(0.5).tolist() == [0.5, 0.5]
    assert given.below(0.5).mean() == 0.25


def test_every_way_of_a_sum_of_many_is_counted():
    # By conditioning on which term is the largest (Asmussen and Kroese 2006).
    n, y, draws = 8, 300.0, np.random.default_rng(1).standard_normal((400_000, 7))
    rest = np.exp(draws)
    reach = np.maximum(rest.max(axis=1), y - rest.sum(axis=1))
    exact = float(n * ndtr(-np.log(reach)).mean())
    names = "abcdefgh"
    output = recentred(dict.fromkeys(names, "lognormal(mu=0, sigma=1)"), "+".join(names))
    estimate = output.exceedance(y)
    # The reference errs by 4e-4, the estimate by what it says, both at 5 standard errors.
    assert abs(estimate.value / exact - 1.0) <= 5 * (estimate.se / exact + 4e-4)


@pytest.mark.parametrize("chance", [1e-4, 1e-7])
def test_a_rare_event_that_no_point_meets_stays_possible(chance):
    # Without a hit the amount is out of reach of x (2.5e-15); with one it is nearly certain.
    inputs = {"hit": f"bernoulli(p={chance})", "x": "lognormal(mu=0, sigma=0.5)"}
    for seed in range(5):
        scenario = lm.Scenario(title="t", inputs=inputs, model={"loss": "x * (1 + 1000 * hit)"})
        estimate = lm.run(scenario, seed=seed, smoothing="x")["loss"].exceedance(50.0)
        assert estimate.low <= chance <= estimate.high


def test_what_jumps_is_left_to_the_draws():
    inputs = {"w": "uniform(0, 1)", "x": "lognormal(mu=0, sigma=0.5)"}
    output = run_of(inputs, "where(w > 0.99999, 1000, 1) * x")
    assert output.recentring is None
    assert output.exceedance(50.0).high >= 1e-5


def test_a_hidden_component_of_a_mixture_is_found():
    parts = "lognormal(mu=0, sigma=0.1), lognormal(mu=5, sigma=0.1)"
    tail = f"mixture([{parts}], weights=[0.9999, 0.0001])"
    output = recentred({"w": tail, "x": "lognormal(mu=0, sigma=0.2)"}, "w + x")
    estimate = output.exceedance(50.0)
    assert estimate.low <= 1e-4 <= estimate.high


def test_ways_that_no_slope_from_the_middle_leads_to_are_found():
    # From 0 and from every axis the deductible's slope is 0, and that of a product's other sign.
    layer = found(lambda z: np.maximum(z[:, 0] - 3.0, 0.0) + 0.2 * z[:, 1] - 1.0, 2)
    assert any(point == pytest.approx([4.0 / 1.04, 0.8 / 1.04], abs=0.05) for point in layer)
    corners = found(lambda z: np.maximum(z[:, 0] * z[:, 1], 1e-300) - 9.0, 2)
    assert sorted(float(np.sign(point[0])) for point in corners) == [-1.0, 1.0]
    four = found(lambda z: 0.1 * z[:, 0] + z[:, 1] * z[:, 2] * z[:, 3] - 15.0, 4)
    assert len(four) == 4
