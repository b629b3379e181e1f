"""Every family against scipy.stats, closed forms and published numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from lossmodel.distributions.base import Array, Continuous, Discrete, Distribution
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import LogUniform, Triangular, Uniform
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.counts import Binomial, Integers, NegativeBinomial, Poisson
from lossmodel.distributions.elicited import Metalog, Pert
from lossmodel.distributions.families import lognormal_between
from lossmodel.distributions.heavy import GenPareto, Levy, Lomax, Pareto
from lossmodel.distributions.location import Gumbel, Normal, StudentT
from lossmodel.distributions.mixtures import mixture
from lossmodel.distributions.positive import Exponential, Gamma, LogNormal, Weibull
from lossmodel.distributions.truncations import TruncatedContinuous, truncated
from lossmodel.errors import Fault

Frozen = Any  # what scipy.stats returns has no public name

CONTINUOUS: list[tuple[Any, Frozen]] = [
    (Uniform(-2.0, 5.0), stats.uniform(-2.0, 7.0)),
    (LogUniform(0.5, 80.0), stats.loguniform(0.5, 80.0)),
    (Triangular(1.0, 2.0, 7.0), stats.triang(1.0 / 6.0, 1.0, 6.0)),
    (Triangular(1.0, 1.0, 7.0), stats.triang(0.0, 1.0, 6.0)),
    (Triangular(1.0, 7.0, 7.0), stats.triang(1.0, 1.0, 6.0)),
    (Pert(75.0, 170.0, 230.0), stats.beta(1 + 4 * 95 / 155, 1 + 4 * 60 / 155, 75.0, 155.0)),
    (Pert(5.0, 20.0, 50.0, 0.0), stats.uniform(5.0, 45.0)),
    (Normal(3.0, 2.0), stats.norm(3.0, 2.0)),
    (LogNormal(1.0, 0.5), stats.lognorm(0.5, scale=math.e)),
    (Beta(2.5, 0.7), stats.beta(2.5, 0.7)),
    (Beta(30.0, 400.0), stats.beta(30.0, 400.0)),
    (Gamma(2.5, 3.0), stats.gamma(2.5, scale=3.0)),
    (Gamma(0.4, 3.0), stats.gamma(0.4, scale=3.0)),
    (Weibull(1.7, 4.0), stats.weibull_min(1.7, scale=4.0)),
    (Pareto(2.5, 4.0), stats.pareto(2.5, scale=4.0)),
    (Pareto(0.8, 4.0), stats.pareto(0.8, scale=4.0)),
    (Lomax(3.2, 4.0), stats.lomax(3.2, scale=4.0)),
    (GenPareto(0.3, 4.0), stats.genpareto(0.3, scale=4.0)),
    (GenPareto(0.0, 4.0), stats.genpareto(0.0, scale=4.0)),
    (GenPareto(-0.4, 4.0), stats.genpareto(-0.4, scale=4.0)),
    (GenPareto(-1.0, 4.0), stats.uniform(0.0, 4.0)),
    (Levy(-3.0, 2.0), stats.levy(-3.0, 2.0)),
    (Exponential(4.0), stats.expon(scale=4.0)),
    (Gumbel(5.0, 2.0), stats.gumbel_r(5.0, 2.0)),
    (StudentT(4.0, 1.0, 2.0), stats.t(4.0, 1.0, 2.0)),
    (StudentT(1.5, 1.0, 2.0), stats.t(1.5, 1.0, 2.0)),
    (StudentT(1.0, 1.0, 2.0), stats.t(1.0, 1.0, 2.0)),
    (truncated(Normal(3.0, 2.0), 1.0, 4.0), stats.truncnorm(-1.0, 0.5, 3.0, 2.0)),
    (truncated(Normal(0.0, 1.0), low=9.0), stats.truncnorm(9.0, np.inf)),
    (truncated(Normal(0.0, 1.0), high=-9.0), stats.truncnorm(-np.inf, -9.0)),
    (truncated(Exponential(4.0), low=30.0), stats.expon(30.0, 4.0)),
    (truncated(Pareto(2.5, 4.0), low=9.0), stats.pareto(2.5, scale=9.0)),
    (Metalog((2.0, 1.5)), stats.logistic(2.0, 1.5)),
]

DISCRETE: list[tuple[Any, Frozen]] = [
    (Binomial(1.0, 0.3), stats.binom(1, 0.3)),
    (Binomial(168.0, 0.93), stats.binom(168, 0.93)),
    (Poisson(4.2), stats.poisson(4.2)),
    (Poisson(1e6), stats.poisson(1e6)),
    (NegativeBinomial(0.4, 3.0), stats.nbinom(0.4, 0.4 / 3.4)),
    (NegativeBinomial(400.0, 3.0), stats.nbinom(400.0, 400.0 / 403.0)),
    (Integers(-3.0, 12.0), stats.randint(-3, 13)),
    (truncated(Integers(-3.0, 12.0), -1.5, 8.5), stats.randint(-1, 9)),
]

U = np.concatenate((np.geomspace(1e-12, 0.01, 11), np.linspace(0.02, 0.98, 13)))
FAR = np.geomspace(1e-300, 1e-13, 24)
EXACT = 1e-11  # relative; special functions and their inverses keep 12 digits or more


def named(each: object) -> str:
    # scipy's objects print their address, which differs from one worker to the next.
    return str(each) if isinstance(each, Distribution) else "scipy"


every_continuous = pytest.mark.parametrize(("ours", "theirs"), CONTINUOUS, ids=named)
every_discrete = pytest.mark.parametrize(("ours", "theirs"), DISCRETE, ids=named)


def agree(ours: Array, theirs: Callable[[Array], Array], x: Array, scale: float) -> bool:
    """Return whether ``ours`` is ``theirs(x)``, for an x that is right to four roundings."""
    ulp = 4.0 * np.spacing(np.maximum(np.abs(x), scale))
    ends = np.stack((theirs(x - ulp), theirs(x + ulp)))
    low, high = ends.min(axis=0), ends.max(axis=0)
    return bool(np.all((low * (1.0 - EXACT) <= ours) & (ours <= high * (1.0 + EXACT))))


def without_rounding(theirs: Frozen, ours: Continuous) -> Callable[[Array], Array]:
    """Return scipy's survival, of the mirror image where scipy would subtract from 1."""
    if isinstance(ours, Triangular):
        width = ours.high - ours.low
        mirror = stats.triang((ours.high - ours.mode) / width, 0.0, width)
        return lambda x: mirror.cdf(ours.high - x)
    survival: Callable[[Array], Array] = theirs.sf
    return survival


