import pytest

import lossmodel as lm

INPUTS = {
    "trucks": "168 truck",
    "ships": "3 ship",
    "load": "150 to 230 bbl/truck",
    "own": {"value": "150 to 230 bbl/truck", "varies": "per trucks"},
    "hull": "1 to 4 bbl/ship",
    "price": "20 to 55 USD/bbl",
    "other": "1000 to 2000 USD",
    "share": "10 to 40%",
}
BOTH = "trucks * load * price + ships * hull * price"


@pytest.mark.parametrize(
    ("model", "counts"),
    [
        ({"loss": "trucks * load * price"}, ["trucks"]),
        ({"loss": "price * sum(own)"}, ["trucks"]),
        ({"loss": "sum(own * price) + trucks * load * price"}, ["trucks"]),
        ({"loss": "where(share > 0.2, 1, 2) * trucks * load * price / share"}, ["trucks"]),
        ({"loss": "trucks * load * price + other"}, []),
        ({"loss": "trucks * load * price", "more": "trucks * load * price * 2"}, ["trucks"]),
        ({"loss": "trucks * load * price", "more": "other * 2"}, []),
        ({"loss": "trucks * load * price", "more": "ships * hull * price"}, []),
        ({"loss": BOTH}, []),
        ({"loss": "max(own) * price * 1 truck"}, []),
        ({"loss": "other * trucks / (trucks + trucks)"}, []),
    ],
)
def test_an_amount_is_told_per_thing_where_its_count_multiplies_all_of_every_reading(model, counts):
    model = {name: formula.replace(" * 1 truck", " * one") for name, formula in model.items()}
    scenario = lm.Scenario(
        title="t",
        units=["truck", "ship"],
        inputs=INPUTS | {"one": "1 truck"} if "max" in str(model) else INPUTS,
        model=model,
        claim=[{"says": "2 million USD"}],
    )
    told = lm.check_claims(scenario, points=16, replicates=2)[0].per_unit
    assert [name for name in told if name != "one"] == counts
    assert all(told[name] == pytest.approx(2e6 / 168) for name in counts)


def test_the_count_of_one_term_is_not_told():
    for check in lm.check_claims(lm.load("crowdstrike-f500-2024"), points=16):
        assert dict(check.per_unit) == {}
