import math

import numpy as np
import pytest
from scipy import optimize, stats

import lossmodel as lm
from lossmodel.distributions.excess import excess_of
from lossmodel.model.inputs import distribution_of
from lossmodel.scenario.values import parsed_value

SHARES = (0.1, 0.5, 0.9, 0.99, 0.999)
BELOW = np.array([1e-9, 0.01, 0.3, 0.5, 0.9, 0.99, 0.9999])


def law(text):
    return distribution_of(parsed_value(text))


def loss(formula, **inputs):
    return lm.Scenario(title="t", inputs=inputs, model={"loss": formula})


def near(estimate, exact):
    # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
    return abs(estimate.value - exact) <= 5.2 * estimate.se + 1e-9 * abs(exact)


# E((X - d)+) in closed form, by the quantile d at a probability.
CLOSED = {
    "exponential(mean=2)": (stats.expon(scale=2), lambda d: 2 * np.exp(-d / 2)),
    "uniform(1, 3)": (stats.uniform(1, 2), lambda d: (3 - d) ** 2 / 4),
    "normal(mean=-3, sd=2)": (
        stats.norm(-3, 2),
        lambda d: 4 * stats.norm(-3, 2).pdf(d) - (d + 3) * stats.norm(-3, 2).sf(d),
    ),
    "lognormal(mu=0, sigma=1)": (
        stats.lognorm(1),
        lambda d: math.exp(0.5) * stats.norm.sf(np.log(d) - 1) - d * stats.norm.sf(np.log(d)),
    ),
    "pareto(shape=1.05, scale=1)": (stats.pareto(1.05), lambda d: d**-0.05 / 0.05),
    "pareto(shape=2.5, scale=1)": (stats.pareto(2.5), lambda d: d**-1.5 / 1.5),
    "student_t(df=1.5, loc=0, scale=1)": (
        stats.t(1.5),
        lambda d: (1.5 + d * d) / 0.5 * stats.t(1.5).pdf(d) - d * stats.t(1.5).sf(d),
    ),
    "gamma(shape=0.2, scale=1)": (
        stats.gamma(0.2),
        lambda d: 0.2 * stats.gamma(1.2).sf(d) - d * stats.gamma(0.2).sf(d),
    ),
    "poisson(mean=3)": (
        stats.poisson(3),
        lambda d: 3 * stats.poisson(3).sf(d - 1) - d * stats.poisson(3).sf(d),
    ),
}


@pytest.mark.parametrize("text", CLOSED)
def test_what_a_distribution_has_beyond_an_amount(text):
    theirs, exact = CLOSED[text]
    d = theirs.ppf(BELOW)
    scale = law(text).variance ** 0.5 if math.isfinite(law(text).variance) else 1.0
    # The cubics of the table are right to 1e-11 of the distribution's scale.
    assert excess_of(law(text))(d) == pytest.approx(exact(d), rel=1e-9, abs=1e-10 * scale)


def test_beyond_the_table_a_heavy_tail_goes_on():
    d = np.array([1e18, 1e20])
    found = excess_of(law("pareto(shape=1.05, scale=1)"))(d)
    assert found == pytest.approx(d**-0.05 / 0.05, rel=1e-9)
    assert excess_of(law("normal(mean=0, sd=1)"))(np.array([-1e4])) == pytest.approx(1e4)


def test_a_mixture_has_what_its_components_have():
    text = "mixture([exponential(mean=2), poisson(mean=3)], weights=[3, 1])"
    parts = [excess_of(law(name)) for name in ("exponential(mean=2)", "poisson(mean=3)")]
    d = np.array([0.0, 2.5, 9.0])
    assert excess_of(law(text))(d) == pytest.approx(0.75 * parts[0](d) + 0.25 * parts[1](d))


def test_of_too_many_values_nothing_is_known():
    assert excess_of(law("integers(0, 1000000)")) is None
    assert excess_of(law("mixture([integers(0, 1000000), uniform(0, 1)])")) is None


def erlang(p):
    q = stats.gamma(2).ppf(p)
    return 2 * stats.gamma(3).sf(q) / (1 - p)


def root_two(p):
    return math.sqrt(2) * stats.norm.pdf(stats.norm.ppf(p)) / (1 - p)


def lognormal_product(p):
    s = math.sqrt(2)
    return math.exp(s * s / 2) * stats.norm.sf(stats.norm.ppf(p) - s) / (1 - p)


