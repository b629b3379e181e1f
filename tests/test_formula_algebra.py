import pytest

from lossmodel.errors import Fault
from lossmodel.formula.algebra import affine_in, names, substituted
from lossmodel.formula.constants import constant, folded
from lossmodel.formula.parser import parse
from lossmodel.formula.text import number_text, to_text


def test_names_are_those_that_a_formula_refers_to() -> None:
    assert names(parse("trucks * max(price, 2 * price) - -load")) == {"trucks", "price", "load"}
    assert names(parse("1 + 2")) == frozenset()


def test_substitution_replaces_names_and_shares_what_stays() -> None:
    node = parse("a + abs(b)")
    assert to_text(substituted(node, {"a": parse("b * 2"), "z": parse("1")})) == "b * 2 + abs(b)"
    assert substituted(node, {"z": parse("1")}) is node


@pytest.mark.parametrize(
    ("text", "A", "B"),
    [
        ("x", "1", "0"),
        ("a", "0", "a"),
        ("trucks * x * load", "trucks * load", "0"),
        ("a * x + b", "a", "b"),
        ("b - a * x", "-a", "b"),
        ("-(x + b)", "-1", "-b"),
        ("(x - b) / a", "1 / a", "-b / a"),
        ("x * a - x * b", "a - b", "0"),
        ("where(c > 0, x * a, b)", "where(c > 0, a, 0)", "where(c > 0, 0, b)"),
        ("where(c, x, x + b)", "1", "where(c, 0, b)"),
        ("exp(a) * x + log(b)", "exp(a)", "log(b)"),
        ("x + 1 - x", "1 - 1", "1"),
    ],
)
def test_affine_forms_are_found(text: str, A: str, B: str) -> None:
    form = affine_in(parse(text), "x")
    assert form is not None
    assert (to_text(form.A), to_text(form.B)) == (A, B)


@pytest.mark.parametrize(
    "text",
    ["x * x", "x ** 2", "1 / x", "exp(x)", "max(x, a)", "where(x > 0, a, b)", "x < a", "a ** x"],
)
def test_other_forms_are_not_affine(text: str) -> None:
    assert affine_in(parse(text), "x") is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2 * 3 * x + 4 / 2", "6 * x + 2"),
        ("-(2 - 5)", "3"),
        ("round(2.5) + round(3.5)", "6"),
        ("where(1 > 2, x, 3)", "where(0, x, 3)"),
        ("clip(5, 1, 3) + min(2, 1) + max(2, 1)", "6"),
        ("floor(-0.5) + ceil(0.5) + abs(-1)", "1"),
        ("sqrt(4) + exp(0) + log(1)", "3"),
        ("(1 <= 1) + (1 >= 2) + (1 == 1) + (1 != 1) + (1 < 2)", "3"),
        ("2 ** -1", "0.5"),
        ("sum(3)", "sum(3)"),
        ("a * 2", "a * 2"),
    ],
)
def test_constants_are_worked_out(text: str, result: str) -> None:
    assert to_text(folded(parse(text))) == result


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("9**9**9", '"9 ** 387420489", which is too large for a number', "at most 1.7e308"),
        ("1e308 * 10", '"1e+308 * 10", which is too large for a number', "at most 1.7e308"),
        ("exp(1000)", '"exp(1000)", which is too large for a number', "at most 1.7e308"),
        ("a + 1 / (2 - 2)", '"1 / 0"', "no division by zero"),
        ("log(-1)", '"log(-1)", which has no value', "a number"),
        ("log(0)", '"log(0)", which has no value', "a number"),
        ("sqrt(-1)", '"sqrt(-1)", which has no value', "a number"),
        ("0 ** -1", '"0 ** -1", which has no value', "a number"),
        ("(0 - 8) ** 0.5", '"(-8) ** 0.5", which has no value', "a number"),
    ],
)
def test_constants_without_a_value_are_refused(text: str, found: str, expected: str) -> None:
    with pytest.raises(Fault) as caught:
        folded(parse(text))
    assert caught.value.args == (found, expected, "")


def test_a_constant_is_a_formula_without_names() -> None:
    assert constant(parse("2 * 3")) == 6
    assert constant(parse("2 * a")) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (168.0, "168"),
        (-2.0, "-2"),
        (0.1, "0.1"),
        (1e16, "1e+16"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
    ],
)
def test_numbers_print_as_short_as_they_read_back(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value
