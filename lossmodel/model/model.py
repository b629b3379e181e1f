"""The model: everything a simulation needs, and nothing it has to look up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import final

from lossmodel.distributions.base import Discrete
from lossmodel.formula.aggregates import Aggregate, alike
from lossmodel.formula.algebra import names, substituted
from lossmodel.formula.tree import Node, Over
from lossmodel.model.formulas import TypedFormulas
from lossmodel.model.inputs import ModelInput
from lossmodel.model.reported import Reported
from lossmodel.model.ties import Group, Parted, Tie, parted
from lossmodel.scenario.schema import Scenario
from lossmodel.scenario.source import Source
from lossmodel.units import Unit, Units

_RECENT = 32


@final
@dataclass(frozen=True, slots=True)
class ModelOutput:
    """An output of a model.

    Attributes
    ----------
    name : str
    unit : Unit
        In which it is reported.
    about : str
    support : (float, float)
        Bounds that interval arithmetic gives from the inputs' supports, in ``unit``.
    uncertain : bool
        Whether any input that is drawn reaches it.
    has_mean, has_variance : bool
        False where a family proves that the output has none.
    hazards : tuple of str
        What can go wrong in its formula, such as a division by something that can be zero.
    period : str
        The period of time that it is the loss of, such as "year", or "".
    of_largest : bool
        Whether it is that of the largest event of the period, and not of all.
    """

    name: str
    unit: Unit
    about: str
    support: tuple[float, float]
    uncertain: bool
    has_mean: bool
    has_variance: bool
    hazards: tuple[str, ...]
    period: str = ""
    of_largest: bool = False


@final
@dataclass(frozen=True, slots=True)
class Occurrence:
    """What an output would be of the largest event of its period alone.

    Attributes
    ----------
    output : ModelOutput
        Under a name that no formula can have.
    node : Node
        In terms of shared inputs and of aggregates.
    aggregates : tuple of Aggregate
        The largest of all events of each kind, of which the node is a function.
    """

    output: ModelOutput
    node: Node
    aggregates: tuple[Aggregate, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A scenario resolved; a model is equal to itself alone.

    Attributes
    ----------
    scenario : Scenario
    source : Source
    settings : mapping of str to str
        Inputs replaced, with the values put in their place.
    inputs : tuple of ModelInput
        In the order of the file.
    used : frozenset of str
        The inputs that an output depends on: what must be drawn.
    sums : tuple of ModelInput
        The sums over units that are drawn from a distribution of their own, under the names of
        their aggregates; no unit of theirs is drawn.
    outputs : tuple of ModelOutput
        Empty for a Python function, whose outputs are known once it has been called.
    occurrences : mapping of str to Occurrence
        Of outputs that are the loss of all events of a period: that of the largest.
    claims : tuple of Reported
    groups : tuple of Group
        The shared inputs that move together.
    formulas : TypedFormulas
        Empty for a Python function.
    units : Units
        What the scenario may write as a unit.
    warnings : tuple of str
        What a reader of the scenario should know before any number.
    unsupported : tuple of str
        What the scenario asks for that this version cannot run.
    """

    scenario: Scenario
    source: Source
    settings: Mapping[str, str]
    inputs: tuple[ModelInput, ...]
    used: frozenset[str]
    sums: tuple[ModelInput, ...]
    outputs: tuple[ModelOutput, ...]
    occurrences: Mapping[str, Occurrence]
    claims: tuple[Reported, ...]
    groups: tuple[Group, ...]
    formulas: TypedFormulas
    units: Units
    warnings: tuple[str, ...]
    unsupported: tuple[str, ...]

    @property
    def shared(self) -> tuple[ModelInput, ...]:
        """What has one value at each point: the inputs that do not vary per unit, and the sums."""
        alone = (each for each in self.inputs if each.name in self.used and not each.counted_by)
        return (*alone, *self.sums)

    @property
    def ties(self) -> dict[str, Tie]:
        """How tied inputs, and what others tell of them, come of independent scores."""
        return _ties_of(self) if self.groups else {}

    @property
    def parts(self) -> "dict[str, tuple[Parted, Group]]":
        """Tied inputs as what others tell of them and what they do not, where they have both."""
        return _parts_of(self) if self.groups and not self.scenario.is_code else {}

    @property
    def centres(self) -> tuple[ModelInput, ...]:
        """What is told of inputs by those that they are tied to, drawn as if they were inputs."""
        inputs = {each.name: each for each in self.inputs} if self.groups else {}
        return tuple(
            replace(inputs[name], name=part.centre, distribution=part.told)
            for name, (part, _) in self.parts.items()
        )

    def tied_to(self, name: str) -> frozenset[str]:
        """Return the other inputs that an input moves together with."""
        return frozenset(x for group in self.groups if name in group.names for x in group.names) - {
            name
        }

    @property
    def gone_over(self) -> tuple[Aggregate, ...]:
        """The functions over units whose units are drawn."""
        if not (self.formulas.aggregates or self.occurrences):
            return ()
        lawful = {each.name for each in self.sums}
        largest = (one for each in self.occurrences.values() for one in each.aggregates)
        every = dict.fromkeys((*self.formulas.aggregates, *largest))
        return tuple(each for each in every if each.name not in lawful)

    @property
    def computed(self) -> dict[str, Node]:
        """All that a run computes: the outputs, and what they would be of the largest event."""
        largest = {each.output.name: each.node for each in self.occurrences.values()}
        return {**self.formulas.columns, **largest}

    @property
    def depends(self) -> dict[str, frozenset[str]]:
        """What each of these depends on: shared inputs, inputs per unit and sums."""
        found: dict[str, frozenset[str]] = {}
        for each in self.gone_over:
            found[each.name] = frozenset().union(*(found.get(x, {x}) for x in each.needs))
        return found

    @property
    def of_one_value(self) -> dict[str, Node]:
        """The outputs with every unit that is drawn alike, in terms of inputs and sums."""
        replaced: dict[str, Node] = {}
        for each in self.gone_over:
            body, count = substituted(each.body, replaced), substituted(each.count, replaced)
            replaced[each.name] = alike(Over(each.function, each.axis, body, count))
        return {name: substituted(node, replaced) for name, node in self.formulas.columns.items()}

    def summed_by(self, name: str) -> str:
        """Return how the functions over units in an output are found.

        "drawn" where units are drawn; where all of them have a distribution of their own "fft", if
        one of these is discrete, else "cumulants"; "" where there are none.
        """
        depends = self.depends
        if not (depends or self.sums) or name not in self.formulas.columns:
            return ""
        used = names(self.formulas.columns[name])
        if used & depends.keys():
            return "drawn"
        laws = [each.distribution for each in self.sums if each.name in used]
        if any(isinstance(law, Discrete) for law in laws):
            return "fft"
        return "cumulants" if laws else ""


@lru_cache(maxsize=_RECENT)
def _ties_of(model: Model) -> dict[str, Tie]:
    """Return the ties of a model; as :attr:`Model.ties`."""
    found = {name: tie for group in model.groups for name, tie in group.ties.items()}
    for name, (each, group) in model.parts.items():
        found[each.centre], _ = group.centre(name)
    return found


@lru_cache(maxsize=_RECENT)
def _parts_of(model: Model) -> dict[str, tuple[Parted, Group]]:
    """Return the parted inputs of a model; as :attr:`Model.parts`."""
    laws = {each.name: each.distribution for each in model.shared}
    found = {}
    for group in model.groups:
        for name in group.names if group.df is None else ():
            part = parted(name, laws.get(name), group.centre(name)[1])
            if part is not None:
                found[name] = part, group
    return found