def anchor(distribution: Distribution) -> float:
    """Return the size of the numbers that a quantile is added up from."""
    return max(abs(end) for end in (*distribution.support, 0.0) if math.isfinite(end))


def is_near(ours: float, theirs: float, relative: float = 1e-12) -> bool:
    return math.isclose(ours, theirs, rel_tol=relative, abs_tol=0.0)


@every_continuous
def test_cdf_and_survival_agree_with_scipy(ours: Continuous, theirs: Frozen) -> None:
    for x in (ours.quantile(U), ours.upper_quantile(U)):
        assert agree(ours.cdf(x), theirs.cdf, x, anchor(ours))
        assert agree(ours.survival(x), without_rounding(theirs, ours), x, anchor(ours))


@every_continuous
def test_quantiles_agree_with_scipy(ours: Continuous, theirs: Frozen) -> None:
    assert agree(U, theirs.cdf, ours.quantile(U), anchor(ours))
    upper = ours.upper_quantile(U)
    assert agree(U, without_rounding(theirs, ours), upper, anchor(ours))


@every_continuous
def test_density_agrees_with_scipy(ours: Continuous, theirs: Frozen) -> None:
    x = ours.quantile(np.linspace(0.001, 0.999, 57))
    assert np.allclose(ours.density(x), theirs.pdf(x), rtol=EXACT, atol=0.0)
    low, high = ours.support
    assert np.all(ours.density(np.array([low - 1.0, high + 1.0, -np.inf, np.inf])) == 0.0)


