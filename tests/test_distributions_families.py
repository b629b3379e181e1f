"""Families as they are written: what is understood, and every refusal with its message."""

import ast
import math
import subprocess
import sys

import numpy as np
import pytest

from lossmodel.distributions.base import (
    ABOVE_ONE,
    COUNT,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT_CLOSED,
    UNIT_OPEN,
    Distribution,
    Domain,
)
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Triangular, Uniform
from lossmodel.distributions.calls import Argument, Call
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.counts import Binomial, Integers, NegativeBinomial, Poisson
from lossmodel.distributions.elicited import Metalog, Pert
from lossmodel.distributions.families import FAMILIES, build, lognormal_between, signatures
from lossmodel.distributions.heavy import GenPareto, Levy, Lomax, Pareto
from lossmodel.distributions.location import Gumbel, Normal, StudentT
from lossmodel.distributions.mixtures import mixture
from lossmodel.distributions.positive import Exponential, Gamma, LogNormal, Weibull
from lossmodel.distributions.truncations import truncated
from lossmodel.errors import Fault


def read(text: str) -> Call:
    """Return a call written as in a file; the test's own reader, by Python's grammar."""
    call = argument(ast.parse(text, mode="eval").body)
    assert isinstance(call, Call)
    return call


def argument(node: ast.expr) -> Argument:
    match node:
        case ast.Call(func=ast.Name(id=name), args=positional, keywords=keywords):
            named = tuple((str(word.arg), argument(word.value)) for word in keywords)
            return Call(name, tuple(map(argument, positional)), named)
        case ast.List(elts=items):
            return tuple(map(argument, items))
        case _:
            return float(ast.literal_eval(node))


UNDERSTOOD = [
    ("uniform(2, 5)", Uniform(2.0, 5.0)),
    ("uniform(low=2, high=5)", Uniform(2.0, 5.0)),
    ("uniform(2, high=5)", Uniform(2.0, 5.0)),
    ("triangular(1, 2, 4)", Triangular(1.0, 2.0, 4.0)),
    ("triangular(mode=2, high=4, low=1)", Triangular(1.0, 2.0, 4.0)),
    ("pert(75, 170, 230)", Pert(75.0, 170.0, 230.0, 4.0)),
    ("pert(75, 170, 230, weight=6)", Pert(75.0, 170.0, 230.0, 6.0)),
    ("normal(mean=3, sd=2)", Normal(3.0, 2.0)),
    ("normal(sd=2, mean=3)", Normal(3.0, 2.0)),
    ("lognormal(mu=1, sigma=2)", LogNormal(1.0, 2.0)),
    ("beta(alpha=2, beta=3)", Beta(2.0, 3.0)),
    ("gamma(shape=2, scale=3)", Gamma(2.0, 3.0)),
    ("weibull(shape=2, scale=3)", Weibull(2.0, 3.0)),
    ("pareto(shape=2, scale=3)", Pareto(2.0, 3.0)),
    ("lomax(shape=2, scale=3)", Lomax(2.0, 3.0)),
    ("genpareto(shape=-0.5, scale=3)", GenPareto(-0.5, 3.0)),
    ("levy(loc=1, scale=2)", Levy(1.0, 2.0)),
    ("exponential(mean=7)", Exponential(7.0)),
    ("gumbel(loc=1, scale=2)", Gumbel(1.0, 2.0)),
    ("student_t(df=3, loc=1, scale=2)", StudentT(3.0, 1.0, 2.0)),
    ("bernoulli(p=0.2)", Binomial(1.0, 0.2)),
    ("binomial(n=5, p=0.2)", Binomial(5.0, 0.2)),
    ("poisson(mean=4)", Poisson(4.0)),
    ("negative_binomial(mean=3, sd=3)", NegativeBinomial(1.5, 3.0)),
    ("integers(1, 6)", Integers(1.0, 6.0)),
    ("choice([3, 1], weights=[1, 3])", Choice((1.0, 3.0), (0.75, 0.25))),
    ("choice([3, 1])", Choice((1.0, 3.0), (0.5, 0.5))),
    ("empirical([3, 1, 1, 7])", Choice((1.0, 3.0, 7.0), (0.5, 0.25, 0.25))),
    (
        "mixture([normal(mean=0, sd=1), uniform(0, 1)], weights=[1, 3])",
        mixture([Normal(0.0, 1.0), Uniform(0.0, 1.0)], [1.0, 3.0]),
    ),
    ("truncate(normal(mean=0, sd=1), low=0)", truncated(Normal(0.0, 1.0), low=0.0)),
    ("truncate(family=poisson(mean=3), high=4)", truncated(Poisson(3.0), high=4.0)),
]


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD, ids=[text for text, _ in UNDERSTOOD])
def test_written_family_is_understood(text: str, expected: Distribution) -> None:
    assert build(read(text)) == expected


