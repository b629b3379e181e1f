"""The formulas of a scenario: parsed, their names known, in dependency order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossmodel.errors import Fault, listed, nearest
from lossmodel.formula.advice import KEYWORDS
from lossmodel.formula.algebra import names
from lossmodel.formula.constants import folded
from lossmodel.formula.parser import parse
from lossmodel.formula.tree import FUNCTIONS, Node
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.ordering import cycle_through, knots
from lossmodel.scenario.schema import Formula
from lossmodel.units.quoting import quoted

_MOST_SHOWN = 12


@final
@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas that could be read.

    Attributes
    ----------
    trees : mapping of str to Node
        In dependency order: each formula behind those it uses and behind what counts its inputs.
    broken : frozenset of str
        Names of inputs and formulas that could not be read, or that use such.
    """

    trees: Mapping[str, Node]
    broken: frozenset[str]

    def unused(self) -> tuple[str, ...]:
        """Return the formulas that no other formula uses."""
        used = frozenset[str]().union(*(names(tree) for tree in self.trees.values()))
        return tuple(name for name in self.trees if name not in used)


def read_formulas(
    formulas: Mapping[str, Formula],
    inputs: Sequence[str],
    counts: Mapping[str, str],
    broken: frozenset[str],
    findings: Findings,
) -> Formulas:
    """Parse all formulas and put them in order.

    Parameters
    ----------
    formulas : mapping of str to Formula
        As in the file.
    inputs : sequence of str
        Names of the inputs.
    counts : mapping of str to str
        For each input that varies per something, the name of what counts it.
    broken : frozenset of str
        Names that stand in the file but could not be read: using one is no further fault.
    findings : Findings
        Takes syntax faults, unknown names and cycles.
    """
    trees = _parsed(formulas, dict.fromkeys([*inputs, *formulas, *sorted(broken)]), findings)
    # A formula with the name of an input is noted as such; names mean the input.
    taken = broken.union(inputs)
    uses = {name: names(tree) for name, tree in trees.items() if name not in taken}
    uses |= {name: frozenset({counter}) for name, counter in counts.items()}
    order = _in_order(uses, findings)
    bad = {*formulas, *uses}.difference(order) | broken
    ordered: dict[str, Node] = {}
    for name in order:
        # What uses something that could not be read has no fault of its own.
        if uses[name] & bad:
            bad.add(name)
        elif name in trees:
            ordered[name] = trees[name]
    return Formulas(ordered, frozenset(bad))


def _parsed(
    formulas: Mapping[str, Formula], known: Collection[str], findings: Findings
) -> dict[str, Node]:
    """Return the trees of the formulas that can be read and use known names only."""
    trees: dict[str, Node] = {}
    for name, formula in formulas.items():
        with findings.at("model", name, "formula"):
            tree = folded(parse(formula.formula))
            unknown = sorted(names(tree).difference(known))
            for each in unknown:
                expected = f"an input or formula: {listed(known)}"
                fix = nearest(each, known)
                findings.add(("model", name, "formula"), quoted(each), expected, fix)
            if not unknown:
                trees[name] = tree
    return trees


def check_name(name: str, kind: str) -> None:
    """Refuse a name that a formula could not use.

    Raises
    ------
    Fault
        If it is not an ASCII identifier, or is a function or a word that formulas refuse.
    """
    if not (name.isascii() and name.isidentifier()):
        fix = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
        expected = f"a name for this {kind} of letters, digits and _, not starting with a digit"
        raise Fault(quoted(name), expected, fix if fix.isidentifier() else f"{kind}_{fix}")
    if name in FUNCTIONS or name in KEYWORDS:
        expected = f"a name for this {kind} that has no meaning in formulas"
        raise Fault(quoted(name), expected, f"{name}_{kind}")


def _in_order(uses: Mapping[str, Collection[str]], findings: Findings) -> list[str]:
    """Return all names behind what they use; note each cycle and leave its names out."""
    known = {name: sorted(uses.keys() & used) for name, used in uses.items()}
    line = {name: number for number, name in enumerate(known)}
    order: list[str] = []
    for knot in knots(known):
        cycle = cycle_through(min(knot, key=line.__getitem__), knot, known)
        if cycle:
            expected = "formulas that do not lead back to themselves"
            findings.add(("model", cycle[0], "formula"), f"a cycle: {_shown(cycle)}", expected)
        else:
            order += knot
    return order


def _shown(cycle: Sequence[str]) -> str:
    """Return a cycle with its first names, its last and how many it has."""
    if len(cycle) <= _MOST_SHOWN:
        return " -> ".join(cycle)
    return " -> ".join([*cycle[:_MOST_SHOWN], "...", cycle[-1]]) + f" ({len(cycle) - 1} formulas)"
