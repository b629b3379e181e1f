"""Results as columns, for the packages that people keep tables in, where those are installed."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from math import nan
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lossmodel.errors import NotSupportedError
from lossmodel.estimates.estimate import Estimate
from lossmodel.simulation.metrics import Metrics
from lossmodel.simulation.summary import Summary

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import xarray as xr

Columns = dict[str, npt.NDArray[Any]]


class Tabled(ABC):
    """A result that is a table too."""

    __slots__ = ()

    @abstractmethod
    def to_columns(self) -> Columns:
        """Return the table: an array by the name of each column."""

    def to_pandas(self) -> "pd.DataFrame":
        """Return :meth:`to_columns` as a pandas frame.

        Raises
        ------
        NotSupportedError
            If pandas is not installed.
        """
        return installed("pandas").DataFrame(self.to_columns())

    def to_arrow(self) -> "pa.Table":
        """Return :meth:`to_columns` as an Arrow table.

        Raises
        ------
        NotSupportedError
            If pyarrow is not installed.
        """
        return as_arrow(self.to_columns())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return :meth:`to_arrow` as an Arrow PyCapsule, which other packages of tables take."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def columns_of(
    names: tuple[str, ...], rows: Iterable[tuple[*tuple[str, ...], Estimate]]
) -> Columns:
    """Return one row per estimate: texts under some names, then value, se, low and high.

    Parameters
    ----------
    names : tuple of str
        Of the texts.
    rows : iterable of tuple
        The texts, and the estimate behind them.
    """
    told = [(*texts, *map(_number, estimate.to_dict().values())) for *texts, estimate in rows]
    kinds = dict.fromkeys(names, str) | dict.fromkeys(("value", "se", "low", "high"), np.float64)
    return {
        name: np.array([row[place] for row in told], dtype=kind)
        for place, (name, kind) in enumerate(kinds.items())
    }


def _number(x: float | None) -> float:
    """Return a number, nan where there is none."""
    return nan if x is None else x


def columns(told: Iterable[Summary | Metrics]) -> Columns:
    """Return one row per statistic of every output."""
    return columns_of(
        ("output", "unit", "statistic"),
        ((of.name, of.unit, name, each) for of in told for name, each in of.statistics().items()),
    )


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
