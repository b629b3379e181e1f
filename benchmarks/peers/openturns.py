"""OpenTURNS: a random vector through a symbolic function, or a low-discrepancy experiment."""

import numpy as np
import openturns as ot

from benchmarks.plain import CAPACITY, PRICE
from benchmarks.tools import Array, Way


def _inputs() -> ot.JointDistribution:
    """Return the inputs; OpenTURNS has no PERT, which is a beta between its ends."""
    margins = [ot.LogNormal(*CAPACITY), ot.LogNormal(*PRICE), ot.Beta(4.0, 2.0, 0.6, 1.0)]
    return ot.JointDistribution(margins)


def _model() -> ot.SymbolicFunction:
    """Return the model."""
    return ot.SymbolicFunction(["capacity", "price", "load"], ["168 * capacity * price * load"])


def _random(seed: int, size: int) -> Array:
    """Return losses of a random vector."""
    ot.RandomGenerator.SetSeed(seed)
    loss = ot.CompositeRandomVector(_model(), ot.RandomVector(_inputs()))
    return np.asarray(loss.getSample(size)).ravel()


def _sobol(seed: int, size: int) -> Array:
    """Return losses at randomized Sobol' points."""
    ot.RandomGenerator.SetSeed(seed)
    experiment = ot.LowDiscrepancyExperiment(ot.SobolSequence(), _inputs(), size)
    experiment.setRandomize(True)
    return np.asarray(_model()(experiment.generate())).ravel()


WAYS = (
    Way("CompositeRandomVector", _random),
    Way("LowDiscrepancyExperiment, randomized Sobol'", _sobol, quasi=True),
)
