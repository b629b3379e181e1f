import math

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import gamma, polygamma, psi

import lossmodel as lm
from lossmodel.distributions.bounded import Uniform
from lossmodel.distributions.counts import Poisson
from lossmodel.distributions.location import Normal
from lossmodel.distributions.monotone import Exponential, Logarithm, Power, Transformed
from lossmodel.distributions.positive import Gamma, LogNormal
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.statistics import DrawnStatistics
from lossmodel.formula.parser import parse
from lossmodel.formula.program import compiled
from lossmodel.smoothing.conditional import Conditional, largest_part
from lossmodel.smoothing.forms import forms_of
from lossmodel.smoothing.statistics import SmoothedStatistics

LAWS = {"x": LogNormal(0.2, 0.5), "y": Uniform(1.0, 2.0), "n": Poisson(3.0)}

FORMS = {
    "x * y + z": {"x", "y", "z"},
    "y / x": {"x", "y"},
    "x ** 2 * y - z": {"x", "y", "z"},
    "sqrt(x) + y": {"x", "y"},
    "exp(y) * x": {"x", "y"},
    "log(x) / y": {"x", "y"},
    "where(y > 1.5, x, 0)": {"x"},
    "n * x": {"n", "x"},
    "1 / n": set(),
    "x * x": set(),
    "x + x * y": {"x", "y"},
    "min(x, y)": set(),
    "x + log(x)": set(),
    "z / (x + y)": {"z"},
}


@pytest.mark.parametrize("formula", FORMS)
def test_forms_are_found_and_equal_the_formula(formula):
    node = parse(formula)
    laws = LAWS | {"z": Normal(0.0, 1.0)}
    found = {form.over: form for form in forms_of(node, laws)}
    assert set(found) == FORMS[formula]
    point = {"x": 1.3, "y": 1.7, "z": -0.4, "n": 2.0}
    whole = float(compiled({"f": node}).evaluate(point)["f"])
    for name, form in found.items():
        value = np.array([point[name]])
        if isinstance(form.law, Transformed):
            value = form.law.by.value(value)
        A, B = compiled({"A": form.A, "B": form.B}).evaluate(point).values()
        assert name not in form.needs
        assert float(A) * float(value[0]) + float(B) == pytest.approx(whole, rel=1e-14)


@pytest.mark.parametrize(
    ("law", "by", "theirs"),
    [
        (LogNormal(0.2, 0.5), Power(-1.0), stats.lognorm(0.5, scale=math.exp(-0.2))),
        (LogNormal(0.2, 0.5), Power(2.0), stats.lognorm(1.0, scale=math.exp(0.4))),
        (LogNormal(0.2, 0.5), Logarithm(), stats.norm(0.2, 0.5)),
        (Normal(0.2, 0.5), Exponential(), stats.lognorm(0.5, scale=math.exp(0.2))),
        (Gamma(3.0, 1.0), Power(-1.0), stats.invgamma(3.0)),
        (Uniform(1.0, 4.0), Power(-1.0), None),
    ],
)
def test_functions_of_a_law_are_laws(law, by, theirs):
    ours = Transformed(law, by)
    u = np.array([1e-9, 0.05, 0.5, 0.9, 1 - 1e-9])
    x = ours.quantile(u)
    assert np.all(np.diff(x) > 0)
    assert ours.cdf(x) == pytest.approx(u, rel=1e-9)
    assert ours.survival(x) == pytest.approx(1 - u, rel=1e-6)
    assert ours.upper_quantile(1 - u[1:4]) == pytest.approx(x[1:4], rel=1e-9)
    mean = integrate.quad(lambda p: float(ours.quantile(np.array([p]))[0]), 0, 1, limit=400)[0]
    assert ours.mean == pytest.approx(mean, rel=1e-5)
    if theirs is not None:
        assert ours.density(x) == pytest.approx(theirs.pdf(x), rel=1e-6)
        assert ours.mean == pytest.approx(theirs.mean(), rel=1e-9)
        assert ours.variance == pytest.approx(theirs.var(), rel=1e-8)


