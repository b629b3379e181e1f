import pytest

from lossmodel.formula.aggregates import alike, taken_out
from lossmodel.formula.parser import parse
from lossmodel.formula.text import to_text
from lossmodel.formula.tree import Call, Name, Over, fold

AXES = {"capacity": "trucks", "load": "trucks", "severity": "events"}


def checked(text, axis="trucks"):
    """The tree of a formula whose functions over units go over one axis."""

    def visit(node, parts):
        if isinstance(node, Call) and node.over_units:
            return Over(node.function, axis, parts[0], Name(axis))
        return node.with_parts(parts) if parts else node

    return fold(parse(text), visit)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sum(capacity)", "[1]"),
        ("price * sum(capacity * load)", "price * [1]"),
        ("sum(capacity * load * price * 2)", "[1] * price * 2"),
        ("sum(price * capacity)", "price * [1]"),
        ("sum(capacity / rate)", "[1] / rate"),
        ("sum(rate / capacity)", "[1]"),
        (
            "sum(capacity * price + fixed - load / rate)",
            "[1] * price + trucks * fixed - [2] / rate",
        ),
        ("sum(-capacity)", "-[1]"),
        ("mean(capacity * price + fixed)", "[1] * price + fixed"),
        ("max(capacity * price)", "[1]"),
        ("sum(capacity * mean(capacity))", "[2] * [1]"),
        ("max(capacity) * max(capacity)", "[1] * [1]"),
    ],
)
def test_what_is_shared_stands_before_a_sum(text, left):
    nodes, aggregates = taken_out({"y": checked(text)}, AXES)
    shown = to_text(nodes["y"])
    for number, each in enumerate(aggregates, 1):
        shown = shown.replace(each.name, f"[{number}]")
    assert shown == left
    assert {each.axis for each in aggregates} == {"trucks"}


def test_equal_functions_over_units_are_one():
    formulas = {"a": checked("sum(capacity) + 1"), "b": checked("2 * sum(capacity)")}
    nodes, (only,) = taken_out(formulas, AXES)
    assert only.needs == {"capacity", "trucks"}
    assert only.name == "sum(capacity) over trucks"
    assert Name(only.name) in (nodes["a"].left, nodes["b"].right)


def test_what_is_needed_stands_first():
    counted = Over("sum", "events", Name("severity"), checked("round(sum(load))"))
    nodes, (inner, outer) = taken_out({"y": counted}, AXES)
    assert nodes["y"] == Name(outer.name)
    assert inner.name in outer.needs
    assert (inner.axis, outer.axis) == ("trucks", "events")


def test_long_functions_have_short_names_of_their_own():
    terms = [f"sum(exp(capacity * {k}) * {' * '.join(['load'] * 30)})" for k in range(2)]
    _, aggregates = taken_out({"y": checked(" + ".join(terms))}, AXES)
    assert len({each.name for each in aggregates}) == 2


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("sum(capacity * load) * price", "trucks * (capacity * load) * price"),
        ("mean(capacity) + max(load)", "capacity + load"),
        ("sum(capacity * mean(load))", "trucks * (capacity * load)"),
    ],
)
def test_units_that_are_alike_are_one_value(text, same):
    assert alike(checked(text)) == parse(same)
