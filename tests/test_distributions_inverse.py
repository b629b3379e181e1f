"""What draws: as right as the quantile it stands for, and the same whatever the blocks."""

import math

import numpy as np
import pytest
from scipy import special

from lossmodel.distributions.base import Array, Continuous, Discrete, Distribution
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Triangular
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.counts import Binomial, Integers, NegativeBinomial, Poisson
from lossmodel.distributions.cubics import TOLERANCE, cubic_table
from lossmodel.distributions.elicited import Metalog, Pert
from lossmodel.distributions.families import lognormal_between
from lossmodel.distributions.inverse import sampler
from lossmodel.distributions.location import Normal, StudentT
from lossmodel.distributions.mixtures import mixture
from lossmodel.distributions.monotone import Power, Transformed
from lossmodel.distributions.octaves import octave_table
from lossmodel.distributions.positive import Gamma, LogNormal
from lossmodel.distributions.scores import from_scores
from lossmodel.distributions.truncations import truncated

TABULATED = [
    Pert(75.0, 170.0, 230.0),
    Pert(0.6, 0.9, 1.0),
    Pert(-1e9, -1e9, 1e9, 30.0),
    Pert(1e6, 1e6 + 1.0, 1e6 + 2.0),
    Beta(0.3, 0.3),
    Beta(2.0, 3.0),
    Beta(0.5, 40.0),
    Beta(900.0, 1.0),
    Gamma(0.4, 2.0),
    Gamma(2.5, 2.0),
    Gamma(9e3, 2.0),
    StudentT(0.7, 1.0, 2.0),
    StudentT(4.0, 1.0, 2.0),
    StudentT(400.0, -1e3, 2.0),
    mixture([Normal(0.0, 1.0), Normal(2.0, 0.7)]),
    mixture([LogNormal(0.0, 0.5), Gamma(3.0, 2.0)], [3.0, 1.0]),
    Normal(3.0, 2.0),
    Normal(-1e9, 1e-3),
    lognormal_between(20.0, 55.0),
    LogNormal(0.0, 40.0),
]

# Too rough for a table: quantiles that underflow, gaps, kinks; or exact and fast anyway.
DIRECT = [
    Beta(0.01, 2.0),
    mixture([Normal(0.0, 1.0), Normal(60.0, 1.0)]),
    mixture([Triangular(0.0, 1.0, 2.0), Triangular(0.0, 0.5, 2.0)]),
    mixture([Choice.of([0.0]), Gamma(2.0, 1.0)]),
    Metalog((2.0, 1.0)),
    Choice.of([3.0, 1.0]),
    truncated(Gamma(2.0, 1.0), low=9.0),
]

COUNTS = [
    Poisson(0.3),
    Poisson(168.0),
    Poisson(1e6),
    Binomial(168.0, 0.85),
    NegativeBinomial(0.4, 3.0),
    Integers(-4.0, 9.0),
    truncated(Poisson(3.0), 2.0, 7.0),
    mixture([Poisson(3.0), Choice.of([2.5, 40.0])]),
]


def uniforms(number: int) -> Array:
    """Return u with 52 bits, strictly inside (0, 1), half of them near an end."""
    rng = np.random.default_rng(20_240_607)
    u = rng.random(number)
    near = np.exp(-36.0 * rng.random(number))
    u = np.where(rng.random(number) < 0.5, u, np.where(rng.random(number) < 0.5, near, 1 - near))
    return np.clip(u, 2.0**-53, 1.0 - 2.0**-53)


def nearer_tail_error(distribution: Distribution, u: Array, x: Array) -> float:
    """Return the largest error of x as a share of the nearer tail, beyond the rounding of x."""
    ulp = 4.0 * np.spacing(np.maximum(np.abs(x), 1e-300))
    ends = [
        np.where(u < 0.5, distribution.cdf(x + shift), distribution.survival(x + shift))
        for shift in (-ulp, ulp)
    ]
    low, high = np.minimum(*ends), np.maximum(*ends)
    tail = np.where(u < 0.5, u, 1.0 - u)
    return float(np.max(np.maximum(np.maximum(low - tail, tail - high), 0.0) / tail))


