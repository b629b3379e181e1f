from math import log
from pathlib import Path
from statistics import NormalDist

import pytest

from lossmodel.errors import Fault, ScenarioError, UsageError
from lossmodel.model.building import built, load
from lossmodel.model.model import Model
from lossmodel.scenario.library import bundled
from lossmodel.scenario.schema import Scenario

TANKERS = Path(__file__).parent / "golden" / "tankers.toml"


def scenario(**tables: object) -> Scenario:
    return Scenario.model_validate(tables)


def tankers(settings: dict[str, str] | None = None) -> Model:
    return built(load(TANKERS), settings or {})


def test_inputs_keep_their_place_and_constants_count() -> None:
    model = tankers({"capacity": "200 bbl/truck"})
    assert [(each.name, each.place, each.is_constant) for each in model.inputs] == [
        ("trucks", 0, True),
        ("capacity", 1, True),
        ("price", 2, False),
        ("load", 3, False),
    ]
    assert model.settings == {"capacity": "200 bbl/truck"}


def test_low_to_high_is_the_lognormal_of_those_percentiles() -> None:
    price = tankers().inputs[2]
    assert price.quantile(0.05) == pytest.approx(20.0, rel=1e-12)
    assert price.quantile(0.95) == pytest.approx(55.0, rel=1e-12)


def warnings_of(share: str) -> tuple[str, ...]:
    told = {"inputs": {"share": share}, "model": {"y": "share * 2"}}
    return built(scenario(title="t", **told), {}).warnings


@pytest.mark.parametrize(
    ("share", "mean", "sd", "whole", "instead"),
    [
        # Of a lognormal the logarithm is normal.
        (
            "75 to 92%",
            (log(0.75) + log(0.92)) / 2,
            log(0.92 / 0.75) / (2 * NormalDist().inv_cdf(0.95)),
            0.0,
            "beta(p5=75%, p95=92%)",
        ),
        ("normal(mean=90%, sd=8%)", 0.9, 0.08, 1.0, "beta(...) or pert(...)"),
    ],
)
def test_a_share_above_the_whole_is_said(
    share: str, mean: float, sd: float, whole: float, instead: str
) -> None:
    beyond = 1.0 - NormalDist(mean, sd).cdf(whole)
    (said,) = warnings_of(share)
    assert said == (
        f'share: "{share}" is above 100% with probability {beyond:.2g}; a share of something is '
        f"better written as {instead}, which ends there"
    )


@pytest.mark.parametrize(
    "share",
    [
        "20 to 35%",
        "90%",
        "beta(p5=75%, p95=92%)",
        "pert(60%, 90%, 100%)",
        # Ratios, as more than the whole was typed, or no percent sign.
        "80 to 130%",
        "0.75 to 0.92",
        "75 to 92% USD",
    ],
)
def test_what_stays_below_the_whole_or_is_no_share_is_not_said(share: str) -> None:
    assert warnings_of(share) == ()


def test_no_bundled_scenario_has_a_share_above_the_whole() -> None:
    said = [warning for name in bundled() for warning in built(load(name), {}).warnings]
    assert not any("above 100%" in warning for warning in said)


def test_a_setting_in_another_unit_is_converted() -> None:
    model = tankers({"price": "1 USD/gal"})
    price = model.inputs[2]
    assert (price.constant, price.factor) == (1.0, 42.0)
    assert price.support == (42.0, 42.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"prise": "1 USD/bbl"}, "price"),
        ({"price": "1 USD"}, "price in USD/bbl, as the file has it"),
        ({"price": "100"}, r"\(fix: 100 USD/bbl\)"),
        ({"price": "50%"}, "as the file has it$"),
        ({"price": "cheap"}, "a number"),
        ({"price": "uniform(2, 1) USD/bbl"}, "low < high"),
    ],
)
def test_a_setting_that_cannot_stand_in_for_an_input(
    settings: dict[str, str], message: str
) -> None:
    with pytest.raises(Fault, match=message) as caught:
        tankers(settings)
    assert caught.value.status == 2


def test_an_unknown_setting_is_a_wrong_argument() -> None:
    with pytest.raises(UsageError) as caught:
        tankers({"prise": "1 USD/bbl"})
    assert caught.value.fix == "price"


def test_what_is_drawn_is_what_an_output_depends_on() -> None:
    made = scenario(
        title="t",
        inputs={
            "n": "poisson(mean=3)",
            "x": {"value": "1 to 2", "varies": "per n"},
            "y": "1 to 2",
            "z": "1 to 2",
        },
        model={"loss": "sum(x)", "other": "y"},
        outputs=["loss"],
    )
    model = built(made)
    assert model.used == {"n", "x"}
    assert model.warnings == ('input "z" is used by no formula',)
    assert not model.unsupported
    assert [each.name for each in model.shared] == ["n"]


def test_a_thousand_formulas_that_use_each_other_in_turn() -> None:
    chain = {f"f{i}": f"f{i - 1} + 1" for i in range(1, 1_000)}
    model = built(scenario(title="t", inputs={"x": "uniform(0, 1)"}, model={"f0": "x", **chain}))
    (output,) = model.outputs
    assert (output.name, output.support, output.uncertain) == ("f999", (999.0, 1000.0), True)


def test_a_python_function_has_its_outputs_later() -> None:
    made = scenario(title="t", inputs={"x": "1 to 2"}, model=lambda x: x)
    model = built(made)
    assert not model.outputs
    assert not model.warnings
    assert model.used == {"x"}
    assert model.source.sha256 is None


@pytest.mark.parametrize("name", bundled())
def test_bundled_scenarios_are_valid_and_warn_of_nothing(name: str) -> None:
    assert built(load(name)).warnings == ()


def test_one_scenario_can_be_built_again_and_again() -> None:
    made = load(TANKERS)
    assert built(made).outputs == built(made).outputs == tankers().outputs


def test_a_scenario_built_in_code_names_the_key_alone() -> None:
    with pytest.raises(ScenarioError) as caught:
        built(scenario(title="t", inputs={"a": "1 to 0"}, model={"loss": "a"}))
    assert str(caught.value).startswith("scenario: inputs.a\n")


def test_ten_thousand_swept_values_in_a_wrong_unit_are_one_problem() -> None:
    with pytest.raises(ScenarioError) as caught:
        built(
            scenario(
                title="t",
                inputs={"a": "1 to 2 h"},
                model={"loss": "a"},
                sweep={"a": ["1:9000:1 hurs", "1 kg", "uniform(2, 1) h"]},
            )
        )
    assert [problem.found for problem in caught.value.problems] == [
        'the unit "hurs"',
        "a in kg",
        "low=2, high=1",
    ]
