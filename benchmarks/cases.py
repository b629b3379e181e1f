"""The models that are compared: the golden one, and one output of three bundled scenarios."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np

from benchmarks import exact, golden, plain
from benchmarks.peers.found import found
from benchmarks.tools import SHARES, Absent, Array, Tool, Way
from lossmodel import Scenario, load
from lossmodel.simulation.output import Output


@final
@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One output, its exact statistics, and what else can compute it.

    Attributes
    ----------
    name, output : str
    scenario : Scenario
        Asked for this output alone, as the tools are.
    exact : array
        Of all statistics, by quadrature.
    tools : tuple of Tool or Absent
    """

    name: str
    output: str
    scenario: Scenario
    exact: Array
    tools: tuple[Tool | Absent, ...]

    def errors(self, statistics: Array) -> Array:
        """Return relative errors."""
        return statistics / self.exact - 1.0


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases; packages are compared on the golden model alone."""
    return (golden_case(), *map(_bundled, _BUNDLED))


@cache
def golden_case() -> Case:
    """Return the golden model."""
    tools = (_numpy(plain.straightforward), *found())
    return Case("golden model", "loss", golden.scenario(), _statistics(golden.product()), tools)


def statistics_of(output: Output) -> Array:
    """Return the mean and the quantiles of an output."""
    return np.array([float(output.mean), *(float(output.quantile(p)) for p in SHARES)])


def _bundled(name: str) -> Case:
    """Return one output of a bundled scenario, without the others and without claims."""
    output, by_hand, product = _BUNDLED[name]
    scenario = load(name).model_copy(update={"outputs": [output], "claim": []})
    return Case(name, output, scenario, _statistics(product()), (_numpy(by_hand),))


def _statistics(product: exact.Product) -> Array:
    """Return the exact statistics."""
    return np.array([product.mean, *map(product.quantile, SHARES)])


def by_numpy(by_hand: plain.Loop) -> Way:
    """Return a hand-written loop as a way of drawing."""

    def draw(seed: int, size: int) -> Array:
        return by_hand(np.random.default_rng(seed), size)

    return Way("blocked", draw)


def _numpy(by_hand: plain.Loop) -> Tool:
    """Return NumPy as a tool."""
    return Tool("NumPy", (by_numpy(by_hand),))


def _cargo_wellhead() -> exact.Product:
    """Return 168 trucks x capacity x load factor x price at the wellhead."""
    capacity, load_factor = exact.triangular(75, 170, 230, 128), exact.triangular(0.4, 0.85, 1, 128)
    return exact.Product(
        exact.product(168, capacity, load_factor), exact.triangular_law(20, 35, 45)
    )


def _delay_cost() -> exact.Product:
    """Return ships x tonnes x days blocked x value a tonne x delay x cost a day."""
    counted = (exact.pert(48, 50, 52), exact.pert(50_000, 61_600, 70_000), exact.pert(6, 6.3, 6.5))
    return exact.Product(
        exact.product(1.0, *counted),
        exact.lognormal((1_200, 4_000), (3, 12), (0.0005, 0.01)),
    )


def _ad_revenue_net() -> exact.Product:
    """Return revenue an hour x hours x share down x (1 - recovered) x weight of the hours."""
    kept = exact.triangular(0.3, 0.7, 1.0)  # 1 - triangular(0, 0.3, 0.7)
    factors = (exact.pert(5.5, 6, 7), exact.triangular(0.95, 1, 1), kept)
    return exact.Product(
        exact.product(plain.REVENUE_AN_HOUR, *factors), exact.lognormal((0.9, 1.4))
    )


_BUNDLED: dict[str, tuple[str, plain.Loop, Callable[[], exact.Product]]] = {
    "palmyra-tankers": ("cargo_wellhead", plain.cargo_wellhead, _cargo_wellhead),
    "ever-given-2021": ("delay_cost", plain.delay_cost, _delay_cost),
    "facebook-outage-2021": ("ad_revenue_net", plain.ad_revenue_net, _ad_revenue_net),
}
