import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import lossmodel as lm
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.report.figures import digits_for, figure, plain_figure
from lossmodel.report.results import result_text
from lossmodel.report.words import one_line
from lossmodel.units.scales import amount, common_scale


def estimate(value, half):
    return Estimate(value, half / 2.13, value - half, value + half)


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (894319.6, 1600.0, "890,000"),
        (894319.6, 900.0, "894,000"),
        (894319.6, 12000.0, "900,000"),
        (894319.6, 120000.0, "about 900,000"),
        (894319.6, 0.001, "894,000"),
        (0.0094823, 0.0009, "0.009"),
        (0.0094823, 0.00001, "0.00948"),
        (0.5, 0.2, "about 0.5"),
        (-0.5, 0.6, "0 ± 2"),
        (2.3e-10, 1e-13, "2.30e-10"),
        (12.0, 0.0, "12.0"),
        (0.0, 0.0, "0"),
        (-1234.5, 3.0, "-1,230"),
        (1.0, 0.0001, "1.00"),
        (99.96, 0.05, "100.0"),
    ],
)
def test_figures_show_what_is_known(value, half, text):
    assert figure(estimate(value, half)) == text


def test_what_the_error_swamps_is_below_its_upper_end():
    assert figure(Estimate(0.0, 1e-4, 0.0, 0.00018)) == "below 0.0002"
    assert figure(Estimate(1e-5, 1e-4, 0.0, 0.00031)) == "below 0.0004"


def test_what_does_not_exist_is_a_dash():
    assert figure(MISSING) == "–"


@given(
    st.floats(1e-12, 1e14),
    st.floats(1e-9, 10.0),
)
def test_no_digit_is_finer_than_the_error_and_none_beyond_the_third(value, relative):
    half = value * relative
    text = figure(estimate(value, half)).replace(",", "")
    word, _, number = text.rpartition(" ")
    if word in ("below", "0 ±"):
        assert float(number) >= (value + half) * (1.0 - 1e-15)
        return
    if word == "about":
        assert half < value
        assert abs(float(number) - value) <= value
        return
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    # The step of rounding is a power of ten from the error up to ten times it.
    assert abs(float(text) - value) <= max(5.0 * half, value * 5e-3) * 1.0001
    if decimals:
        assert unit >= half * 0.9999
    digits = mantissa.replace(".", "").strip("0")
    assert len(digits) <= 3


def test_scales_go_by_the_largest():
    assert common_scale([9.6e9, 1.0]).word == "billion"
    assert common_scale([999_999.0]).word == ""
    assert common_scale([]).word == ""
    assert common_scale([2e6]).unit("USD") == "million USD"


def test_plain_figures_have_three_digits():
    assert plain_figure(1234.5) == "1,230"
    assert plain_figure(0.0) == "0"
    assert plain_figure(math.inf) == "infinite"


def test_amounts_keep_the_digits_they_were_typed_with():
    assert amount(2e6, common_scale([2e6])) == "2"
    assert amount(1815.5) == "1,815.5"
    assert amount(0.1) == "0.1"


def test_strangers_text_is_one_harmless_line():
    assert one_line("a\n b\x1b[2J\u202ec") == "a b\\x1b[2J\\u202ec"


def test_an_output_that_is_nearly_always_zero_is_no_constant():
    inputs = {"n": "poisson(mean=0.01)", "x": "1 to 2"}
    scenario = lm.Scenario(title="t", inputs=inputs, model={"y": "n * x"})
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(result_text(lm.run(scenario), "t"))
    # Its interval is a single 0, its mean is not.
    assert " 0.0145" in console.export_text()


def test_a_precision_asked_for_is_shown_in_its_digits():
    assert [digits_for(each) for each in (None, 0.5, 0.01, 1e-4, 1e-6, 3.0)] == [3, 3, 3, 5, 7, 3]
    known = Estimate(1573303.425, 20.0, 1573260.0, 1573347.0)
    assert figure(known, digits=digits_for(1e-4)) == "1,573,300"
