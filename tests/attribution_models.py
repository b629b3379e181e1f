"""Models whose sensitivity is known in closed form."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, roots_jacobi

import lossmodel as lm

Z = ndtri(0.95)

# The load is 0.6 + 0.4 beta(4, 2): Gauss-Jacobi nodes and weights.
_nodes, _weights = roots_jacobi(60, 1.0, 3.0)
LOADS, LOAD_WEIGHTS = 0.8 + 0.2 * _nodes, _weights / _weights.sum()


def lognormal(low, high):
    return np.log(low * high) / 2, np.log(high / low) / (2 * Z)


CAPACITY, PRICE = lognormal(150, 230), lognormal(20, 55)


def golden_quantile(parts, p, loads=LOADS, weights=LOAD_WEIGHTS):
    """Return a quantile of 168 times some lognormals times the load."""
    mu = np.log(168) + sum(part[0] for part in parts)
    sigma = np.sqrt(sum(part[1] ** 2 for part in parts))
    middle = np.exp(mu)

    def miss(y):
        return float(weights @ ndtr((np.log(y / middle) - np.log(loads)) / sigma)) - p

    return brentq(miss, 1e-3 * middle, 1e3 * middle, xtol=1e-10 * middle, rtol=1e-13)


def mean_of(part):
    return np.exp(part[0] + part[1] ** 2 / 2)


def golden_widths():
    """Return the widths once known: the rest's own width, times the mean of what is known."""

    def width(parts, *load):
        return golden_quantile(parts, 0.95, *load) - golden_quantile(parts, 0.05, *load)

    one = np.ones(1), np.ones(1)
    today = width([CAPACITY, PRICE])
    return {
        "capacity": mean_of(CAPACITY) * width([PRICE]) / today,
        "price": mean_of(PRICE) * width([CAPACITY]) / today,
        "load": float(LOAD_WEIGHTS @ LOADS) * width([CAPACITY, PRICE], *one) / today,
    }


def of_product(squared_variations):
    """Return first-order and total indices of a product, from variances over squared means."""
    v = np.array(squared_variations)
    variance = np.prod(1 + v) - 1
    return v / variance, v * np.prod(1 + v) / (1 + v) / variance


def named(names, indices):
    first, total = indices
    return dict(zip(names, first, strict=True)), dict(zip(names, total, strict=True))


GOLDEN = named(
    ["capacity", "price", "load"],
    of_product(
        [np.expm1(CAPACITY[1] ** 2), np.expm1(PRICE[1] ** 2), 0.16 * 8 / 252 / (13 / 15) ** 2]
    ),
)

ISHIGAMI = lm.Scenario(
    title="Ishigami and Homma (1990), a = 7, b = 0.1",
    inputs=dict.fromkeys(("x1", "x2", "x3"), f"uniform({-np.pi}, {np.pi})"),
    model=lambda x1, x2, x3: np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1),
)
ISHIGAMI_INDICES = named(
    ["x1", "x2", "x3"],
    (
        [0.31390519114781146, 0.4424111447900409, 0.0],
        [0.5575888552099592, 0.4424111447900409, 0.24368366406214767],
    ),
)


def g_function(a):
    """Return Sobol's g-function as formulas, and its indices."""
    names = [f"x{i}" for i in range(len(a))]
    factors = [f"(abs(4 * {x} - 2) + {c}) / {1 + c}" for x, c in zip(names, a, strict=True)]
    scenario = lm.Scenario(
        title="g-function",
        inputs=dict.fromkeys(names, "uniform(0, 1)"),
        model={"loss": " * ".join(factors)},
    )
    return scenario, named(names, of_product([1 / (3 * (1 + c) ** 2) for c in a]))


def lognormal_product(variations):
    """Return a product of lognormals of mean 1, its indices and its widths once known."""
    names = [f"x{i}" for i in range(len(variations))]
    scenario = lm.Scenario(
        title="product",
        inputs={
            name: f"lognormal(mean=1, sd={c:.6f})"
            for name, c in zip(names, variations, strict=True)
        },
        model={"loss": " * ".join(names)},
    )
    logs = np.log1p(np.square(variations))
    rest = np.sqrt(logs.sum() - logs)
    widths = np.exp(logs / 2) * np.sinh(Z * rest) / np.sinh(Z * np.sqrt(logs.sum()))
    indices = named(names, of_product(np.square(variations)))
    return scenario, indices, dict(zip(names, widths, strict=True))