def test_every_family_is_among_the_examples() -> None:
    assert set(signatures()) == {*FAMILIES}
    percentiles_only = {"metalog", "loguniform"}
    assert {read(text).family for text, _ in UNDERSTOOD} | percentiles_only == {*FAMILIES}


@pytest.mark.parametrize(
    "text",
    [
        "pert(75, 170, 230, weight=4)",
        "choice([1, 2.5, -3e-07], weights=[1, 2, 3])",
        "truncate(mixture([normal(mean=0, sd=1)]), low=0.1)",
        "uniform(0.1, 1.2345678901234567)",
    ],
)
def test_call_prints_as_written(text: str) -> None:
    assert str(read(text)) == text


def test_signatures_tell_all_ways() -> None:
    known = signatures()
    assert known["pert"] == ("pert(low, mode, high, weight=4)",)
    assert known["normal"] == ("normal(mean=, sd=)", "normal(any two of p1= ... p99=)")
    assert known["student_t"][-1] == "student_t(df=, any two of p1= ... p99=)"
    assert known["metalog"] == ("metalog(two or more of p1= ... p99=, low=, high=)",)
    assert known["choice"] == ("choice([values], weights=[...])",)
    assert known["mixture"] == ("mixture([families], weights=[...])",)
    assert known["truncate"] == ("truncate(family, low=, high=)",)


MOMENTS = [
    "normal(mean=-3, sd=2)",
    "lognormal(mean=3, sd=20)",
    "lognormal(mean=3, sd=0.001)",
    "beta(mean=0.85, sd=0.08)",
    "beta(mean=0.5, sd=0.499)",
    "gamma(mean=200, sd=50)",
    "gamma(mean=1, sd=30)",
    "weibull(mean=3, sd=0.001)",
    "weibull(mean=3, sd=2)",
    "weibull(mean=3, sd=300)",
    "pareto(mean=3, sd=0.01)",
    "pareto(mean=3, sd=300)",
    "lomax(mean=3, sd=3.0001)",
    "lomax(mean=3, sd=300)",
    "genpareto(mean=3, sd=1)",
    "genpareto(mean=3, sd=3)",
    "genpareto(mean=3, sd=300)",
    "gumbel(mean=-3, sd=2)",
    "negative_binomial(mean=3, sd=1.75)",
    "negative_binomial(mean=3, sd=300)",
    "student_t(df=2.5, mean=3, sd=2)",
]


@pytest.mark.parametrize("text", MOMENTS)
def test_mean_and_sd_come_back(text: str) -> None:
    call = read(text)
    wanted = dict(call.named)
    distribution = build(call)
    assert math.isclose(distribution.mean, float(str(wanted["mean"])), rel_tol=1e-11)
    # The digits of a small sd beside a large mean are lost in the parameters: 1e-16 * 3000**2.
    assert math.isclose(math.sqrt(distribution.variance), float(str(wanted["sd"])), rel_tol=1e-8)


