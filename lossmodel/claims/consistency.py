"""Claims of one scenario checked against each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, permutations, product
from math import inf
from typing import final

from lossmodel.claims.bands import band_of
from lossmodel.formula.algebra import names
from lossmodel.formula.intervals import bounds
from lossmodel.model.model import Model
from lossmodel.model.reported import Reported
from lossmodel.units.currencies import CURRENCIES

_MOST_WAYS = 256
"""Ways to take one claim of each output, at most, in which totals are checked against parts."""


@final
@dataclass(frozen=True, slots=True)
class Allowed:
    """Values of an output that the words of a claim allow.

    Attributes
    ----------
    low, high : float
        One-sided words allow all that lies on their side of the amount.
    closed : bool
        Whether ``high`` is allowed too; ``low`` always is.
    """

    low: float
    high: float
    closed: bool

    def meets(self, other: "Allowed") -> bool:
        """Whether a value is allowed by both."""
        first, last = max(self.low, other.low), min(self.high, other.high)
        ending = [each.closed for each in (self, other) if each.high == last]
        return first < last or (first == last and all(ending))

    def within(self, low: float, high: float) -> "Allowed":
        """Return what lies between two ends too; all that was allowed where nothing does."""
        cut = Allowed(
            max(self.low, low), min(self.high, high), closed=self.closed or high < self.high
        )
        return cut if cut.low <= cut.high else self


def allowed_by(claim: Reported, output: str) -> Allowed:
    """Return the values of an output, in its unit, that the words of a claim allow."""
    band, side = band_of(claim, output), claim.wording.one_sided
    if side:
        (amount,) = claim.amounts(output)
        low, high = (amount, inf) if side == "floor" else (-inf, amount)
        return Allowed(low, high, closed=True)
    # What is said to be known up to a factor may be farther off than that.
    is_soft = claim.wording.amount is None or bool(claim.claim.range or claim.claim.error)
    return Allowed(*band.reach, closed=is_soft)


def contradictions(model: Model) -> Iterator[str]:
    """Yield a sentence for claims that cannot be true together.

    Two claims of one output contradict each other where the values they allow do not meet; claims
    of a total and of its parts where no values of the parts that they allow, and of the other
    inputs, sum to a total that is allowed (interval arithmetic, as for the supports of outputs);
    claims in two currencies where no reading of the one, at a rate of the file, is a reading of the
    other that is allowed.
    """
    single: dict[str, list[Reported]] = {}
    for claim in model.claims:
        if len(claim.factors) == 1:
            single.setdefault(next(iter(claim.factors)), []).append(claim)
    for name, claims in single.items():
        for first, second in combinations(claims, 2):
            if not allowed_by(first, name).meets(allowed_by(second, name)):
                yield f"{_said(first)} and {_said(second)} cannot both be true of {name}"
    told: dict[str, None] = {}
    for chosen in islice(product(*single.values()), _MOST_WAYS):
        told.update(dict.fromkeys(_of_totals(model, dict(zip(single, chosen, strict=True)))))
    yield from told
    yield from _of_currencies(model)


def _of_totals(model: Model, claims: dict[str, Reported]) -> Iterator[str]:
    """Yield a sentence for each total that its parts cannot make."""
    for name, total in claims.items():
        used = _used(model, name)
        parts = {other: each for other, each in claims.items() if other != name and other in used}
        if not parts or all(_is_converted(each, total) for each in parts.values()):
            continue
        made = _made_of(model, name, {other: allowed_by(parts[other], other) for other in parts})
        if not made.meets(allowed_by(total, name)):
            said = " and ".join(map(_said, parts.values()))
            yield f"{_said(total)} of {name} does not fit with {said} of its parts"


def _of_currencies(model: Model) -> Iterator[str]:
    """Yield a sentence for each pair of claims that are not one figure in two currencies."""
    for first, second in permutations(model.claims, 2):
        if not _is_converted(first, second):
            continue
        converted = [
            (name, _made_of(model, name, {other: allowed_by(first, other)}))
            for name in second.factors
            for other in first.factors
            if other in _used(model, name)
        ]
        if converted and not any(made.meets(allowed_by(second, name)) for name, made in converted):
            name, made = converted[0]
            yield (
                f"{_said(first)} comes to {_shown(made, second)} ({name}), not "
                f"{_said(second)}: is an amount or the rate wrong?"
            )


def _is_converted(first: Reported, second: Reported) -> bool:
    """Whether two claims differ by their currency alone."""
    rate = second.unit / first.unit
    return bool(rate.powers) and {name for name, _ in rate.powers} <= CURRENCIES


def _made_of(model: Model, name: str, parts: dict[str, Allowed]) -> Allowed:
    """Return the values of an output where some formulas that it uses have the values allowed."""
    nodes, wholes = model.formulas.nodes, model.formulas.reported
    spans = {each.name: each.support for each in model.inputs}
    for formula, node in nodes.items():
        limit = bounds(node, spans)
        spans[formula] = limit.low, limit.high
        # A claim of a part is in the unit that the part is reported in.
        if formula != name and formula in parts and wholes[formula] is node:
            part = parts[formula].within(limit.low, limit.high)
            spans[formula] = part.low, part.high
    limit = bounds(wholes[name], spans)
    return Allowed(limit.low, limit.high, closed=True)


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


def _shown(made: Allowed, claim: Reported) -> str:
    """Return a range of values in words, in the unit of a claim."""
    low, high = (f"{float(f'{end:.4g}'):,.12g}" for end in (made.low, made.high))
    if made.high == inf:
        return f"{low} {claim.unit} or more"
    if made.low == -inf:
        return f"{high} {claim.unit} or less"
    return f"{low} {claim.unit}" if low == high else f"{low} to {high} {claim.unit}"


def _said(claim: Reported) -> str:
    """Return a claim as it was printed."""
    return f'"{claim.claim.says}"'
