import pickle

import numpy as np
import pytest

from lossmodel.errors import NotSupportedError
from lossmodel.formula.parser import parse
from lossmodel.formula.program import compiled
from lossmodel.formula.tree import Name, Over


def evaluated(text: str, **columns: object) -> np.ndarray:
    arrays = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    return compiled({"found": parse(text)}).evaluate(arrays)["found"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 1", [-1.5, 1.0, 1.5, 3.5]),
        ("-x", [2.5, 0.0, -0.5, -2.5]),
        ("x ** 2", [6.25, 0.0, 0.25, 6.25]),
        ("2 ** x", [2**-2.5, 1.0, 2**0.5, 2**2.5]),
        ("x < 0.5", [1.0, 1.0, 0.0, 0.0]),
        ("x <= 0.5", [1.0, 1.0, 1.0, 0.0]),
        ("x > 0.5", [0.0, 0.0, 0.0, 1.0]),
        ("x >= 0.5", [0.0, 0.0, 1.0, 1.0]),
        ("x == 0.5", [0.0, 0.0, 1.0, 0.0]),
        ("x != 0.5", [1.0, 1.0, 0.0, 1.0]),
        ("min(x, 0, 1)", [-2.5, 0.0, 0.0, 0.0]),
        ("max(x, 0, 1)", [1.0, 1.0, 1.0, 2.5]),
        ("abs(x)", [2.5, 0.0, 0.5, 2.5]),
        ("sqrt(abs(x))", [2.5**0.5, 0.0, 0.5**0.5, 2.5**0.5]),
        ("exp(x * 0)", [1.0, 1.0, 1.0, 1.0]),
        ("log(x)", [np.nan, -np.inf, np.log(0.5), np.log(2.5)]),
        ("where(x, 1, 2)", [1.0, 2.0, 1.0, 1.0]),
        ("clip(x, -1, 1)", [-1.0, 0.0, 0.5, 1.0]),
        ("round(x)", [-2.0, 0.0, 0.0, 2.0]),
        ("floor(x)", [-3.0, 0.0, 0.0, 2.0]),
        ("ceil(x)", [-2.0, 0.0, 1.0, 3.0]),
        ("1 / x", [-0.4, np.inf, 2.0, 0.4]),
    ],
)
def test_every_operation_on_a_column(text: str, expected: list[float]) -> None:
    found = evaluated(text, x=[-2.5, 0.0, 0.5, 2.5])
    assert found.dtype == np.float64
    # exp, log and ** are within an ulp; all else is exact.
    np.testing.assert_allclose(found, expected, rtol=2.3e-16, atol=0)


def test_inputs_are_never_written_to() -> None:
    x = np.array([1.0, 2.0])
    formulas = {"a": parse("x * 2"), "b": parse("(a + 1) * x + (a + 1)"), "c": parse("-(a * b)")}
    found = compiled(formulas).evaluate({"x": x})
    assert x.tolist() == [1.0, 2.0]
    assert found["a"].tolist() == [2.0, 4.0]
    assert found["b"].tolist() == [6.0, 15.0]
    assert found["c"].tolist() == [-12.0, -60.0]


def test_what_formulas_share_is_computed_once() -> None:
    shared = compiled({"a": parse("x * y + 1"), "b": parse("x * y - 1"), "c": parse("a * (x * y)")})
    assert len(shared.instructions) == 4


def test_zeros_of_either_sign_are_told_apart() -> None:
    found = compiled({"a": parse("1 / (0 * x)"), "b": parse("1 / (0 * -x)")}).evaluate({"x": 1.0})
    assert [float(found[name]) for name in "ab"] == [np.inf, -np.inf]


def test_formulas_that_are_not_needed_are_left_out() -> None:
    formulas = {"a": parse("x + 1"), "b": parse("y + 1"), "c": parse("a * 2")}
    program = compiled(formulas, ["c"])
    assert dict(program.outputs).keys() == {"c"}
    assert program.inputs.keys() == {"x"}
    assert len(program.instructions) == 2


def test_scalars_stay_scalars_until_they_meet_a_column() -> None:
    formulas = {"a": parse("k * 2"), "b": parse("a * a * a * x")}
    found = compiled(formulas).evaluate({"k": 3.0, "x": np.ones(4)})
    assert found["a"].shape == ()
    assert found["b"].tolist() == [216.0] * 4


def test_columns_of_several_shapes_broadcast() -> None:
    found = evaluated("(a + 1) * (b + 1) * (a + 1)", a=[[1.0], [2.0]], b=[0.0, 1.0, 2.0])
    assert found.tolist() == [[4.0, 8.0, 12.0], [9.0, 18.0, 27.0]]


def test_columns_without_dimensions_are_accepted() -> None:
    assert evaluated("(a < 1) * a * a * a", a=0.5) == 0.125


def test_a_formula_that_is_an_input_or_a_constant() -> None:
    assert evaluated("x", x=[1.0, 2.0]).tolist() == [1.0, 2.0]
    assert evaluated("3") == 3.0


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="x"):
        evaluated("x + 1")


def test_a_program_can_be_pickled() -> None:
    program = compiled({"found": parse("where(x < 1, x * 2, round(-x))")})
    again = pickle.loads(pickle.dumps(program))  # noqa: S301  # our own bytes
    assert again.evaluate({"x": np.array([0.0, 2.5])})["found"].tolist() == [0.0, -2.0]


def test_formulas_over_units_have_no_columns() -> None:
    with pytest.raises(NotSupportedError, match="sum"):
        compiled({"found": Over("sum", "n", Name("x"), Name("n"))})