PERCENTILES = [
    "normal(p5=-3, p95=2)",
    "normal(p1=-3, p2=2)",
    "normal(p50=-3, p99=2)",
    "lognormal(p5=150, p95=230)",
    "lognormal(p10=1e-9, p20=1e9)",
    "beta(p5=0.1, p95=0.4)",
    "beta(p5=0.6, p10=0.61)",
    "beta(p1=0.0001, p99=0.9999)",
    "beta(p25=0.001, p75=0.01)",
    "beta(p5=0.98, p95=0.999)",
    "gamma(p5=1, p95=2)",
    "gamma(p5=1, p95=1.001)",
    "gamma(p5=1e-30, p95=2)",
    "gamma(p90=1, p95=20)",
    "weibull(p5=1, p95=2)",
    "weibull(p5=1e-9, p95=2)",
    "pareto(p5=1, p95=2)",
    "lomax(p50=1, p95=20)",
    "genpareto(p50=1, p95=20)",
    "genpareto(p50=1, p95=1.5)",
    "genpareto(p5=1, p95=1.5)",
    "gumbel(p5=-4, p95=2)",
    "levy(p5=-4, p95=2)",
    "student_t(df=3, p5=-4, p95=2)",
    "metalog(p5=-4, p95=2)",
    "metalog(p10=20, p50=33, p90=55)",
    "metalog(p5=1, p25=2, p50=3, p75=5, p95=9)",
    "metalog(p10=20, p50=33, p90=55, low=0)",
    "metalog(p10=20, p50=33, p90=55, high=60)",
    "metalog(p10=20, p50=33, p90=55, low=0, high=100)",
]


@pytest.mark.parametrize("text", PERCENTILES)
def test_percentiles_come_back(text: str) -> None:
    call = read(text)
    distribution = build(call)
    for name, value in call.named:
        if name[1:].isdigit():
            quantile = float(distribution.quantile(np.asarray(int(name[1:]) / 100.0)))
            assert math.isclose(quantile, float(str(value)), rel_tol=1e-9)


def test_bounded_metalog_stays_within_its_bounds() -> None:
    metalog = build(read("metalog(p10=20, p50=33, p90=55, low=10, high=60)"))
    assert isinstance(metalog, Metalog)
    assert metalog.support == (10.0, 60.0)
    ends = metalog.quantile(np.array([1e-300, 1.0 - 1e-16]))
    assert ends.tolist() == [10.0, 60.0]


NORMAL = "normal(mean=, sd=) or normal(any two of p1= ... p99=)"
GAMMA = "gamma(shape=, scale=), gamma(mean=, sd=) or gamma(any two of p1= ... p99=)"