@pytest.mark.parametrize("distribution", TABULATED, ids=str)
def test_table_is_right_in_the_nearer_tail(distribution: Continuous) -> None:
    u = uniforms(4000)
    draw = sampler(distribution)
    assert draw != distribution.quantile
    assert nearer_tail_error(distribution, u, draw(u)) <= TOLERANCE


@pytest.mark.parametrize("distribution", [Pert(75.0, 170.0, 230.0), Beta(2.0, 3.0)], ids=str)
def test_beta_tables_by_score_keep_twelve_digits(distribution: Continuous) -> None:
    # 2,048 steps h of 0.0081: the error of a cubic is h**4 / 384 times the fourth derivative.
    u, table = uniforms(4000), cubic_table(distribution)
    assert table is not None
    assert nearer_tail_error(distribution, u, table(u)) <= 4e-12


def test_normal_draws_keep_nine_digits_of_the_nearer_tail_on_either_side() -> None:
    # A cell is v / 64 wide at most; cubics through four points of it are off by 6.6e-4 / 64**4
    # times the fourth derivative by log(v), which for a logarithm, as z is nearly, is 6.
    v = uniforms(40_000)
    v = v[v < 0.5]
    z = sampler(Normal(0.0, 1.0))(v)
    slope = math.sqrt(2.0 * math.pi) * np.exp(0.5 * z * z) * v
    assert np.max(np.abs(z - special.ndtri(v)) / slope) <= 2.5e-10
    assert np.array_equal(
        sampler(Normal(0.0, 1.0))(1.0 - v), -sampler(Normal(0.0, 1.0))(1.0 - (1.0 - v))
    )


@pytest.mark.parametrize(
    "distribution", [Pert(0.6, 0.9, 1.0), Gamma(0.4, 2.0), LogNormal(0.0, 2.0)], ids=str
)
def test_draws_rise_from_cell_to_cell(distribution: Continuous) -> None:
    edges = np.unique(np.concatenate([2.0**-k * np.arange(32, 65) / 64.0 for k in range(1, 27)]))
    beside = np.concatenate([edges * (1.0 + share) for share in (-1e-10, 0.0, 1e-10)])
    u = np.sort(np.concatenate((beside, 1.0 - edges, 1.0 - edges * (1.0 + 1e-8))))
    x = sampler(distribution)(u)
    assert np.all(np.diff(x) >= -4.0 * np.spacing(x[1:]))


def test_beta_table_tells_values_apart_beside_one() -> None:
    # beta(a, 1) has the quantile u**(1 / a), here 1 - 1e-16 at most.
    u = uniforms(2000)
    x = sampler(Beta(900.0, 1.0))(u)
    assert np.allclose(x, u ** (1.0 / 900.0), rtol=1e-9 / 900.0, atol=0.0)


def test_a_table_by_score_draws_what_is_too_rough_for_one_by_digits() -> None:
    steep = Gamma(0.1, 1.0)
    assert octave_table(steep) is None
    assert sampler(steep) is cubic_table(steep)


@pytest.mark.parametrize("distribution", DIRECT, ids=str)
def test_without_a_table_the_quantile_draws(distribution: Distribution) -> None:
    assert sampler(distribution) == distribution.quantile


@pytest.mark.parametrize("distribution", COUNTS, ids=str)
def test_counts_are_drawn_exactly(distribution: Discrete) -> None:
    draw, atoms = sampler(distribution), distribution.atoms()
    assert draw != distribution.quantile
    assert atoms is not None
    at_steps = distribution.cdf(atoms)
    at_steps = at_steps[(at_steps > 1e-30) & (at_steps < 1.0)][:500]
    u = np.concatenate((uniforms(500), at_steps, np.nextafter(at_steps, 1.0), [1e-300]))
    u = u[u < 1.0]
    assert np.array_equal(draw(u), distribution.quantile(u))


def test_count_of_too_many_values_is_drawn_without_a_table() -> None:
    many = Poisson(1e13)
    draws = sampler(many)(np.array([0.05, 0.5, 0.95]))
    # Cornish and Fisher: the normal quantile plus (z**2 - 1) / 6, and terms below 1e-6.
    z = special.ndtri(np.array([0.05, 0.5, 0.95]))
    assert np.all(np.abs(draws - 1e13 - math.sqrt(1e13) * z - (z * z - 1.0) / 6.0) <= 1.0)


