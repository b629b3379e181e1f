"""The golden model with answers by quadrature: 168 tankers, all inputs shared."""

from pathlib import Path

import numpy as np
from scipy.special import ndtr, roots_jacobi

from lossmodel.scenario.schema import Scenario

SCENARIO = Scenario(
    title="168 tankers",
    units=["truck"],
    inputs={
        "trucks": "168 truck",
        "capacity": "150 to 230 bbl/truck",
        "price": "20 to 55 USD/bbl",
        "load": "pert(0.6, 0.9, 1.0)",
    },
    model={"loss": "trucks * capacity * price * load"},
    claim=[{"says": "more than 2 million USD"}],
)

# 60-point Gauss-Jacobi quadrature over the load of the exact lognormal law of the rest.
MEAN = 948345.5045306792
SD = 335891.87928147207
QUANTILES = {
    0.01: 400210.63585529104,
    0.025: 454406.7995563808,
    0.05: 506803.2061727138,
    0.25: 708775.1711801571,
    0.5: 894319.6284996787,
    0.75: 1127844.4458863437,
    0.95: 1573303.4248475493,
    0.975: 1752516.5403814185,
    0.99: 1986458.0008137075,
    0.999: 2578420.5460622483,
}
P_ABOVE_2M = 0.009482324513324869
SHORTEST_90 = (435905.6, 1445120.1)


def probability_above(amount):
    z, mean, sd = 1.6448536269514722, np.log(168), 0.0
    for low, high in ((150, 230), (20, 55)):
        mean, sd = mean + np.log(low * high) / 2, np.hypot(sd, np.log(high / low) / (2 * z))
    nodes, weights = roots_jacobi(60, 1.0, 3.0)  # the load is 0.6 + 0.4 beta(4, 2)
    load = 0.8 + 0.2 * nodes
    above = ndtr((mean + np.log(load) - np.log(amount)) / sd)
    return float(weights @ above / weights.sum())


FILE = Path(__file__).parent / "golden" / "tankers.toml"
