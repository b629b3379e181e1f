import inspect
import subprocess
import sys
from importlib import import_module, resources

import pytest

import lossmodel as lm

HEAVY = ("numpy", "scipy", "pint", "pydantic", "click", "rich")


def loaded_by(code):
    """Return which heavy packages a fresh interpreter has loaded after some code."""
    told = f"[name for name in {(*HEAVY, 'scipy.stats')!r} if name in sys.modules]"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint({told})"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(eval(ran.stdout.splitlines()[-1]))  # noqa: S307 - our own list


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import lossmodel") == set()


def test_help_loads_click_alone():
    code = (
        "import sys\nsys.argv = ['lossmodel', '--help']\nfrom lossmodel.cli.entry import program\n"
    )
    assert loaded_by(code + "program.main([], standalone_mode=False)") == {"click"}


def test_a_run_never_loads_scipy_stats_and_json_needs_no_rich():
    code = (
        "from lossmodel.cli.entry import program\n"
        "program.main(['run', 'palmyra-tankers', '--json'], standalone_mode=False)"
    )
    found = loaded_by(code)
    assert "numpy" in found
    assert not found & {"scipy.stats", "rich"}


def test_public_names_are_there_and_documented():
    assert set(dir(lm)) == {*lm.__all__, "__version__"}
    assert lm.__version__ == import_module("importlib.metadata").version("lossmodel")
    for name in lm.__all__:
        assert inspect.getdoc(getattr(lm, name)), name
    with pytest.raises(AttributeError):
        lm.nothing  # noqa: B018 - the point of the test


def test_names_for_type_checkers_are_the_names_at_run_time():
    assert set(lm._HOMES) == set(lm.__all__)


def test_no_module_bears_the_name_of_a_public_function():
    functions = {name for name in lm.__all__ if inspect.isfunction(getattr(lm, name))}
    modules = {path.name.removesuffix(".py") for path in resources.files(lm).rglob("*.py")}
    assert not functions & modules


def test_the_package_says_that_it_is_typed():
    assert resources.files(lm).joinpath("py.typed").is_file()


def test_the_call_is_the_one_promised():
    parameters = inspect.signature(lm.run).parameters
    assert list(parameters)[:8] == [
        "scenario",
        "seed",
        "replicates",
        "points",
        "level",
        "precision",
        "design",
        "smoothing",
    ]
    defaults = [each.default for each in list(parameters.values())[1:8]]
    assert defaults == [0, 16, None, 0.9, None, "sobol", "auto"]


def test_scenarios_of_files_and_of_code_give_the_same_numbers(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('title = "t"\n[inputs]\nx = "1 to 2 USD"\n[model]\ny = "x * 2"\n')
    from_file = lm.load(path)
    in_code = lm.Scenario(title="t", inputs={"x": "1 to 2 USD"}, model={"y": "x * 2"})
    first, second = (lm.run(each).to_dict() for each in (from_file, in_code))
    assert first["outputs"] == second["outputs"]
    assert first["scenario"]["name"] == "x"
    assert second["scenario"]["sha256"]


def test_problems_of_a_scenario_in_code_have_keys():
    with pytest.raises(lm.ScenarioError) as shape:
        lm.Scenario(title="t", inputs={"x": {"value": "1", "sauce": "s"}}, model={"y": "x"})
    assert str(shape.value).startswith("scenario: inputs.x.sauce\n")
    assert shape.value.problems[0].fix == "source"
    words = lm.Scenario(title="t", inputs={"x": "twelve"}, model={"y": "x + 1 USD"})
    with pytest.raises(lm.ScenarioError) as strings:
        lm.run(words)
    assert [each.place.key for each in strings.value.problems] == ["inputs.x", "model.y"]


def test_scenarios_are_frozen():
    scenario = lm.Scenario(title="t", inputs={"x": "1 to 2"}, model={"y": "x"})
    with pytest.raises(ValueError, match="frozen"):
        scenario.title = "other"
