"""Laws of every family in every way of writing it, parameters drawn from their domains."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from lossmodel.distributions.base import (
    UNIT_OPEN,
    Array,
    Continuous,
    Discrete,
    Distribution,
    Domain,
)
from lossmodel.distributions.calls import Argument, Call
from lossmodel.distributions.cubics import TOLERANCE
from lossmodel.distributions.families import FAMILIES, build
from lossmodel.distributions.forms import SEVERAL, TWO, Form
from lossmodel.distributions.inverse import sampler
from lossmodel.distributions.scores import from_scores
from lossmodel.distributions.truncations import Truncated
from lossmodel.errors import Fault

WAYS = [(name, form) for name, family in FAMILIES.items() for form in family.forms]
each_way = pytest.mark.parametrize(
    ("name", "form"),
    WAYS,
    ids=[f"{name}({form.signature(FAMILIES[name].order)})" for name, form in WAYS],
)
# No moments exist in the one; in the other they are sums of those of its parts.
FINITE = [way for way in WAYS if way[0] not in {"levy", "mixture"}]
few = settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much])

# From the far tails to the middle, with no probability that a table of counts would hit exactly.
TAIL = np.geomspace(1e-14, 0.4999, 40)
STEP = 1.0 / 16.0
SCORES = np.concatenate((np.linspace(-15.03, 15.03, 203), [-37.0, 0.0, 37.0]))
U = np.concatenate((TAIL, 1.0 - TAIL[::-1]))


def numbers(domain: Domain) -> st.SearchStrategy[float]:
    """Return plain numbers of a domain, a little inside of its ends."""
    low = max(domain.low, -50.0)
    high = min(domain.high, low + 100.0)
    if domain.kind == "a whole number":
        return st.integers(int(low) + 1, int(high)).map(float)
    inset = 0.02 * min(1.0, high - low) if domain.high < math.inf else 0.2
    return st.floats(low + inset, high - inset).map(lambda x: round(x, 3))


@st.composite
def calls(draw: st.DrawFn, name: str, form: Form) -> Call:
    """Return a call of a family in one way, which the family may still refuse."""
    domains = FAMILIES[name].domains
    named: dict[str, Argument] = {}
    for argument in form.required:
        named[argument] = draw(arguments(argument, domains))
    if "sd" in named and domains["mean"] == UNIT_OPEN:
        named["sd"] = 0.01 * float(str(named["sd"]))
    ordered = [key for key in ("low", "mode", "high") if key in form.required]
    values = sorted(float(str(named[key])) for key in ordered)
    named.update(zip(ordered, values, strict=True))
    named.update(draw(percentiles(form, domains)))
    named.update(draw(options(name, form, domains)))
    return Call(name, (), tuple(named.items()))


def arguments(argument: str, domains: Any) -> st.SearchStrategy[Argument]:
    """Return values of a required argument."""
    if argument == "families":
        return st.lists(simple(), min_size=1, max_size=3).map(tuple)
    if argument == "family":
        return simple()
    if argument == "values":
        return st.lists(numbers(domains["values"]), min_size=1, max_size=6).map(tuple)
    return numbers(domains[argument])


@st.composite
def percentiles(draw: st.DrawFn, form: Form, domains: Any) -> dict[str, Argument]:
    """Return as many percentiles as a form takes."""
    if form.percentiles == TWO:
        values = st.lists(numbers(domains["percentile"]), min_size=2, max_size=2, unique=True)
        two = draw(st.sampled_from([(5, 95), (10, 90), (50, 80), (1, 50), (25, 75)]))
        return dict(zip((f"p{p}" for p in two), sorted(draw(values)), strict=True))
    if form.percentiles == SEVERAL:
        # About a logistic, which any number of them allows.
        scale, bend = draw(st.floats(0.1, 20.0)), draw(st.floats(-0.3, 0.3))
        names = draw(
            st.sampled_from([(10, 90), (10, 50, 90), (5, 25, 75, 95), (5, 25, 50, 75, 95)])
        )
        scores = {p: math.log(p / (100.0 - p)) for p in names}
        return {
            f"p{p}": 50.0 + scale * (t + bend * (p / 100.0 - 0.5) * t) for p, t in scores.items()
        }
    return {}


@st.composite
def options(draw: st.DrawFn, name: str, form: Form, domains: Any) -> dict[str, Argument]:
    """Return some of the optional arguments."""
    if name == "metalog":
        bounds: dict[str, Argument] = {"low": -60.0, "high": 160.0}
        return {key: bounds[key] for key in draw(st.sets(st.sampled_from(sorted(bounds))))}
    if name == "truncate":
        return dict(draw(st.sampled_from([{"low": 2.0}, {"high": 9.0}, {"low": 0.5, "high": 8.0}])))
    if "weight" in form.optional:
        return {"weight": draw(numbers(domains["weight"]))}
    return {}


def simple() -> st.SearchStrategy[Call]:
    """Return families to make others of."""
    ways = [(name, form) for name, form in WAYS if name in {"normal", "gamma", "pert", "poisson"}]
    ways = [(name, form) for name, form in ways if not form.percentiles.stop > 1]
    return st.sampled_from(ways).flatmap(lambda way: calls(*way))


@st.composite
def distributions(draw: st.DrawFn, name: str, form: Form) -> Distribution:
    """Return a distribution of a family, written in one way."""
    try:
        return build(draw(calls(name, form)))
    except Fault:
        assume(False)  # parameters that contradict each other
        raise


def rounding(distribution: Distribution, x: Array) -> Array:
    """Return how far x may be off: a few roundings of it and of the ends it is added to."""
    ends = [abs(end) for end in distribution.support if math.isfinite(end)]
    size: Array = np.clip(np.abs(x), max([*ends, 1e-290]), 1e307)
    return 8.0 * np.spacing(size)


def roughness(distribution: Distribution) -> float:
    """Return how far shares of a slice may be off: it is a difference of larger ones."""
    if not isinstance(distribution, Truncated):
        return 0.0
    cut = distribution.slice
    return 1e-10 * min(cut.from_low, cut.to_high) / cut.mass


@each_way
@few
@given(data=st.data())
def test_quantiles_never_fall_and_stay_within_the_support(
    name: str, form: Form, data: st.DataObject
) -> None:
    distribution = data.draw(distributions(name, form))
    low, high = distribution.support
    x, y = distribution.quantile(U), distribution.upper_quantile(U[::-1])
    for column in (x, y):
        assert np.all(column[1:] >= column[:-1] - rounding(distribution, column[1:]))
        assert np.all((low <= column) & (column <= high))


@each_way
@few
@given(data=st.data())
def test_quantile_is_the_smallest_x_that_reaches_u(
    name: str, form: Form, data: st.DataObject
) -> None:
    distribution = data.draw(distributions(name, form))
    x, y = distribution.quantile(U), distribution.upper_quantile(TAIL)
    # Atoms are hit exactly, densities to the rounding of x.
    is_smooth = float(isinstance(distribution, Continuous))
    shift = np.maximum(is_smooth * rounding(distribution, x), np.spacing(np.abs(x)))
    lift = np.maximum(is_smooth * rounding(distribution, y), np.spacing(np.abs(y)))
    grain = roughness(distribution)
    fewer, more = 1.0 - 1e-9, 1.0 + 1e-9
    seen, far = np.abs(x) < 1e300, np.abs(y) < 1e300
    assert np.all((distribution.cdf(x - shift) <= U * more + grain)[seen])
    assert np.all((distribution.cdf(x + is_smooth * shift) >= U * fewer - grain)[seen])
    assert np.all((distribution.survival(y + is_smooth * lift) <= TAIL * more + grain)[far])
    assert np.all((distribution.survival(y - lift) >= TAIL * fewer - grain)[far])


@each_way
@few
@given(data=st.data())
def test_cdf_and_survival_share_out_one(name: str, form: Form, data: st.DataObject) -> None:
    distribution = data.draw(distributions(name, form))
    x = np.concatenate((distribution.quantile(U), [-1e9, 0.0, 1e9, -np.inf, np.inf]))
    assert np.allclose(distribution.cdf(x) + distribution.survival(x), 1.0, rtol=0.0, atol=1e-12)
    assert np.all(np.diff(distribution.cdf(np.sort(x))) >= -1e-15)
    assert distribution.cdf(np.array([-np.inf, np.inf])).tolist() == [0.0, 1.0]
    assert distribution.survival(np.array([-np.inf, np.inf])).tolist() == [1.0, 0.0]


@each_way
@few
@given(data=st.data())
def test_upper_quantile_mirrors_the_quantile(name: str, form: Form, data: st.DataObject) -> None:
    distribution = data.draw(distributions(name, form))
    u = np.array([0.0317, 0.1193, 0.3331, 0.4999, 0.7121, 0.9457])
    x, y = distribution.quantile(u), distribution.upper_quantile(1.0 - u)
    scale = np.ptp(distribution.quantile(np.array([0.02, 0.98])))
    assert np.allclose(x, y, rtol=1e-12, atol=1e-11 * scale)


@each_way
@few
@given(data=st.data())
def test_density_or_mass_is_the_change_of_the_cdf(
    name: str, form: Form, data: st.DataObject
) -> None:
    distribution = data.draw(distributions(name, form))
    if isinstance(distribution, Continuous):
        # Gauss-Legendre between quantiles close together; kinks fall between panels rarely.
        edges = distribution.quantile(np.linspace(0.05, 0.95, 181))
        assume(np.abs(edges).max() < 1e100)
        assume(np.diff(edges).min() > 1e-9 * np.ptp(edges))
        nodes, weights = np.polynomial.legendre.leggauss(12)
        half = 0.5 * np.diff(edges)
        x = (edges[:-1] + half)[:, None] + half[:, None] * nodes
        area = (distribution.density(x) @ weights) * half
        change = np.diff(distribution.cdf(edges))
        # Panels with a pole or a kink are few: the median tells of the formula.
        assert np.median(np.abs(area - change)) <= 1e-8 * change.max()
    elif isinstance(distribution, Discrete):
        x = np.unique(distribution.quantile(U))
        change = distribution.cdf(x) - distribution.cdf(np.nextafter(x, -np.inf))
        assert np.allclose(distribution.mass(x), change, rtol=1e-9, atol=1e-14)
        assert np.all(distribution.mass(x) > 0.0)


@pytest.mark.parametrize(("name", "form"), FINITE)
@few
@given(data=st.data())
def test_moments_are_those_of_the_quantile_function(
    name: str, form: Form, data: st.DataObject
) -> None:
    distribution = data.draw(distributions(name, form))
    assume(math.isfinite(distribution.variance))
    atoms = distribution.atoms() if isinstance(distribution, Discrete) else None
    if isinstance(distribution, Discrete) and atoms is not None:
        x, share, accuracy = atoms, distribution.mass(atoms), 1e-9
    else:
        assume(isinstance(distribution, Continuous))
        # The trapezoidal rule in t, u = 1 / (1 + exp(-t)): its error is exp(-2 pi d / STEP), d
        # the distance of the nearest pole, pi for the logistic, but near STEP**2 at kinks.
        t = np.arange(-300.0, 300.0, STEP) + 0.0119
        q = 1.0 / (1.0 + np.exp(np.abs(t)))
        x = np.where(t < 0.0, distribution.quantile(q), distribution.upper_quantile(q))
        share = q * (1.0 - q) * STEP
        assume(np.abs(x).max() < 1e100)
        assume(np.square(x[-1]) * share[-1] + np.square(x[0]) * share[0] < 1e-12)
        accuracy = 3e-3 if name == "triangular" else 1e-8
        assume(settled(x, share, accuracy))
    mean = float(x @ share)
    variance = float(np.square(x - mean) @ share)
    spread = math.sqrt(distribution.variance)
    assert abs(distribution.mean - mean) <= accuracy * spread + 1e-13 * abs(mean)
    assert abs(distribution.variance - variance) <= accuracy * spread**2 + 1e-12 * mean**2


def settled(x: Array, share: Array, accuracy: float) -> bool:
    """Return whether the rule with half the points tells the same: whether it may be trusted."""
    square, coarse = np.square(x - x @ share), 2.0 * share[::2]
    return bool(abs(square @ share - square[::2] @ coarse) <= 0.1 * accuracy * (square @ share))


@each_way
@few
@given(data=st.data())
def test_parameters_given_come_back(name: str, form: Form, data: st.DataObject) -> None:
    call = data.draw(calls(name, form))
    try:
        distribution = build(call)
    except Fault:
        assume(False)
    given_ = {key: value for key, value in call.named if isinstance(value, float)}
    if "mean" in given_:
        spread = math.sqrt(distribution.variance)
        assert abs(distribution.mean - given_["mean"]) <= 1e-11 * (spread + abs(given_["mean"]))
    if "sd" in given_:
        assert math.isclose(math.sqrt(distribution.variance), given_["sd"], rel_tol=1e-8)
    for key, value in given_.items():
        if key[0] == "p" and key[1:].isdigit():
            found = float(distribution.quantile(np.asarray(int(key[1:]) / 100.0)))
            assert math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9)


@each_way
@few
@given(data=st.data())
def test_equal_calls_make_equal_distributions(name: str, form: Form, data: st.DataObject) -> None:
    call = data.draw(calls(name, form))
    try:
        first, second = build(call), build(Call(call.family, (), call.named[::-1]))
    except Fault:
        assume(False)
    assert first == second
    assert hash(first) == hash(second)


@each_way
@few
@given(data=st.data())
def test_draws_are_quantiles(name: str, form: Form, data: st.DataObject) -> None:
    distribution = data.draw(distributions(name, form))
    u = U[np.minimum(U, 1.0 - U) > 1e-12]
    x = sampler(distribution)(u)
    if isinstance(distribution, Continuous):
        shift, seen = rounding(distribution, x), np.abs(x) < 1e300
        # A slice takes the table of its parent, which is right in the parent's tail.
        tail = 1.0 if name == "truncate" else np.minimum(u, 1.0 - u)
        slack = 2.0 * TOLERANCE * tail + 1e-15
        assert np.all((distribution.cdf(x - shift) <= u + slack)[seen])
        assert np.all((distribution.cdf(x + shift) >= u - slack)[seen])
    else:
        assert np.array_equal(x, distribution.quantile(u))


@each_way
@few
@given(data=st.data())
def test_values_from_scores_are_quantiles_of_the_nearer_tail(
    name: str, form: Form, data: st.DataObject
) -> None:
    distribution = data.draw(distributions(name, form))
    z = np.sort(SCORES)
    below, above = ndtr(z[z <= 0.0]), ndtr(-z[z > 0.0])
    x = from_scores(distribution)(z)
    exact = np.concatenate((distribution.quantile(below), distribution.upper_quantile(above)))
    if isinstance(distribution, Discrete):
        assert np.array_equal(x, exact)
        return
    # By how much the exact values move when the probability of the nearer tail changes by 2e-8.
    more, fewer = 1.0 + 2.0 * TOLERANCE, 1.0 - 2.0 * TOLERANCE
    low = np.append(distribution.quantile(below * fewer), distribution.upper_quantile(above * more))
    high = np.append(
        distribution.quantile(below * more), distribution.upper_quantile(above * fewer)
    )
    slack, seen = rounding(distribution, exact), np.abs(exact) < 1e300
    own = seen & (x != exact)  # exact functions may be rougher than a table
    assert np.all((x >= low - slack)[own])
    assert np.all((x <= high + slack)[own])
    assert np.all((x[1:] >= x[:-1] - slack[1:])[own[1:] & own[:-1]])
    again = from_scores(distribution)(z.reshape(2, -1)).ravel()
    assert np.array_equal(again, x)
