import math

import pytest

from lossmodel.errors import Fault
from lossmodel.formula.intervals import bounds
from lossmodel.formula.parser import parse
from lossmodel.formula.tree import Name, Over

INF = math.inf
TINY = math.ulp(0.0)
ENV = {
    "unit": (0.0, 1.0),
    "mixed": (-2.0, 3.0),
    "above": (2.0, 4.0),
    "below": (-4.0, -2.0),
    "zero": (0.0, 0.0),
    "nonpositive": (-4.0, 0.0),
    "positive": (TINY, INF),
    "real": (-INF, INF),
}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5", 5.0, 5.0),
        ("mixed + above", 0.0, 7.0),
        ("mixed - above", -6.0, 1.0),
        ("-mixed", -3.0, 2.0),
        ("mixed * below", -12.0, 8.0),
        ("above / below", -2.0, -0.5),
        ("above / unit", 2.0, INF),
        ("mixed / unit", -INF, INF),
        ("above / nonpositive", -INF, -0.5),
        ("zero / unit", 0.0, 0.0),
        ("above / mixed", -INF, INF),
        ("above / zero", -INF, INF),
        ("zero * real", 0.0, 0.0),
        ("real - real", -INF, INF),
        ("above / positive", TINY, INF),
        ("-above / positive", -INF, -TINY),
        ("positive * -positive", -INF, -TINY),
        ("1 / positive ** 2", TINY, INF),
        ("mixed < above", 0.0, 1.0),
        ("below < above", 1.0, 1.0),
        ("above < below", 0.0, 0.0),
        ("below <= zero", 1.0, 1.0),
        ("above <= zero", 0.0, 0.0),
        ("above > below", 1.0, 1.0),
        ("below >= above", 0.0, 0.0),
        ("zero == 0", 1.0, 1.0),
        ("above == below", 0.0, 0.0),
        ("mixed == above", 0.0, 1.0),
        ("zero != 0", 0.0, 0.0),
        ("above != below", 1.0, 1.0),
        ("mixed != above", 0.0, 1.0),
        ("min(mixed, above)", -2.0, 3.0),
        ("max(mixed, above)", 2.0, 4.0),
        ("abs(mixed)", 0.0, 3.0),
        ("abs(below)", 2.0, 4.0),
        ("sqrt(unit)", 0.0, 1.0),
        ("sqrt(mixed + 1)", 0.0, 2.0),
        ("sqrt(below)", 0.0, 0.0),
        ("clip(mixed, 0, above)", 0.0, 3.0),
        ("round(mixed / 4)", 0.0, 1.0),
        ("floor(mixed / 4)", -1.0, 0.0),
        ("ceil(real)", -INF, INF),
        ("where(above, mixed, below)", -2.0, 3.0),
        ("where(zero, mixed, below)", -4.0, -2.0),
        ("where(mixed, above, below)", -4.0, 4.0),
        ("mixed ** 0", 1.0, 1.0),
    ],
)
def test_bounds_are_exact_where_arithmetic_is(text: str, low: float, high: float) -> None:
    found = bounds(parse(text), ENV)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("mixed ** 2", 0.0, 9.0),
        ("mixed ** 3", -8.0, 27.0),
        ("unit ** 3", 0.0, 1.0),
        ("below ** 2", 4.0, 16.0),
        ("below ** 3", -64.0, -8.0),
        ("below ** -1", -0.5, -0.25),
        ("above ** -2", 0.0625, 0.25),
        ("unit ** above", 0.0, 1.0),
        ("above ** mixed", 0.0625, 64.0),
        ("mixed ** above", -81.0, 81.0),
        ("unit ** mixed", 0.0, INF),
        ("exp(mixed)", math.exp(-2), math.exp(3)),
        ("exp(real)", 0.0, INF),
        ("exp(above * 1000)", INF, INF),
        ("log(above)", math.log(2), math.log(4)),
        ("log(unit)", -INF, 0.0),
        ("above ** 2000", INF, INF),
        ("below ** 2001", -INF, -INF),
    ],
)
def test_bounds_are_widened_by_a_few_ulps_elsewhere(text: str, low: float, high: float) -> None:
    found = bounds(parse(text), ENV)
    assert found.low <= low
    assert found.high >= high
    # Twice the slack of 4 ulps, of which 2**-52 is the largest relative size.
    assert found.low == pytest.approx(low, rel=8 * 2**-52, abs=0)
    assert found.high == pytest.approx(high, rel=8 * 2**-52, abs=1e-322)


