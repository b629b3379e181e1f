"""What README and docs say is true: every command, output, table, file and name in them.

A block ``toml NAME`` is saved under that name beside the commands of its document, in order;
``console`` blocks are run and their output compared, ``python`` blocks are doctests.
"""

import doctest
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import lossmodel as lm
from lossmodel.cli.entry import _COMMANDS
from lossmodel.distributions.families import signatures
from lossmodel.model.building import built
from lossmodel.scenario import schema
from lossmodel.scenario.wording import parsed_wording
from lossmodel.units import Units

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHELL = 'lossmodel() { "$PYTHON" -m lossmodel "$@"; }; (exit "$BEFORE"); '
LONG_NUMBER = re.compile(r"-?\d+\.\d{8,}(?:e[+-]\d+)?")


def named(document):
    return str(document.relative_to(ROOT))


def every(documents=DOCUMENTS):
    return pytest.mark.parametrize("document", documents, ids=map(named, documents))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


FILE_FORMAT = text_of("docs/file-format.md")


@dataclass(frozen=True)
class Block:
    language: str
    name: str
    text: str


def blocks(document):
    found = re.finditer(
        r"^```(\S*) ?(\S*)\n(.*?)^```$",
        document.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return [Block(*match.groups()) for match in found]


def with_blocks(*languages):
    return [
        document
        for document in DOCUMENTS
        if any(block.language in languages for block in blocks(document))
    ]


def code(text):
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`]+)`", prose)


def rows(text, heading):
    section = text.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines[2:]
        if not line.startswith("|---")
    ]


def rounded(text):
    # Exponentials and logarithms differ in the last place between processors.
    return LONG_NUMBER.sub(lambda match: f"{float(match[0]):.6g}", text).rstrip()


def typed(block):
    steps = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not steps[0]
    return [
        (command, output) for command, _, output in (step.partition("\n") for step in steps[1:])
    ]