REFUSED = [
    # What is not a way of writing a family.
    ("normal(5, 2)", "normal(5, 2)", NORMAL, "normal(mean=5, sd=2)"),
    ("gamma(5, 2)", "gamma(5, 2)", GAMMA, ""),
    ("normal()", "normal()", NORMAL, ""),
    ("normal(mean=5)", "normal(mean=5)", NORMAL, ""),
    ("normal(mean=5, std=2)", "normal(mean=5, std=2)", NORMAL, "normal(mean=5, sd=2)"),
    ("normal(mean=5, sd=2, p5=1)", "normal(mean=5, sd=2, p5=1)", NORMAL, ""),
    ("normal(p5=1)", "normal(p5=1)", NORMAL, ""),
    ("normal(p5=1, p50=2, p95=3)", "normal(p5=1, p50=2, p95=3)", NORMAL, ""),
    ("normal(p0=1, p95=3)", "normal(p0=1, p95=3)", NORMAL, ""),
    ("normal(p100=1, p95=3)", "normal(p100=1, p95=3)", NORMAL, ""),
    ("uniform(1, 2, 3)", "uniform(1, 2, 3)", "uniform(low, high)", ""),
    (
        "pert(1, 2, 3, 4)",
        "pert(1, 2, 3, 4)",
        "pert(low, mode, high, weight=4)",
        "pert(1, 2, 3, weight=4)",
    ),
    (
        "pert(1, 2, 3, wieght=4)",
        "pert(1, 2, 3, wieght=4)",
        "pert(low, mode, high, weight=4)",
        "pert(1, 2, 3, weight=4)",
    ),
    ("metalog(p5=1)", "metalog(p5=1)", "metalog(two or more of p1= ... p99=, low=, high=)", ""),
    ("uniform(1, 2, low=3)", "low given twice in uniform(1, 2, low=3)", "each argument once", ""),
    # Values of the wrong kind.
    ("poisson(mean=[1, 2])", "mean=[1, 2]", "mean to be a number >= 0", ""),
    (
        "poisson(mean=poisson(mean=1))",
        "mean=poisson(mean=1)",
        "mean to be a number >= 0",
        "",
    ),
    ("empirical(3)", "values=3", "values to be a list in square brackets", "[3]"),
    ("mixture([1, 2])", "1", "a family, such as normal(mean=1, sd=2)", ""),
    ("truncate(3, low=1)", "3", "a family, such as normal(mean=1, sd=2)", ""),
    # Values outside their domain.
    ("normal(mean=5, sd=-2)", "sd=-2", "sd to be a number > 0", ""),
    ("normal(mean=5, sd=0)", "sd=0", "sd to be a number > 0", ""),
    ("normal(mean=1e999, sd=1)", "mean=inf", "mean to be a number", ""),
    ("lognormal(median=5, gsd=1)", "gsd=1", "gsd to be a number > 1", ""),
    ("lognormal(p5=-5, p95=1)", "p5=-5", "p5 to be a number > 0", ""),
    ("loguniform(0, 1)", "low=0", "low to be a number > 0", ""),
    ("beta(p5=0.2, p95=1.5)", "p95=1.5", "p95 to be a number > 0 and < 1", ""),
    ("bernoulli(p=1.5)", "p=1.5", "p to be a number >= 0 and <= 1", ""),
    ("pert(1, 2, 3, weight=-1)", "weight=-1", "weight to be a number >= 0", ""),
    (
        "binomial(n=2.5, p=0.1)",
        "n=2.5",
        "n to be a whole number >= 0 and <= 9007199254740992",
        "",
    ),
    ("choice([1, 2], weights=[1, -1])", "weights=-1", "weights to be a number >= 0", ""),
    # Values that contradict each other.
    ("uniform(5, 5)", "low=5, high=5", "low < high, a finite distance apart", ""),
    (
        "uniform(-1e308, 1e308)",
        "low=-1e+308, high=1e+308",
        "low < high, a finite distance apart",
        "",
    ),
    ("loguniform(5, 4)", "low=5, high=4", "low < high, a finite distance apart", ""),
    ("integers(5, 4)", "low=5, high=4", "low < high", ""),
    ("pert(1, 9, 3)", "mode=9", "mode from 1 to 3", ""),
    ("triangular(1, 0.5, 3)", "mode=0.5", "mode from 1 to 3", ""),
    ("normal(p5=10, p95=3)", "p5=10, p95=3", "p5 < p95: percentiles that increase", ""),
    ("normal(p95=3, p5=3)", "p5=3, p95=3", "p5 < p95: percentiles that increase", ""),
    ("beta(mean=0.5, sd=0.5)", "sd=0.5", "sd < 0.5: no beta of this mean has more", ""),
    (
        "lomax(mean=3, sd=2)",
        "mean=3, sd=2",
        "sd > mean, as in every Lomax",
        "gamma(mean=3, sd=2)",
    ),
    (
        "lomax(p50=1, p95=1.5)",
        "p50=1, p95=1.5",
        "percentiles further apart: a Lomax tail is heavier than exponential",
        "genpareto(p50=1, p95=1.5)",
    ),
    (
        "negative_binomial(mean=4, sd=2)",
        "mean=4, sd=2",
        "sd**2 > mean: it is more spread than Poisson",
        "poisson(mean=4), whose sd is 2",
    ),
    (
        "student_t(df=2, mean=0, sd=1)",
        "df=2 with sd",
        "df > 2: no sd exists below",
        "student_t(df=, loc=, scale=)",
    ),
    (
        "metalog(p10=0, p50=0.01, p90=1)",
        "percentiles between which the metalog density turns negative",
        "percentiles that change more evenly",
        "leave out the percentile that stands out, or use empirical or mixture",
    ),
    (
        "metalog(p10=1, p90=2, low=1)",
        "p10=1, p90=2",
        "percentiles within the bounds, 1 to inf",
        "",
    ),
    (
        "metalog(p10=1, p90=2, low=0, high=2)",
        "p10=1, p90=2",
        "percentiles within the bounds, 0 to 2",
        "",
    ),
    ("empirical([])", "an empty list", "at least one value", ""),
    ("mixture([])", "an empty list", "at least one value", ""),
    ("choice([1, 2], weights=[1])", "1 weights for 2 values", "one weight for each", ""),
    ("choice([1, 2], weights=[0, 0])", "weights that are all 0", "a weight > 0", ""),
    (
        "truncate(normal(mean=0, sd=1))",
        "truncate without low and high",
        "low, high or both",
        "truncate(..., low=0)",
    ),
    ("truncate(normal(mean=0, sd=1), low=2, high=1)", "2 to 1", "low < high", ""),
    (
        "truncate(uniform(0, 1), low=2)",
        "nothing of the family in 2 to inf",
        "ends within 0 to 1",
        "",
    ),
    (
        "truncate(normal(mean=0, sd=1), low=90)",
        "nothing of the family in 90 to inf",
        "ends within -inf to inf",
        "",
    ),
    (
        "truncate(poisson(mean=3), low=1.2, high=1.8)",
        "nothing of the family in 1.2 to 1.8",
        "ends within 0 to inf",
        "",
    ),
    (
        "truncate(poisson(mean=1e12), low=1e12)",
        "more than 262,144 numbers in 1000000000000 to inf",
        "a smaller slice of a count, or a continuous family",
        "",
    ),
    (
        "weibull(mean=1, sd=1e-20)",
        "sd/mean = 1e-20",
        "a ratio that a Weibull reaches in floats",
        "",
    ),
    (
        "beta(p5=0.5, p95=0.50000000001)",
        "p5=0.5, p95=0.50000000001",
        "percentiles that a member of the family has",
        "normal(p5=0.5, p95=0.50000000001)",
    ),
    (
        "beta(p5=1e-300, p95=1e-299)",
        "p5=1e-300, p95=1e-299",
        "percentiles that a member of the family has",
        "normal(p5=1e-300, p95=1e-299)",
    ),
    (
        "genpareto(p50=1e-300, p51=1e300)",
        "p50=1e-300, p51=1e+300",
        "percentiles that a member of the family has",
        "normal(p50=1e-300, p51=1e+300)",
    ),
    (
        "weibull(p5=1e-300, p6=1e300)",
        "weibull(p5=1e-300, p6=1e+300)",
        "numbers less extreme, whose ratios a float can hold",
        "",
    ),
    ("normal(p5=-1e308, p95=1e308)", "sigma=inf", "sigma to be a number > 0", ""),
    (
        "gamma(p5=1, p95=1.000000000001)",
        "p5=1, p95=1.000000000001",
        "percentiles that a member of the family has",
        "normal(p5=1, p95=1.000000000001)",
    ),
]