def test_a_reciprocal_without_a_mean_has_none():
    assert Transformed(Uniform(0.0, 1.0), Power(-1.0)).mean == math.inf
    assert Transformed(Gamma(1.5, 1.0), Power(-1.0)).variance == math.inf
    assert math.isfinite(Transformed(Gamma(2.5, 1.0), Power(-1.0)).variance)


@pytest.mark.parametrize(
    ("spec", "formula", "mean", "variance"),
    [
        ("gamma(shape=0.7, scale=2)", "log(x)", psi(0.7) + math.log(2), polygamma(1, 0.7)),
        ("gamma(shape=0.05, scale=2)", "log(x)", psi(0.05) + math.log(2), polygamma(1, 0.05)),
        ("beta(alpha=0.5, beta=2)", "log(x)", -8 / 3, polygamma(1, 0.5) - polygamma(1, 2.5)),
        ("weibull(shape=0.5, scale=1)", "log(x)", -2 * np.euler_gamma, 2 * math.pi**2 / 3),
        ("pareto(shape=0.5, scale=1)", "log(x)", 2.0, 4.0),
        ("gamma(shape=0.7, scale=1)", "x ** -0.3", gamma(0.4) / gamma(0.7), 4.40893677249),
        ("gamma(shape=0.7, scale=1)", "x ** -0.5", gamma(0.2) / gamma(0.7), math.inf),
        ("gamma(shape=0.4, scale=1)", "x ** -0.5", math.inf, math.inf),
        ("gamma(shape=0.1, scale=1)", "1 / x", math.inf, math.inf),
        ("pareto(shape=0.5, scale=1)", "x ** 0.4", 5.0, math.inf),
        ("pareto(shape=0.5, scale=1)", "x ** 0.6", math.inf, math.inf),
        ("pareto(shape=0.5, scale=1)", "1 / x", 1 / 3, 4 / 45),
    ],
)
def test_moments_of_functions_whose_argument_no_float_can_hold(spec, formula, mean, variance):
    # Deep in a tail x underflows to 0, or overflows, where its logarithm and powers need not.
    scenario = lm.Scenario(title="t", inputs={"x": spec}, model={"y": formula})
    law = lm.run(scenario, points=16)["y"].given.law
    assert law.mean == pytest.approx(mean, rel=1e-10)
    assert law.variance == pytest.approx(variance, rel=1e-10)


def given(law, sign=1.0, points=64):
    rng = np.random.default_rng(0)
    A, B = sign * rng.uniform(1, 2, (8, points)), rng.normal(size=(8, points))
    return Conditional(A, B, law, exact=False)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("law", [LogNormal(0.2, 0.5), Poisson(3.0), Uniform(0.0, 2.0)])
def test_shares_are_those_of_brute_force(law, sign):
    each = given(law, sign)
    u = law.quantile((np.arange(20000) + 0.5) / 20000)
    for y in (-3.0, 0.5, 2.0):
        brute = [(a * u + b <= y).mean() for a, b in zip(each.A[0], each.B[0], strict=True)]
        assert each.below(y)[0] == pytest.approx(brute, abs=1e-4)
        assert each.below(y) + each.above(y) == pytest.approx(1.0, abs=1e-12)


def test_an_amplitude_of_zero_leaves_a_step():
    still = Conditional(np.zeros((2, 4)), np.full((2, 4), 3.0), Uniform(0.0, 1.0), exact=False)
    assert not still.is_smooth
    assert still.below(3.0).min() == 1.0
    assert still.above(3.0).max() == 0.0
    assert still.below(2.9).max() == 0.0


def test_the_density_is_the_slope_of_the_cdf():
    each, step = given(LogNormal(0.2, 0.5)), 1e-6
    slope = (each.below(2.0 + step) - each.below(2.0 - step)).mean(axis=1) / (2 * step)
    assert each.density(2.0) == pytest.approx(slope, rel=1e-6)


def test_no_density_of_a_discrete_law():
    with pytest.raises(TypeError):
        given(Poisson(3.0)).density(1.0)


