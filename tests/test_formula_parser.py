import subprocess
import sys
import time

import pytest

from lossmodel.errors import Fault
from lossmodel.formula.parser import parse
from lossmodel.formula.tree import FUNCTIONS, Binary, Call, Comparison, Name, Node, Number, Unary

A, B, C, X = map(Name, "abcx")
ONE, TWO = Number(1.0), Number(2.0)

OPERAND = "a number, a name, a function or a bracket"
OPERATOR = "an operator or the end"
DECIMAL = "a decimal number"
WORDS = "names, numbers, operators and functions"
KNOWN = "a function: min, max, abs, sqrt, exp, log, where, clip, round, floor, ceil, sum or mean"
TIMES = "write * to multiply"
SPLIT = "split it into several formulas"
MINUS = "write the minus sign of the keyboard, -"
DEEP = "at most 64 brackets, calls, minuses and powers inside each other"
ORDERED = "(a < b) * (b < c): comparisons are 0 or 1"
CHOICE = "where(condition, a, b) chooses between a and b"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("1_500", Number(1500.0)),
        (".5", Number(0.5)),
        ("5.", Number(5.0)),
        ("1_0.2_5e-1_0", Number(10.25e-10)),
        ("0", Number(0.0)),
        ("00", Number(0.0)),
        ("0.5", Number(0.5)),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a / b * c", Binary("*", Binary("/", A, B), C)),
        ("a ** b ** c", Binary("**", A, Binary("**", B, C))),
        ("-a ** b", Unary("-", Binary("**", A, B))),
        ("a ** -b ** c", Binary("**", A, Unary("-", Binary("**", B, C)))),
        ("a * -b", Binary("*", A, Unary("-", B))),
        ("--a", Unary("-", Unary("-", A))),
        ("a + b < c", Comparison("<", Binary("+", A, B), C)),
        ("(a < b) == c", Comparison("==", Comparison("<", A, B), C)),
        ("a != b", Comparison("!=", A, B)),
        ("max(a, b, c)", Call("max", (A, B, C))),
        ("sum(a)", Call("sum", (A,))),
        ("where(a >= b, 1, 2)", Call("where", (Comparison(">=", A, B), ONE, TWO))),
        (" a\t*\n( b ) ", Binary("*", A, B)),
    ],
)
def test_formulas_are_read_as_python_reads_them(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_every_function_is_read() -> None:
    for function, (fewest, _) in FUNCTIONS.items():
        assert parse(f"{function}({', '.join('a' * fewest)})") == Call(function, (A,) * fewest)


@pytest.mark.parametrize(
    ("text", "found", "place", "expected", "fix"),
    [
        ("a ^ 2", "^", 3, OPERATOR, "write ** for a power"),
        ("a // b", "//", 3, OPERATOR, "floor(a / b)"),
        (
            "5 % a",
            "%",
            3,
            OPERATOR,
            "write 5% as 0.05; the remainder of a / b is a - b * floor(a / b)",
        ),
        ("a @ b", "@", 3, OPERATOR, "write * to multiply"),
        (
            "a = b",
            "=",
            3,
            OPERATOR,
            "write == to compare; every formula has its own line in [model]",
        ),
        (
            "max(a=b)",
            "=",
            6,
            'an operator, "," or ")"',
            "write == to compare; every formula has its own line in [model]",
        ),
        ("!a", "!", 1, OPERAND, "write != for unequal, 1 - (a < b) for not"),
        ("a & b", "&", 3, OPERATOR, ORDERED),
        ("a && b", "&&", 3, OPERATOR, ORDERED),
        ("a || b", "||", 3, OPERATOR, "max(a < b, b < c): comparisons are 0 or 1"),
        ("a and b", "and", 3, OPERATOR, ORDERED),
        ("a or b", "or", 3, OPERATOR, "max(a < b, b < c): comparisons are 0 or 1"),
        ("not a", "not", 1, WORDS, "1 - (a < b): comparisons are 0 or 1"),
        ("a if b else c", "if", 3, OPERATOR, CHOICE),
        ("b ? a : c", "?", 3, OPERATOR, CHOICE),
        ("lambda: a", "lambda", 1, WORDS, "give that formula a name of its own in [model]"),
        ("True * a", "True", 1, WORDS, "1"),
        ("import + 1", "import", 1, WORDS, "give it another name"),
        ("a.b", ".", 2, OPERATOR, "names have no parts: write a_b for a.b, and 0.5 for a half"),
        ("a[0]", "[", 2, OPERATOR, "there are no lists or subscripts"),
        ("{a}", "{", 1, OPERAND, "there are no sets"),
        ("'a'", "'", 1, OPERAND, "names are written without quotes"),
        ('"a"', '"', 1, OPERAND, "names are written without quotes"),
        ("a # b", "#", 3, OPERATOR, 'put a remark into "about"'),
        ("a; b", ";", 2, OPERATOR, "give each formula a name of its own in [model]"),
        (
            "$5 * a",
            "$",
            1,
            OPERAND,
            "put amounts of money into [inputs], with a unit such as USD",
        ),
        ("+a", "+", 1, OPERAND, "leave the + out"),
        ("1,500 * a", ",", 2, OPERATOR, "write numbers without thousands commas: 1_500"),
        ("a b", "b", 3, OPERATOR, TIMES),
        ("a 2", "2", 3, OPERATOR, TIMES),
        ("a.5", ".5", 2, OPERATOR, TIMES),
        ("2(a)", "(", 2, OPERATOR, TIMES),
        ("max(a b)", "b", 7, 'an operator, "," or ")"', TIMES),
        ("a)", ")", 2, OPERATOR, 'leave it out, or open a "(" before'),
        ("(a", "(", 1, 'a ")" that closes this bracket', ""),
        ("max(a, b", "(", 4, 'a ")" that closes this bracket', ""),
        ("()", ")", 2, "something between the brackets", ""),
        ("max(a,)", ")", 7, OPERAND, ""),
        ("a × b", "×", 3, OPERATOR, "write *"),
        ("a – b", "–", 3, OPERATOR, MINUS),
        ("a²", "²", 2, OPERATOR, "write ** 2"),
        ("é", "é", 1, OPERAND, 'formulas are in plain ASCII letters: "é" is not one'),
        ("a\x1b[2J", "\\x1b", 2, OPERATOR, ""),
        ("a < b < c", "<", 7, "one comparison at a time", "(a < b) * (b < c) for a < b < c"),
        ("0x1F", "0", 1, DECIMAL, "31"),
        ("0xg", "0", 1, DECIMAL, ""),
        ("5j", "5", 1, DECIMAL, "there are no complex numbers"),
        ("2trucks", "2", 1, DECIMAL, "2 * trucks, or an input with a unit"),
        ("007", "007", 1, "a number without leading zeros", "7"),
        ("1e999", "1e999", 1, "a number up to 1.7e308", ""),
        ("max + 1", "max", 1, '"(" after the function max', "max(a, b)"),
        ("exq(a)", "exq", 1, KNOWN, "exp(x)"),
        ("__import__('os')", "__import__", 1, KNOWN, ""),
        ("a << 2", "<<", 3, OPERATOR, "write * 2 ** n"),
    ],
)
def test_a_wrong_formula_is_refused_with_place_and_fix(
    text: str, found: str, place: int, expected: str, fix: str
) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    shown = text.replace("\x1b", "\\x1b")
    assert caught.value.args == (
        f'"{found}" at character {place} of "{shown}"',
        expected,
        fix,
    )


@pytest.mark.parametrize(("text", "place"), [("", 1), ("   ", 4), ("a *", 4), ("-", 2)])
def test_a_formula_that_stops_is_refused(text: str, place: int) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.args == (
        f'the end of the formula at character {place} of "{text}"',
        OPERAND,
        "",
    )


@pytest.mark.parametrize(
    ("text", "found", "expected", "fix"),
    [
        ("max()", "max with no arguments, at character 1", "at least 1 argument", "max(a, b)"),
        (
            "a + clip(a, b)",
            "clip with 2 arguments, at character 5",
            "3 arguments",
            "clip(x, low, high)",
        ),
        ("exp(a, b)", "exp with 2 arguments, at character 1", "1 argument", "exp(x)"),
        (
            "where(a)",
            "where with 1 argument, at character 1",
            "3 arguments",
            "where(condition, a, b)",
        ),
    ],
)
def test_a_call_with_a_wrong_number_of_arguments_is_refused(
    text: str, found: str, expected: str, fix: str
) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.args == (found, expected, fix)


def test_a_long_formula_is_shown_around_the_fault() -> None:
    with pytest.raises(Fault) as caught:
        parse(" + ".join(["price"] * 20) + " ^ 2 + " + " + ".join(["price"] * 20))
    assert caught.value.found == (
        '"^" at character 159 of "...+ price + price + price ^ 2 + price + price + pri..."'
    )


@pytest.mark.parametrize(
    "text",
    [
        "(" * 64 + "a" + ")" * 64,
        "-" * 64 + "a",
        "abs(" * 64 + "a" + ")" * 64,
        "a" + " ** a" * 64,
        " + ".join(["a"] * 450),
        " * ".join(["a"] * 450),
        " - ".join(["a * b"] * 160),
    ],
)
def test_formulas_up_to_the_limits_are_read(text: str) -> None:
    assert parse(text) == parse(f"{text} ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(" * 65 + "a" + ")" * 65, DEEP),
        ("(" * 4000, DEEP),
        ("-" * 65 + "a", DEEP),
        ("abs(" * 65 + "a" + ")" * 65, DEEP),
        ("a" + " ** a" * 65, DEEP),
        (
            " + ".join(["a"] * 501),
            "at most 500 numbers, names and operators in a formula",
        ),
        ("a" * 4001, "at most 4,000 characters"),
        ("(" * 100_000, "at most 4,000 characters"),
    ],
)
def test_formulas_beyond_the_limits_are_refused_at_once(text: str, expected: str) -> None:
    started = time.process_time()
    with pytest.raises(Fault) as caught:
        parse(text)
    # A tenth of a second of processor time: 100 times what it takes, and far below what a
    # quadratic reader would need.
    assert time.process_time() - started < 0.1
    assert caught.value.args[1:] == (expected, SPLIT)


def test_the_parser_loads_neither_numpy_nor_pint() -> None:
    modules = "algebra, checking, constants, intervals, parser, text, tree"
    code = (
        f"import sys; from lossmodel.formula import {modules}; "
        "print(sorted({'pint', 'numpy'} & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"