@pytest.mark.parametrize(
    ("text", "found", "expected", "fix"), REFUSED, ids=[text for text, *_ in REFUSED]
)
def test_refusal_says_why(text: str, found: str, expected: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        build(read(text))
    assert (caught.value.found, caught.value.expected, caught.value.fix) == (found, expected, fix)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("norml", "normal"), ("tringular", "triangular"), ("PERT", "pert"), ("zzz", "")],
)
def test_unknown_family_suggests_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(Fault) as caught:
        build(Call(name, (1.0, 2.0, 3.0)))
    assert caught.value.found == name
    assert "uniform, loguniform, triangular, pert, normal" in caught.value.expected
    assert caught.value.fix == meant


@pytest.mark.parametrize(
    ("low", "high", "found", "expected", "fix"),
    [
        (-1.0, 5.0, "-1 to 5", "both ends > 0: LOW to HIGH is lognormal", "normal(p5=-1, p95=5)"),
        (0.0, 5.0, "0 to 5", "both ends > 0: LOW to HIGH is lognormal", "normal(p5=0, p95=5)"),
        (5.0, 1.0, "5 to 1", "LOW to HIGH with LOW < HIGH", "1 to 5"),
        (5.0, 5.0, "5 to 5", "LOW to HIGH with LOW < HIGH", "5"),
    ],
)
def test_lognormal_needs_two_positive_ends(
    low: float, high: float, found: str, expected: str, fix: str
) -> None:
    with pytest.raises(Fault) as caught:
        lognormal_between(low, high)
    assert (caught.value.found, caught.value.expected, caught.value.fix) == (found, expected, fix)


