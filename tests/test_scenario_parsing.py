from pathlib import Path

import pytest

from lossmodel.errors import ScenarioError
from lossmodel.model.building import model_of
from lossmodel.scenario.parsing import Reading, read_scenario, reading_of
from lossmodel.scenario.schema import Scenario


def scenario(**tables: object) -> Scenario:
    return Scenario.model_validate(tables)


def reading(tmp_path: Path, text: str, name: str = "loss.toml") -> Reading:
    file = tmp_path / name
    file.write_text(text)
    return read_scenario(str(file))


def found(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        model_of(reading(tmp_path, text))
    return [(each.place.line, each.place.key, each.found) for each in caught.value.problems]


def test_a_formula_stands_behind_what_it_uses_and_behind_what_counts_its_inputs() -> None:
    made = scenario(
        title="Counts",
        units=["truck"],
        inputs={
            "load": {"value": "1 to 2", "varies": "per trucks"},
            "convoys": "3",
        },
        model={"loss": "sum(load)", "trucks": "each * 2", "each": "convoys"},
    )
    read = reading_of(made)
    assert list(read.formulas.trees) == ["each", "trucks", "loss"]
    assert read.counts == {"load": "trucks"}
    assert read.outputs == ("loss", "trucks")


def test_outputs_are_those_named_each_once() -> None:
    made = scenario(title="t", model={"a": "1", "b": "a"}, outputs=["b", "a", "b"])
    assert reading_of(made).outputs == ("b", "a")
    assert reading_of(scenario(title="t", model={"a": "1", "b": "a"})).outputs == ("b",)


def test_a_cycle_may_lead_through_what_counts_an_input() -> None:
    made = scenario(
        title="Counts",
        inputs={"load": {"value": "1 to 2", "varies": "per trucks"}},
        model={"trucks": "ceil(sum(load))"},
    )
    (problem,) = reading_of(made).findings.problems
    assert problem.place.key == "model.trucks"
    assert problem.found == "a cycle: trucks -> load -> trucks"


def test_each_cycle_is_told_once_and_what_uses_it_has_no_fault() -> None:
    model = {"a": "b", "b": "a", "c": "d", "d": "e", "e": "c", "loss": "a + c", "fine": "1"}
    read = reading_of(scenario(title="t", model=model))
    assert [problem.found for problem in read.findings.problems] == [
        "a cycle: a -> b -> a",
        "a cycle: c -> d -> e -> c",
    ]
    assert read.outputs == ("fine",)
    assert read.formulas.broken == {"a", "b", "c", "d", "e", "loss"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        # A fault is told where it is, not again wherever the faulty thing is used.
        (
            'title = "t"\n[inputs]\na = "x"\n[model]\nb = "a"\nc = "b + sum(b)"\n',
            [(3, "inputs.a", '"x"')],
        ),
        (
            'title = "t"\ninputs.a = {value = "1", varies = "per year"}\nmodel.b = "sum(a)"\n',
            [(2, "inputs.a.varies", '"per year"')],
        ),
        (
            'title = "t"\nmodel.b = "sum(a)"\n[inputs]\nn = "x"\na = {value="1", varies="per n"}',
            [(4, "inputs.n", '"x"')],
        ),
        (
            'title = "t"\ninputs.a = {value="1", varies="per n"}\n[model]\nb="sum(a)"\nn = "b +"',
            [(5, "model.n", 'the end of the formula at character 4 of "b +"')],
        ),
        (
            'title = "t"\ninputs.a = "1 h"\nmodel.b = "a + 1"\n[[claim]]\nsays = "about 1 h"\n',
            [(3, "model.b", '"a" (in h) and "1" (a plain number)')],
        ),
        (
            'title = "t"\nunits = "truck"\ninputs.a = "1 truck"\nmodel.loss = "a"\n',
            [(2, "units", '"truck"')],
        ),
        (
            'title = "t"\nunits = ["truck", "day"]\ninputs.a = "1 truck"\nmodel.loss = "a"\n',
            [(2, "units[1]", '"day", which is a unit already (day)')],
        ),
        (
            'title = "t"\nmodel.a = "1"\n[[claim]]\nquote = "x"\n[[claim]]\nsays = "much"\n',
            [(3, "claim[0].says", "nothing"), (6, "claim[1].says", '"much"')],
        ),
        # A misspelt key is read as the one that it means, lines included.
        (
            'titel = "t"\n[input]\na = "1 to 0"\n[models]\nloss = "a * b"\n',
            [
                (1, "titel", 'key "titel"'),
                (2, "input", 'key "input"'),
                (3, "inputs.a", '"1 to 0"'),
                (4, "models", 'key "models"'),
                (5, "model.loss", '"b"'),
            ],
        ),
        (
            'title = "t"\nmodel.loss = "a"\n[inputs.a]\nvalu = "1 to 0"\n',
            [(4, "inputs.a.valu", 'key "valu"'), (4, "inputs.a.value", '"1 to 0"')],
        ),
        # One text may have two faults.
        (
            'title = "t"\nmodel.loss = "a"\ninputs.a = "uniform(2, 1) hurs"\n',
            [(3, "inputs.a", "low=2, high=1"), (3, "inputs.a", 'the unit "hurs"')],
        ),
        (
            'title = "t"\nmodel.loss = "x * y"\n',
            [(2, "model.loss", '"x"'), (2, "model.loss", '"y"')],
        ),
    ],
)
def test_every_fault_once(tmp_path: Path, text: str, problems: list[tuple[int, str, str]]) -> None:
    assert found(tmp_path, text) == problems


def test_what_varies_may_not_count() -> None:
    made = scenario(
        title="Counts",
        inputs={
            "ships": "3",
            "boxes": {"value": "9", "varies": "per ships"},
            "load": {"value": "1 to 2", "varies": "per boxes"},
            "weight": {"value": "1 to 2", "varies": "per packed"},
        },
        model={"packed": "boxes * 2", "loss": "sum(load) + sum(weight)"},
        outputs=["loss"],
    )
    with pytest.raises(ScenarioError) as caught:
        model_of(reading_of(made))
    assert {(each.place.key, each.found) for each in caught.value.problems} == {
        ("inputs.load.varies", '"per boxes", which varies itself'),
        ("inputs.weight.varies", '"per packed", which varies per ships'),
    }


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    toml = reading(tmp_path, 'title = "t"\ninputs.a = "1 to 2"\nmodel.loss = "a"\n')
    json = '{"title": "t", "inputs": {"a": "1 to 2"}, "model": {"loss": "a"}}'
    for name in ("loss.json", "loss"):
        assert reading(tmp_path, json, name).scenario.model_dump() == toml.scenario.model_dump()
