import pytest

import lossmodel as lm
from lossmodel.errors import Fault

TABLES = {
    "title": "Shares",
    "inputs": {
        "total": "10 to 30 million USD",
        "share": "20 to 60%",
        "growth": "50 to 150%",
        "count": "poisson(mean=50%)",
    },
    "model": {"loss": "total * share * growth * count"},
}


@pytest.mark.parametrize(
    ("text", "found", "fix"),
    [
        ("30", "share = 30, which is 3,000%", "30%"),
        ("2.5", "share = 2.5, which is 250%", "2.5%"),
        ("20 to 45", "share = 20 to 45, which is 2,000 to 4,500%", "20 to 45%"),
    ],
)
def test_a_share_is_not_replaced_by_a_number_without_its_percent_sign(text, found, fix):
    scenario = lm.Scenario(**TABLES)
    for call in (
        lambda: lm.run(scenario, settings={"share": text}, points=16),
        lambda: lm.sweep(scenario, {"share": [text]}, points=16),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert (caught.value.found, caught.value.fix) == (found, fix)


@pytest.mark.parametrize(
    ("name", "text"),
    [("share", "0.3"), ("share", "30%"), ("share", "1"), ("growth", "3"), ("count", "2")],
)
def test_a_share_is_replaced_by_another_and_growth_by_any_number(name, text):
    found = lm.run(lm.Scenario(**TABLES), settings={name: text}, points=16)
    assert found["loss"].mean.exists
    assert not [said for said in found.warnings if "above 100%" in said]


def test_a_sweep_in_the_file_without_percent_signs_is_one_problem():
    with pytest.raises(lm.ScenarioError) as caught:
        lm.run(lm.Scenario(**TABLES, sweep={"share": ["20:60:10"]}), points=16)
    assert str(caught.value).count("a share, as") == 1
