"""The points of a sweep: which values its inputs take together."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import final

import numpy as np

from lossmodel.errors import Fault, UsageError, listed, nearest
from lossmodel.sampling.designs import Array, Independent, Stream
from lossmodel.scenario.sweeping import MOST_VALUES, numbers_of, swept_texts, with_unit
from lossmodel.scenario.values import Constant, parsed_value

GRID, ZIP, LATIN = "grid", "zip", "latin"


class Points(ABC):
    """Settings by number, from 0; the first is what all others are compared with."""

    @property
    @abstractmethod
    def axes(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each input that is swept, as texts."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """How many points lie along each dimension: one for each input in a grid, else one."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """How values are put together: "grid", "zip" or "latin"."""

    @final
    def __len__(self) -> int:
        return prod(self.shape)

    @abstractmethod
    def __getitem__(self, number: int) -> dict[str, str]:
        """Return the settings of one point."""


@final
@dataclass(frozen=True, slots=True)
class Grid(Points):
    """Every value of each input with every value of all others; the last input moves first."""

    values: Mapping[str, tuple[str, ...]]

    @property
    def axes(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each input."""
        return self.values

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each input has."""
        return tuple(map(len, self.values.values()))

    @property
    def kind(self) -> str:
        """How values are put together."""
        return GRID

    def __getitem__(self, number: int) -> dict[str, str]:
        """Return the settings of one point."""
        places = np.unravel_index(number, self.shape)
        return {
            name: texts[place]
            for (name, texts), place in zip(self.values.items(), places, strict=True)
        }


@final
@dataclass(frozen=True, slots=True)
class Rows(Points):
    """The first value of each input with the first of all others, the second with the second."""

    values: Mapping[str, tuple[str, ...]]
    kind: str = ZIP

    @property
    def axes(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each input."""
        return self.values

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values every input has."""
        return (len(next(iter(self.values.values()))),)

    def __getitem__(self, number: int) -> dict[str, str]:
        """Return the settings of one point."""
        return {name: texts[number] for name, texts in self.values.items()}


def points_of(
    vary: Mapping[str, Sequence[str]], combine: str, latin: int | None, seed: int
) -> Points:
    """Return the points of a sweep.

    Parameters
    ----------
    vary : mapping of str to sequence of str
        Values of inputs, ``LOW:HIGH:STEP`` included; with ``latin`` the two ends of a range.
    combine : {"grid", "zip"}
    latin : int or None
        How many points to sample from the box between the ends, if that is wanted.
    seed : int
        For the sample.

    Raises
    ------
    UsageError
        If there is nothing to vary, or not in lists of texts, a list is empty, lists that are
        zipped differ in length, or both are asked for, pairs and a box.
    Fault
        If a value cannot be read.
    """
    if combine not in (GRID, ZIP):
        expected = f"one of {listed((GRID, ZIP))}"
        raise UsageError(f'combine "{combine}"', expected, nearest(str(combine), (GRID, ZIP)))
    _check_vary(vary)
    if not vary:
        raise UsageError(
            "nothing to vary",
            "inputs with their values, or [sweep] in the file",
            '--vary NAME="VALUE,VALUE"',
        )
    if latin is not None:
        if combine == ZIP:
            found = f"values to pair and {latin:,} points of a box"
            raise UsageError(found, "one of the two", "leave out --zip")
        return _latin(vary, latin, seed)
    values = {name: _texts(name, entries) for name, entries in vary.items()}
    lengths = {name: len(texts) for name, texts in values.items()}
    if combine == GRID:
        return Grid(values)
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} with {count}" for name, count in lengths.items())
        raise UsageError(f"{found} values", "as many values for each input, to pair them")
    return Rows(values)


def _check_vary(vary: object) -> None:
    """Refuse what is no mapping of inputs to lists of texts."""
    if not isinstance(vary, Mapping):
        expected = "a mapping of inputs to lists of values"
        raise UsageError(f"vary = {vary!r}", expected, '{"price": ["20 USD/bbl"]}')
    for name, entries in vary.items():
        if not isinstance(name, str):
            raise UsageError(f"{name!r} to vary", "the name of an input, a text")
        if isinstance(entries, str) or not isinstance(entries, Iterable):
            raise UsageError(f"{name}: {entries!r}", "a list of values", f"[{str(entries)!r}]")
        for entry in entries:
            if not isinstance(entry, str):
                expected = "texts with their units, as values stand in a file"
                raise UsageError(f"{name}: {entry!r} in the list", expected)


def _texts(name: str, entries: Sequence[str]) -> tuple[str, ...]:
    """Return the values of one input."""
    if not all(entry.strip() for entry in entries):
        fix = ", ".join(entry for entry in entries if entry.strip())
        raise UsageError(f"{name} with an empty value", "a value before each comma", fix)
    texts = [text for entry in entries for text in swept_texts(entry)]
    if not texts:
        raise UsageError(f"{name} with an empty list", "at least one value")
    if len(texts) > MOST_VALUES:
        expected = f"at most {MOST_VALUES:,}"
        raise UsageError(f"{name} with {len(texts):,} values", expected, "a larger step")
    return tuple(texts)


def _latin(vary: Mapping[str, Sequence[str]], count: int, seed: int) -> Rows:
    """Return points of a box, each input stratified alone (McKay, Beckman and Conover 1979)."""
    if not 1 <= count <= MOST_VALUES:
        raise UsageError(f"{count:,} points of a box", f"1 to {MOST_VALUES:,} points", "100")
    values = {}
    for name, entries in vary.items():
        low, high, unit = _ends(name, entries)
        order, within = (_uniform(seed, f"{name}, {use} in a box", count) for use in _USES)
        shares = (np.argsort(np.argsort(order)) + within) / count
        values[name] = tuple(
            f"{np.format_float_positional(low + (high - low) * share, trim='-')} {unit}".strip()
            for share in shares.tolist()
        )
    return Rows(values, LATIN)


_USES = "order", "place"


def _uniform(seed: int, name: str, count: int) -> Array:
    """Return uniform numbers of their own stream, shape (count,)."""
    column = Independent().column(Stream(seed, name, 0), 1, count)
    numbers: Array = column.block(slice(0, 1), 0, count)[0]
    return numbers


def _parts(entry: str) -> Sequence[str]:
    """Return the values of an entry, two where a colon stands between them."""
    if ":" not in entry:
        return (entry,)
    numbers, unit = numbers_of(entry)
    return [with_unit(number, unit) for number in numbers]


def _ends(name: str, entries: Sequence[str]) -> tuple[float, float, str]:
    """Return the ends of one input's range in a box, and their unit."""
    parts = [part for entry in entries for part in _parts(entry)]
    ends = [value for part in parts if isinstance(value := parsed_value(part), Constant)]
    if len(parts) != 2 or len(ends) != 2:
        fix = f'{name}="{parts[0]}, {parts[-1]}"' if len(parts) > 1 else ""
        raise UsageError(f"{name}: {', '.join(entries)}", "the two ends of a range", fix)
    low, high = ends
    unit = high.unit or low.unit
    if {low.unit, high.unit} - {"", unit}:
        raise Fault(f"{name}: {low.unit} and {high.unit}", "one unit for both ends")
    return low.value, high.value, unit
