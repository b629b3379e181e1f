"""Sums over many units whose distribution is known well enough to need no units drawn."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Continuous, Discrete, Distribution
from lossmodel.distributions.mixtures import ContinuousMixture
from lossmodel.distributions.pearson import with_cumulants
from lossmodel.distributions.quadrature import dies_away, expectation
from lossmodel.distributions.raw_moments import raw_moments
from lossmodel.formula.aggregates import Aggregate
from lossmodel.formula.algebra import jumps, names
from lossmodel.formula.program import compiled
from lossmodel.formula.tree import Binary, Name, Node, Number, Unary
from lossmodel.model.compounding import compound_sums
from lossmodel.model.inputs import ModelInput
from lossmodel.scenario.schema import Input, Scenario
from lossmodel.units import DIMENSIONLESS

Array = npt.NDArray[np.float64]

FEWEST = 30
"""Units in a sum that three cumulants describe."""
SKEWED = 0.3
"""Skewness of a sum that they do not."""
FAT = 0.05
"""Difference between the kurtosis of a sum and that of its law, from which on the law may be off by
a thousandth: units that are drawn tell as much."""
_LARGEST_RATIO = 1e5


@final
@dataclass(frozen=True, slots=True)
class Moments:
    """The first four moments about 0; independent parts add and multiply."""

    first: float
    second: float
    third: float
    fourth: float

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.first + other.first,
            self.second + 2.0 * self.first * other.first + other.second,
            self.third
            + 3.0 * (self.second * other.first + self.first * other.second)
            + other.third,
            self.fourth
            + 4.0 * (self.third * other.first + self.first * other.third)
            + 6.0 * self.second * other.second
            + other.fourth,
        )

    def __mul__(self, other: "Moments") -> "Moments":
        return Moments(
            self.first * other.first,
            self.second * other.second,
            self.third * other.third,
            self.fourth * other.fourth,
        )

    @property
    def cumulants(self) -> tuple[float, float, float, float]:
        """The first four, of which the second is the variance."""
        mean, variance = self.first, self.second - self.first**2
        third = self.third - 3.0 * mean * self.second + 2.0 * mean**3
        fourth = self.fourth - 4.0 * mean * self.third + 6.0 * mean**2 * self.second
        return mean, variance, third, fourth - 3.0 * mean**4 - 3.0 * variance**2


def drawn_as_one(
    aggregates: Iterable[Aggregate], inputs: Mapping[str, ModelInput], elsewhere: Iterable[str]
) -> tuple[ModelInput, ...]:
    """Return the sums over units that have a distribution of their own, behind all inputs.

    Parameters
    ----------
    aggregates : iterable of Aggregate
    inputs : mapping of str to ModelInput
    elsewhere : iterable of str
        The names that are used outside of functions over units.
    """
    aggregates = list(aggregates)
    laws: dict[str, Distribution] = {**lawful_sums(aggregates, inputs)}
    laws = {**compound_sums(aggregates, inputs, elsewhere), **laws}
    return tuple(
        as_one(name, law, len(inputs) + place) for place, (name, law) in enumerate(laws.items())
    )


def used_elsewhere(columns: Mapping[str, Node], scenario: Scenario) -> tuple[str, ...]:
    """Return the names used outside of functions over units: in outputs and in dependences."""
    used = (name for node in columns.values() for name in names(node))
    return *used, *(name for each in scenario.dependence for name in each.between)


def as_one(name: str, law: Distribution, place: int) -> ModelInput:
    """Return a function over units as an input of a distribution, at a place of its own."""
    return ModelInput(
        name=name,
        place=place,
        item=Input(value=name),
        text=name,
        distribution=law,
        constant=math.nan,
        unit=DIMENSIONLESS,
    )


def lawful_sums(
    aggregates: Iterable[Aggregate], inputs: Mapping[str, ModelInput]
) -> dict[str, Continuous]:
    """Return the distribution of each sum or mean over units that need not be drawn.

    That is one of a known number of units, 30 at least, each the same function of inputs of its own
    that nothing else in the model goes over, all continuous and no mixtures; not where it jumps, is
    skewed by 0.3 or more, or has a kurtosis so far from that of its law that the law may be off by
    a thousandth.

    Parameters
    ----------
    aggregates : iterable of Aggregate
    inputs : mapping of str to ModelInput

    Returns
    -------
    dict of str to Continuous
        By the name of the aggregate: the shifted gamma distribution with its three cumulants, which
        knows how far it may be off.
    """
    aggregates = list(aggregates)
    used = Counter(name for each in aggregates for name in names(each.body))
    found = {}
    for each in aggregates:
        count = _known(each.count, inputs)
        own = names(each.body)
        alone = all(
            name in inputs and inputs[name].counted_by == each.axis and used[name] == 1
            for name in own
        )
        if each.function not in {"sum", "mean"} or not count or count < FEWEST:
            continue
        if not alone or _goes_up_in_steps(each.body, inputs):
            continue
        moments = _moments(each.body, inputs)
        law = None if moments is None else _law(moments, count, each.function)
        if law is not None:
            found[each.name] = law
    return found


def _goes_up_in_steps(body: Node, inputs: Mapping[str, ModelInput]) -> bool:
    """Whether the values of a term may lie in heaps: their sum goes up in steps, or almost."""
    laws = [inputs[name].distribution for name in names(body)]
    return jumps(body) or any(isinstance(law, (Discrete, ContinuousMixture)) for law in laws)


def _law(moments: Moments, count: float, function: str) -> Continuous | None:
    """Return the law of the sum or mean of so many, or None where cumulants do not describe it."""
    mean, variance, third, fourth = moments.cumulants
    # What is left of a difference of squares must have digits.
    if not variance * _LARGEST_RATIO**2 > mean * mean or not math.isfinite(third + fourth):
        return None
    by = 1.0 if function == "sum" else 1.0 / count
    cumulants = (
        count * by**order * each for order, each in enumerate((mean, variance, third, fourth), 1)
    )
    law = with_cumulants(*cumulants)
    return law if abs(law.skewness) < SKEWED and abs(law.mismatch) < FAT else None


def _known(count: Node, inputs: Mapping[str, ModelInput]) -> float | None:
    """Return a number of units that is not drawn, None where it is or cannot be one."""
    if any(name not in inputs or not inputs[name].is_constant for name in names(count)):
        return None
    columns = {name: inputs[name].constant * inputs[name].factor for name in names(count)}
    value = float(compiled({"count": count}).evaluate(columns)["count"])
    return value if value >= 0.0 and value.is_integer() else None


def _moments(node: Node, inputs: Mapping[str, ModelInput]) -> Moments | None:
    """Return the moments of a function of independent inputs, or None where they are not known."""
    drawn = [name for name in names(node) if not inputs[name].is_constant]
    if len(drawn) <= 1:
        return _of_one(node, drawn, inputs)
    match node:
        case Unary("-", part):
            sides = [part, Number(-1.0)]
        case Binary("+" | "*", left, right):
            sides = [left, right]
        case Binary("-", left, right):
            sides = [left, Binary("*", right, Number(-1.0))]
        case Binary("/", left, right):
            sides = [left, Binary("/", Number(1.0), right)]
        case _:
            return None
    if names(sides[0]) & names(sides[1]) & set(drawn):
        return None
    first, second = (_moments(side, inputs) for side in sides)
    if first is None or second is None:
        return None
    return first + second if isinstance(node, Binary) and node.op in "+-" else first * second


def _of_one(node: Node, drawn: list[str], inputs: Mapping[str, ModelInput]) -> Moments | None:
    """Return the moments of a function of at most one input that is drawn."""
    program = compiled({"value": node})
    constants = {
        name: inputs[name].constant * inputs[name].factor
        for name in names(node)
        if inputs[name].is_constant
    }
    if not drawn:
        value = float(program.evaluate(constants)["value"])
        return Moments(value, value**2, value**3, value**4)
    (name,) = drawn
    if isinstance(node, Name) and (known := _of_input(inputs[name])) is not None:
        return known

    def function(x: Array) -> Array:
        return program.evaluate(constants | {name: x * inputs[name].factor})["value"]

    law = inputs[name].distribution
    if law is None:
        raise AssertionError("a constant is not drawn")
    first, second, third, fourth = (_mean_power(law, function, power) for power in range(1, 5))
    is_known = math.isfinite(first + second + third + fourth)
    return Moments(first, second, third, fourth) if is_known else None


def _of_input(each: ModelInput) -> Moments | None:
    """Return the moments of an input where they have a closed form."""
    known = None if each.distribution is None else raw_moments(each.distribution)
    if known is None or not all(map(math.isfinite, known)):
        return None
    return Moments(*(each.factor**order * moment for order, moment in enumerate(known, 1)))


def _mean_power(law: Distribution, function: Callable[[Array], Array], power: int) -> float:
    """Return the mean of a power of a function of one input; infinite where there may be none."""
    if isinstance(law, Discrete):
        atoms = law.atoms()
        if atoms is None:
            return math.inf
        return float((function(atoms) ** power * law.mass(atoms)).sum())
    if not isinstance(law, Continuous) or not dies_away(law, function, power):
        return math.inf
    return expectation(law, lambda x: function(x) ** power)