@pytest.mark.parametrize(
    ("text", "hazards"),
    [
        ("above / mixed", ['divides by "mixed", which can be zero']),
        ("1 / (above - above)", ['divides by "above - above", which can be zero']),
        ("1 / unit", ['divides by "unit", which can be zero']),
        ("1 / above", []),
        ("1 / positive", []),
        ("1 / (positive * above / positive)", []),
        ("log(unit)", ['log of "unit", which can be negative or zero']),
        ("log(positive)", []),
        ("sqrt(mixed)", ['sqrt of "mixed", which can be negative']),
        ("sqrt(1 - unit)", []),
        ("unit ** -1", ['raises "unit", which can be zero, to a negative power']),
        ("mixed ** 0.5", ['raises "mixed", which can be negative, to a power that is not whole']),
        (
            "mixed ** mixed",
            [
                'raises "mixed", which can be zero, to a negative power',
                'raises "mixed", which can be negative, to a power that is not whole',
            ],
        ),
        ("mixed ** 2", []),
        ("unit ** 0.5", []),
        ("where(above, 1, 1 / zero)", []),
        ("where(zero, 1, 1 / zero)", ['divides by "zero", which can be zero']),
        (
            "log(mixed) + sqrt(mixed) + log(mixed)",
            [
                'log of "mixed", which can be negative or zero',
                'sqrt of "mixed", which can be negative',
            ],
        ),
    ],
)
def test_hazards_name_what_may_go_wrong(text: str, hazards: list[str]) -> None:
    assert list(bounds(parse(text), ENV).hazards) == hazards


def test_a_name_without_bounds_is_a_fault() -> None:
    with pytest.raises(Fault) as caught:
        bounds(parse("abov"), ENV)
    assert caught.value.args == ('the name "abov"', "a name with known bounds", "above")


@pytest.mark.parametrize(
    ("function", "name", "counts", "low", "high"),
    [
        ("sum", "above", (0.0, INF), 0.0, INF),
        ("sum", "mixed", (0.0, INF), -INF, INF),
        ("sum", "below", (0.0, INF), -INF, 0.0),
        ("sum", "above", (3.0, 3.0), 6.0, 12.0),
        ("sum", "mixed", (1.0, 3.0), -6.0, 9.0),
        ("mean", "above", (1.0, 9.0), 2.0, 4.0),
        ("max", "above", (1.0, 9.0), 2.0, 4.0),
        ("max", "above", (0.0, 9.0), 0.0, 4.0),
        ("min", "below", (0.0, 9.0), -4.0, 0.0),
    ],
)
def test_functions_over_units_are_bounded_by_their_number(function, name, counts, low, high):
    node = Over(function, "n", Name(name), Name("n"))
    found = bounds(node, ENV | {"n": counts})
    # Sums and means may be rounded; nothing else may move an end.
    assert found.low == pytest.approx(low, rel=1e-14)
    assert found.high == pytest.approx(high, rel=1e-14)
    assert found.low <= low
    assert found.high >= high


def test_a_mean_of_none_is_a_hazard():
    node = Over("mean", "n", Name("above"), Name("n"))
    assert bounds(node, ENV | {"n": (0.0, 3.0)}).hazards == (
        "mean over n, of which there can be none",
    )
    assert not bounds(node, ENV | {"n": (1.0, 3.0)}).hazards