@every_discrete
def test_discrete_families_agree_with_scipy(ours: Discrete, theirs: Frozen) -> None:
    x = theirs.ppf(U)
    assert np.array_equal(ours.quantile(U), x)
    assert np.array_equal(ours.upper_quantile(U), theirs.isf(U))
    assert np.allclose(ours.cdf(x), theirs.cdf(x), rtol=EXACT, atol=0.0)
    assert np.allclose(ours.survival(x + 0.5), theirs.sf(x + 0.5), rtol=EXACT, atol=0.0)
    assert np.all(ours.mass(x + 0.5) == 0.0)


@pytest.mark.parametrize(
    ("ours", "theirs"), [case for case in DISCRETE if case[0] != Poisson(1e6)], ids=named
)
def test_mass_agrees_with_scipy(ours: Discrete, theirs: Frozen) -> None:
    x = np.union1d(theirs.ppf(U), theirs.isf(U))
    assert np.allclose(ours.mass(x), theirs.pmf(x), rtol=EXACT, atol=0.0)


def test_mass_of_a_large_poisson_is_near_stirling() -> None:
    # log n! by Stirling's series, of which the second term is 1e-19 here.
    rate, deviation = 1e6, np.arange(-3000.0, 3001.0, 500.0)
    n = rate + deviation
    log = -n * (np.log1p(deviation / rate) - deviation / n) - 1.0 / (12.0 * n)
    expected = np.exp(log) / np.sqrt(2.0 * math.pi * n)
    # A difference of cdfs: their 12 digits, over the ratio of mass to tail, here 1 / 1000.
    assert np.allclose(Poisson(rate).mass(n), expected, rtol=1e-8, atol=0.0)


@pytest.mark.parametrize(("ours", "theirs"), CONTINUOUS + DISCRETE, ids=named)
def test_moments_agree_with_scipy(ours: Distribution, theirs: Frozen) -> None:
    if isinstance(ours, StudentT) and ours.df == 1.0:
        assert math.isnan(ours.mean)  # scipy says infinite, but there is no mean at all
        assert math.isnan(ours.variance)
    else:
        assert is_near(ours.mean, float(theirs.mean()), 1e-9)
        assert is_near(ours.variance, float(theirs.var()), 1e-9)


@every_continuous
def test_far_tails_keep_their_digits(ours: Continuous, theirs: Frozen) -> None:
    del theirs  # its tails have fewer digits than ours
    # A slice shares out the probabilities of its parent; the incomplete beta ends earlier.
    mass = ours.slice.mass if isinstance(ours, TruncatedContinuous) else 1.0
    q = FAR[FAR * mass > (1e-250 if isinstance(ours, Beta) else 1e-301)]
    low, high = ours.quantile(q), ours.upper_quantile(q)
    ulp = 4.0 * np.spacing(anchor(ours))
    assert np.all(low[:-1] <= low[1:] + ulp)
    assert np.all(high[1:] <= high[:-1] + ulp)
    seen = np.isfinite(high)  # not where x itself overflows
    assert agree(q, ours.cdf, low, anchor(ours))
    assert agree(q[seen], ours.survival, high[seen], anchor(ours))


def test_normal_tail_at_1e_300_is_the_published_one() -> None:
    # log_ndtr is another routine than ndtr and ndtri.
    x = Normal(0.0, 1.0).upper_quantile(np.array([1e-300]))
    assert is_near(float(special.log_ndtr(-x[0])), math.log(1e-300))


def test_student_tail_follows_its_power_law() -> None:
    # Cauchy: P(T > t) = atan(1 / t) / pi.
    q = np.array([1e-300, 1e-200, 1e-20, 1e-3, 0.4])
    x = StudentT(1.0, 0.0, 1.0).upper_quantile(q)
    assert np.allclose(x, 1.0 / np.tan(math.pi * q), rtol=1e-13)
    assert np.allclose(StudentT(1.0, 0.0, 1.0).survival(x), q, rtol=1e-13)
    heavy = StudentT(0.1, 0.0, 1.0)
    far = heavy.upper_quantile(np.array([1e-12, 1e-15]))
    assert is_near(float(far[1] / far[0]), 1e30, 1e-9)
    assert heavy.density(far)[0] > 0.0


def test_beta_keeps_the_distance_to_one() -> None:
    # 1 - x has the distribution function u ~ x**b / (b B(a, b)) near 0.
    u = np.array([1e-30, 1e-60])
    expected = (0.3 * special.beta(0.3, 0.3) * u) ** (1.0 / 0.3)
    assert np.allclose(Beta(0.3, 0.3).complement_quantile(u), expected, rtol=1e-12)
    assert np.all(Beta(0.3, 0.3).upper_quantile(u) == 1.0)


