import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import special, stats

import lossmodel as lm
from lossmodel.distributions.octaves import octave_table
from lossmodel.distributions.pearson import Pearson3, with_cumulants
from lossmodel.model.building import built

AWAY = np.array([1e-12, 1e-3, 0.3, 0.5, 0.9, 1 - 1e-9])


def model(formula, count="168", **values):
    inputs = {name: {"value": value, "varies": "per n"} for name, value in values.items()}
    made = lm.Scenario(title="t", inputs={"n": count, "k": "2"} | inputs, model={"loss": formula})
    return built(made)


GAMMA, UNIFORM = "gamma(shape=4, scale=0.5)", "uniform(1, 3)"


def grid():
    """Values of a gamma and two uniform inputs with their probabilities, by Gauss's rules."""
    nodes, weights = special.roots_genlaguerre(60, 3.0)
    ends, mass = np.polynomial.legendre.leggauss(30)
    a, b, c = np.meshgrid(0.5 * nodes, ends + 2.0, ends + 2.0, indexing="ij")
    w = np.einsum("i,j,k->ijk", weights / math.gamma(4.0), 0.5 * mass, 0.5 * mass)
    return a, b, c, w


@pytest.mark.parametrize(
    ("formula", "body"),
    [
        ("sum(a)", lambda a, b, c: a),
        ("sum(a * b)", lambda a, b, c: a * b),
        ("sum(a * (b - c))", lambda a, b, c: a * (b - c)),
        ("sum(b * (a * c + b))", None),
        ("sum(a / b)", lambda a, b, c: a / b),
        ("sum((a + c) * log(b))", lambda a, b, c: (a + c) * np.log(b)),
        ("sum(exp(-a) * -b)", lambda a, b, c: -np.exp(-a) * b),
    ],
)
def test_the_cumulants_of_a_sum_are_those_of_its_terms(formula, body):
    sums = model(formula, a=GAMMA, b=UNIFORM, c=UNIFORM).sums
    if body is None:
        assert not sums
        return
    (law,) = (each.distribution for each in sums)
    a, b, c, w = grid()
    values = body(a, b, c)
    mean = float((w * values).sum())
    variance = float((w * (values - mean) ** 2).sum())
    third, fourth = (float((w * (values - mean) ** power).sum()) for power in (3, 4))
    assert law.mean == pytest.approx(168 * mean, rel=1e-9, abs=1e-9)
    assert law.variance == pytest.approx(168 * variance, rel=1e-8)
    assert law.skewness * law.variance**1.5 == pytest.approx(
        168 * third, rel=1e-6, abs=1e-9 * law.variance**1.5
    )
    kurtosis = (fourth / variance**2 - 3.0) / 168
    assert law.mismatch == pytest.approx(kurtosis - 1.5 * law.skewness**2, abs=1e-8)


@pytest.mark.parametrize(
    ("formula", "count", "values"),
    [
        ("sum(a)", "29", {"a": GAMMA}),
        ("sum(a)", "poisson(mean=100)", {"a": GAMMA}),
        ("sum(a)", "168", {"a": "lognormal(mu=0, sigma=2)"}),
        ("sum(a)", "168", {"a": "pareto(shape=2.5, scale=1)"}),
        ("sum(a)", "168", {"a": "levy(loc=0, scale=1)"}),
        ("sum(a)", "168", {"a": "pareto(shape=3.5, scale=1)"}),
        ("sum(a)", "430", {"a": "lognormal(mu=0, sigma=1)"}),
        ("sum(a * b)", "168", {"a": "choice([1, 2])", "b": UNIFORM}),
        ("sum(where(a > 2, a, 0))", "168", {"a": UNIFORM}),
        ("sum(round(a))", "168", {"a": UNIFORM}),
        ("sum(a)", "168", {"a": "mixture([uniform(0, 1), uniform(9, 10)], weights=[0.5, 0.5])"}),
        ("max(a)", "168", {"a": GAMMA}),
        ("sum(a) + max(a)", "168", {"a": GAMMA}),
        ("sum(a) * sum(a * b)", "168", {"a": GAMMA, "b": UNIFORM}),
        ("sum(a * (a + b))", "168", {"a": GAMMA, "b": UNIFORM}),
    ],
)
def test_what_three_cumulants_do_not_describe_is_drawn(formula, count, values):
    made = model(formula, count, **values)
    assert not made.sums
    assert made.gone_over