def poisson_times_lognormal(p):
    n = np.arange(1, 40)
    w = stats.poisson(3).pmf(n)

    def above(y):
        return float(w @ stats.norm.sf(np.log(y / n)))

    q = optimize.brentq(lambda y: above(y) - (1 - p), 1e-9, 1e4)
    d = q / n
    beyond = math.exp(0.5) * stats.norm.sf(np.log(d) - 1) - d * stats.norm.sf(np.log(d))
    return q + float((w * n) @ beyond) / (1 - p)


ONE = "exponential(mean=1)"
NORMAL = "normal(mean=0, sd=1)"
LOGNORMAL = "lognormal(mu=0, sigma=1)"


@pytest.mark.parametrize("smoothing", ["auto", "off"])
@pytest.mark.parametrize(
    ("formula", "x", "y", "exact"),
    [
        ("x + y", ONE, ONE, erlang),
        ("x - y", NORMAL, NORMAL, root_two),
        ("x * y", LOGNORMAL, LOGNORMAL, lognormal_product),
        ("x * y", "poisson(mean=3)", LOGNORMAL, poisson_times_lognormal),
    ],
)
def test_the_mean_of_the_largest_values(formula, x, y, exact, smoothing):
    output = lm.run(loss(formula, x=x, y=y), smoothing=smoothing)["loss"]
    assert (output.smoothed_over is None) == (smoothing == "off")
    for p in SHARES:
        assert near(output.tvar(p), exact(p)), p


def test_of_one_input_it_is_exact():
    # TVAR_EXPONENTIAL: without memory, the mean beyond an amount is the amount and the mean.
    output = lm.run(loss("x", x=ONE))["loss"]
    for p, var in ((0.9, 2.3025850929940455), (0.99, 4.605170185988091)):
        assert output.quantile(p).value == pytest.approx(var, rel=1e-9)
        assert output.tvar(p).value == pytest.approx(var + 1.0, rel=1e-9)
        assert output.tvar(p).se == 0.0


def test_where_values_have_probability_it_is_the_mean_of_the_largest_share():
    # Of 0 with probability 0.9 and 10 with 0.1, the largest fifth is half of either.
    made = loss("x", x="choice([0, 10], weights=[0.9, 0.1])")
    for smoothing in ("auto", "off"):
        output = lm.run(made, smoothing=smoothing)["loss"]
        assert near(output.tvar(0.8), 5.0)
        assert near(output.tvar(0.95), 10.0)
    falling = lm.run(loss("-2 * x", x="poisson(mean=3)"))["loss"]
    assert falling.tvar(0.99) == lm.Estimate.exact(0.0)


def test_draws_that_are_counted_tell_it_like_draws_that_are_kept():
    made, plan = loss("x * y", x=LOGNORMAL, y=LOGNORMAL), {"smoothing": "off"}
    counted = lm.run(made, points=1 << 17, **plan)["loss"]
    with pytest.raises(lm.NotSupportedError):
        _ = counted.values
    for p in SHARES:
        assert near(counted.tvar(p), lognormal_product(p))
        assert counted.tvar(p).se < 0.02 * counted.tvar(p).value


@pytest.mark.parametrize("smoothing", ["auto", "off"])
@pytest.mark.parametrize("text", ["pareto(shape=0.8, scale=1)", "levy(loc=0, scale=1)"])
def test_where_there_is_no_mean_there_is_none_beyond_a_quantile(text, smoothing):
    output = lm.run(loss("x * y", x=text, y=ONE), smoothing=smoothing)["loss"]
    assert not output.tvar(0.9).exists
    assert output.quantile(0.9).exists


def test_what_is_known_has_no_other_mean():
    assert lm.run(loss("x", x="3"))["loss"].tvar(0.9) == lm.Estimate.exact(3.0)


@pytest.mark.parametrize("p", [0.0, 1.0, 99, "most"])
def test_a_share_must_lie_between_0_and_1(p):
    output = lm.run(loss("x", x=ONE))["loss"]
    with pytest.raises(lm.UsageError, match="tvar"):
        output.tvar(p)


def test_too_few_draws_bound_no_far_tail():
    output = lm.run(loss("x * y * y", x=ONE, y=ONE), smoothing="off", points=16)["loss"]
    assert not output.tvar(0.9999).exists
    assert output.tvar(0.9).exists
