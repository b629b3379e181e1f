"""Moments in closed form against quadrature of the quantile function."""

import numpy as np
import pytest

from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import Triangular, Uniform
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.location import Normal
from lossmodel.distributions.positive import LogNormal
from lossmodel.distributions.quadrature import expectation
from lossmodel.distributions.raw_moments import raw_moments

LAWS = [
    Normal(-2.0, 3.0),
    LogNormal(0.3, 0.7),
    Uniform(-1.0, 4.0),
    Beta(0.7, 2.5),
    Pert(75.0, 170.0, 230.0),
    Pert(-3.0, -3.0, 1.0, 2.0),
]


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_closed_moments_are_those_of_quadrature(law):
    for power, known in zip((1, 2, 3, 4), raw_moments(law), strict=True):
        size = expectation(law, lambda x, power=power: np.abs(x) ** power)
        # Quadrature is good to 1e-11 of the size of what it adds up.
        assert abs(known - expectation(law, lambda x, power=power: x**power)) <= 1e-9 * size


def test_what_has_no_closed_form_here_is_left_to_quadrature():
    assert raw_moments(Triangular(0.0, 1.0, 2.0)) is None


def test_moments_that_are_no_floats_are_infinite():
    assert raw_moments(LogNormal(400.0, 1.0))[1:] == (np.inf, np.inf, np.inf)
