"""What many seeds say of the stated errors."""

import numpy as np

from lossmodel.model.building import built
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask


def estimates(scenario, plan, seeds, statistics, smoothing="auto"):
    model, ask = built(scenario), Ask(smoothing=smoothing)
    found = {name: [] for name in statistics}
    for seed in range(seeds):
        result = simulated(model, Plan(plan.design, plan.replicates, plan.points, seed), ask)
        output = next(iter(result.outputs.values()))
        for name, (statistic, _) in statistics.items():
            found[name].append(statistic(output))
    return found


def covered(found, truth):
    return float(np.mean([each.low <= truth <= each.high for each in found]))


def stated_over_seen(found):
    return float(np.median([each.se for each in found]) / np.std([each.value for each in found]))


def relative_error(found, truth):
    return float(np.sqrt(np.mean([(each.value / truth - 1.0) ** 2 for each in found])))
