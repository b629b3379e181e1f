"""The file format, defined by files that are valid and files that are not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lossmodel.cli.entry import main
from lossmodel.errors import ScenarioError, visible
from lossmodel.model.building import load, model_of
from lossmodel.model.description import described
from lossmodel.scenario.parsing import read_scenario

FILES = Path(__file__).parent / "scenarios"
VALID = sorted(path.name for path in (FILES / "valid").iterdir())
INVALID = sorted(path.name for path in (FILES / "invalid").iterdir() if path.suffix != ".txt")
TYPED = ["toml-syntax.toml", "several-faults.toml", "json-key-twice.json", "terminal-escapes.toml"]


def expected(name: str) -> str:
    return (FILES / "invalid" / name).with_suffix(".txt").read_text("utf-8")


def status_of(command: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(FILES / "invalid")
    monkeypatch.setattr(sys, "argv", ["lossmodel", *command])
    with pytest.raises(SystemExit) as leaving:
        main()
    return leaving.value.code


def test_there_are_files_of_both_kinds_and_a_text_for_each_invalid_one() -> None:
    texts = {path.stem for path in (FILES / "invalid").glob("*.txt")}
    assert texts == {Path(name).stem for name in INVALID}
    assert len(texts) == len(INVALID) >= 60
    assert len(VALID) >= 15


@pytest.mark.parametrize("name", VALID)
def test_a_valid_file_loads_and_can_be_described(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FILES / "valid")
    description = described(model_of(read_scenario(name)))
    assert description.title == load(name).title
    assert json.loads(json.dumps(description.to_dict(), allow_nan=False))["warnings"] == []


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_file_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FILES / "invalid")
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert visible(str(caught.value)) + "\n" == expected(name)
    assert caught.value.status == 2


@pytest.mark.parametrize("name", INVALID)
def test_the_problems_of_a_file_stand_in_the_order_of_its_lines(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FILES / "invalid")
    with pytest.raises(ScenarioError) as caught:
        load(name)
    lines = [problem.place.line for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert len(set(caught.value.problems)) == len(lines)
    assert all(0 <= line <= len(Path(name).read_text("utf-8").split("\n")) for line in lines)


@pytest.mark.parametrize("name", INVALID)
def test_check_prints_the_problems_on_standard_error(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["check", name], monkeypatch) == 2
    printed = capsys.readouterr()
    assert printed.err == expected(name)
    assert printed.out.startswith(f"{name}: ")
    assert printed.out.count("\n") == 1


@pytest.mark.parametrize("name", INVALID)
def test_run_leaves_standard_output_empty(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["run", "--json", name], monkeypatch) == 2
    assert capsys.readouterr() == ("", expected(name))


@pytest.mark.parametrize("name", TYPED)
def test_a_user_who_types_the_command_reads_the_same(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lossmodel", "check", name],
        cwd=FILES / "invalid",
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (2, expected(name))


@pytest.mark.parametrize("name", ["toml-syntax.toml", "json-syntax.json", "toml-ends-early.toml"])
def test_syntax_is_checked_before_numpy_and_pint_are_loaded(name: str) -> None:
    code = f"""
import sys
from lossmodel.errors import ScenarioError
from lossmodel.scenario.parsing import read_scenario
try:
    read_scenario({name!r})
except ScenarioError:
    print(sorted({{"numpy", "scipy", "pint"}} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FILES / "invalid",
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "[]\n"


def test_a_sound_file_is_read_without_numpy_until_its_model_is_built() -> None:
    code = """
import sys
from lossmodel.scenario.parsing import read_scenario
read_scenario("families.toml")
print(sorted({"numpy", "scipy", "pint"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FILES / "valid",
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "[]\n"