def test_narrow_loguniform_keeps_the_digits_of_its_variance() -> None:
    # To first order uniform, with relative corrections of the order of the width, 1e-9.
    narrow = LogUniform(1.0, 1.0 + 1e-9)
    width = narrow.high - narrow.low
    assert is_near(narrow.variance, width * width / 12.0, 2e-9)


def test_narrow_weibull_keeps_the_digits_of_its_variance() -> None:
    # Shape k: log x is Gumbel with standard deviation pi / (k sqrt(6)), up to terms of 1 / k.
    narrow = Weibull(1e7, 1.0)
    assert is_near(narrow.variance, math.pi**2 / 6.0 * 1e-14, 1e-6)


@pytest.mark.parametrize(
    ("infinite", "mean", "variance"),
    [
        (Pareto(1.0, 1.0), math.inf, math.inf),
        (Pareto(2.0, 1.0), 2.0, math.inf),
        (Lomax(1.0, 1.0), math.inf, math.inf),
        (GenPareto(1.0, 1.0), math.inf, math.inf),
        (GenPareto(0.5, 1.0), 2.0, math.inf),
        (Levy(0.0, 1.0), math.inf, math.inf),
        (StudentT(2.0, 5.0, 1.0), 5.0, math.inf),
        (StudentT(0.9, 5.0, 1.0), math.nan, math.nan),
        (truncated(Pareto(1.0, 1.0), low=5.0), math.inf, math.inf),
        (truncated(Pareto(1.5, 1.0), low=5.0), 15.0, math.inf),
        (truncated(StudentT(1.0, 0.0, 1.0), high=5.0), -math.inf, math.inf),
        (truncated(StudentT(0.7, 0.0, 1.0), low=5.0), math.inf, math.inf),
        (mixture([Levy(0.0, 1.0), Normal(0.0, 1.0)]), math.inf, math.inf),
        (mixture([StudentT(1.0, 0.0, 1.0), Normal(0.0, 1.0)]), math.nan, math.nan),
        (
            mixture([Levy(0.0, 1.0), truncated(StudentT(1.0, 0.0, 1.0), high=0.0)]),
            math.nan,
            math.nan,
        ),
        (Metalog((0.0, 1.0), (0.0, math.inf)), math.inf, math.inf),
        (Metalog((0.0, 1.0), (-math.inf, 0.0)), -math.inf, math.inf),
    ],
    ids=named,
)
def test_moments_that_are_infinite_or_do_not_exist(
    infinite: Distribution, mean: float, variance: float
) -> None:
    assert is_near(infinite.mean, mean, 1e-10) or (math.isnan(infinite.mean) and math.isnan(mean))
    assert infinite.variance == variance or (math.isnan(infinite.variance) == math.isnan(variance))


def test_truncated_cauchy_has_the_mean_of_its_logarithm() -> None:
    # The integral of x / (pi (1 + x**2)) is log(1 + x**2) / (2 pi).
    cut = truncated(StudentT(1.0, 0.0, 1.0), 1.0, 50.0)
    mass = (math.atan(50.0) - math.atan(1.0)) / math.pi
    mean = math.log(2501.0 / 2.0) / (2.0 * math.pi * mass)
    assert is_near(cut.mean, mean, 1e-11)
    square = (49.0 - math.pi * mass) / (math.pi * mass)
    assert is_near(cut.variance, square - mean * mean, 1e-10)


@pytest.mark.parametrize("shape", [1.01, 1.2, 2.01, 2.4])
def test_quadrature_follows_heavy_tails_to_their_end(shape: float) -> None:
    # A Pareto cut from below is a Pareto again.
    cut, pareto = truncated(Pareto(shape, 1.0), low=7.0), Pareto(shape, 7.0)
    assert is_near(cut.mean, pareto.mean, 1e-9)
    assert is_near(cut.variance, pareto.variance, 1e-9)


