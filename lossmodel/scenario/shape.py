"""What pydantic finds wrong with a scenario's tables, in our words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lossmodel.errors import Fault, Problem, ScenarioError, listed, nearest
from lossmodel.scenario.lines import Path
from lossmodel.scenario.source import Source
from lossmodel.units.quoting import quoted


class ShapeError(ScenarioError):
    """Tables with unknown, missing or mistyped keys.

    Attributes
    ----------
    faults : sequence of (path, Fault)
        With the path of each in the tables.
    """

    def __init__(self, faults: Sequence[tuple[Path, Fault]]) -> None:
        self.faults = faults
        nowhere = Source("", "", None, {})
        super().__init__(tuple(Problem.of(fault, nowhere.place(path)) for path, fault in faults))


def faults_of(
    error: ValidationError, keys_at: Callable[[Path], list[str]]
) -> list[tuple[Path, Fault]]:
    """Return the faults in a pydantic report, one per key.

    Parameters
    ----------
    error : ValidationError
    keys_at : callable
        The known keys of the table at a path.
    """
    faults: dict[Path, Fault] = {}
    for detail in error.errors(include_url=False):
        path = _without_tags(detail["loc"])
        faults.setdefault(path, _fault(detail, path, keys_at(path[:-1])))
    meant = {(*path[:-1], fault.fix) for path, fault in faults.items() if is_misspelt(fault)}
    # A needed key that was misspelt is one fault, not two.
    return [
        (path, fault)
        for path, fault in faults.items()
        if path not in meant or fault.found != _NOTHING
    ]


_NOTHING = "nothing"


def _without_tags(path: Path) -> Path:
    """Return a path without the names that pydantic puts in for the branches of a union."""
    if path[:2] in (("model", "formulas"), ("model", "function")):
        path = (path[0], *path[2:])
    if len(path) in (2, 4) and path[-2] in ("as_of", "date") and path[-1] in ("date", "str"):
        path = path[:-1]
    return path


def is_misspelt(fault: Fault) -> bool:
    """Return whether a fault is that of an unknown key with a suggestion."""
    return fault.found.startswith('key "') and bool(fault.fix)


def _fault(detail: ErrorDetails, path: Path, known: list[str]) -> Fault:
    """Return one fault in our words."""
    key = str(path[-1]) if path else ""
    match detail["type"]:
        case "extra_forbidden":
            return Fault(f"key {quoted(key)}", f"one of {listed(known, 20)}", nearest(key, known))
        case "missing":
            return Fault(_NOTHING, f'a key "{key}"', _MISSING.get(key, f'{key} = "..."'))
        case _:
            expected, fix = _wanted(detail, path, key)
            return Fault(_shown(detail["input"]), expected, fix)


_MISSING = {
    "model": '[model] with a line such as loss = "..."',
    "between": 'between = ["...", "..."]',
}


def _wanted(detail: ErrorDetails, path: Path, key: str) -> tuple[str, str]:
    """Return what was expected of a value, and how to fix it."""
    value = detail["input"]
    match detail["type"]:
        case "literal_error":
            allowed = str(detail["ctx"]["expected"]).replace("'", '"')
            return allowed, _nearest_of(value, allowed)
        case "list_type" if path in _LISTS_OF_TABLES:
            return "a list of tables", f"[[{key}]]"
        case "model_type" | "dict_type" if len(path) == 1:
            return "a table", f"[{key}]"
        case "model_type" if path[:1] in (("inputs",), ("model",)):
            return "text in quotes or a table", _in_quotes(value)
        case kind if kind in _EXPECTED:
            expected, fix = _EXPECTED[kind]
            return expected.format(**detail.get("ctx", {})), fix(value)
        case _:
            return detail["msg"].lower(), ""


_LISTS_OF_TABLES = (("claim",), ("dependence",))


def _shown(value: object) -> str:
    """Return a value as a short text, as the file writes it."""
    match value:
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            text = f"[{', '.join(_shown(each) for each in value[:4])}{', ...' * (len(value) > 4)}]"
        case _:
            text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _in_quotes(value: object) -> str:
    """Return a number or a date in the quotes it lacks."""
    lacks = isinstance(value, int | float | date | time) and not isinstance(value, bool)
    return f'"{value}"' if lacks else ""


def _in_brackets(value: object) -> str:
    """Return a lone string in the brackets it lacks."""
    return f'["{value}"]' if isinstance(value, str) and len(value) < 40 else ""


def _by_reading(value: object) -> str:
    """Return weights in a table, the names of the readings still to be put in."""
    given = value if isinstance(value, list) and 1 < len(value) <= 4 else [0.5, 0.5]
    rows = (f"READING_{place} = {_shown(each)}" for place, each in enumerate(given, 1))
    return f"weights = {{ {', '.join(rows)} }}"


def _without_quotes(value: object) -> str:
    """Return a number without the quotes it has."""
    return value if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value) else ""


def _no_fix(value: object) -> str:
    """Suggest nothing."""
    del value
    return ""


_EXPECTED: Mapping[str, tuple[str, Callable[[object], str]]] = {
    "string_type": ("text in quotes", _in_quotes),
    "date_type": ("text in quotes", _in_quotes),
    "model_type": ("a table", _no_fix),
    "dict_type": ("a table with the weight of each reading", _by_reading),
    "list_type": ("a list in square brackets", _in_brackets),
    "float_type": ("a number without quotes", _without_quotes),
    "finite_number": ("a finite number", _no_fix),
    "greater_than": ("a number above {gt:g}", _no_fix),
    "less_than": ("a number below {lt:g}", _no_fix),
    "too_short": ("at least {min_length} entries", _no_fix),
}


def _nearest_of(value: object, allowed: str) -> str:
    """Return the allowed word nearest to ``value``, in quotes."""
    near = nearest(str(value), allowed.replace('"', "").replace(" or ", ", ").split(", "))
    return f'"{near}"' if near else ""
