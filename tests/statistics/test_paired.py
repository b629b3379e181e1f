"""Whether the stated errors of differences are true, and how far pairing shrinks them.

Of 400 seeds a 95% confidence that covers exactly 95% covers fewer than 90% or more than 98.5% less
than once in 1,000.
"""

import numpy as np
import pytest
from golden_model import MEAN, QUANTILES, SCENARIO
from repetition import covered
from scipy.optimize import brentq
from scipy.special import ndtr, roots_jacobi

import lossmodel as lm
from lossmodel.comparison.comparing import compared
from lossmodel.model.building import built
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import Ask

SEEDS = 400
LEAST, MOST = 0.90, 0.985
HIGHER = {"price": "20 to 60 USD/bbl"}
SHARES = (0.05, 0.5, 0.95)
Z95 = 1.6448536269514722
NODES, WEIGHTS = roots_jacobi(60, 1.0, 3.0)  # the load is 0.6 + 0.4 beta(4, 2)
LOADS, WEIGHTS = 0.8 + 0.2 * NODES, WEIGHTS / WEIGHTS.sum()


def law(upper):
    pairs = [
        (np.log(low * high) / 2, np.log(high / low) / (2 * Z95))
        for low, high in ((150, 230), (20, upper))
    ]
    return np.log(168) + sum(mean for mean, _ in pairs), np.hypot(*(sd for _, sd in pairs))


def exact(upper):
    centre, spread = law(upper)
    mean = float(WEIGHTS @ LOADS) * np.exp(centre + spread**2 / 2)
    found = {"mean": mean}
    for p in SHARES:

        def excess(y, p=p):
            return float(WEIGHTS @ ndtr((np.log(y / LOADS) - centre) / spread)) - p

        found[p] = brentq(excess, 1e4, 1e8, xtol=1e-9, rtol=1e-14)
    return found


FIRST, SECOND = exact(55.0), exact(60.0)
TRUTH = {name: SECOND[name] - FIRST[name] for name in FIRST}


def test_the_oracle_is_that_of_the_golden_model():
    assert FIRST["mean"] == pytest.approx(MEAN, rel=1e-12)
    assert [FIRST[p] for p in SHARES] == pytest.approx([QUANTILES[p] for p in SHARES], rel=1e-12)
    assert [round(TRUTH[name], 3) for name in (0.05, 0.5, 0.95)] == [
        2266.773,
        39699.313,
        135808.392,
    ]
    assert round(TRUTH["mean"], 4) == 50607.5098


def differences(smoothing, points=256, seeds=SEEDS, design="sobol"):
    models = [built(SCENARIO), built(SCENARIO, HIGHER)]
    found = {name: [] for name in TRUTH}
    for seed in range(seeds):
        pair = compared(models, Plan(design, points=points, seed=seed), Ask(smoothing=smoothing))[
            "loss"
        ]
        for name in TRUTH:
            found[name].append(pair.mean if name == "mean" else pair.quantiles[name])
    return found


@pytest.mark.parametrize("smoothing", ["auto", "off"])
@pytest.mark.parametrize("design", ["sobol", "independent"])
def test_the_confidence_of_a_difference_covers_the_exact_one(smoothing, design):
    found = differences(smoothing, design=design)
    shares = {name: covered(found[name], TRUTH[name]) for name in TRUTH}
    assert all(LEAST <= share <= MOST for share in shares.values()), shares


def unpaired(seeds=200):
    """The spread of differences between two runs of plain Monte Carlo with 4,096 draws each."""
    found = {name: [] for name in TRUTH}
    rng = np.random.default_rng(7)
    for _ in range(seeds):
        columns = []
        for upper in (55.0, 60.0):
            centre, spread = law(upper)
            draws = np.exp(centre + spread * rng.standard_normal(4096))
            columns.append(draws * (0.6 + 0.4 * rng.beta(4.0, 2.0, 4096)))
        for name in TRUTH:
            first, second = (c.mean() if name == "mean" else np.quantile(c, name) for c in columns)
            found[name].append(second - first)
    return {name: np.std(values) for name, values in found.items()}


def test_pairing_leaves_a_thousandth_of_the_error_smoothed_and_a_hundredth_of_the_mean_not():
    plain = unpaired()

    def gain(found, name):
        return plain[name] / np.sqrt(
            np.mean((np.array([float(e) for e in found[name]]) - TRUTH[name]) ** 2)
        )

    smoothed, drawn = differences("auto", seeds=60), differences("off", seeds=60)
    gains = {name: gain(smoothed, name) for name in TRUTH}
    assert min(gains.values()) >= 1000.0, gains
    assert gain(drawn, "mean") >= 100.0


def test_the_first_is_higher_only_where_the_price_is_below_its_p5():
    (pair,) = lm.compare(SCENARIO, HIGHER, points=256)
    assert pair.difference["loss"].first_exceeds.value == pytest.approx(0.05, abs=1e-9)
    (drawn,) = lm.compare(SCENARIO, HIGHER, points=256, smoothing="off")
    seen = drawn.difference["loss"].first_exceeds
    assert seen.low <= 0.05 <= seen.high
