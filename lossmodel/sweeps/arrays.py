"""Sweeps as columns and as labelled arrays."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lossmodel.scenario.values import Constant, parsed_value
from lossmodel.simulation import tables
from lossmodel.sweeps.points import GRID, Points
from lossmodel.sweeps.records import Layout

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]

PARTS = ("value", "se", "low", "high")
_HEADS = ("output", "unit", "statistic")
_OWN = ("point", "part", *_HEADS, *PARTS)
"""Names that no input has here: one that does in its scenario is told as "input NAME"."""


def columns(points: Points, layout: Layout, rows: Array, numbers: range) -> tables.Columns:
    """Return one row per statistic of each output at each of some points."""
    told = [(sheet.name, sheet.unit, name) for sheet in layout.sheets for name in sheet.names]
    settings = [points[number] for number in numbers]
    table: tables.Columns = {"point": np.repeat(np.array(numbers), len(told))}
    for name in points.axes:
        table[_head(name)] = np.repeat(np.array([each[name] for each in settings]), len(told))
    for place, head in enumerate(_HEADS):
        table[head] = np.tile(np.array([row[place] for row in told], dtype=str), len(numbers))
    for place, head in enumerate(PARTS):
        table[head] = rows[numbers.start : numbers.stop, :, place].reshape(-1)
    return table


def as_xarray(
    points: Points, layout: Layout, rows: Array, attributes: Mapping[str, object]
) -> "xr.Dataset":
    """Return one variable per output over (inputs that are swept ..., statistic, part)."""
    is_grid = points.kind == GRID
    dimensions = tuple(map(_head, points.axes)) if is_grid else ("point",)
    coordinates: dict[str, Any] = {"part": list(PARTS)}
    for name, texts in points.axes.items():
        coordinates[_head(name)] = (_head(name) if is_grid else "point", *_labels(texts))
    names = list(dict.fromkeys(name for sheet in layout.sheets for name in sheet.names))
    coordinates["statistic"] = names
    variables = {
        sheet.name: (
            (*dimensions, "statistic", "part"),
            _spread(part, sheet.names, names).reshape(*points.shape, len(names), len(PARTS)),
            {"units": sheet.unit},
        )
        for sheet, part in layout.parts(rows)
    }
    return tables.dataset(variables, coordinates, attributes)


def _head(name: str) -> str:
    """Return the name of an input's column and axis."""
    return tables.beside(_OWN, "input", name)


def _spread(part: Array, own: Sequence[str], names: Sequence[str]) -> Array:
    """Return rows under the names of all outputs' statistics, nan where an output has none."""
    spread = np.full((len(part), len(names), len(PARTS)), np.nan)
    spread[:, [names.index(name) for name in own]] = part
    return spread


def _labels(texts: tuple[str, ...]) -> tuple[list[Any], dict[str, str]]:
    """Return the values of an input as labels: numbers and their unit where all are constants."""
    values = [parsed_value(text) for text in texts]
    constants = [value for value in values if isinstance(value, Constant)]
    units = {value.unit for value in constants}
    if len(constants) < len(values) or len(units) > 1:
        return list(texts), {}
    return [value.value for value in constants], {"units": units.pop()}
