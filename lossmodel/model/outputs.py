"""The outputs of a model, and what is known of them before anything is drawn."""

from collections.abc import Collection, Iterable, Mapping
from math import inf

from lossmodel.formula.algebra import affine_in, names
from lossmodel.formula.intervals import bounds
from lossmodel.formula.tree import Name, Node, Over, fold
from lossmodel.model.formulas import TypedFormulas
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import ModelOutput
from lossmodel.scenario.schema import Scenario
from lossmodel.units import DIMENSIONLESS

_OF_SHAPE = frozenset({"pareto", "lomax"})
"""Families that have moments of an order below their shape."""
_MOST_TRIED = 8
"""Of the names in one formula, each of which takes a walk through it."""


def reach(
    start: Iterable[str], uses: Mapping[str, Iterable[str]], counts: Mapping[str, str]
) -> frozenset[str]:
    """Return some names and all that they depend on.

    Parameters
    ----------
    start : iterable of str
    uses : mapping of str to iterable of str
        The names that formulas, and inputs of such parameters, refer to.
    counts : mapping of str to str
        For each input that varies per something, the name of what counts it.
    """
    reached: set[str] = set()
    left = list(start)
    while left:
        name = left.pop()
        if name in reached:
            continue
        reached.add(name)
        left += uses.get(name, ())
        left += [counts[name]] if name in counts else ()
    return frozenset(reached)


def outputs_of(
    scenario: Scenario, formulas: TypedFormulas, inputs: Mapping[str, ModelInput]
) -> tuple[ModelOutput, ...]:
    """Return the outputs of a model made of formulas."""
    counts = {name: each.counted_by for name, each in inputs.items() if each.counted_by}
    spans = {name: each.support for name, each in inputs.items()}
    hazards: dict[str, tuple[str, ...]] = {}
    for name, node in formulas.nodes.items():
        limit = bounds(node, spans)
        spans[name], hazards[name] = (limit.low, limit.high), limit.hazards
    drawn = {name for name, each in inputs.items() if not each.is_constant}
    no_mean = {name for name, each in inputs.items() if not each.has_mean}
    no_variance = {name for name, each in inputs.items() if not each.has_variance}
    no_mean = _affine_in_any(no_mean, _without_moment(1.0, formulas, inputs), formulas.nodes, spans)
    no_variance = _affine_in_any(
        no_variance, _without_moment(2.0, formulas, inputs), formulas.nodes, spans
    )
    hazardous = [name for name, said in hazards.items() if said]
    marks = {name: 1 << place for place, name in enumerate(hazardous)}
    within = _gathered(marks, formulas.nodes, counts)
    uncertain = _gathered(dict.fromkeys(drawn, 1), formulas.nodes, counts)
    made = []
    for name, node in formulas.reported.items():
        limit = bounds(node, spans)
        parts = [part for part in hazardous if marks[part] & within[name]] if within[name] else []
        made.append(
            ModelOutput(
                name=name,
                unit=formulas.units[name],
                about=scenario.formulas[name].about,
                support=(limit.low, limit.high),
                uncertain=bool(uncertain[name]),
                has_mean=name not in no_mean,
                has_variance=name not in no_variance,
                hazards=tuple(dict.fromkeys(said for part in parts for said in hazards[part])),
            )
        )
    return tuple(made)


def _gathered(
    marks: Mapping[str, int], nodes: Mapping[str, Node], counts: Mapping[str, str]
) -> dict[str, int]:
    """Return the marks of each name and of all that it depends on, each mark a bit."""
    found = dict(marks)
    for name, node in nodes.items():
        used = names(node)
        for each in (*used, *(counts[one] for one in used if one in counts)):
            found[name] = found.get(name, 0) | found.get(each, 0)
        found.setdefault(name, 0)
    return found


def _without_moment(
    order: float, formulas: TypedFormulas, inputs: Mapping[str, ModelInput]
) -> set[str]:
    """Return the inputs whose uncertain shape leaves them without a moment of this order.

    With probability above 0 the shape is too small: all its values are, or, where it is an input
    itself, the lower end of its support is.
    """
    found = set()
    for name, each in formulas.parameters.items():
        shape = each.arguments.get("shape") if each.family in _OF_SHAPE else None
        if shape is not None:
            limit = bounds(shape, {one: inputs[one].support for one in names(shape)})
            if limit.high <= order or (isinstance(shape, Name) and limit.low < order):
                found.add(name)
    return found


def _affine_in_any(
    heavy: Iterable[str],
    staged: Collection[str],
    nodes: Mapping[str, Node],
    spans: Mapping[str, tuple[float, float]],
) -> set[str]:
    """Return the formulas that are A*x + B with A never 0, for an x ``heavy`` or ``staged``.

    What is drawn for one that is staged is another thing than x itself.

    With A and B independent of x, the expectation of abs(A*x + B) is infinite where that of abs(x)
    is, and so for squares.
    """
    # A bit for each x: one pass follows them all.
    depend = {x: 1 << place for place, x in enumerate({*heavy, *staged})}
    proven = dict(depend)
    for name, node in nodes.items():
        if name in staged:
            continue
        used = names(node) & depend.keys()
        once = twice = 0
        for each in used:
            once, twice = once | depend[each], twice | once & depend[each]
        through = {each: proven[each] & ~twice for each in used}
        if once:
            depend[name], proven[name] = once, 0
        for each in sorted(each for each, bits in through.items() if bits)[:_MOST_TRIED]:
            if _surely_affine(node, each, spans):
                proven[name] |= through[each]
    return {name for name, bits in proven.items() if bits}


def _surely_affine(node: Node, name: str, spans: Mapping[str, tuple[float, float]]) -> bool:
    """Whether a formula is A*x + B, with x the name and A never 0."""
    form = affine_in(_of_one(node, spans[name]), name)
    return form is not None and _never_zero(form.A, spans)


def _of_one(node: Node, span: tuple[float, float]) -> Node:
    """Return a formula with one unit in the place of all: what the others add is independent of it.

    The largest of several has no mean where one has none above; the smallest may have one.
    """

    def visit(part: Node, parts: list[Node]) -> Node:
        if isinstance(part, Over) and part.function != "min" and span[0] > -inf:
            return parts[0]
        if isinstance(part, Over) and part.function in {"sum", "mean"}:
            return parts[0]
        return part.with_parts(parts) if parts else part

    return fold(node, visit)


def _never_zero(node: Node, spans: Mapping[str, tuple[float, float]]) -> bool:
    """Whether no value of a formula is 0."""
    limit = bounds(node, spans)
    return limit.low > 0.0 or limit.high < 0.0


def unknown_output(name: str, inputs: Iterable[ModelInput]) -> ModelOutput:
    """Return what is known of an output that a Python function returned: nothing."""
    uncertain = any(not each.is_constant for each in inputs)
    return ModelOutput(
        name=name,
        unit=DIMENSIONLESS,
        about="",
        support=(-inf, inf),
        uncertain=uncertain,
        has_mean=True,
        has_variance=True,
        hazards=(),
    )
