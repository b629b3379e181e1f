"""What each module of the benchmarks measured, kept as JSON until it is measured again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from benchmarks.pairs import Comparison, Missing, Spread

Machine = Mapping[str, str | int]


@final
@dataclass(frozen=True, slots=True)
class Section:
    """What a module measured in one run, and on what.

    Attributes
    ----------
    module : str
    machine : mapping
        As :func:`~benchmarks.machine.machine` tells it.
    comparisons : tuple of Comparison or Missing
    """

    module: str
    machine: Machine
    comparisons: tuple[Comparison | Missing, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of its comparisons, each once."""
        return tuple(dict.fromkeys(each.group for each in self.comparisons))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON document."""
        rows = [{**asdict(each), "verdict": each.verdict} for each in self.comparisons]
        return {"module": self.module, "machine": dict(self.machine), "comparisons": rows}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Section":
        """Return the section of a JSON document."""
        rows = tuple(map(_comparison, document["comparisons"]))
        return cls(document["module"], document["machine"], rows)


def _comparison(row: Mapping[str, Any]) -> Comparison | Missing:
    """Return a comparison of a JSON document; its verdict follows from the rest."""
    told = {key: value for key, value in row.items() if key != "verdict"}
    if "reason" in told:
        return Missing(**told)
    spreads = {key: Spread(**told[key]) for key in ("ours", "reference", "ratio")}
    limits = None if told["limits"] is None else tuple(told["limits"])
    return Comparison(**told | spreads | {"limits": limits})


def read(path: Path) -> dict[str, Section]:
    """Return the sections of a file, by module; none where there is no file."""
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {each["module"]: Section.of(each) for each in document["sections"]}


def write(sections: Iterable[Section], path: Path) -> None:
    """Write sections to a file."""
    document = {"sections": [each.to_dict() for each in sections]}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
