import pytest

from lossmodel.distributions.calls import Call
from lossmodel.errors import Fault
from lossmodel.scenario.values import Between, Constant, Drawn, Value, parsed_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("168 truck", Constant(168.0, "truck")),
        ("  168\ttruck\n", Constant(168.0, "truck")),
        ("85%", Constant(0.85, "")),
        ("2 million\N{NO-BREAK SPACE}USD", Constant(2e6, "USD")),
        ("12 1/day", Constant(12.0, "1/day")),
        ("12 1 / day", Constant(12.0, "1 / day")),
        ("12m", Constant(12.0, "m")),
        ("150 to 230 bbl/truck", Between(150.0, 230.0, "bbl/truck")),
        ("1.5 to 2 million USD", Between(1.5e6, 2e6, "USD")),
        ("900 thousand to 2 million USD", Between(9e5, 2e6, "USD")),
        ("10 to 20%", Between(0.1, 0.2, "")),
        ("10% to 20%", Between(0.1, 0.2, "")),
        ("0.6  to\n1", Between(0.6, 1.0, "")),
        ("pert(75, 170, 230) bbl", Drawn(Call("pert", (75.0, 170.0, 230.0)), "bbl")),
        ("normal ( mean=1 , sd = 2 )", Drawn(Call("normal", (), (("mean", 1.0), ("sd", 2.0))), "")),
        ("uniform(10%, 2 million)", Drawn(Call("uniform", (0.1, 2e6)), "")),
        ("uniform(100,200)", Drawn(Call("uniform", (100.0, 200.0)), "")),
        ("uniform(1_000, 2_000)", Drawn(Call("uniform", (1000.0, 2000.0)), "")),
        ("choice([100,200,300],)", Drawn(Call("choice", ((100.0, 200.0, 300.0),)), "")),
        ("f()", Drawn(Call("f"), "")),
        (
            "mixture([uniform(0, 1), levy(loc=0, scale=1)]) h",
            Drawn(
                Call(
                    "mixture",
                    (
                        (
                            Call("uniform", (0.0, 1.0)),
                            Call("levy", (), (("loc", 0.0), ("scale", 1.0))),
                        ),
                    ),
                ),
                "h",
            ),
        ),
    ],
)
def test_the_three_forms(text: str, value: Value) -> None:
    assert parsed_value(text) == value


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("twelve h", '"12 h"'),
        ("ten GBP/car", '"10 GBP/car"'),
        ("Twenty to hundred thousand GBP", '"20 to 100 thousand GBP"'),
        ("$20", '"20 USD"'),
        ("€ 20 to 55", '"20 to 55 EUR"'),
        ("$20 to $55/bbl", '"20 to 55 USD/bbl"'),
        ("USD 2 million", '"2 million USD"'),
        ("20-55 USD/bbl", '"20 to 55 USD/bbl"'),
        ("1.5 million – 2 million USD", '"1.5 million to 2 million USD"'),
        ("between 20 and 55 USD", '"20 to 55 USD"'),
        (".5 bbl", '"0.5 bbl"'),
        ("5. bbl", '"5 bbl"'),
        ("1,5 USD", '"1.5 USD"'),
        ("1 816 bbl", '"1,816 bbl"'),
        ("2M USD", '"2 million USD"'),
        ("2m USD", '"2 million USD"'),
        ("3bn EUR", '"3 billion EUR"'),
        ("5k USD", '"5 thousand USD"'),
        ("about 20 h", '"20 h"'),
        ("55 to 20 USD", '"20 to 55 USD"'),
        ("3 to 2 million USD", '"2 to 3 million USD"'),
        ("3 million to 2 million USD", '"2 million to 3 million USD"'),
        ("20% to 10%", '"10% to 20%"'),
        ("20 to 20 USD", '"20 USD"'),
        ("1.5 million to 2 USD", '"1.5 to 2 million USD"'),
        ("10% to 20", '"10 to 20%"'),
        ("20 USD to 55 USD", '"20 to 55 USD"'),
        ("-5 to 10 h", '"normal(p5=-5, p95=10) h"'),
        ("-1234567.5 to 10", '"normal(p5=-1234567.5, p95=10)"'),
        ("200 to 1 thousand GBP/car", '"200 to 1_000 GBP/car"'),
        ("1.5 thousand to 2000 USD", '"1.5 to 2 thousand USD"'),
        ("1000 to 1 thousand USD", '"1 thousand USD"'),
        ("20% to 0.45", '"20 to 45%"'),
        ("20 USD to 55", '"20 to 55 USD"'),
        ("250..750 GBP/car", '"250 to 750 GBP/car"'),
        ("250…750 GBP/car", '"250 to 750 GBP/car"'),
        ("GBP/car 500", '"500 GBP/car"'),
        ("US$20", '"20 USD"'),
        ("2 Million GBP", '"2 million GBP"'),
        ("2 MILLIONS", '"2 million"'),
        ("2million GBP", '"2 million GBP"'),
        ("2 mil GBP", '"2 million GBP"'),
        ("2 mn GBP", '"2 million GBP"'),
        ("2 bn GBP", '"2 billion GBP"'),
        ("2 tn GBP", '"2 trillion GBP"'),
        ("2M bbl", '"2 million bbl"'),
        ("20 per cent", '"20%"'),
        ("20% of cars", '"20%"'),
        ("20% to 45% of cars", '"20 to 45%"'),
        ("2 million of GBP", '"2 million GBP"'),
        ("5-10 m", '"5 to 10 m"'),
        ("5-10 K", '"5 to 10 K"'),
        ("1/3 GBP/car", '"0.333 GBP/car"'),
        ("1/4 to 1/2", '"0.25 to 0.5"'),
        ("“20%”", '"20%"'),
        ("~20 h", '"20 h"'),
    ],
)
def test_the_fix_works_when_it_is_typed(text: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_value(text)
    assert caught.value.fix == fix
    parsed_value(fix.strip('"'))


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("eighty GBP/car", '"NUMBER GBP/car"'),
        ("two hundred GBP", '"NUMBER GBP"'),
        ("twenty-five GBP", '"NUMBER GBP"'),
        ("one and a half million GBP", '"NUMBER GBP"'),
        ("two or three million GBP", '"NUMBER GBP"'),
        ("more than 20 GBP", '"NUMBER GBP"'),
        ("5 to GBP", '"LOW to HIGH GBP"'),
        ("20 to inf GBP", '"LOW to HIGH GBP"'),
        ("1 to 1 thousand GBP", '"LOW to HIGH GBP"'),
        ("50 to 2 thousand GBP", '"LOW to HIGH GBP"'),
        ("1.5 million to 1 GBP", '"LOW to HIGH GBP"'),
        ("20 GBP to 30 USD", '"LOW to HIGH USD"'),
    ],
)
def test_no_number_is_made_up(text: str, fix: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_value(text)
    assert caught.value.fix == fix


@pytest.mark.parametrize(
    "text",
    [
        "1,81,6 h",
        "1,816.00.0",
        "1e999",
        "1" * 401,
        "1 - 1",
        "many",
        "lots of money",
        "one in ten",
        "minus 20 h",
        "5 to nan",
        "31/12/2023",
        "1/0 h",
        "A$20",
    ],
)
def test_no_fix_is_better_than_a_wrong_one(text: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_value(text)
    assert caught.value.fix == ""


def test_nobody_is_shown_a_fix_as_long_as_a_page() -> None:
    with pytest.raises(Fault) as caught:
        parsed_value("1 to " * 1_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("normal(mean=2 * m, sd=s)", ("2 * m", "s")),
        ("uniform(low, max(low, high) + 1) USD", ("low", "max(low, high) + 1")),
        ("lognormal(median=(a + b) / 2, gsd=1.5)", ("(a + b) / 2",)),
        ("poisson(mean=1e3*rate) event", ("1e3*rate",)),
        ("poisson(mean=5 thousand) event", ()),
        ("uniform(5%, 10 %)", ()),
        ("normal(mean=-m, sd=1)", ("-m",)),
    ],
)
def test_arguments_may_be_formulas(text, formulas):
    assert parsed_value(text).formulas == formulas


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("uniform(1, 2", 'the end in "uniform(1, 2"'),
        ("uniform(1 h, 2)", '"h, 2)" in "uniform(1 h, 2)"'),
        ("uniform(1, low=)", '")" in "uniform(1, low=)"'),
        ("choice([1, 2)", '")" in "choice([1, 2)"'),
        ("uniform(1; 2)", '"; 2)" in "uniform(1; 2)"'),
        ("uniform(,)", '",)" in "uniform(,)"'),
        ("uniform(1,000, 2,000)", '"1,000, 2,000)" in "uniform(1,000, 2,000)"'),
        ("pert(1, mode=2, 3)", '"3)" in "pert(1, mode=2, 3)"'),
    ],
)
def test_a_family_says_where_it_goes_wrong(text: str, found: str) -> None:
    with pytest.raises(Fault) as caught:
        parsed_value(text)
    assert caught.value.found == found


def test_families_and_lists_go_16_deep() -> None:
    assert isinstance(parsed_value("f(" * 16 + "1" + ")" * 16), Drawn)
    for opening, closing, inner in (("f(", ")", "1"), ("[", "]", "1")):
        with pytest.raises(Fault, match="at most 16 inside each other"):
            parsed_value("f(" + opening * 16 + inner + closing * 16 + ")")
