import pytest

from lossmodel.formula.algebra import names
from lossmodel.model.building import built
from lossmodel.model.outputs import reach
from lossmodel.scenario.schema import Scenario

HEAVY = "levy(loc=0, scale=1)"


def outputs(inputs, model, **more):
    made = built(Scenario.model_validate({"title": "t", "inputs": inputs, "model": model} | more))
    return {each.name: each for each in made.outputs}, made


@pytest.mark.parametrize(
    ("model", "has_mean"),
    [
        ({"loss": "a + b"}, False),
        ({"loss": "a - a"}, True),
        ({"loss": "2 * a + a"}, False),
        ({"f": "a + 1", "loss": "f - a"}, True),  # a cancels, through f
        ({"f": "a + b", "loss": "f - a"}, False),  # b is left
        ({"f": "a * c", "loss": "f + c"}, False),
        ({"f": "c * 2", "loss": "f + 1"}, True),
        ({"loss": "min(a, 5)"}, True),
        ({"loss": "+".join(f"h{place}" for place in range(12))}, False),
    ],
)
def test_a_mean_does_not_exist_where_a_heavy_input_stays_in_an_affine_form(model, has_mean) -> None:
    inputs = {"a": HEAVY, "b": HEAVY, "c": "1 to 2"} | {f"h{place}": HEAVY for place in range(12)}
    found, _ = outputs(inputs, model)
    assert found["loss"].has_mean is has_mean
    assert found["loss"].has_variance is has_mean


def test_an_output_knows_the_hazards_of_all_that_it_depends_on() -> None:
    found, made = outputs(
        {"c": "normal(mean=0, sd=1)", "d": "2"},
        {"f": "1 / c", "g": "f + d", "loss": "g * 2", "fixed": "d + 1", "root": "sqrt(c) + g"},
        outputs=["loss", "fixed", "root", "f"],
    )
    assert [each.uncertain for each in found.values()] == [True, False, True, True]
    assert found["fixed"].hazards == ()
    assert found["loss"].hazards == found["f"].hazards != ()
    assert set(found["root"].hazards) > set(found["f"].hazards)
    uses = {name: names(tree) for name, tree in made.formulas.nodes.items()}
    assert all(each.uncertain == ("c" in reach([name], uses, {})) for name, each in found.items())


def test_a_count_makes_what_it_counts_uncertain() -> None:
    found, _ = outputs(
        {"n": "poisson(mean=3) car", "x": {"value": "2 GBP/car", "varies": "per n"}},
        {"loss": "sum(x)"},
        units=["car"],
    )
    assert found["loss"].uncertain
