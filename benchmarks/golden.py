"""The golden model: 168 tankers, every input shared, with answers known by quadrature."""

from functools import cache
from pathlib import Path

from lossmodel import Scenario, load
from lossmodel.model.building import built
from lossmodel.model.evaluators import Evaluator, evaluator_of
from lossmodel.model.model import Model
from lossmodel.simulation.plan import Plan

DEFAULT = Plan()
LARGE = Plan(points=16_384)

# Given the load, the loss is lognormal: its mean and the roots of its cdf, by 64-point Gauss-Jacobi
# quadrature over the load.
MEAN = 948_345.504531
QUANTILES = {0.05: 506_803.206173, 0.5: 894_319.628500, 0.95: 1_573_303.424848}


def scenario() -> Scenario:
    """Return the scenario."""
    return load(Path(__file__).parents[1] / "tests" / "golden" / "tankers.toml")


@cache
def evaluator() -> Evaluator:
    """Return what computes the loss."""
    return evaluator_of(model())


def model() -> Model:
    """Return the model of the scenario."""
    return built(scenario())
