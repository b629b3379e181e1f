"""The sound part of a scenario's tables: what is left to check once faulty keys are noted."""

from copy import deepcopy
from typing import Any

from lossmodel.scenario.findings import Findings
from lossmodel.scenario.lines import Path
from lossmodel.scenario.schema import Scenario
from lossmodel.scenario.shape import ShapeError, is_misspelt
from lossmodel.scenario.source import Tables

_PASSES = 4
"""A key read as the one it means can be faulty in its turn, and that again."""


def sound_part(tables: Tables, findings: Findings) -> tuple[Scenario, frozenset[Path]]:
    """Return the scenario that the tables make without their faulty keys.

    A misspelt key is read as the one it means, so that nothing else is wrong for it.

    Parameters
    ----------
    tables : dict
        What the file holds.
    findings : Findings
        Takes the faults.

    Returns
    -------
    scenario : Scenario
    broken : frozenset of Path
        Where it differs from the file: keys taken out, and keys with a stand-in.

    Raises
    ------
    ScenarioError
        If nothing sound is left.
    """
    broken: set[Path] = set()
    rest = deepcopy(tables)
    for _ in range(_PASSES):
        try:
            return Scenario.model_validate(rest), frozenset(broken)
        except ShapeError as error:
            renamed: dict[Path, Path] = {}
            for path, fault in error.faults:
                findings.add(path, fault.found, fault.expected, fault.fix)
                if is_misspelt(fault) and _rename(rest, path, fault.fix):
                    renamed[path] = (*path[:-1], fault.fix)
                else:
                    broken.add(_replace(rest, path))
            findings.read_as(renamed)
    findings.refuse()
    raise AssertionError("tables that stay faulty have findings")


def _rename(tables: Tables, path: Path, meant: str) -> bool:
    """Give the key at ``path`` another name, unless its table has one of that name."""
    table = _at(tables, path[:-1])
    if not isinstance(table, dict) or meant in table or path[-1] not in table:
        return False
    table[meant] = table.pop(path[-1])
    return True


def _replace(tables: Tables, path: Path) -> Path:
    """Take out what is at ``path``, or put a stand-in where it is needed; return what changed."""
    stand_in = _stand_in(path, _at(tables, path))
    if len(path) == 3 and path[-1] in ("value", "formula"):
        path = path[:-1]
    while isinstance(path[-1], int):  # taking out one entry would renumber the others
        path = path[:-1]
    table = _at(tables, path[:-1])
    if isinstance(table, dict):
        table.pop(path[-1], None)
        if stand_in is not None:
            table[path[-1]] = stand_in
    return path


def _stand_in(path: Path, found: object) -> object:
    """Return what keeps a table whole without what was found at ``path``, None for nothing."""
    match path:
        case ("units",):
            return [found] if isinstance(found, str) else None
        case ("title",):
            return "untitled"
        case ("model",):
            return {}
        case ("claim", int(), "says"):
            return "1"
        case ("dependence", int(), "between"):
            return ["", ""]
        case _:
            return None


def _at(tables: Any, path: Path) -> object:  # noqa: ANN401 - any nesting of tables and lists
    """Return what stands at a path, or None where an earlier fault took it."""
    try:
        for part in path:
            tables = tables[part]
    except (KeyError, IndexError, TypeError):
        return None
    return tables
