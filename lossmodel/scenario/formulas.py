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
from lossmodel.scenario.lines import Path
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
    parameters : mapping of str to mapping of str to Node
        Of inputs whose parameters are formulas: these, by how they are written.
    order : tuple of str
        The names of both, each behind what it uses.
    broken : frozenset of str
        Names of inputs and formulas that could not be read, or that use such.
    """

    trees: Mapping[str, Node]
    parameters: Mapping[str, Mapping[str, Node]]
    order: tuple[str, ...]
    broken: frozenset[str]

    def unused(self) -> tuple[str, ...]:
        """Return the formulas that no other formula uses."""
        used = frozenset[str]().union(*self.uses().values())
        return tuple(name for name in self.trees if name not in used)

    def uses(self) -> dict[str, frozenset[str]]:
        """Return the names that each formula, and each input of such parameters, refers to."""
        own = {name: names(tree) for name, tree in self.trees.items()}
        return own | {name: _names_in(nodes) for name, nodes in self.parameters.items()}


def read_formulas(
    formulas: Mapping[str, Formula],
    inputs: Mapping[str, Sequence[str]],
    counts: Mapping[str, str],
    broken: frozenset[str],
    findings: Findings,
) -> Formulas:
    """Parse all formulas and put them in order.

    Parameters
    ----------
    formulas : mapping of str to Formula
        As in the file.
    inputs : mapping of str to sequence of str
        By the names of the inputs, the formulas that are parameters of theirs.
    counts : mapping of str to str
        For each input that varies per something, the name of what counts it.
    broken : frozenset of str
        Names that stand in the file but could not be read: using one is no further fault.
    findings : Findings
        Takes syntax faults, unknown names and cycles.
    """
    known = dict.fromkeys([*inputs, *formulas, *sorted(broken)])
    trees = _parsed(formulas, known, findings)
    parameters = _parameters(inputs, known, findings)
    # A formula with the name of an input is noted as such; names mean the input.
    taken = broken.union(inputs)
    uses = {name: names(tree) for name, tree in trees.items() if name not in taken}
    uses |= {name: _names_in(nodes) for name, nodes in parameters.items()}
    uses |= {
        name: frozenset({counter}) | uses.get(name, frozenset()) for name, counter in counts.items()
    }
    order = _in_order(uses, findings, formulas)
    unread = {name for name, texts in inputs.items() if texts} - parameters.keys()
    bad = {*formulas, *uses, *unread}.difference(order) | broken | unread
    read = []
    for name in order:
        # What uses something that could not be read has no fault of its own.
        if uses[name] & bad:
            bad.add(name)
        elif name in trees or name in parameters:
            read.append(name)
    return Formulas(
        {name: trees[name] for name in read if name in trees},
        {name: parameters[name] for name in read if name in parameters},
        tuple(read),
        frozenset(bad),
    )


def _names_in(nodes: Mapping[str, Node]) -> frozenset[str]:
    """Return the names that some parameters refer to."""
    return frozenset[str]().union(*(names(node) for node in nodes.values()))


def _parsed(
    formulas: Mapping[str, Formula], known: Collection[str], findings: Findings
) -> dict[str, Node]:
    """Return the trees of the formulas that can be read and use known names only."""
    trees: dict[str, Node] = {}
    for name, formula in formulas.items():
        path = ("model", name, "formula")
        with findings.at(*path):
            tree = folded(parse(formula.formula))
            if _knows_all(tree, known, path, findings):
                trees[name] = tree
    return trees


def _parameters(
    inputs: Mapping[str, Sequence[str]], known: Collection[str], findings: Findings
) -> dict[str, dict[str, Node]]:
    """Return the trees of parameters, of the inputs of which all can be read."""
    found: dict[str, dict[str, Node]] = {}
    for name, texts in inputs.items():
        path = ("inputs", name, "value")
        with findings.at(*path):
            trees = {text: folded(parse(text)) for text in texts}
            sound = [_knows_all(tree, known, path, findings) for tree in trees.values()]
            if texts and all(sound):
                found[name] = trees
    return found


def _knows_all(tree: Node, known: Collection[str], path: Path, findings: Findings) -> bool:
    """Whether a formula uses known names only; note those that are not."""
    unknown = sorted(names(tree).difference(known))
    others = [name for name in known if name not in path]  # itself would be a cycle
    for each in unknown:
        listing = f"an input or formula: {listed(others)}"
        expected = listing if others else "numbers alone, as there is no input"
        findings.add(path, quoted(each), expected, nearest(each, others))
    return not unknown


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


def _in_order(
    uses: Mapping[str, Collection[str]], findings: Findings, formulas: Collection[str]
) -> list[str]:
    """Return all names behind what they use; note each cycle and leave its names out."""
    known = {name: sorted(uses.keys() & used) for name, used in uses.items()}
    line = {name: number for number, name in enumerate(known)}
    order: list[str] = []
    for knot in knots(known):
        cycle = cycle_through(min(knot, key=line.__getitem__), knot, known)
        if cycle:
            expected = "formulas that do not lead back to themselves"
            first = cycle[0]
            path = ("model", first, "formula") if first in formulas else ("inputs", first, "value")
            findings.add(path, f"a cycle: {_shown(cycle)}", expected)
        else:
            order += knot
    return order


def _shown(cycle: Sequence[str]) -> str:
    """Return a cycle with its first names, its last and how many it has."""
    if len(cycle) <= _MOST_SHOWN:
        return " -> ".join(cycle)
    return " -> ".join([*cycle[:_MOST_SHOWN], "...", cycle[-1]]) + f" ({len(cycle) - 1} formulas)"
