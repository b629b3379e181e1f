import subprocess
import sys
from pathlib import Path

import pytest

from lossmodel.errors import Fault, ScenarioError
from lossmodel.model.building import load
from lossmodel.scenario.findings import MOST_PROBLEMS
from lossmodel.scenario.limits import DEEPEST, MOST_BYTES, MOST_KEYS, check_json, check_toml

SOUND = 'title = "A loss"\ninputs.a = "1 to 2"\nmodel.loss = "a"\n'
WHAT = "a scenario file, - for standard input, or the name of a bundled scenario"
LIST = "lossmodel list shows the bundled scenarios"


def message(file: Path, content: bytes | str) -> str:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return refusal(file)


def refusal(file: Path | str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(file)
    return str(caught.value)


def told(file: Path | str, found: str, expected: str, fix: str = "") -> str:
    tail = f"\n  fix:      {fix}" if fix else ""
    return f"{file}\n  found:    {found}\n  expected: {expected}{tail}"


def test_a_file_of_one_mebibyte_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "large.toml"
    file.write_text((SOUND + "#").ljust(MOST_BYTES, "x"))
    assert load(file).title == "A loss"
    assert message(file, (SOUND + "#").ljust(MOST_BYTES + 1, "x")) == told(
        file, "1,048,577 bytes", "a file of at most 1,048,576 bytes (1 MiB)"
    )


def test_two_megabytes_are_not_read_to_their_end(tmp_path: Path) -> None:
    file = tmp_path / "larger.toml"
    assert "1,048,577 bytes" in message(file, "#" * 2_000_000)


@pytest.mark.parametrize("check", [check_toml, check_json])
def test_list_entries_count_as_keys(check: object) -> None:
    check_text = check_toml if check is check_toml else check_json
    check_text("[" + "1," * MOST_KEYS + "]")
    with pytest.raises(Fault) as caught:
        check_text("[" + "1," * (MOST_KEYS + 1) + "]")
    assert caught.value.found == "more than 10,000 keys and list entries"


def test_one_key_too_many(tmp_path: Path) -> None:
    keys = "".join(f'f{i} = "1"\n' for i in range(MOST_KEYS - 2))
    check_toml(SOUND + keys.removesuffix('f9997 = "1"\n'))
    file = tmp_path / "keys.toml"
    assert message(file, f"{SOUND}{keys}") == told(
        file, "more than 10,000 keys and list entries", "at most 10,000"
    )
    file = tmp_path / "keys.json"
    pairs = ", ".join(f'"f{i}": "1"' for i in range(MOST_KEYS))
    assert message(file, f"{{{pairs}}}") == told(
        file, "more than 10,000 keys and list entries", "at most 10,000"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "a = " + "{a = " * (DEEPEST + 1),
        ".".join("a" * (DEEPEST + 2)) + " = 1",
        "[" + ".".join("a" * (DEEPEST + 2)) + "]",
        "a = " + "[" * 100_000,
    ],
)
def test_nesting_of_33_levels(tmp_path: Path, text: str) -> None:
    file = tmp_path / "deep.toml"
    assert message(file, text) == told(file, "more than 32 levels of nesting", "at most 32")


def test_nesting_of_100_000_levels_in_json(tmp_path: Path) -> None:
    file = tmp_path / "deep.json"
    assert message(file, '{"a":' * 100_000) == told(
        file, "more than 32 levels of nesting", "at most 32"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * DEEPEST + "]" * DEEPEST,
        ".".join("a" * (DEEPEST + 1)) + " = 1",
        'a = "' + "[" * 100 + '"',
        "a = '''" + "{" * 100 + "'''",
        "# " + "[" * 100,
        "a = '" + "." * 100 + "'",
    ],
)
def test_nesting_within_the_limit_or_within_a_string(text: str) -> None:
    check_toml(text)


def test_100_000_brackets_in_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "brackets.toml"
    text = SOUND.replace('"a"\n', f'"{"(" * 50_000}a{")" * 50_000}"\n')
    assert message(file, text) == told(
        f"{file}:3: model.loss",
        "a formula of 100,001 characters",
        "at most 4,000 characters",
        "split it into several formulas",
    )


def test_what_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "strange.toml"
    assert message(file, b"\x7fELF\x02\x01\x00") == told(
        file, "a binary file", "a text file in UTF-8"
    )
    assert message(file, 'about = "x"\ntitle = "café"'.encode("latin-1")) == told(
        file, "byte 0xe9 on line 2", "text in UTF-8", "save the file as UTF-8"
    )


def test_what_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == told(tmp_path, "is a directory", WHAT, LIST)
    missing = tmp_path / "missing.toml"
    assert refusal(missing) == told(missing, "no such file or directory", WHAT, LIST)
    assert refusal("palmyra-tanker") == told(
        "palmyra-tanker", "no such file or directory", WHAT, "palmyra-tankers"
    )
    assert "embedded null byte" in refusal("a\0b")
    assert "file name too long" in refusal("x" * 5_000)


def test_numbers_of_5_000_digits(tmp_path: Path) -> None:
    found, expected = "a number of more than 4,300 digits", "a number that float64 can hold"
    toml, json = tmp_path / "long.toml", tmp_path / "long.json"
    assert message(toml, f"title = {'1' * 5_000}") == told(toml, found, expected)
    assert message(json, f'{{"title": {"1" * 5_000}}}') == told(json, found, expected)


def test_the_search_stops_at_500_problems(tmp_path: Path) -> None:
    file = tmp_path / "many.toml"
    file.write_text(SOUND + "".join(f'model.f{i} = "b{i}"\n' for i in range(2_000)))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert len(caught.value.problems) == MOST_PROBLEMS + 1
    assert str(caught.value.problems[-1]) == told(
        file, "500 problems", "fewer; the search stopped here"
    )


def test_limits_are_checked_before_numpy_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text("a = [" + "1," * 10_001 + "]")
    (tmp_path / "large.toml").write_text("#" * 2_000_000)
    (tmp_path / "deep.toml").write_text("a = " + "[" * 33)
    code = """
import sys
from lossmodel.errors import ScenarioError
from lossmodel.scenario.parsing import read_scenario
for name in ("keys.toml", "large.toml", "deep.toml"):
    try:
        read_scenario(name)
    except ScenarioError:
        print(sorted({"numpy", "scipy", "pint"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert done.stdout == "[]\n" * 3
