import ast
import copy
import math
import operator
import pickle
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from lossmodel.errors import Fault
from lossmodel.formula.algebra import affine_in, names, substituted
from lossmodel.formula.constants import folded
from lossmodel.formula.intervals import bounds
from lossmodel.formula.parser import parse
from lossmodel.formula.program import compiled
from lossmodel.formula.text import to_text
from lossmodel.formula.tree import Binary, Call, Comparison, Name, Node, Number, Unary

NAMES = ("trucks", "price", "x")
RATIONAL = ("+", "-", "*", "/")
COMPARED = ("<", "<=", ">", ">=", "==", "!=")
EXACT_CALLS = {"abs": 1, "sqrt": 1, "round": 1, "floor": 1, "ceil": 1, "where": 3, "clip": 3}
CALLS = {**EXACT_CALLS, "exp": 1, "log": 1}

# Far from under- and overflow, which the laws leave out.
MODERATE = st.floats(1e-3, 1e3) | st.integers(0, 20).map(float)


def trees(
    leaves: st.SearchStrategy[Node],
    operators: tuple[str, ...] = RATIONAL,
    calls: Mapping[str, int] = EXACT_CALLS,
) -> st.SearchStrategy[Node]:
    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        listed = st.lists(inner, min_size=2, max_size=4).map(tuple)
        kinds: list[st.SearchStrategy[Node]] = [
            st.builds(Unary, st.just("-"), inner),
            st.builds(Binary, st.sampled_from(operators), inner, inner),
            st.builds(Comparison, st.sampled_from(COMPARED), inner, inner),
            st.builds(Call, st.sampled_from(["min", "max"]), listed),
        ]
        for name, count in calls.items():
            arguments = st.tuples(*[inner] * count)
            kinds.append(st.builds(Call, st.just(name), arguments))
        return st.one_of(kinds)

    return st.recursive(leaves, grown, max_leaves=12)


LEAVES: st.SearchStrategy[Node] = st.builds(Number, MODERATE) | st.builds(
    Name, st.sampled_from(NAMES)
)
ANY_NUMBER = st.floats(0, allow_nan=False, allow_infinity=False).map(abs)
WRITTEN = trees(
    st.builds(Number, ANY_NUMBER) | st.builds(Name, st.sampled_from(NAMES)),
    (*RATIONAL, "**"),
    {**CALLS, "sum": 1, "mean": 1, "min": 1},
)
EXACT = trees(LEAVES)
REAL = trees(LEAVES, (*RATIONAL, "**"), CALLS)
CONSTANT = trees(st.builds(Number, MODERATE))
ENV = st.fixed_dictionaries({name: MODERATE | MODERATE.map(operator.neg) for name in NAMES})

OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": math.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "min": min,
    "max": max,
    "where": lambda condition, yes, no: yes if condition != 0 else no,
    "clip": lambda x, low, high: min(max(x, low), high),
}


def value(node: Node, env: Mapping[str, Any]) -> Any:
    """The tree's value by recursion; the example is dropped where a part has none."""
    match node:
        case Number(number):
            return Fraction(number) if isinstance(env["x"], Fraction) else number
        case Name(name):
            return env[name]
        case Unary(_, operand):
            return -value(operand, env)
        case Call(operation, arguments):
            return applied(operation, [value(argument, env) for argument in arguments])
        case Binary(operation, left, right) | Comparison(operation, left, right):
            return applied(operation, [value(left, env), value(right, env)])


def applied(operation: str, values: list[Any]) -> Any:
    try:
        found = OPERATIONS[operation](*values)
    except (ArithmeticError, ValueError):
        assume(condition=False)
    if isinstance(found, Fraction):
        return found
    assume(math.isfinite(found))
    underflows = operation in {"*", "/", "**"} and found == 0 != values[0]
    assume(not underflows)
    return float(found)


def python_tree(node: ast.expr) -> Node:
    """The tree that Python's own parser finds."""
    signs: dict[type, str] = {
        ast.Add: "+",
        ast.Sub: "-",
        ast.Mult: "*",
        ast.Div: "/",
        ast.Pow: "**",
        ast.Lt: "<",
        ast.LtE: "<=",
        ast.Gt: ">",
        ast.GtE: ">=",
        ast.Eq: "==",
        ast.NotEq: "!=",
    }
    match node:
        case ast.Constant(float() | int() as number):
            return Number(float(number))
        case ast.Name(name):
            return Name(name)
        case ast.UnaryOp(ast.USub(), operand):
            return Unary("-", python_tree(operand))
        case ast.BinOp(left, sign, right):
            return Binary(signs[type(sign)], python_tree(left), python_tree(right))
        case ast.Compare(left, [sign], [right]):
            return Comparison(signs[type(sign)], python_tree(left), python_tree(right))
        case ast.Call(ast.Name(name), arguments, []):
            return Call(name, tuple(map(python_tree, arguments)))
    raise AssertionError(ast.dump(node))