def test_far_truncated_normal_has_the_mean_of_the_mills_ratio() -> None:
    # E[Z | Z > a] = phi(a) / Q(a); var = 1 + a m - m**2, here by its continued fraction.
    a = 30.0
    cut = truncated(Normal(0.0, 1.0), low=a)
    mills = math.exp(-0.5 * a * a - special.log_ndtr(-a)) / math.sqrt(2.0 * math.pi)
    assert is_near(cut.mean, mills, 1e-12)
    assert is_near(cut.variance, 1.0 / a**2 - 6.0 / a**4 + 50.0 / a**6, 1e-6)
    assert np.all(cut.quantile(U) >= a)


def test_truncation_leaves_no_mass_on_its_ends() -> None:
    cut = truncated(Normal(0.0, 1.0), -0.5, 1.0)
    assert cut.cdf(np.array([-0.5, 1.0])).tolist() == [0.0, 1.0]
    assert np.unique(cut.quantile(np.linspace(0.001, 0.999, 500))).size == 500


def test_truncated_count_is_the_renormalized_one() -> None:
    cut = truncated(Poisson(3.0), 0.5, 6.9)
    k = np.arange(1.0, 7.0)
    p = stats.poisson(3.0).pmf(k)
    p /= p.sum()
    assert isinstance(cut, Discrete)
    assert cut.support == (1.0, 6.0)
    assert np.allclose(cut.mass(k), p, rtol=1e-13)
    assert is_near(cut.mean, float(k @ p))
    assert is_near(cut.variance, float(k**2 @ p) - float(k @ p) ** 2)


def test_truncated_count_in_the_far_tail() -> None:
    # P(N = n + 1 | N >= n) ~ P(N = n) 3 / (n + 1).
    cut = truncated(Poisson(3.0), low=80.0)
    assert isinstance(cut, Discrete)
    ratio = cut.mass(np.array([81.0]))[0] / cut.mass(np.array([80.0]))[0]
    assert is_near(float(ratio), 3.0 / 81.0, 1e-9)


@pytest.mark.parametrize(
    ("twice", "once"),
    [
        (truncated(Uniform(0.0, 9.0), 2.0, 5.0), Uniform(2.0, 5.0)),
        (truncated(LogUniform(1.0, 9.0), low=5.0), LogUniform(5.0, 9.0)),
        (truncated(Normal(0.0, 1.0), low=-1e9), truncated(Normal(0.0, 1.0), low=-1e9)),
        (
            truncated(truncated(Normal(0.0, 1.0), -1.0, 3.0), 0.0, 4.0),
            truncated(Normal(0.0, 1.0), 0.0, 3.0),
        ),
        (truncated(Beta(2.0, 3.0), low=-1.0), Beta(2.0, 3.0)),
        (truncated(Choice.of([1, 2, 3], [1, 2, 1]), low=1.5), Choice.of([2, 3], [2, 1])),
        (truncated(Integers(1, 9), 3.5, 4.5), Choice.of([4.0])),
        (mixture([Normal(0.0, 1.0), Levy(0.0, 1.0)], [1.0, 0.0]), Normal(0.0, 1.0)),
    ],
    ids=named,
)
def test_what_can_be_simpler_is_simpler(twice: Distribution, once: Distribution) -> None:
    assert twice == once
    assert hash(twice) == hash(once)


def test_truncated_mixture_is_the_mixture_given_the_slice() -> None:
    whole = mixture([Normal(0.0, 1.0), Exponential(2.0), Uniform(-9.0, -8.0)], [0.5, 0.3, 0.2])
    cut = truncated(whole, 0.5, 3.0)
    x = np.linspace(0.5, 3.0, 11)
    low, high = whole.cdf(np.array([0.5, 3.0]))
    assert np.allclose(cut.cdf(x), (whole.cdf(x) - low) / (high - low), atol=1e-15)


def test_mixture_moments_are_those_of_its_parts() -> None:
    blend = mixture([Normal(0.0, 1.0), Normal(10.0, 2.0)], [3.0, 1.0])
    assert is_near(blend.mean, 2.5)
    assert is_near(blend.variance, 0.75 * (1.0 + 2.5**2) + 0.25 * (4.0 + 7.5**2))


