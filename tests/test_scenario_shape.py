from datetime import date, datetime, time

import pytest

from lossmodel.errors import ScenarioError
from lossmodel.scenario.schema import Scenario

SOUND = {"title": "A loss", "inputs": {"a": "1 to 2"}, "model": {"loss": "a"}}


def problems(**changed: object) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.model_validate(SOUND | changed)
    found = caught.value.problems
    return [(each.place.key, each.found, each.expected, each.fix) for each in found]


def test_a_plain_string_is_a_table_with_one_key() -> None:
    plain = Scenario.model_validate(SOUND)
    tables = {"inputs": {"a": {"value": "1 to 2"}}, "model": {"loss": {"formula": "a"}}}
    assert Scenario.model_validate(SOUND | tables) == plain
    assert plain.inputs["a"].varies == "shared"
    assert plain.inputs["a"].basis is None


@pytest.mark.parametrize("when", [date(2016, 12, 8), "2014-2016", ""])
def test_a_date_is_a_date_or_a_string(when: date | str) -> None:
    claim = [{"says": "1", "date": when}]
    assert Scenario.model_validate(SOUND | {"as_of": when, "claim": claim}).as_of == when


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"title": None}, ("title", "None", "text in quotes", "")),
        ({"title": True}, ("title", "true", "text in quotes", "")),
        ({"title": 7}, ("title", "7", "text in quotes", '"7"')),
        (
            {"title": date(2020, 1, 2)},
            ("title", "2020-01-02", "text in quotes", '"2020-01-02"'),
        ),
        ({"as_of": time(7, 32)}, ("as_of", "07:32:00", "text in quotes", '"07:32:00"')),
        (
            {"as_of": datetime(2020, 1, 2, 3, 4)},  # noqa: DTZ001 - TOML's local date and time
            ("as_of", "2020-01-02 03:04:00", "text in quotes", '"2020-01-02 03:04:00"'),
        ),
        (
            {"claim": [{"says": "1", "date": 2016}]},
            ("claim[0].date", "2016", "text in quotes", '"2016"'),
        ),
        (
            {"inputs": {"date": {"value": "1", "as_of": 2016}}},
            ("inputs.date.as_of", "2016", "text in quotes", '"2016"'),
        ),
        ({"inputs": {"str": 5}}, ("inputs.str", "5", "text in quotes or a table", '"5"')),
        ({"inputs": {"str": {"value": 5}}}, ("inputs.str", "5", "text in quotes", '"5"')),
        ({"model": {"formulas": []}}, ("model.formulas", "[]", "text in quotes or a table", "")),
        (
            {"model": {"function": {"formula": 1}}},
            ("model.function", "1", "text in quotes", '"1"'),
        ),
        ({"model": "a"}, ("model", '"a"', "a table", "[model]")),
        ({"sweep": {"a": "1"}}, ("sweep.a", '"1"', "a list in square brackets", '["1"]')),
        ({"claim": {"says": "1"}}, ("claim", "a table", "a list of tables", "[[claim]]")),
        ({"claim": ["1"]}, ("claim[0]", '"1"', "a table", "")),
        (
            {"claim": [{"says": "1", "error": float("nan")}]},
            ("claim[0].error", "nan", "a finite number", ""),
        ),
        (
            {"claim": [{"says": "1", "error": "1.1"}]},
            ("claim[0].error", '"1.1"', "a number without quotes", "1.1"),
        ),
        (
            {"dependence": [{"between": ["a", "b"], "kendall": -1}]},
            ("dependence[0].kendall", "-1", "a number above -1", ""),
        ),
        (
            {"about": [1, [2, "x"], {"y": 1}, True, 5]},
            ("about", '[1, [2, "x"], a table, true, ...]', "text in quotes", ""),
        ),
        ({"value": 1}, ("value", 'key "value"', "", "")),
        ({"inputs": {"value": 5}}, ("inputs.value", "5", "text in quotes or a table", '"5"')),
        ({"about": "x" * 100, "titel": 1}, ("titel", 'key "titel"', "", "title")),
    ],
)
def test_one_fault_is_one_problem(
    changed: dict[str, object], problem: tuple[str, str, str, str]
) -> None:
    ((key, found, expected, fix),) = problems(**changed)
    assert (key, found, fix) == (problem[0], problem[1], problem[3])
    assert expected == problem[2] or problem[2] == ""


def test_a_scenario_that_is_no_table_at_all() -> None:
    with pytest.raises(ScenarioError):
        Scenario.model_validate(["title"])


def test_a_needed_key_that_is_misspelt_is_one_fault() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.model_validate({"titel": "A loss", "model": {"loss": {"formul": "1"}}})
    assert [(each.place.key, each.fix) for each in caught.value.problems] == [
        ("model.loss.formul", "formula"),
        ("titel", "title"),
    ]
