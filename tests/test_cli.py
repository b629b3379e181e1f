import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from golden_model import FILE

from lossmodel.cli.entry import _COMMANDS, program
from lossmodel.scenario.library import bundled
from lossmodel.scenario.starter import STARTER
from lossmodel.scenario.values import EXPECTED

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "lossmodel"]
_DRAWING = ("run", "claim", "sensitivity", "sweep", "compare", "report", "plot")


def invoke(*arguments, text=None):
    return CliRunner().invoke(program, arguments, input=text)


def start(*arguments, text=None, cwd=None, **environment):
    """Run the program as a user does, in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


def test_the_bare_command_prints_help_and_succeeds():
    ran = start()
    assert ran.returncode == 0
    assert "lossmodel run palmyra-tankers" in ran.stdout
    assert all(f"  {name} " in ran.stdout for name in _COMMANDS)


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help_with_an_example(command):
    ran = invoke(command, "--help")
    assert ran.exit_code == 0
    assert f"  lossmodel {command}" in ran.output


def examples():
    for command in _COMMANDS:
        for line in invoke(command, "--help").output.splitlines():
            if line.startswith("    lossmodel ") and "mine.toml" not in line and "|" not in line:
                yield line.split("  # ")[0].strip()


@pytest.mark.parametrize("line", [*examples()])
def test_examples_of_the_help_run(line, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT if "scenarios/" in line else tmp_path)
    if {"*", ">"}.intersection(line):
        words = line.replace("lossmodel ", f"{' '.join(COMMAND)} ", 1)
        ran = subprocess.run(["bash", "-c", words], capture_output=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr
        return
    _, command, *words = shlex.split(line)
    draws = command in _DRAWING and not {"--points", "--precision"}.intersection(words)
    found = invoke(command, *words, *(("--points", "64") if draws else ()))
    assert found.exit_code == 0, found.output


def test_versions_are_named():
    ran = start("--version")
    assert re.fullmatch(
        r"lossmodel \S+ \(Python \d+\.\d+\.\d+, numpy \S+, scipy \S+\)\n", ran.stdout
    )


@pytest.mark.parametrize(("typed", "meant"), [("rnu", "run"), ("chekc", "check"), ("sow", "show")])
def test_a_mistyped_command_is_answered_with_the_nearest(typed, meant):
    ran = start(typed)
    assert ran.returncode == 2
    assert f"Did you mean {meant}?" in ran.stderr


def test_a_mistyped_option_is_answered_with_the_nearest():
    ran = start("run", FILE, "--sed", "3")
    assert ran.returncode == 2
    assert "--seed" in ran.stderr
    assert ran.stdout == ""


def test_run_prints_every_output_its_interval_and_its_seed():
    ran = start("run", "palmyra-tankers")
    assert ran.returncode == 0
    assert ran.stderr == ""
    for name in ("cargo_wellhead", "cargo_plus_trucks", "claim_in_gbp"):
        assert name in ran.stdout
    assert "90% interval" in ran.stdout
    assert "seed 0" in ran.stdout
    assert '"more than 2 million USD", read as 2 to 2.5 million USD' in ran.stdout
    assert "Assumed, without a source: truck_value" in ran.stdout
    assert "Next: lossmodel show palmyra-tankers" in ran.stdout


def test_piped_output_has_no_escapes_and_no_trailing_spaces():
    for command in ("run", "show"):
        text = start(command, "palmyra-tankers", FORCE_COLOR="").stdout
        assert "\x1b" not in text
        assert all(line == line.rstrip() for line in text.splitlines())


def test_narrow_terminals_lose_no_number():
    # The histograms, and the line that tells their axis, are all that a narrow terminal is spared.
    wide, narrow = (start("run", FILE, COLUMNS=str(width)).stdout for width in (100, 40))
    wide = "".join(line for line in wide.splitlines() if not line.startswith("Histograms"))
    assert set(re.findall(r"\d\.\d+", wide)) == set(re.findall(r"\d\.\d+", narrow))


def test_json_is_one_document_and_nothing_else():
    ran = start("run", FILE, "--json")
    assert ran.stderr == ""
    assert json.loads(ran.stdout)["outputs"]["loss"]["unit"] == "USD"


def test_the_same_command_prints_the_same_bytes_wherever_it_runs(tmp_path):
    first = start("run", FILE, "--json").stdout
    for environment in ({"LANG": "de_DE.UTF-8"}, {"TZ": "Asia/Tokyo"}, {"COLUMNS": "33"}):
        assert start("run", FILE, "--json", cwd=tmp_path, **environment).stdout == first


def test_standard_input_is_read():
    assert start("run", "-", "--json", text=FILE.read_text()).returncode == 0
    assert invoke("check", "-", text='title = "x"').exit_code == 2


def test_settings_change_the_answer_and_are_shown():
    ran = invoke("run", str(FILE), "--json", "--set", "price=30 USD/bbl")
    document = json.loads(ran.output)
    assert document["scenario"]["settings"] == {"price": "30 USD/bbl"}
    assert "price = 30 USD/bbl" in invoke("run", str(FILE), "--set", "price=30 USD/bbl").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", FILE, "--points", "1000"], "1024"),
        (["run", FILE, "--set", "prise=3 USD/bbl"], "price"),
        (["run", FILE, "--set", "price"], "NAME=VALUE"),
        (["run", FILE, "--set", "price=3 EUR/bbl"], "USD/bbl"),
        (["run", FILE, "--set", "price=cheap"], "expected"),
        (["run", FILE, "--level", "2"], "strictly between 0 and 1"),
        (["run", FILE, "--precision", "0"], "above 0"),
        (["run", FILE, "--max-evaluations", "10"], "--precision beside it"),
        (["run", FILE, "--design", "sobel"], "sobol"),
        (["run", FILE, "--exceedance", "5 EUR"], "USD"),
        (["run", FILE, "--seed", "-1"], "-1"),
        (["run"], "SCENARIO"),
        (["run", "no-such-file.toml"], "no such file"),
        (["run", "palmyra-tanker"], "palmyra-tankers"),
        (["run", ROOT], "is a directory"),
        (["show", "no-such-file.toml"], "no such file"),
        (["check"], "SCENARIOS"),
    ],
)
def test_wrong_commands_end_with_status_2_and_say_why(arguments, said):
    ran = start(*arguments)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_with_json_an_error_leaves_standard_output_empty(tmp_path):
    (tmp_path / "bad.toml").write_text('title = "x"\n[model]\ny = "1 +"\n')
    ran = start("run", tmp_path / "bad.toml", "--json")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{tmp_path / 'bad.toml'}:3: model.y" in ran.stderr


def test_check_judges_many_files(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('titel = "x"\n[inputs]\na = "twelve h"\n[model]\ny = "a"\n')
    ran = invoke("check", str(FILE), str(bad))
    assert ran.exit_code == 2
    assert f"{FILE}: valid" in ran.stdout
    assert f"{bad}: 2 problems" in ran.stdout
    document = json.loads(invoke("check", str(FILE), str(bad), "--json").stdout)
    assert [each["valid"] for each in document["files"]] == [True, False]
    assert document["files"][1]["problems"][1] == {
        "file": str(bad),
        "line": 3,
        "key": "inputs.a",
        "found": '"twelve h"',
        "expected": EXPECTED,
        "fix": '"12 h"',
    }


def test_list_names_every_bundled_scenario():
    text = invoke("list").stdout
    document = json.loads(invoke("list", "--json").stdout)
    for name in ("palmyra-tankers", "one-apus-2020", "facebook-outage-2021", "ever-given-2021"):
        assert name in text
        assert name in [each["name"] for each in document["scenarios"]]


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_scenario_runs_and_is_shown_with_its_sources(name):
    ran = json.loads(invoke("run", name, "--json").stdout)
    assert ran["outputs"]
    assert not ran["warnings"]
    shown = json.loads(invoke("show", name, "--json").stdout)
    for line in shown["inputs"].values():
        assert line["basis"] == "assumed" or line["source"]
    # What is asked of a year is its metrics; every other scenario is of a published figure.
    assert shown["claims"] or any("metrics" in each for each in ran["outputs"].values())
    assert shown["scenario"]["excludes"]


def test_show_tells_inputs_in_words():
    text = invoke("show", "palmyra-tankers").stdout
    assert "triangular(75, 170, 230) bbl/truck" in text
    assert "90% interval" in text
    assert "ASSUMED" in text
    assert "sold at the wellhead" in text
    assert "cargo_brent = trucks * capacity" in text
    assert "Left out" in text


def test_a_replaced_input_loses_its_source():
    shown = json.loads(
        invoke("show", "palmyra-tankers", "--json", "--set", "trucks=150 truck").stdout
    )
    assert shown["inputs"]["trucks"]["basis"] == "assumed"
    assert shown["inputs"]["trucks"]["source"] is None


def test_new_writes_a_file_that_runs(tmp_path):
    path = tmp_path / "mine.toml"
    assert invoke("new", str(path)).exit_code == 0
    assert path.read_text() == STARTER
    assert start("run", path).returncode == 0
    assert invoke("check", str(path)).exit_code == 0


def test_new_replaces_nothing_unasked(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    refused = start("new", path)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert path.read_text() == "precious"
    assert start("new", path, "--force").returncode == 0
    assert path.read_text() == STARTER
    assert [each.name for each in tmp_path.iterdir()] == ["mine.toml"]


def test_new_needs_a_folder_that_exists(tmp_path):
    ran = start("new", tmp_path / "no" / "mine.toml")
    assert ran.returncode == 2
    assert "mkdir -p" in ran.stderr


def test_a_full_disk_leaves_nothing_behind():
    full = Path("/dev/full")
    if not full.exists():
        pytest.fail("this system has no /dev/full to test with")
    with full.open("w") as nowhere:
        ran = subprocess.run(
            [*COMMAND, "run", str(FILE), "--json"],
            stdout=nowhere,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 1
    assert "no space left" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_schema_accepts_what_the_program_accepts():
    schema = json.loads(invoke("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    import tomllib

    for path in bundled().values():
        data = json.loads(json.dumps(tomllib.loads(path.read_text()), default=str))
        jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": "x", "modle": {}}, schema)


def test_a_closed_pipe_ends_quietly():
    line = f"{' '.join(COMMAND)} show palmyra-tankers | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] == "0"


def test_interruption_ends_with_status_130():
    process = subprocess.Popen(
        [*COMMAND, "run", str(FILE), "--precision", "1e-9"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_a_strangers_text_moves_no_terminal(tmp_path):
    path = tmp_path / "hostile.toml"
    path.write_text(
        'title = "\\u001b[2J[bold]x[/bold]\\u202e"\n[inputs]\n'
        'a = { value = "1 to 2", source = "\\u001b]0;owned\\u0007", quote = "\\u001b[31m" }\n'
        '[model]\ny = "a"\n'
    )
    for command in ("run", "show"):
        text = start(command, path, FORCE_COLOR="1").stdout
        for hostile in ("\x1b[2J", "\x1b]0", "\u202e", "\x07"):
            assert hostile not in text
        assert "[bold]x[/bold]" in text


def test_a_strangers_text_is_shown_as_it_is_in_errors(tmp_path):
    path = tmp_path / "hostile.toml"
    path.write_text('title = "x"\n[inputs]\na = "\\u001b[2Jtwelve"\n[model]\ny = "a"\n')
    ran = start("run", path)
    assert "\x1b" not in ran.stderr
    assert "\\x1b[2Jtwelve" in ran.stderr


def test_it_works_from_a_read_only_folder_without_a_home(tmp_path):
    tmp_path.chmod(0o555)
    ran = start("run", "palmyra-tankers", cwd=tmp_path, HOME="/nonexistent")
    assert ran.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_scenario_names(shell):
    sourced = start(_LOSSMODEL_COMPLETE=f"{shell}_source")
    assert sourced.returncode == 0
    assert "lossmodel" in sourced.stdout


def test_bash_completes_a_scenario_name():
    words = {"COMP_WORDS": "lossmodel run palm", "COMP_CWORD": "2"}
    ran = start(_LOSSMODEL_COMPLETE="bash_complete", **words)
    assert "palmyra-tankers" in ran.stdout


def test_show_tells_the_other_reading_where_things_are_counted():
    text = invoke("show", "palmyra-tankers").stdout
    assert "The 90% interval if it were" in text
    assert "capacity per trucks: cargo_brent" in text
    assert "as written: cargo_brent" in text
    shown = json.loads(invoke("show", "palmyra-tankers", "--json").stdout)
    ran = json.loads(invoke("run", "palmyra-tankers", "--json").stdout)
    for name, output in ran["outputs"].items():
        assert shown["model"][name].get("other_reading") == output.get("other_reading")
    assert "if it were" not in invoke("show", "facebook-outage-2021").stdout


def test_show_tells_what_it_can_of_what_cannot_be_run(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "t"\nunits = ["car"]\n[inputs]\nn = "1,000,000,000 car"\n'
        'x = { value = "1 to 2 USD/car", varies = "per n" }\n[model]\nloss = "max(x)"\n'
    )
    told = invoke("show", str(path))
    assert told.exit_code == 0
    assert "if it were" not in told.stdout