def read_by_python(text: str) -> Node:
    return python_tree(ast.parse(f"({text})", mode="eval").body)


def attempted(text: str) -> Node | Fault:
    try:
        return parse(text)
    except Fault as fault:
        return fault


@given(WRITTEN)
def test_what_prints_parses_back(node: Node) -> None:
    assert parse(to_text(node)) == node


@given(WRITTEN)
def test_python_reads_every_formula_as_we_do(node: Node) -> None:
    assert read_by_python(to_text(node)) == node


@given(WRITTEN)
def test_no_bracket_can_be_left_out(node: Node) -> None:
    text = to_text(node)
    for opening, character in enumerate(text):
        calls = opening > 0 and text[opening - 1].isalnum()
        if character == "(" and not calls:
            closing = matching(text, opening)
            bare = text[:opening] + text[opening + 1 : closing] + text[closing + 1 :]
            assert attempted(bare) != node


def matching(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError(text)


@given(
    st.text(max_size=60)
    | st.text("abxe_019.+-*/()<>=!, \n^%&|~[]{}:;?#'\"$`\\@×²–\x1b", max_size=60)
)
def test_any_text_is_a_formula_as_python_reads_it_or_a_fault(text: str) -> None:
    match attempted(text):
        case Fault(found=found, fix=fix):
            assert found.isprintable()
            assert fix.isprintable()
        case node:
            assert read_by_python(text) == node


@given(WRITTEN, st.data())
def test_a_mutated_formula_is_one_or_a_fault(node: Node, data: st.DataObject) -> None:
    text = to_text(node)
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(len(text), first + 3)))
    mutated = text[:first] + data.draw(st.text("ab1.+-*/()<=, ^", max_size=3)) + text[last:]
    match attempted(mutated):
        case Fault():
            pass
        case changed:
            assert read_by_python(mutated) == changed


@given(WRITTEN, WRITTEN)
def test_trees_are_equal_exactly_when_their_texts_are(one: Node, other: Node) -> None:
    assert (one == other) == (to_text(one) == to_text(other))
    assert hash(copy.deepcopy(one)) == hash(one)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # our own bytes


@given(EXACT, ENV)
def test_programs_compute_what_recursion_does(node: Node, env: dict[str, float]) -> None:
    expected = value(node, env)
    program = compiled({"found": node})
    assert program.evaluate(env)["found"] == expected
    columns = {name: np.full(3, number) for name, number in env.items()}
    assert np.array_equal(program.evaluate(columns)["found"], np.full(3, expected)) or not names(
        node
    )


@given(EXACT, EXACT, ENV)
def test_formulas_of_formulas_are_substitution(
    inner: Node, outer: Node, env: dict[str, float]
) -> None:
    whole = substituted(outer, {"x": inner})
    assert "x" not in names(whole) or "x" in names(inner)
    expected = value(whole, env)
    named = substituted(outer, {"x": Name("inner")})
    found = compiled({"inner": inner, "outer": named}, ["outer"]).evaluate(env)
    assert found["outer"] == expected


@given(CONSTANT)
def test_folding_is_evaluation(node: Node) -> None:
    expected = value(node, {"x": 0.0})
    assert folded(node) == Number(expected)


@given(EXACT, ENV)
def test_folding_changes_no_value(node: Node, env: dict[str, float]) -> None:
    expected = value(node, env)
    assert value(folded(node), env) == expected


@given(trees(LEAVES, calls={"where": 3, "abs": 1}), ENV)
def test_an_affine_form_is_the_formula(node: Node, env: dict[str, float]) -> None:
    form = affine_in(node, "x")
    assume(form is not None)
    assert form is not None
    assert "x" not in names(form.A) | names(form.B)
    exact = {name: Fraction(number) for name, number in env.items()}
    found = value(form.A, exact) * exact["x"] + value(form.B, exact)
    assert found == value(node, exact)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    box, inside = {}, {}
    signed = MODERATE | MODERATE.map(operator.neg)
    for name in NAMES:
        low, middle, high = sorted(draw(st.tuples(signed, signed, signed)))
        box[name], inside[name] = (low, high), middle
    return box, inside


@given(REAL, boxes())
def test_bounds_hold_every_value(
    node: Node, where: tuple[dict[str, tuple[float, float]], dict[str, float]]
) -> None:
    box, inside = where
    expected = value(node, inside)
    found = bounds(node, box)
    assert found.low <= expected <= found.high


@given(REAL, boxes())
def test_what_has_no_value_is_a_hazard(
    node: Node, where: tuple[dict[str, tuple[float, float]], dict[str, float]]
) -> None:
    box, inside = where
    found = bounds(node, box)
    reached = compiled({"found": node}).evaluate(inside)["found"]
    overflows = math.isinf(found.low) or math.isinf(found.high)
    assert found.hazards or overflows or np.isfinite(reached)