def run_console(block):
    status = 0
    steps = typed(block)
    for place, (command, output) in enumerate(steps):
        ran = subprocess.run(
            ["bash", "-c", SHELL + command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env={**os.environ, "PYTHON": sys.executable, "BEFORE": str(status), "COLUMNS": "80"},
        )
        assert rounded(ran.stdout) == rounded(output), command
        status = ran.returncode
        assert status == 0 or steps[place + 1][0] == "echo $?", command


def run_python(block, document, names):
    test = doctest.DocTestParser().get_doctest(block.text, names, named(document), None, 0)
    runner, report = doctest.DocTestRunner(verbose=False), []
    runner.run(test, out=report.append, clear_globs=False)
    assert not runner.failures, "".join(report)
    names |= test.globs


@every(with_blocks("console", "python"))
def test_examples_print_what_they_show(document, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks(document):
        if block.language == "toml" and block.name:
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            run_console(block)
        elif block.language == "python":
            run_python(block, document, names)


@every(with_blocks("toml"))
def test_whole_scenarios_are_valid_and_wrong_ones_are_not(document, tmp_path):
    for block in blocks(document):
        if block.language != "toml" or not block.name:
            continue
        path = tmp_path / block.name
        path.write_text(block.text, encoding="utf-8")
        if block.name.startswith("wrong"):
            with pytest.raises(lm.ScenarioError):
                lm.load(path)
        else:
            assert lm.load(path).title


def test_parts_of_scenarios_are_valid_in_a_whole():
    parts = [
        tomllib.loads(block.text)
        for block in blocks(ROOT / "docs/file-format.md")
        if block.language == "toml" and not block.name
    ]
    inputs = {
        "price": "1 to 2 USD/bbl",
        "truck_value": "1 to 2 USD/bbl",
        "load": "pert(0.6, 0.9, 1.0)",
    }
    loss = {"loss": "(price + truck_value) * load"}
    assert {"dependence", "sweep"} == set().union(*parts)
    for part in parts:
        built(lm.Scenario(title="whole", inputs=inputs, model=loss, **part))


@every(with_blocks("sh"))
def test_targets_of_make_exist(document):
    targets = re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE)
    commands = "".join(block.text for block in blocks(document) if block.language == "sh")
    assert set(re.findall(r"^make (\w+)", commands, re.MULTILINE)) <= set(targets)


def test_make_run_and_make_test_come_first():
    first = blocks(ROOT / "README.md")[0].text.splitlines()
    assert [line.split("#")[0].strip() for line in first] == ["make run", "make test"]


def test_families_are_written_as_the_table_says():
    table = {name: tuple(code(forms)) for name, forms, _ in rows(FILE_FORMAT, "### Families")}
    assert table == dict(signatures())


def test_words_of_claims_mean_what_the_table_says():
    table = rows(FILE_FORMAT, "## Claims")
    shown = [row for row in table if len(row) == 3 and row[1][0].isdigit()]
    assert len(shown) > 10
    for says, low, high in shown:
        wording = parsed_wording(says.strip("`"))
        assert [wording.low, wording.high] == [float(x.replace(",", "")) for x in (low, high)]


def test_units_of_the_table_are_those_there_are():
    units = Units()
    cells = [names for _, names in rows(FILE_FORMAT, "## Units")]
    shown = {
        str(units.parse(name)) for cell in cells for part in code(cell) for name in part.split()
    }
    defined = re.findall(r"^(\w+) = ", text_of("lossmodel/units/definitions.txt"), re.MULTILINE)
    assert shown == {str(units.parse(name)) for name in defined}


@pytest.mark.parametrize(
    "table", [schema.Scenario, schema.Input, schema.Formula, schema.Claim, schema.Dependence]
)
def test_every_key_of_the_file_is_documented(table):
    assert set(table.model_fields) <= set(code(FILE_FORMAT))


def keys(document):
    match document:
        case dict():
            return set(document).union(*map(keys, document.values()))
        case list():
            return set().union(*map(keys, document))
        case _:
            return set()


@pytest.mark.parametrize(
    "arguments",
    [
        "run palmyra-tankers",
        "claim palmyra-tankers",
        "sensitivity palmyra-tankers",
        "sweep palmyra-tankers --points 64 --vary load_factor=0.6,0.8",
        "compare palmyra-tankers --points 64 --set load_factor=0.8",
        "show palmyra-tankers",
        "check no-such-file",
        "list",
    ],
)
def test_every_key_of_the_json_is_documented(arguments):
    ran = subprocess.run(
        [sys.executable, "-m", "lossmodel", *arguments.split(), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    scenario = lm.load("palmyra-tankers")
    own = {*scenario.inputs, *scenario.formulas}
    found = {key for key in keys(json.loads(ran.stdout)) - own if not key[0].isdigit()}
    told = text_of("docs/json.md")
    documented = set(re.findall(r"\w+", " ".join(code(told))))
    in_examples = set(re.findall(r'"(\w+)":', told))
    assert found <= documented | in_examples


def test_every_command_is_in_the_readme():
    table = rows(text_of("README.md"), "## Commands")
    assert [code(command)[0].split()[1] for command, _ in table] == list(_COMMANDS)


def test_python_names_of_the_glossary_are_the_public_ones():
    table = rows(text_of("docs/glossary.md"), "## Names in Python")
    names = [code(name)[0] for name, _ in table]
    assert sorted(names) == sorted(lm.__all__)


def test_terms_of_the_glossary_are_defined_once_and_used():
    glossary = text_of("docs/glossary.md").split("## Names in Python")[0]
    terms = re.findall(r"^\| ([^|]+?) \| (?!meaning)", glossary, re.MULTILINE)
    others = [document for document in DOCUMENTS if document.name != "glossary.md"]
    sources = [*others, *(ROOT / "lossmodel").rglob("*.py")]
    used = " ".join(" ".join(path.read_text(encoding="utf-8") for path in sources).lower().split())
    assert len(set(terms)) == len(terms) > 30
    assert [term for term in terms if term.lower() not in used] == []


def test_every_module_is_in_the_architecture():
    package = ROOT / "lossmodel"
    modules = {
        ".".join(path.relative_to(package).with_suffix("").parts)
        for path in package.glob("*/*.py")
        if path.stem != "__init__"
    }
    shown = re.findall(r"^\| `([\w.]+)` \|", text_of("docs/architecture.md"), re.MULTILINE)
    assert sorted(shown) == sorted(modules)


def anchors(document):
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document):
    found = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    return [link.partition("#") for link in found if "://" not in link]


@every()
def test_links_lead_somewhere(document):
    for path, _, anchor in links(document):
        target = (document.parent / path).resolve() if path else document
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_every_document_can_be_reached_from_the_readme():
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        reached.add(document)
        targets = {(document.parent / path).resolve() for path, _, _ in links(document) if path}
        ahead += [each for each in targets if each.suffix == ".md" and each not in reached]
    assert reached == set(DOCUMENTS)
