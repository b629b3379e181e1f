"""Results as columns, for the packages that people keep tables in, where those are installed."""

from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from math import nan
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lossmodel.errors import NotSupportedError
from lossmodel.simulation.metrics import Metrics
from lossmodel.simulation.summary import Summary

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import xarray as xr

Columns = dict[str, npt.NDArray[Any]]


def columns(told: Iterable[Summary | Metrics]) -> Columns:
    """Return one row per statistic of every output."""
    rows = [
        (of.name, of.unit, name, *(nan if x is None else x for x in each.to_dict().values()))
        for of in told
        for name, each in of.statistics().items()
    ]
    names = ("output", "unit", "statistic", "value", "se", "low", "high")
    return {
        name: np.array([row[place] for row in rows], dtype=str if place < 3 else np.float64)
        for place, name in enumerate(names)
    }


def as_pandas(table: Columns) -> "pd.DataFrame":
    """Return columns as a pandas frame."""
    return installed("pandas").DataFrame(table)


def as_arrow(table: Columns) -> "pa.Table":
    """Return columns as an Arrow table."""
    return installed("pyarrow").table({name: column.tolist() for name, column in table.items()})


def as_xarray(
    draws: Mapping[str, tuple[str, npt.NDArray[np.float64]]], attributes: Mapping[str, object]
) -> "xr.Dataset":
    """Return draws by output, with their units, as an xarray dataset."""
    variables = {
        name: (("replicate", "point"), values, {"units": unit})
        for name, (unit, values) in draws.items()
    }
    return dataset(variables, {}, attributes)


def dataset(
    variables: Mapping[str, Any], coordinates: Mapping[str, Any], attributes: Mapping[str, object]
) -> "xr.Dataset":
    """Return an xarray dataset; an output with the name of an axis is told as "output NAME"."""
    axes = {*coordinates, *(axis for axes, *_ in variables.values() for axis in axes)}
    apart = {beside(axes, "output", name): variable for name, variable in variables.items()}
    made: xr.Dataset = installed("xarray").Dataset(apart, coordinates, dict(attributes))
    return made


def beside(taken: Collection[str], kind: str, name: str) -> str:
    """Return a name under which something stands beside others; no input has one with a space."""
    return f"{kind} {name}" if name in taken else name


def installed(package: str) -> ModuleType:
    """Return an optional package.

    Raises
    ------
    NotSupportedError
        If it is not installed.
    """
    try:
        return import_module(package)
    except ImportError:
        raise NotSupportedError(
            f"{package} is not installed here: pip install {package}, or all such packages with "
            "pip install 'lossmodel[tables]'; to_columns() and to_dict() need none"
        ) from None
