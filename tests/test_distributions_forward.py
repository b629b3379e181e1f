import numpy as np
import pytest
from scipy.special import ndtri

from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Uniform
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.forward import cdf_and_survival
from lossmodel.distributions.positive import Gamma

SLOW = [
    Pert(0.6, 0.9, 1.0),
    Pert(60.0, 80.0, 180.0),
    Beta(30.0, 400.0),
    Gamma(3.0, 2.0),
    Gamma(0.7, 1.0),
]


@pytest.mark.parametrize("distribution", SLOW, ids=str)
def test_tables_agree_in_the_score_of_the_nearer_tail(distribution):
    cdf, survival = cdf_and_survival(distribution)
    assert cdf != distribution.cdf
    u = np.random.default_rng(0).random(5000)
    tails = np.geomspace(1e-15, 1e-2, 200)
    x = np.concatenate(
        [distribution.quantile(u), distribution.quantile(tails), distribution.upper_quantile(tails)]
    )
    for ours, exact in ((cdf(x), distribution.cdf(x)), (survival(x), distribution.survival(x))):
        near = exact < 0.5
        # Twice the tolerance of the table: it is measured halfway between the knots.
        assert np.abs(ndtri(ours[near]) - ndtri(exact[near])).max() <= 2e-9


@pytest.mark.parametrize("distribution", SLOW, ids=str)
def test_beyond_the_table_the_functions_are_exact(distribution):
    cdf, survival = cdf_and_survival(distribution)
    low, high = distribution.support
    x = np.array([low - 1.0, low, np.nextafter(low, high), -np.inf, np.inf, high + 1.0])
    assert np.array_equal(cdf(x), distribution.cdf(x))
    assert np.array_equal(survival(x), distribution.survival(x))


def test_shapes_are_kept_and_quick_families_are_left_alone():
    cdf, _ = cdf_and_survival(Pert(1.0, 2.0, 4.0))
    assert cdf(np.full((2, 3), 2.0)).shape == (2, 3)
    assert cdf(np.array([])).shape == (0,)
    # Near 1, 1 - x of this one has too few digits for a table to be right.
    arcsine = Beta(0.5, 0.5)
    assert cdf_and_survival(arcsine) == (arcsine.cdf, arcsine.survival)
    uniform = Uniform(0.0, 1.0)
    assert cdf_and_survival(uniform) == (uniform.cdf, uniform.survival)