@pytest.mark.parametrize(
    ("domain", "text", "inside", "outside"),
    [
        (REAL, "a number", [-1e300, 0.0], [math.inf, math.nan]),
        (POSITIVE, "a number > 0", [1e-300], [0.0, -1.0, math.inf]),
        (NONNEGATIVE, "a number >= 0", [0.0, 3.0], [-1e-300]),
        (ABOVE_ONE, "a number > 1", [1.001], [1.0]),
        (UNIT_OPEN, "a number > 0 and < 1", [0.5], [0.0, 1.0]),
        (UNIT_CLOSED, "a number >= 0 and <= 1", [0.0, 1.0], [1.01]),
        (COUNT, "a whole number >= 0 and <= 9007199254740992", [0.0, 7.0], [0.5, -1.0, 1e16]),
        (Domain(high=1.0, ends="(]"), "a number <= 1", [1.0, -9.0], [2.0]),
    ],
)
def test_domain_tells_and_knows_its_numbers(
    domain: Domain, text: str, inside: list[float], outside: list[float]
) -> None:
    assert str(domain) == text
    assert all(map(domain.contains, inside))
    assert not any(map(domain.contains, outside))


def test_a_distribution_made_in_code_is_checked_too() -> None:
    with pytest.raises(Fault, match="sigma=0"):
        Normal(0.0, 0.0)


def test_calls_are_cheap_to_import() -> None:
    code = "import sys, lossmodel.distributions.calls; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_families_do_without_slow_imports() -> None:
    code = (
        "import sys, lossmodel.distributions.families, lossmodel.distributions.inverse;"
        "print([m for m in ('scipy.stats', 'scipy.optimize') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("shape", [2e5, 6575770.5842358405, 106539035.04788119])
def test_gammas_of_large_shape_have_their_digits_in_the_tails(shape):
    law, u = Gamma(shape=shape, scale=2.0), np.array([1e-12, 1e-6, 1e-3, 0.5])
    # The next float of a value moves a probability of 1e-12 by 1e-11 of itself.
    assert law.cdf(law.quantile(u)) == pytest.approx(u, rel=1e-10)
    assert law.survival(law.upper_quantile(u)) == pytest.approx(u, rel=1e-10)
    assert law.quantile(np.array([0.0, 1.0])).tolist() == [0.0, np.inf]
    assert law.cdf(np.array([0.0, 1e12])).tolist() == [0.0, 1.0]
    x = law.quantile(np.array([0.001, 0.3, 0.97]))
    step = 1e-4 * 2.0 * shape**0.5
    slope = (law.cdf(x + step) - law.cdf(x - step)) / (2.0 * step)
    assert law.density(x) == pytest.approx(slope, rel=1e-6)