def test_mixture_of_an_atom_and_a_density() -> None:
    # No loss in 70% of years, else exponential: F(x) = 1 - 0.3 exp(-x / 5).
    blend = mixture([Choice.of([0.0]), Exponential(5.0)], [0.7, 0.3])
    u = np.array([0.1, 0.7, 0.75, 0.99])
    assert np.allclose(blend.quantile(u), [0.0, 0.0, -5 * math.log(0.25 / 0.3), 5 * math.log(30)])
    assert np.allclose(
        blend.upper_quantile(np.array([0.31, 3e-301])), [0.0, 5 * 300 * math.log(10)]
    )
    assert not isinstance(blend, Continuous | Discrete)
    assert is_near(blend.mean, 1.5)
    assert is_near(blend.variance, 0.3 * 50.0 - 1.5**2)


def test_mixture_of_discrete_parts_keeps_their_atoms() -> None:
    blend = mixture([Choice.of([0.5, 2.0]), Poisson(1.0)], [0.5, 0.5])
    assert isinstance(blend, Discrete)
    atoms = blend.atoms()
    assert atoms is not None
    assert atoms[:4].tolist() == [0.0, 0.5, 1.0, 2.0]
    assert is_near(float(blend.mass(np.array([2.0]))[0]), 0.25 + 0.25 * math.exp(-1.0))
    assert blend.quantile(np.array([0.2, 0.44, 0.75])).tolist() == [0.5, 1.0, 2.0]


def test_choice_sorts_merges_and_normalizes() -> None:
    choice = Choice.of([5.0, 1.0, 5.0, 3.0], [1.0, 1.0, 1.0, 0.0])
    assert choice.values == (1.0, 5.0)
    assert np.allclose(choice.weights, [1.0 / 3.0, 2.0 / 3.0], rtol=1e-15)
    assert choice.quantile(np.array([0.3, 0.34, 0.99])).tolist() == [1.0, 5.0, 5.0]
    assert choice.survival(np.array([0.0, 1.0, 5.0])).tolist() == [1.0, 2.0 / 3.0, 0.0]
    assert is_near(choice.mean, 11.0 / 3.0)
    assert is_near(choice.variance, 32.0 / 9.0)


def test_rare_value_of_a_choice_keeps_its_digits() -> None:
    choice = Choice.of([1.0, 2.0, 3.0], [1.0, 1e-30, 1e-40])
    assert np.allclose(choice.survival(np.array([1.0, 2.0])), [1e-30 + 1e-40, 1e-40], 1e-15, 0.0)
    assert choice.upper_quantile(np.array([1e-29, 1e-35, 1e-41])).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("sure", [Binomial(7.0, 1.0), Binomial(7.0, 0.0), Poisson(0.0)], ids=named)
def test_a_count_that_is_certain(sure: Discrete) -> None:
    assert sure.variance == 0.0
    assert set(sure.quantile(U)) == {sure.mean}
    assert sure.support == (sure.mean, sure.mean)


def test_a_count_of_events_beyond_whole_floats() -> None:
    # Far above 2**62 the gamma limit of the negative binomial is exact.
    wide = NegativeBinomial(2.0, 1e20)
    assert np.allclose(wide.quantile(U), 0.5e20 * special.gammaincinv(2.0, U), rtol=1e-9)
    assert wide.atoms() is None


@pytest.mark.parametrize("near", [NegativeBinomial(1e12, 3.0), Binomial(1e12, 3e-12)], ids=str)
def test_counts_near_poisson_keep_their_digits(near: Discrete) -> None:
    # They differ from it by a few parts in 1e12, the ratio of the variances.
    k = np.arange(0.0, 20.0)
    assert np.allclose(near.cdf(k), Poisson(3.0).cdf(k), rtol=1e-9, atol=0.0)
    assert np.allclose(near.survival(k), Poisson(3.0).survival(k), rtol=1e-9, atol=0.0)


def test_nothing_lies_beyond_the_support() -> None:
    # A density that is infinite at its end: the rounding of the end must not matter.
    sharp = GenPareto(-5.0, 0.2)
    ends = np.array([-1.0, 0.0, sharp.support[1], 1.0, np.inf])
    assert sharp.cdf(ends).tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert sharp.survival(ends).tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_scalars_and_shapes_pass_through() -> None:
    for family in (Normal(0.0, 1.0), Poisson(3.0), truncated(Gamma(2.0, 1.0), low=1.0)):
        assert family.quantile(np.full((2, 3), 0.3)).shape == (2, 3)
        assert family.quantile(np.array([])).shape == (0,)
        assert np.shape(family.cdf(np.asarray(1.5))) == ()


