import pytest

from lossmodel.errors import ScenarioError
from lossmodel.model.building import built
from lossmodel.model.model import Model
from lossmodel.scenario.schema import Scenario

INPUTS = {
    "trucks": "168 truck",
    "load": "36_000 L/truck",
    "price": "20 to 55 USD/bbl",
    "power": "2 MW",
    "hours": "3 day",
    "tariff": "100 EUR/MWh",
    "rate": "1.1 USD/EUR",
    "area": "4 m**2",
}


def scenario(**tables: object) -> Scenario:
    return Scenario.model_validate(tables)


def model(formula: object, claims: tuple[object, ...] = ()) -> Model:
    return built(
        scenario(
            title="t",
            units=["truck", "ship"],
            inputs=INPUTS,
            model={"loss": formula},
            claim=list(claims),
        )
    )


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("trucks * load", "L"),
        ("trucks * load * price", "USD"),
        ("power * hours", "MW*day"),
        ("power * hours * tariff", "EUR"),
        ("power * hours * tariff * rate", "USD"),
        ("trucks", "truck"),
        ("round(trucks / 2) + 0", "truck"),
        ("sqrt(area)", "m"),
        ("area ** 1.5", "m**3"),
        ("exp(trucks / trucks)", ""),
        ("price > 0", ""),
        ("max(0, price)", "USD/bbl"),
        ("where(price > 0, 0, price)", "USD/bbl"),
        ("min(hours, hours) * 0", "day"),
    ],
)
def test_an_output_is_in_the_written_units_multiplied_out(formula: str, unit: str) -> None:
    assert str(model(formula).outputs[0].unit) == unit


@pytest.mark.parametrize(
    ("formula", "unit", "value"),
    [
        # 36,000 L is 226.4331 bbl; 2 MW for 3 days are 144 MWh or 518.4 GJ.
        ("trucks * load", "bbl", 168 * 36_000 / 158.987294928),
        ("power * hours", "MWh", 144.0),
        ("power * hours", "GJ", 518.4),
        ("power * hours * tariff", "EUR", 14_400.0),
        ("hours", "min", 4320.0),
        ("area", "cm**2", 40_000.0),
    ],
)
def test_the_unit_to_report_in(formula: str, unit: str, value: float) -> None:
    output = model({"formula": formula, "unit": unit}).outputs[0]
    assert str(output.unit) == unit
    assert output.support == pytest.approx((value, value), rel=1e-12)


def test_the_unit_is_decided_by_the_file_and_not_by_a_setting() -> None:
    made = scenario(title="t", inputs={"a": "2 h"}, model={"loss": "a"})
    output = built(made, {"a": "90 min"}).outputs[0]
    assert (str(output.unit), output.support) == ("h", (1.5, 1.5))


@pytest.mark.parametrize(
    "formula",
    [
        "price + trucks",
        "price + 1",
        "price > 1",
        "min(price, hours)",
        "clip(price, 0, 1)",
        "where(price, 1, 2)",
        "exp(hours)",
        "log(price)",
        "round(price)",
        "hours ** 0.5",
        "2 ** hours",
        "area ** 4",
        "rate + tariff",
    ],
)
def test_units_that_do_not_fit(formula: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        model(formula)
    assert [problem.place.key for problem in caught.value.problems] == ["model.loss"]


def test_the_fix_for_two_currencies_works_when_it_is_typed() -> None:
    inputs = {"oil": "20 to 55 USD", "fee": "3 GBP"}
    with pytest.raises(ScenarioError) as caught:
        built(scenario(title="t", inputs=inputs, model={"loss": "oil + fee"}))
    assert caught.value.problems[0].fix == (
        'an input such as usd_per_gbp = "... USD/GBP", and multiply "fee" by it'
    )
    inputs["usd_per_gbp"] = "1.25 USD/GBP"
    mended = scenario(title="t", inputs=inputs, model={"loss": "oil + fee * usd_per_gbp"})
    assert str(built(mended).outputs[0].unit) == "USD"


def test_a_claim_is_read_in_the_unit_of_the_output() -> None:
    claim = {"says": "about 5 million L", "range": "30 to 40 thousand bbl"}
    (figure,) = model({"formula": "trucks * load", "unit": "bbl"}, (claim,)).claims
    assert figure.amounts("loss") == pytest.approx((5e6 / 158.987294928,), rel=1e-12)
    assert figure.low == pytest.approx(30_000 * 158.987294928, rel=1e-12)
    assert figure.high == pytest.approx(40_000 * 158.987294928, rel=1e-12)


def test_a_claim_speaks_of_all_outputs_of_its_dimension() -> None:
    made = scenario(
        title="t",
        inputs=INPUTS,
        units=["truck"],
        model={"oil": "price * load * trucks", "all": "oil + oil", "count": "trucks"},
        outputs=["oil", "all", "count"],
        claim=[{"says": "1 USD"}, {"says": "1 USD", "readings": ["all"]}, {"says": "1 truck"}],
    )
    assert [list(claim.factors) for claim in built(made).claims] == [
        ["oil", "all"],
        ["all"],
        ["count"],
    ]
