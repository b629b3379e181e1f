"""Where a scenario came from: its file, its fingerprint and its lines."""

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Any, NoReturn, final

from lossmodel.errors import Fault, Place, Problem, ScenarioError, nearest
from lossmodel.scenario.library import bundled
from lossmodel.scenario.limits import MOST_BYTES, check_json, check_toml, decoded
from lossmodel.scenario.lines import Path, json_lines, json_repeats, toml_lines
from lossmodel.units.quoting import quoted

Tables = dict[str, Any]

_LONGEST_FIX = 200
_SPACE = 4096
"""Bytes of a file in which its first letter is looked for."""
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@final
@dataclass(frozen=True, slots=True)
class Source:
    """What error messages and results say about a scenario's origin.

    Attributes
    ----------
    name : str
        The file's name without its ending, "stdin", or "" for a scenario built in code.
    file : str
        The file as messages name it.
    sha256 : str or None
        Of the file's bytes, or of the canonical JSON of one built in code; None where the model is
        a Python function.
    lines : mapping
        From key paths to lines; empty where there is no file.
    data : bytes
        What the fingerprint is of: the file as it was read, or the canonical JSON.
    """

    name: str
    file: str
    sha256: str | None
    lines: Mapping[Path, int]
    data: bytes = field(default=b"", repr=False)

    @property
    def is_json(self) -> bool:
        """Whether the file is JSON, or there is none."""
        return _is_json(self.file, self.data[:_SPACE].decode(errors="replace"))

    def place(self, path: Path) -> Place:
        """Return the place of a key, or the line of the nearest table around it.

        An input or formula written as a plain string has no key ``value`` or ``formula``.
        """
        if len(path) == 3 and path not in self.lines and path[-1] in ("value", "formula"):
            path = path[:-1]
        around = path
        while around and around not in self.lines:
            around = around[:-1]
        return Place(self.file, self.lines.get(around, 1 if self.lines else 0), dotted(path))

    def renamed(self, keys: Mapping[Path, Path]) -> "Source":
        """Return the same source with the lines of some keys under other names.

        Parameters
        ----------
        keys : mapping of Path to Path
            From the path of a key to the path it gets; what lies below follows.
        """
        lines = {}
        for path, line in self.lines.items():
            ends = (end for end in range(len(path), 0, -1) if path[:end] in keys)
            end = next(ends, 0)
            lines[(*keys[path[:end]], *path[end:]) if end else path] = line
        return replace(self, lines=lines)


def _is_json(file: str, text: str) -> bool:
    """Whether a file is JSON: by its name, or else as it begins."""
    return file.endswith(".json") or text.lstrip()[:1] == "{"


def dotted(path: Path) -> str:
    """Return a key path as it is written: ``claim[0].says``, ``inputs."oil price"``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += "." * bool(text) + (part if _BARE.fullmatch(part) else quoted(part))
    return text


_BARE = re.compile(r"[\w-]+")


def read_source(reference: str) -> tuple[Source, Tables]:
    """Read a scenario file.

    Parameters
    ----------
    reference : str
        A path, ``-`` for standard input, or the name of a bundled scenario.

    Returns
    -------
    source : Source
    tables : dict
        What the file holds, not yet validated.

    Raises
    ------
    ScenarioError
        If there is no such file, or it is too large, too deep, or neither TOML nor JSON.
    """
    name, file, data = _opened(reference)
    try:
        text = decoded(data).replace("\r\n", "\n")
        is_json = _is_json(file, text)
        tables = _json(text, file) if is_json else _toml(text, file)
    except Fault as fault:
        raise ScenarioError((Problem.of(fault, Place(file)),)) from None
    lines = json_lines(text) if is_json else toml_lines(text)
    return Source(name, file, sha256(data).hexdigest(), lines, data), tables


def _opened(reference: str) -> tuple[str, str, bytes]:
    """Return the name, the file to show and the bytes that ``reference`` stands for."""
    if reference == "-":
        return "stdin", "<stdin>", sys.stdin.buffer.read(MOST_BYTES + 1)
    path = FilePath(reference)
    try:
        if reference in bundled() and not path.exists():
            path = bundled()[reference]
        with path.open("rb") as file:
            return path.stem, str(path), file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        _refuse(reference, error)


def _refuse(reference: str, error: Exception) -> NoReturn:
    """Say why a file cannot be read, and what else may have been meant."""
    names = list(bundled())
    reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
    near = nearest(reference, names)
    fix = near or "lossmodel list shows the bundled scenarios"
    expected = "a scenario file, - for standard input, or the name of a bundled scenario"
    fault = Fault(reason, expected, fix)
    raise ScenarioError((Problem.of(fault, Place(reference)),)) from None


def _toml(text: str, file: str) -> Tables:
    """Return the tables of a TOML text within the limits."""
    check_toml(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    except ValueError:
        raise _too_long() from None
    at = _AT.search(message)
    line = int(at[1]) if at and at[1] else text.count("\n") + 1 if at else 0
    wrong = text.split("\n")[line - 1] if line else ""
    date = _LIKE_A_DATE.search(wrong)
    if date:
        fault = Fault(date[1], "a date that exists, such as 2016-12-08, or text in quotes")
    else:
        fault = Fault(_AT.sub("", message).lower(), "valid TOML", _in_quotes(wrong))
    raise ScenarioError((Problem.of(fault, Place(file, line)),))


_LIKE_A_DATE = re.compile(r"=\s*(\d{4}-\d\d?-\d\d?)\s*(?:#.*)?$", re.ASCII)
_UNQUOTED = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=\s*\"?([^\"'\[{#\s][^\"'#]*?)\s*")


def _in_quotes(wrong: str) -> str:
    """Return a line with quotes around its value, or "" where the want of them is not the fault."""
    if len(wrong) > _LONGEST_FIX or not wrong.isprintable():
        return ""
    match = _UNQUOTED.fullmatch(wrong)
    if match is None:
        return ""
    try:
        tomllib.loads(wrong)
    except ValueError:
        return f'{match[1]} = "{match[2].strip("“”„«»")}"'
    return ""


def _json(text: str, file: str) -> Tables:
    """Return the tables of a JSON text within the limits."""
    check_json(text)
    try:
        tables = json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(error.msg.lower(), "valid JSON")
        raise ScenarioError((Problem.of(fault, Place(file, error.lineno)),)) from None
    except ValueError:
        raise _too_long() from None
    if not isinstance(tables, dict):
        raise Fault("a list or a single value", "a JSON object", '{"title": "..."}')
    if _HALF.search(json.dumps(tables, ensure_ascii=False)):
        raise Fault("half of a pair of \\ud800 ... \\udfff", "both halves of the character")
    twice = [
        Problem(
            Place(file, line, dotted(path)), f"key {quoted(str(path[-1]))} twice", "each key once"
        )
        for path, line in json_repeats(text).items()
    ]
    if twice:
        raise ScenarioError(twice)
    return tables


_HALF = re.compile("[\ud800-\udfff]")


def _too_long() -> Fault:
    """Return the fault of a number that Python refuses to read."""
    return Fault("a number of more than 4,300 digits", "a number that float64 can hold")
