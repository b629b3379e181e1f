"""The golden model: 168 tankers, every input shared, with answers known by quadrature."""

from functools import cache
from pathlib import Path

from benchmarks import exact
from lossmodel import Scenario, load
from lossmodel.model.building import built
from lossmodel.model.evaluators import Evaluator, evaluator_of
from lossmodel.model.model import Model
from lossmodel.simulation.plan import Plan

FILE = Path(__file__).parents[1] / "tests" / "golden" / "tankers.toml"
DEFAULT = Plan()
LARGE = Plan(points=16_384)

# By quadrature, as :func:`product`; tests/golden_model.py has them from another one.
MEAN = 948_345.504531
SD = 335_891.879281
QUANTILES = {
    0.05: 506_803.206173,
    0.5: 894_319.628500,
    0.95: 1_573_303.424848,
    0.999: 2_578_420.546062,
}
TOLD = (0.05, 0.5, 0.95)
"""The quantiles that are always told."""


@cache
def product() -> exact.Product:
    """Return the loss for quadrature: given the load, it is lognormal."""
    load = exact.pert(0.6, 0.9, 1.0)
    return exact.Product(exact.product(168.0, load), exact.lognormal((150, 230), (20, 55)))


def scenario() -> Scenario:
    """Return the scenario."""
    return load(FILE)


@cache
def evaluator() -> Evaluator:
    """Return what computes the loss."""
    return evaluator_of(model())


def model() -> Model:
    """Return the model of the scenario."""
    return built(scenario())