def test_the_shifted_gamma_is_close_to_a_sum_of_168():
    # The sum of gammas is a gamma: its shifted gamma is exact.
    (alone,) = model("sum(a)", a=GAMMA).sums
    exact = stats.gamma(4.0 * 168, scale=0.5)
    assert alone.distribution.quantile(AWAY) == pytest.approx(exact.ppf(AWAY), rel=1e-9)


def test_the_shifted_gamma_of_the_tankers_is_right_to_a_millionth():
    # Barrels in all tankers, by inverting the characteristic function of one (Gil-Pelaez 1951).
    mu, sigma = 5.224357301509726, 0.1299337545369
    values = {"a": f"lognormal(mu={mu}, sigma={sigma})", "b": "pert(0.6, 0.9, 1.0)"}
    (alone,) = model("sum(a * b)", **values).sums
    law = alone.distribution
    z, w = special.roots_hermitenorm(80)
    x, v = special.roots_jacobi(40, 1.0, 3.0)  # beta(4, 2) on (0.6, 1)
    one = np.outer(np.exp(mu + sigma * z), 0.8 + 0.2 * x).ravel()
    mass = np.outer(w / w.sum(), v / v.sum()).ravel()
    mean, sd = float(mass @ one), math.sqrt(law.variance)
    assert law.mean == pytest.approx(168 * mean, rel=1e-10)
    steps = (np.arange(4000) + 0.5) * 0.003
    phi = np.array([mass @ np.exp(1j * t / sd * (one - mean)) for t in steps]) ** 168
    for place in (-3.0, -1.0, 0.0, 1.0, 3.0):
        cdf = (
            0.5 - 0.003 * float(((np.exp(-1j * steps * place) * phi).imag / steps).sum()) / math.pi
        )
        x = np.array([law.mean + place * sd])
        found = float(law.cdf(x)[0])
        # It was measured: 1.03e-6 one standard deviation above the mean, less elsewhere.
        assert found == pytest.approx(cdf, abs=1.1e-6)
        assert abs(found - cdf) <= law.off(x)[0] <= 5e-6


def uniform_sum(count, x):
    """Return P(sum > x) of uniform inputs on (0, 1), in fractions (Irwin 1927, Hall 1927)."""
    x = Fraction(x)
    terms = ((-1) ** k * math.comb(count, k) * (x - k) ** count for k in range(math.floor(x) + 1))
    return float(1 - sum(terms) / math.factorial(count))


@pytest.mark.parametrize("count", [30, 60])
def test_a_sum_of_uniform_inputs_is_as_near_as_it_says(count):
    (alone,) = model("sum(a)", str(count), a="uniform(0, 1)").sums
    law, sd = alone.distribution, math.sqrt(count / 12)
    places = np.linspace(-4.5, 4.5, 37)
    x = 0.5 * count + places * sd
    exact = np.array([uniform_sum(count, each) for each in x])
    missed = np.abs(law.survival(x) - exact)
    assert (missed <= law.off(x)).all()
    # Nor does it say much more than what it misses where that is most.
    assert law.off(x).max() <= 6.0 * missed.max()


def test_the_error_of_a_law_that_is_near_stands_in_what_is_told():
    inputs = {"n": "30", "a": {"value": "uniform(0, 1)", "varies": "per n"}, "k": "1 to 1.1"}
    formulas = {
        "loss": ("sum(a)", lambda y: uniform_sum(30, y)),
        "half": ("sum(a) / 2", lambda y: uniform_sum(30, 2 * y)),
        "cube": ("sum(a) ** 3", lambda y: uniform_sum(30, y ** (1 / 3))),
        "more": ("k * sum(a)", None),
        "most": ("max(sum(a) - 2, 0)", lambda y: uniform_sum(30, y + 2)),
    }
    model = {name: formula for name, (formula, _) in formulas.items()}
    found = lm.run(lm.Scenario(title="t", inputs=inputs, model=model))
    z, w = special.roots_hermitenorm(40)
    times = np.exp(math.log(1.1) * (0.5 + z / (2 * special.ndtri(0.95))))

    def more(y):
        return float(w @ [uniform_sum(30, y / k) for k in times]) / w.sum()

    for name, (_, exact) in formulas.items():
        for p in (0.02, 0.1, 0.3, 0.5, 0.8, 0.99):
            value = found[name].quantile(p)
            above = (exact or more)(float(value))
            told = found[name].exceedance(float(value))
            assert told.low <= above <= told.high, (name, p)
            ends = [(exact or more)(end) for end in (value.high, value.low)]
            assert ends[0] <= 1.0 - p <= ends[1], (name, p)
            assert 0.0 < value.se < 0.01 * float(value)
    # Beyond what the law can tell there is a bound, and no digit.
    far = found["loss"].exceedance(29.0)
    assert far.low == 0.0
    assert 1e-6 <= far.high < 3e-6