# Published numbers.


def test_metalog_has_the_published_coefficients() -> None:
    # Keelin (2016), Decision Analysis 13:243, the SPT metalog of p10 = 20, p50 = 33, p90 = 55.
    metalog = Metalog.from_percentiles(((0.1, 20.0), (0.5, 33.0), (0.9, 55.0)))
    expected = [33.0, 7.964593232984827, 5.120095649775959]
    assert np.allclose(metalog.coefficients, expected, rtol=1e-13)
    ends = metalog.quantile(np.array([0.05, 0.1, 0.9, 0.95]))
    assert np.allclose(ends, [16.332855375311603, 20.0, 55.0, 63.23537291212316], rtol=1e-13)


@pytest.mark.parametrize(("middle", "feasible"), [(0.167, True), (0.166, False), (0.834, False)])
def test_metalog_is_feasible_where_keelin_says(middle: float, feasible: bool) -> None:  # noqa: FBT001 -- a parameter of a test
    # Keelin (2016), section 5: with p10 = 0 and p90 = 1 the median may lie in 0.1666 ... 0.8334.
    points = ((0.1, 0.0), (0.5, middle), (0.9, 1.0))
    if feasible:
        assert Metalog.from_percentiles(points).density(np.array([0.5]))[0] > 0.0
    else:
        with pytest.raises(Fault, match="turns negative"):
            Metalog.from_percentiles(points)


def test_metalog_is_refused_as_soon_as_its_density_touches_zero() -> None:
    # With coefficients 0, 1, a the slope by t is 1 + a (s + y (1 - y) t), lowest at its dip.
    def dip(t: float) -> float:
        return math.tanh(0.5 * t) / 2.0 + t / (4.0 * math.cosh(0.5 * t) ** 2)

    lowest = optimize.minimize_scalar(dip, bounds=(-4.0, 0.0), options={"xatol": 1e-9}).fun
    limit = -1.0 / float(lowest)
    assert Metalog((0.0, 1.0, limit * (1.0 - 1e-8))).mean > 0.0
    with pytest.raises(Fault, match="turns negative"):
        Metalog((0.0, 1.0, limit * (1.0 + 1e-8)))


def test_metalog_mean_is_the_integral_of_its_terms() -> None:
    # By parts over (0, 1): the mean of t is 0, of s t 1/2, of s 0, of s**2 1/12.
    metalog = Metalog((33.0, 8.0, 2.0, 1.0, 3.0))
    assert is_near(metalog.mean, 33.0 + 2.0 / 2.0 + 3.0 / 12.0, 1e-11)
    mean = metalog.mean
    square, _ = integrate.quad(
        lambda u: (float(metalog.quantile(u)) - mean) ** 2, 0.0, 1.0, epsabs=1e-9, limit=200
    )
    assert is_near(metalog.variance, square, 1e-9)


def test_log_metalog_of_two_percentiles_is_loglogistic() -> None:
    # P(X > x) = 1 / (1 + (x / m)**k), mean m (pi / k) / sin(pi / k).
    metalog = Metalog.from_percentiles(((0.5, 7.0), (0.75, 7.0 * 3.0**0.3)), low=0.0)
    power = 0.3 * math.pi
    assert is_near(metalog.mean, 7.0 * power / math.sin(power), 1e-11)
    square = 49.0 * 2.0 * power / math.sin(2.0 * power)
    assert is_near(metalog.variance, square - metalog.mean**2, 1e-10)
    x = np.geomspace(1e-3, 1e30, 12)
    odds = (x / 7.0) ** (1.0 / 0.3)
    assert np.allclose(metalog.survival(x), 1.0 / (1.0 + odds), rtol=1e-11, atol=0.0)
    assert np.allclose(metalog.cdf(x), odds / (1.0 + odds), rtol=1e-11, atol=0.0)
    slope = odds / (0.3 * x * (1.0 + odds) ** 2)
    assert np.allclose(metalog.density(x), slope, rtol=1e-11, atol=0.0)


