import json
import random
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossmodel.errors import ScenarioError
from lossmodel.model.building import model_of
from lossmodel.model.description import described
from lossmodel.scenario.lines import Path as KeyPath
from lossmodel.scenario.lines import json_lines, json_repeats, toml_lines
from lossmodel.scenario.parsing import read_scenario

FOLDER = Path(__file__).parents[1] / "scenarios"
VALID, INVALID = (
    [
        path.read_text("utf-8").replace("\r\n", "\n")
        for path in sorted((FOLDER / folder).iterdir())
        if path.suffix != ".txt" and path.stat().st_size < 3_000
    ]
    for folder in ("valid", "invalid")
)
TOKENS = [
    *"[]{}()=,.:#\"'\n",
    '"""',
    "[[",
    " to ",
    "%",
    "million",
    "USD",
    "truck",
    "per ",
    "nan",
    "-1",
    "0",
    "1e999",
    "2016-12-08",
    "title",
    "inputs",
    "model",
    "claim",
    "value",
    "varies",
    "sum(",
    "uniform(",
    "\\u0000",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\0",
    "é",
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "fuzz.toml"


def refusal(file: Path, content: bytes) -> ScenarioError | None:
    file.write_bytes(content)
    try:
        described(model_of(read_scenario(str(file)))).to_dict()
    except ScenarioError as error:
        return error
    return None


def is_read_or_refused(file: Path, content: bytes) -> None:
    if error := refusal(file, content):
        rows = str(error).split("\n")
        assert all(row.isprintable() for row in rows)
        assert sum(row.startswith("  found:    ") for row in rows) == len(error.problems) > 0
        assert all(each.found and each.expected for each in error.problems)


@given(st.text())
def test_any_text_is_read_or_refused(file: Path, text: str) -> None:
    is_read_or_refused(file, text.encode(errors="surrogatepass"))


@given(st.binary())
def test_any_bytes_are_read_or_refused(file: Path, content: bytes) -> None:
    is_read_or_refused(file, content)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_in_the_place_of_any_string(file: Path, text: str) -> None:
    document = {
        "title": text,
        "units": [text],
        "inputs": {"a": text, "b": {"value": "1", "varies": f"per {text}"}, text: "1"},
        "model": {"loss": text, text: "a"},
        "outputs": [text],
        "claim": [{"says": text, "range": text, "readings": [text], "weights": {text: 1}}],
        "dependence": [{"between": ["a", text], "kendall": 0.1, "copula": text}],
        "sweep": {"a": [text, f"{text}:1:{text}"], text: ["1"]},
        text: text,
    }
    is_read_or_refused(file, json.dumps(document).encode())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(TOKENS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)
KEYS = ["title", "about", "units", "as_of", "excludes", "outputs", "inputs", "model"]
KEYS += ["claim", "dependence", "sweep"]


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_any_value_under_any_key(file: Path, tables: dict[str, Any]) -> None:
    is_read_or_refused(file, json.dumps(tables).encode())


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 1, 2, 10]))
        match chance.randrange(4):
            case 0:
                new = chance.choice(TOKENS)
            case 1:
                new = chance.choice(string.printable)
            case 2:
                other = chance.randrange(len(text) + 1)
                new = text[other : other + chance.randint(0, 30)]
            case _:
                new = ""
        text = text[:start] + new + text[end:]
    return text


@settings(max_examples=400)
@given(st.sampled_from(VALID) | st.sampled_from(INVALID), st.integers(0, 2**32))
def test_a_file_with_a_few_changes_is_read_or_refused(file: Path, text: str, seed: int) -> None:
    changed = mutated(text, random.Random(seed))  # noqa: S311 - a fuzzer needs no secrecy
    is_read_or_refused(file, changed.encode(errors="surrogatepass"))


def flattened(tables: object, path: KeyPath = ()) -> set[KeyPath]:
    found = {path} if path else set()
    match tables:
        case dict():
            parts = tables.items()
        case list():
            parts = dict(enumerate(tables)).items()
        case _:
            return found
    return found.union(*(flattened(value, (*path, key)) for key, value in parts))


@settings(max_examples=300)
@given(st.sampled_from(VALID) | st.sampled_from(INVALID), st.integers(0, 2**32))
def test_every_key_of_a_toml_document_has_the_line_it_stands_on(text: str, seed: int) -> None:
    changed = mutated(text, random.Random(seed))  # noqa: S311 - as above
    for document in (text, changed):
        try:
            tables = tomllib.loads(document)
        except ValueError:
            continue
        lines = toml_lines(document)
        assert lines.keys() == flattened(tables)
        rows = document.split("\n")
        for path, line in lines.items():
            key = path[-1]
            assert isinstance(key, int) or key in rows[line - 1] or "\\" in rows[line - 1]


documents = st.dictionaries(st.text(max_size=3), json_values, max_size=4)


@given(documents, st.sampled_from([None, 0, 2]))
def test_every_key_of_a_json_document_has_the_line_it_stands_on(
    tables: dict[str, Any], indent: int | None
) -> None:
    document = json.dumps(tables, indent=indent)
    lines, rows = json_lines(document), document.split("\n")
    assert lines.keys() == flattened(tables)
    assert json_repeats(document) == {}
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert json.dumps(path[-1]) in rows[line - 1]


toml_keys = st.text("ab.\"' é\\\n[]=#", max_size=3).map(json.dumps)
toml_values = st.recursive(
    st.sampled_from(["1", "true", "'''\n]'''", '"""\n" = \\" """', "'#'", '"\\"["', "1979-05-27"]),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda items: "[ # ]\n" + ", # [\n".join(items) + "\n]"
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.lists(toml_keys, min_size=1, max_size=3), toml_values), max_size=6))
def test_strange_toml_has_its_lines_too(pairs: list[tuple[list[str], str]]) -> None:
    document = "".join(f"{' . '.join(keys)} = {value} # = [\n" for keys, value in pairs)
    try:
        tables = tomllib.loads(document)
    except ValueError:
        return
    lines = toml_lines(document)
    assert lines.keys() == flattened(tables)
    rows = document.split("\n")
    assert all(
        isinstance(path[-1], int) or json.dumps(path[-1]) in rows[line - 1]
        for path, line in lines.items()
    )
