import copy
import pickle

import pytest

from lossmodel.formula.algebra import affine_in, names, substituted
from lossmodel.formula.constants import folded
from lossmodel.formula.intervals import bounds
from lossmodel.formula.parser import parse
from lossmodel.formula.program import compiled
from lossmodel.formula.text import brief, to_text
from lossmodel.formula.tree import Binary, Call, Name, Node, Number, ordered


def chain(length: int) -> Node:
    node: Node = Name("x")
    for _ in range(length):
        node = Binary("+", node, Number(1.0))
    return node


def doubled(times: int) -> Node:
    node: Node = Name("x")
    for _ in range(times):
        node = substituted(parse("x + x"), {"x": node})
    return node


def test_trees_far_deeper_than_the_stack_are_compared_copied_and_walked() -> None:
    node = chain(20_000)
    assert node == chain(20_000)
    assert node != chain(19_999)
    assert hash(node) == hash(chain(20_000))
    assert pickle.loads(pickle.dumps(node)) == node  # noqa: S301  # our own bytes
    assert copy.deepcopy(node) == node
    assert names(node) == {"x"}
    assert len(to_text(node)) == 1 + 4 * 20_000
    assert folded(node) == node
    assert bounds(node, {"x": (0.0, 1.0)}).high == 20_001
    assert compiled({"y": node}).evaluate({"x": 1.0})["y"] == 20_001
    assert affine_in(node, "x") is not None


def test_shared_parts_are_visited_once() -> None:
    node = doubled(200)
    assert len(ordered(node)) == 201
    assert node == doubled(200)
    assert len(repr(node)) < 10_000
    assert brief(node).endswith('..."')
    assert pickle.loads(pickle.dumps(node)) == node  # noqa: S301  # our own bytes
    assert compiled({"y": node}).evaluate({"x": 1.0})["y"] == 2.0**200


def test_a_tree_shows_as_python_would_write_it() -> None:
    assert repr(parse("max(a, -2 < b)")) == (
        "Call('max', Name('a'), Comparison('<', Unary('-', Number(2.0)), Name('b')))"
    )


def test_a_tree_equals_trees_only() -> None:
    assert Name("a") != "a"
    assert Name("a") != Number(1.0)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("sum(a)", True),
        ("mean(a)", True),
        ("max(a)", True),
        ("min(a, b)", False),
        ("abs(a)", False),
    ],
)
def test_functions_of_one_argument_run_over_units(text: str, over: bool) -> None:  # noqa: FBT001  # a parameter
    node = parse(text)
    assert isinstance(node, Call)
    assert node.over_units is over