def test_the_largest_part_of_a_probability():
    assert largest_part(np.array([0.0, 0.25, 0.75])) == 0.75
    assert largest_part(np.zeros(3)) == 1.0


def statistics(law, sign=1.0):
    each = given(law, sign, 1024)
    u = law.quantile(np.random.default_rng(1).random(each.A.shape))
    return SmoothedStatistics(each, DrawnStatistics(Replicates(each.A * u + each.B)))


@pytest.mark.parametrize("law", [LogNormal(0.2, 0.5), Uniform(0.0, 2.0)])
@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
def test_quantiles_invert_the_pooled_cdf(law, p):
    smooth = statistics(law)
    found = smooth.quantile(p)
    below = smooth.given.below(found.value)
    rows = below.mean(axis=1)
    half = smooth.given.t * rows.std(ddof=1) / math.sqrt(len(rows))
    # The last step is at most two half-widths long, with a slope right to a few percent.
    assert below.mean() == pytest.approx(p, abs=0.15 * half)
    for end, wanted in ((found.low, p - half), (found.high, p + half)):
        # The line with the density's slope stands for the cdf: right to 5% of the half-width.
        assert smooth.given.below(end).mean() == pytest.approx(wanted, abs=0.2 * half)


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
def test_quantiles_of_a_discrete_law_are_the_smallest_that_reach_p(p):
    smooth = statistics(Poisson(3.0))
    found = smooth.quantile(p)
    assert smooth.given.below(found.value).mean() >= p
    assert smooth.given.below(found.value - 1e-9).mean() < p
    assert found.low < found.value < found.high


def test_where_nothing_looks_at_far_tails_few_points_leave_them_to_the_draws():
    rng = np.random.default_rng(0)
    A = np.exp(rng.normal(size=(8, 1024)))
    each = Conditional(A, np.zeros_like(A), Uniform(0.0, 1.0), exact=False)
    smooth = SmoothedStatistics(each, DrawnStatistics(Replicates(A * rng.random(A.shape))))
    assert largest_part(each.above(20.0)) > 0.01
    assert smooth.exceedance(20.0) == smooth.drawn.exceedance(20.0)
    assert largest_part(each.above(2.0)) < 0.01
    assert smooth.exceedance(2.0).se < smooth.drawn.exceedance(2.0).se


def test_moments_are_those_of_the_mixture():
    smooth = statistics(LogNormal(0.2, 0.5), -1.0)
    law, A, B = smooth.given.law, smooth.given.A, smooth.given.B
    mean = (A * law.mean + B).mean()
    second = (A**2 * (law.variance + law.mean**2) + 2 * A * B * law.mean + B**2).mean()
    assert smooth.mean().value == pytest.approx(mean, rel=1e-12)
    assert smooth.sd().value == pytest.approx(math.sqrt(second - mean**2), rel=1e-12)


def test_the_shortest_interval_has_equal_densities_at_its_ends():
    smooth = statistics(LogNormal(0.2, 0.5))
    low, high = smooth.shortest_interval(0.9)
    inside = smooth.given.below(high.value).mean() - smooth.given.below(low.value).mean()
    # The last step is less than 1e-5 of the width, and leaves a few percent of that.
    assert inside == pytest.approx(0.9, abs=1e-6)
    heights = [smooth.given.density(end.value).mean() for end in (low, high)]
    assert heights[0] == pytest.approx(heights[1], rel=1e-5)


def test_the_density_curve_carries_its_error():
    smooth = statistics(LogNormal(0.2, 0.5))
    found = smooth.density(2.0)
    heights = smooth.given.density(2.0)
    assert found.value == pytest.approx(heights.mean())
    assert found.se == pytest.approx(heights.std(ddof=1) / math.sqrt(len(heights)))
    assert not statistics(Poisson(3.0)).density(2.0).exists
    assert not smooth.drawn.density(2.0).exists


