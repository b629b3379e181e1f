"""What the interval of each output would be if an input were known."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from lossmodel.attribution.holding import Held, Holding
from lossmodel.attribution.pairs import OutputSums
from lossmodel.attribution.reaching import Reaching, affordable
from lossmodel.attribution.results import Quantiles, Swing
from lossmodel.attribution.widths import Expected, Width, expected_width, nodes_of, width_of
from lossmodel.distributions.base import Distribution
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.model.inputs import ModelInput
from lossmodel.simulation.integrating import AUTO, candidates
from lossmodel.simulation.intervals import tails
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import ALWAYS
from lossmodel.smoothing.forms import Form

Ends = tuple[float, float]

_ENDS = 0.05, 0.95
_SETTINGS = 20
"""About how many values each input is held at."""


@final
@dataclass(frozen=True, slots=True)
class Span:
    """What becomes of one output if one input is known.

    Attributes
    ----------
    width_if_known : Estimate
        Of the interval, expected, as a share of today's.
    swing : Swing
        At the ends of the input's own 90% interval.
    """

    width_if_known: Estimate
    swing: Swing


def spans(
    reaching: Reaching,
    plan: Plan,
    level: float,
    sums: Mapping[str, OutputSums],
    watch: Callable[[float], None],
) -> dict[str, dict[str, Span]]:
    """Return the spans of each output, by input that reaches it.

    Parameters
    ----------
    reaching : Reaching
    plan : Plan
    level : float
        Of the interval.
    sums : mapping of str to OutputSums
        By output: of its free inputs, the one that moves it most is integrated out where it can be.
        Without those that inputs that move together reach.
    watch : callable
        Is told the share that is done.
    """
    few = affordable(reaching, plan, _SETTINGS * len(reaching.inputs))
    holding, ends = Holding(reaching, few, _forms(reaching, sums)), tails(level)
    today = {name: width_of(held, ends) for name, held in holding.free().items()}
    found: dict[str, dict[str, Span]] = {name: {} for name in reaching.outputs}
    for done, each in enumerate(reaching.inputs, 1):
        if each.counted_by:
            found |= {
                name: found[name] | {each.name: _of_units(each)}
                for name in reaching.reached[each.name]
            }
        else:
            for name, span in _of_input(each, holding, today, ends):
                found[name][each.name] = span
        watch(done / len(reaching.inputs))
    return found


def _of_units(each: ModelInput) -> Span:
    """Return the span of an input that has a value for each unit: not one that could be held."""
    unknown = dict.fromkeys(ALWAYS, MISSING)
    first, last = (each.quantile(p) for p in _ENDS)
    return Span(MISSING, Swing(first, last, unknown, unknown))


def _forms(reaching: Reaching, sums: Mapping[str, OutputSums]) -> dict[str, Sequence[Form]]:
    """Return what can be integrated out of each output, what moves it most first.

    Nothing where inputs that move together reach it: the others explain little of it, and to smooth
    by one of them took two and a half times as long for errors a quarter to a half smaller.
    """
    if reaching.model.scenario.is_code:
        return {}

    def moved(output: str, form: Form) -> float:
        return float(sums[output].inputs[form.over].halves.mean())

    possible = candidates(reaching.model, AUTO).forms
    return {
        name: sorted(possible.get(name, ()), key=lambda form: moved(name, form), reverse=True)
        for name in sums
    }


def _of_input(
    each: ModelInput, holding: Holding, today: Mapping[str, Width], ends: Ends
) -> Iterator[tuple[str, Span]]:
    """Yield the outputs that an input reaches, and their spans."""
    if each.distribution is None:
        raise AssertionError("a constant is known")
    first, last = (each.quantile(p) for p in _ENDS)
    sides = np.array([each.drawn_quantile(p) for p in _ENDS])
    expected = _expected(each, each.distribution, holding, today, ends)
    swings: dict[str, list[Quantiles]] = {name: [] for name in expected}
    for outputs in holding.held(each.name, sides * each.factor):
        for name, held in outputs.items():
            swings[name].append(_quantiles(held))
    for name, (low, high) in swings.items():
        swing = Swing(first, last, low, high)
        yield name, Span(expected[name].estimate, swing)


def _expected(
    each: ModelInput, law: Distribution, holding: Holding, today: Mapping[str, Width], ends: Ends
) -> dict[str, Expected]:
    """Return the expected widths of the outputs that an input reaches, by nodes that suffice."""
    found: dict[str, Expected] = {}
    for nodes in nodes_of(law):
        widths: dict[str, list[Width]] = {}
        for outputs in holding.held(each.name, nodes.values * each.factor):
            for name, held in outputs.items():
                if name not in found or not found[name].settled:
                    widths.setdefault(name, []).append(width_of(held, ends))
        for name, seen in widths.items():
            expected = expected_width(nodes, seen, today[name])
            if name not in found or expected.missed < found[name].missed:
                found[name] = expected
        if all(expected.settled for expected in found.values()):
            break
    return found


def _quantiles(held: Held) -> Quantiles:
    """Return P5, P50 and P95."""
    return {p: held.quantile(p).estimate for p in ALWAYS}
