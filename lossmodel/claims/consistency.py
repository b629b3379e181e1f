"""Claims of one scenario checked against each other."""

from collections.abc import Iterator
from itertools import combinations

from lossmodel.formula.algebra import names
from lossmodel.formula.intervals import bounds
from lossmodel.model.model import Model
from lossmodel.model.reported import Reported


def contradictions(model: Model) -> Iterator[str]:
    """Yield a sentence for claims that cannot be true together.

    Two claims of one output contradict each other where the values they allow do not meet; claims
    of a total and of its parts where no values of the parts that they allow, and of the other
    inputs, sum to a total that is allowed (interval arithmetic, as for the supports of outputs).
    """
    single: dict[str, list[Reported]] = {}
    for claim in model.claims:
        if len(claim.factors) == 1:
            single.setdefault(next(iter(claim.factors)), []).append(claim)
    for name, claims in single.items():
        for first, second in combinations(claims, 2):
            if not _meet(_span(first, name), _span(second, name)):
                yield f"{_said(first)} and {_said(second)} cannot both be true of {name}"
    yield from _of_totals(model, {name: claims[0] for name, claims in single.items()})


def _of_totals(model: Model, claims: dict[str, Reported]) -> Iterator[str]:
    """Yield a sentence for each total that its parts cannot make."""
    nodes, wholes = model.formulas.nodes, model.formulas.reported
    for name, total in claims.items():
        spans = {each.name: each.support for each in model.inputs}
        for formula, node in nodes.items():
            limit = bounds(node, spans)
            spans[formula] = limit.low, limit.high
            # A claim of a part is in the unit that the part is reported in.
            if formula != name and formula in claims and wholes[formula] is node:
                spans[formula] = _span(claims[formula], formula)
        limit = bounds(wholes[name], spans)
        parts = [other for other in claims if other != name and other in _used(model, name)]
        if parts and not _meet((limit.low, limit.high), _span(total, name)):
            said = " and ".join(_said(claims[part]) for part in parts)
            yield f"{_said(total)} of {name} does not fit with {said} of its parts"


def _used(model: Model, name: str) -> frozenset[str]:
    """Return the formulas that a formula uses, and those that they use."""
    found: frozenset[str] = frozenset()
    left = names(model.formulas.nodes[name])
    while left - found:
        fresh = left - found
        found |= fresh
        left = frozenset().union(
            *(names(model.formulas.nodes[each]) for each in fresh if each in model.formulas.nodes)
        )
    return found


def _span(claim: Reported, name: str) -> tuple[float, float]:
    """Return the values that a claim allows, in the output's unit."""
    return claim.low * claim.factors[name], claim.high * claim.factors[name]


def _meet(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether two ranges have a value in common."""
    return first[0] < second[1] and second[0] < first[1]


def _said(claim: Reported) -> str:
    """Return a claim as it was printed."""
    return f'"{claim.claim.says}"'