def test_the_cdf_is_the_complement_of_the_exceedance():
    smooth = statistics(LogNormal(0.2, 0.5))
    for x in (-1.0, 1.0, 3.0):
        for each in (smooth, smooth.drawn):
            below, above = each.cdf(x), each.exceedance(x)
            assert below.value + above.value == pytest.approx(1.0, abs=1e-15)
            assert below.se == above.se


def test_where_all_points_agree_the_draws_tell_the_moments():
    inputs = {"a": "normal(mean=0, sd=1)", "b": "normal(mean=1, sd=0.5)"}
    output = lm.run(lm.Scenario(title="t", inputs=inputs, model={"y": "a * b"}))["y"]
    # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
    assert abs(output.mean.value) <= 5.2 * output.mean.se
    assert abs(output.sd.value - math.sqrt(1.25)) <= 5.2 * output.sd.se


def test_moments_stay_integrated_out_where_replicates_agree_to_rounding():
    # Nets integrate low powers of a uniform input exactly: all replicates have the same moments.
    inputs = {"a": "uniform(1, 4)", "x": "lognormal(mu=0, sigma=1)"}
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "a * x"})
    exact_mean, exact_sd = 2.5 * math.exp(0.5), math.sqrt(7 * math.e**2 - 6.25 * math.e)
    found = [lm.run(scenario, seed=seed, points=4096)["y"] for seed in range(10)]
    agreed = [np.ptp((each.given.A**2).mean(axis=1)) <= 1e-13 for each in found]
    assert any(agreed)
    for output in found:
        # The draws' own sd is off by 1e-2.
        assert output.sd.value == pytest.approx(exact_sd, rel=1e-5)
        assert output.sd.low <= exact_sd <= output.sd.high
        assert 0.0 < output.sd.se <= 1e-4 * exact_sd
        assert output.mean.low <= exact_mean <= output.mean.high


def test_probabilities_that_jump_are_not_certain_where_counts_agree():
    # The share of n = 0 is 50.98 of 1,024 points: most replicates have 51.
    inputs = {"n": "poisson(mean=3)", "x": "lognormal(median=1, gsd=2)"}
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "n * x"})
    exact = sum(
        stats.poisson(3).pmf(k) * stats.lognorm(math.log(2.0)).sf(0.3 / k) for k in range(1, 60)
    )
    found = [lm.run(scenario, seed=seed, smoothing="x")["y"].exceedance(0.3) for seed in range(100)]
    # 100 seeds at a coverage of 0.95 fall below 0.87 once in 1,000.
    assert np.mean([each.low <= exact <= each.high for each in found]) >= 0.87


def test_a_far_quantile_is_seen_over_the_input_that_leaves_nothing_discrete():
    inputs = {"n": "poisson(mean=3)", "x": "1 to 5", "y": "1 to 5"}
    output = lm.run(lm.Scenario(title="t", inputs=inputs, model={"loss": "n * x * y"}))["loss"]
    far = output.quantile(0.9999)
    back = output.exceedance(far.value)
    assert abs(back.value - 1e-4) <= 5.2 * math.hypot(back.se, 1e-4 * far.se / far.value * 10.0)


def test_a_confidence_is_no_narrower_than_rounding():
    # By symmetry the median is 0 at every point, and so in every replicate.
    inputs = {"a": "normal(mean=0, sd=1)", "b": "normal(mean=0, sd=1)"}
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "a / b"})
    for seed in range(10):
        median = lm.run(scenario, seed=seed)["y"].quantile(0.5)
        assert median.low <= 0.0 <= median.high
        assert median.high - median.low <= 1e-14


def test_a_quantile_at_an_atom_of_0_is_0():
    # Over the count it is 10 * m - n * m, which rounds to a little more or less than 0 at n = 10.
    scenario = lm.Scenario(
        title="t",
        inputs={"n": "integers(0, 10)", "m": "uniform(0.5, 1.5)"},
        model={"loss": "(10 - n) * m"},
    )
    assert lm.run(scenario)["loss"].quantile(0.05) == lm.Estimate.exact(0.0)