@pytest.mark.parametrize(
    "cut",
    [
        truncated(Gamma(2.5, 1.0), low=1.0),
        truncated(Gamma(2.5, 1.0), high=4.0),
        truncated(Pert(0.0, 3.0, 10.0), 1.0, 6.0),
    ],
    ids=str,
)
def test_wide_slice_is_drawn_by_the_table_of_its_parent(cut: Continuous) -> None:
    u = np.linspace(0.001, 0.999, 997)
    draw = sampler(cut)
    assert draw != cut.quantile
    assert np.allclose(draw(u), cut.quantile(u), rtol=1e-9, atol=0.0)
    ends = draw(np.array([2.0**-53, 1.0 - 2.0**-53]))
    assert cut.support[0] <= ends[0] < ends[1] <= cut.support[1]


@pytest.mark.parametrize("distribution", [*TABULATED, *DIRECT, *COUNTS], ids=str)
def test_draws_depend_on_their_own_u_alone(distribution: Distribution) -> None:
    u = uniforms(10_000)
    draw = sampler(distribution)
    whole = draw(u)
    assert np.array_equal(whole[::-1], draw(u[::-1]))
    assert np.array_equal(whole[9_000:], draw(u[9_000:]))
    assert np.array_equal(whole[:7], np.concatenate([draw(u[k : k + 1]) for k in range(7)]))
    assert np.array_equal(whole[:600].reshape(20, 30), draw(u[:600].reshape(20, 30)))


@pytest.mark.parametrize("distribution", [Beta(2.0, 3.0), Gamma(2.5, 2.0)], ids=str)
def test_u_beyond_the_table_goes_to_the_quantile(distribution: Continuous) -> None:
    u = np.array([1e-300, 0.5, 1e-20])
    assert np.array_equal(sampler(distribution)(u)[[0, 2]], distribution.quantile(u)[[0, 2]])


def test_no_draws_are_no_trouble() -> None:
    for distribution in (Beta(2.0, 3.0), Poisson(3.0), Normal(0.0, 1.0)):
        assert sampler(distribution)(np.array([])).shape == (0,)
        assert from_scores(distribution)(np.array([])).shape == (0,)


def test_equal_distributions_share_a_table() -> None:
    assert sampler(Pert(1.0, 2.0, 4.0)) is sampler(Pert(1.0, 2.0, 4.0, 4.0))


@pytest.mark.parametrize(
    "distribution",
    [
        Pert(75.0, 170.0, 230.0),
        Triangular(0.0, 1.0, 3.0),
        Triangular(0.0, 0.0, 3.0),
        lognormal_between(20.0, 55.0),
        Gamma(2.5, 2.0),
        truncated(Normal(0.0, 1.0), low=-1.0),
    ],
    ids=str,
)
def test_scores_reach_into_both_tails(distribution: Continuous) -> None:
    ends = [abs(end) for end in distribution.support if math.isfinite(end)]
    for sign, tail in ((-1.0, distribution.cdf), (1.0, distribution.survival)):
        z = sign * np.linspace(0.01, 12.0, 600)
        p, x = special.ndtr(-np.abs(z)), from_scores(distribution)(z)
        # Beside an end that is not 0 the rounding of x moves the probability too.
        ulp = 4.0 * np.spacing(np.maximum(np.abs(x), max([*ends, 0.0])))
        least, most = tail(x + sign * ulp), tail(x - sign * ulp)
        assert np.all(least <= p * (1.0 + TOLERANCE))
        assert np.all(most >= p * (1.0 - TOLERANCE))


def test_scores_become_values_of_functions_of_a_distribution() -> None:
    z = np.linspace(-37.0, 37.0, 149)
    reciprocal = from_scores(Transformed(LogNormal(1.0, 2.0), Power(-1.0)))(z)
    assert np.allclose(reciprocal, np.exp(-1.0 + 2.0 * z), rtol=1e-12, atol=0.0)