def test_metalog_below_a_bound_mirrors_the_one_above() -> None:
    above = Metalog.from_percentiles(((0.1, 2.0), (0.5, 3.0), (0.9, 7.0)), low=1.0)
    below = Metalog.from_percentiles(((0.1, -7.0), (0.5, -3.0), (0.9, -2.0)), high=-1.0)
    x = np.linspace(1.1, 12.0, 9)
    assert np.allclose(below.density(-x), above.density(x), rtol=1e-9, atol=0.0)
    assert np.allclose(below.cdf(-x), above.survival(x), rtol=1e-9, atol=0.0)
    assert is_near(below.mean, -above.mean, 1e-10)


def test_numbers_of_any_size_do_no_harm() -> None:
    wide = Triangular(-1e200, 0.0, 1e200)
    assert np.allclose(wide.quantile(np.array([0.125, 0.875])), [-0.5e200, 0.5e200], rtol=1e-14)
    assert LogUniform(1e-300, 1e300).quantile(np.array([0.5])) == pytest.approx(1.0, rel=1e-12)
    assert LogUniform(1e-300, 1e300).variance == math.inf  # near 1e597


def test_pert_moments_are_the_published_ones() -> None:
    # Vose: mean (a + 4 m + b) / 6, variance (mean - a)(b - mean) / 7.
    pert = Pert(10.0, 12.0, 30.0)
    assert is_near(pert.mean, 14.666666666666666)
    assert is_near(math.sqrt(pert.variance), 3.1972210155418126)


def test_modified_pert_is_the_published_one() -> None:
    # Inputs of pyfair, tests/utility/test_beta_pert.py; Vose's modified PERT.
    pert = Pert(5.0, 20.0, 50.0, 2.0)
    assert is_near(pert.mean, 23.75)
    assert is_near(pert.variance, 98.4375)
    assert is_near(pert.beta.alpha, 1.6666666666666665)
    assert is_near(pert.beta.beta, 2.333333333333333)
    ends = pert.quantile(np.array([0.05, 0.95]))
    assert np.allclose(ends, [8.76941682483442, 41.04772502327552], rtol=1e-12)


def test_lognormal_of_an_interval_is_the_published_one() -> None:
    # Netflix-Skunkworks/riskquant, tests/test_simpleloss.py, tests/test_model_lognormal.py, README.
    loss = lognormal_between(1.0, 10.0)
    ends = loss.quantile(np.array([0.05, 0.5, 0.95]))
    assert np.allclose(ends, [1.0, 3.1622776601683795, 10.0], rtol=1e-14)
    assert is_near(loss.mean, 4.040012826945727)
    assert is_near(lognormal_between(635000.0, 19e6).mean, 5922706.833511315)
    assert is_near(0.1 * lognormal_between(1e5, 1e6).mean, 40400.12826945727)


def test_lognormals_of_the_tankers_have_the_published_parameters() -> None:
    # The golden model: capacity 150 to 230, price 20 to 55.
    capacity, price = lognormal_between(150.0, 230.0), lognormal_between(20.0, 55.0)
    assert isinstance(capacity, LogNormal)
    assert isinstance(price, LogNormal)
    assert is_near(capacity.mu, 5.224357301509725, 1e-14)
    assert is_near(capacity.sigma, 0.12993375453691675, 1e-14)
    assert is_near(price.mu, 3.5015327293932312, 1e-14)
    assert is_near(price.sigma, 0.307504842711553, 1e-14)


def test_erlang_quantiles_are_the_published_ones() -> None:
    # The sum of five exponentials of mean 2.
    u = np.array([0.05, 0.5, 0.95, 0.99])
    expected = [3.9402991361190605, 9.34181776559197, 18.307038053275146, 23.209251158954356]
    assert np.allclose(Gamma(5.0, 2.0).quantile(u), expected, rtol=1e-13)


def test_probability_of_reaching_the_layer_is_the_published_one() -> None:
    # The layer 5 above 2 of a lognormal(0, 1): P(X > 2).
    assert is_near(float(LogNormal(0.0, 1.0).survival(np.array([2.0]))[0]), 0.24410859578558275)