ATOM = {
    "w": "uniform(0, 1)",
    "x": "lognormal(median=10, gsd=2)",
    "c": "lognormal(median=3, gsd=1.5)",
}


@pytest.mark.parametrize("p", [0.001, 0.01, 0.05, 0.3])
@pytest.mark.parametrize("base", [0.0, 100.1])
def test_a_quantile_within_an_atom_takes_few_looks(monkeypatch, base, p):
    # Half of the probability is at the lower end.
    formula = f"{base} + max(w - 0.5, 0) * x * c"
    output = lm.run(lm.Scenario(title="t", inputs=ATOM, model={"y": formula}))["y"]
    looks, tail = [], Conditional.tail
    monkeypatch.setattr(
        Conditional, "tail", lambda self, y, side: looks.append(y) or tail(self, y, side)
    )
    assert output.quantile(p) == lm.Estimate.exact(base)
    assert 0 < len(looks) <= 4


def test_a_quantile_at_an_atom_is_certain_where_the_cdf_passes_it_clearly():
    inputs = {"n": "poisson(mean=2)", "x": "lognormal(median=1, gsd=2)"}
    output = lm.run(
        lm.Scenario(title="t", inputs=inputs, model={"y": "3.7 * n + x * 0"}), points=64
    )["y"]
    assert stats.poisson(2).cdf(5) < 0.99 < stats.poisson(2).cdf(6)
    assert output.quantile(0.99) == lm.Estimate.exact(3.7 * 6.0)


@pytest.mark.parametrize(
    ("law", "far", "least", "most"),
    [
        ("normal(mean=0, sd=1)", 50.0, -math.inf, math.inf),
        ("lognormal(median=1, gsd=1.01)", 1e9, 0.0, math.inf),
        ("poisson(mean=2)", 1e4, -1.0, math.inf),
        ("uniform(0, 1)", 2.0, -1.0, 1.0),
    ],
)
def test_what_no_float_can_tell_from_0_is_not_told_as_impossible(law, far, least, most):
    output = lm.run(lm.Scenario(title="t", inputs={"x": law}, model={"y": "x"}), points=16)["y"]
    assert output.given.exact
    if most == math.inf:
        beyond, within = output.exceedance(far), output.cdf(far)
        assert (beyond.value, beyond.low, beyond.se > 0.0) == (0.0, 0.0, True)
        assert 0.0 < beyond.high <= 1e-307
        assert (within.value, within.high) == (1.0, 1.0)
        assert within.low < 1.0
    # Beyond the ends of a support it is 0, and 1, for certain.
    if most < math.inf:
        assert output.exceedance(far) == lm.Estimate.exact(0.0)
        assert output.cdf(far) == lm.Estimate.exact(1.0)
    if least > -math.inf:
        assert output.cdf(least) == lm.Estimate.exact(0.0)
        assert output.exceedance(least) == lm.Estimate.exact(1.0)


def test_what_one_float_is_missing_to_1_is_not_told_as_certain():
    output = lm.run(
        lm.Scenario(title="t", inputs={"x": "normal(mean=0, sd=1)"}, model={"y": "3 - 2 * x"})
    )["y"]
    # ndtr(-9) is 1e-19: 1 less it is the float 1.
    assert output.exceedance(3.0 - 18.0) != lm.Estimate.exact(1.0)
    assert output.cdf(3.0 - 18.0).value == pytest.approx(1.1285884059538324e-19)


@pytest.mark.parametrize("formula", ["x - x * 0.5", "2 * x - x * 1.5"])
def test_certain_is_also_what_the_law_of_the_integrated_input_makes_certain(formula):
    inputs = {"x": "uniform(1, 2)"}
    output = lm.run(lm.Scenario(title="t", inputs=inputs, model={"y": formula}), points=64)["y"]
    # What stands twice has wider bounds than it has values.
    assert output.spec.support[0] < 0.4
    assert output.exceedance(0.4) == lm.Estimate.exact(1.0)
    assert output.cdf(0.4) == lm.Estimate.exact(0.0)
    assert output.exceedance(1.1) == lm.Estimate.exact(0.0)