def test_a_sum_in_steps_is_not_taken_for_one_without():
    made = model("sum(a)", "60", a="choice([0, 100])")
    assert lm.run(made.scenario).model.summed_by("loss") == "fft"
    told = lm.run(made.scenario)["loss"].exceedance(3000.0)
    assert float(told) == pytest.approx(stats.binom(60, 0.5).sf(30), rel=1e-9)


@pytest.mark.parametrize("skewness", [-0.2, -0.01, 0.01, 0.29])
def test_the_pearson_type_iii_distribution(skewness):
    law, theirs = Pearson3(3.0, 2.0, skewness), stats.pearson3(skewness, 3.0, 2.0)
    x = law.quantile(AWAY)
    assert law.cdf(x[:-1]) == pytest.approx(AWAY[:-1], rel=1e-9)
    assert law.survival(x[-1:]) == pytest.approx(1e-9, rel=1e-6)
    assert law.upper_quantile(1e-9 + np.zeros(1)) == pytest.approx(x[-1:], rel=1e-8)
    assert law.density(x[2:5]) == pytest.approx(theirs.pdf(x[2:5]), rel=1e-7)
    assert (law.mean, law.variance) == (3.0, 4.0)
    start = 3.0 - 2.0 * 2.0 / skewness
    assert law.support == ((start, math.inf) if skewness > 0 else (-math.inf, start))


@pytest.mark.parametrize("skewness", [6e-3, -6e-3, 1e-3, -2e-4, 1e-4])
def test_of_a_large_shape_it_is_what_quadrature_of_its_density_gives(skewness):
    # exp((k - 1) log(1 + m) - k m), of which the differences have 11 digits.
    shape, law = 4.0 / skewness**2, Pearson3(0.0, 1.0, abs(skewness))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    edges = np.linspace(-12.0, 12.0, 49)
    x = (edges[:-1, None] + 0.25 * (nodes + 1.0)).ravel()
    m = x / math.sqrt(shape)
    mass = np.tile(0.25 * weights, 48) * np.exp((shape - 1.0) * np.log1p(m) - shape * m)
    share = mass.reshape(48, 60).sum(axis=1) / mass.sum()
    above, below = np.cumsum(share[::-1])[::-1], np.cumsum(share)
    # From 8 below to 8 above the mean, each in the tail that has digits.
    assert law.survival(edges[24:41]) == pytest.approx(above[24:41], rel=1e-10, abs=0.0)
    assert law.cdf(edges[8:25]) == pytest.approx(below[7:24], rel=1e-10, abs=0.0)
    assert law.upper_quantile(above[24:41]) == pytest.approx(edges[24:41], abs=1e-10)
    assert law.quantile(below[7:24]) == pytest.approx(edges[8:25], abs=1e-10)
    mirrored = Pearson3(0.0, 1.0, skewness)
    sign = math.copysign(1.0, skewness)
    assert mirrored.density(sign * x) == pytest.approx(law.density(x), rel=1e-12)
    density = mass / np.tile(0.25 * weights, 48) / mass.sum()
    assert law.density(x) == pytest.approx(density, rel=1e-10, abs=0.0)


def test_sums_of_any_number_are_drawn_by_table():
    for skewness in (0.29, 0.01, -0.0029421430086804938, 1e-4, 1e-6):
        assert octave_table(Pearson3(20888.0, 482.6, skewness)) is not None


def test_without_skewness_it_is_normal():
    law = with_cumulants(1.0, 4.0, 0.0, 0.0)
    assert law.cdf(np.array([3.0])) == pytest.approx(0.8413447460685429, rel=1e-7)
    assert law.quantile(np.array([1e-9])) == pytest.approx(1.0 + 2.0 * special.ndtri(1e-9))