def of_sum(variances):
    """Return first-order and total indices of a sum, from variances."""
    shares = np.array(variances) / np.sum(variances)
    return shares, shares


def _discrete(inputs, formula, indices):
    scenario = lm.Scenario(title="discrete inputs", inputs=inputs, model={"loss": formula})
    return scenario, named(inputs, indices)


# 0.01 E(x x) - 0.0001 E(x)**2 with 10 exp(s z): exp(2 SPIKE) - exp(SPIKE) / 100, SPIKE = s * s.
SPIKE = np.log(2) ** 2
NORMAL, PRICES = "normal(mean=0, sd=1)", "10 to 30"
DISCRETE = {
    "few": _discrete({"n": "poisson(mean=3)", "x": NORMAL}, "n + x", of_sum([3, 1])),
    "many": _discrete(
        {"n": "integers(0, 40)", "x": NORMAL}, "n + 10 * x", of_sum([(41**2 - 1) / 12, 100])
    ),
    "heavy": _discrete(
        {"n": "negative_binomial(mean=2, sd=3)", "x": NORMAL}, "n + x", of_sum([9, 1])
    ),
    "rare": _discrete(
        {"n": "bernoulli(p=0.0001)", "x": NORMAL}, "100 * n + x", of_sum([0.9999, 1])
    ),
    # More values than are taken one by one.
    "thousands": _discrete(
        {"n": "integers(0, 1000)", "x": NORMAL}, "n + 300 * x", of_sum([(1001**2 - 1) / 12, 9e4])
    ),
    "wide": _discrete(
        {"n": "poisson(mean=100)", "x": "lognormal(median=1, gsd=2)"},
        "n * x",
        of_product([1 / 100, np.expm1(np.log(2) ** 2)]),
    ),
    # A spike at 0 beside a lognormal in one draw of a hundred.
    "spike": _discrete(
        {
            "x": "mixture([choice([0]), lognormal(median=10, gsd=2)], weights=[0.99, 0.01])",
            "y": NORMAL,
        },
        "x + y",
        of_sum([np.exp(2 * SPIKE) - 0.01 * np.exp(SPIKE), 1]),
    ),
    # E(n n) / E(n)**2 - 1 = 1/3 of a Poisson count of mean 3; of 1 + a coin of 0.3, 0.21 / 1.69.
    "product": _discrete(
        {"n": "poisson(mean=3)", "b": "bernoulli(p=0.3)", "x": PRICES},
        "n * (1 + b) * x",
        of_product([1 / 3, 0.21 / 1.69, np.expm1(lognormal(10, 30)[1] ** 2)]),
    ),
}


def _event(inputs, formula, chance, sigma):
    """Return a loss exp(sigma z) that comes about with some chance, and its indices."""
    mean, square = np.exp(sigma**2 / 2), np.exp(2 * sigma**2)
    variance = chance * square - (chance * mean) ** 2
    event, size = chance * (1 - chance) * mean**2, chance**2 * (square - mean**2)
    first, total = [event, size], [variance - size, variance - event]
    return _discrete(inputs, formula, (np.array(first) / variance, np.array(total) / variance))


SIZE = "lognormal(mu=0, sigma=1)"
EVENTS = {
    "coin": _event({"x": "bernoulli(p=0.1)", "z": SIZE}, "x * z", 0.1, 1),
    "rare coin": _event({"x": "bernoulli(p=0.02)", "z": SIZE}, "x * z", 0.02, 1),
    "jump": _event({"x": "uniform(0, 1)", "z": SIZE}, "where(x > 0.9, z, 0)", 0.1, 1),
    "jump of little": _event(
        {"x": "uniform(0, 1)", "z": "lognormal(mu=0, sigma=0.5)"}, "where(x > 0.9, z, 0)", 0.1, 0.5
    ),
    # The heavy tail is in the formula: no input's distribution tells of it.
    "exponential": _event(
        {"x": "bernoulli(p=0.1)", "z": "normal(mean=0, sd=1)"}, "x * exp(z)", 0.1, 1
    ),
}
"""Losses that seldom come about and are then of very different sizes."""
