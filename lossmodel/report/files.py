"""Sweeps and other tables as files: CSV, Parquet and JSON."""

import csv
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from io import TextIOWrapper
from itertools import chain
from math import isnan
from typing import IO

from lossmodel.simulation import tables
from lossmodel.sweeps.results import Sweep


def writer(sweep: Sweep, suffix: str) -> Callable[[IO[bytes]], None]:
    """Return what writes a sweep to an open file.

    Parameters
    ----------
    sweep : Sweep
    suffix : {".csv", ".parquet", ".json"}
    """
    return lambda file: _WRITERS[suffix](sweep, file)


def table_writer(table: tables.Columns, suffix: str) -> Callable[[IO[bytes]], None]:
    """Return what writes a table to an open file.

    Parameters
    ----------
    table : dict of str to array
        Its columns.
    suffix : {".csv", ".parquet", ".json"}
        JSON has a list for each column, null for what does not exist.
    """
    match suffix:
        case ".csv":
            return lambda file: _write_lines(iter([table]), file)
        case ".parquet":
            return lambda file: _write_rows(iter([table]), file)
        case _:
            return lambda file: _write_columns(table, file)


def _write_columns(table: tables.Columns, file: IO[bytes]) -> None:
    """Write a list for each column."""
    lists = {name: column.tolist() for name, column in table.items()}
    plain = {
        name: [None if isinstance(x, float) and isnan(x) else x for x in each]
        for name, each in lists.items()
    }
    file.write(json.dumps(plain, indent=2, allow_nan=False).encode() + b"\n")


def _write_csv(sweep: Sweep, file: IO[bytes]) -> None:
    """Write one line per statistic, a field empty where there is no number."""
    _write_lines(sweep.blocks(), file)


def _write_lines(parts: Iterator[tables.Columns], file: IO[bytes]) -> None:
    """Write one line for each row of some columns, some rows at a time."""
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    lines = csv.writer(text, lineterminator="\n")
    first = next(parts)
    lines.writerow(first)
    for part in chain([first], parts):
        lines.writerows(_fields(part))
    text.flush()
    text.detach()


def _fields(part: tables.Columns) -> Iterator[tuple[object, ...]]:
    """Yield the rows of some columns."""
    for row in zip(*(column.tolist() for column in part.values()), strict=True):
        yield tuple("" if isinstance(x, float) and isnan(x) else x for x in row)


def _write_parquet(sweep: Sweep, file: IO[bytes]) -> None:
    """Write the columns, some points at a time."""
    _write_rows(sweep.blocks(), file)


def _write_rows(parts: Iterator[tables.Columns], file: IO[bytes]) -> None:
    """Write columns to a Parquet file, some rows at a time."""
    parquet = import_module("pyarrow.parquet")
    arrow = map(tables.as_arrow, parts)
    first = next(arrow)
    with parquet.ParquetWriter(file, first.schema) as rows:
        for part in chain([first], arrow):
            rows.write_table(part)


def _write_json(sweep: Sweep, file: IO[bytes]) -> None:
    """Write the document, one point at a time."""
    head = json.dumps(sweep.heading(), indent=2, allow_nan=False)
    file.write(head.removesuffix("\n}").encode() + b',\n  "points": [')
    for point in sweep:
        start = ",\n" if point.number else "\n"
        file.write((start + json.dumps(point.to_dict(), allow_nan=False)).encode())
    file.write(b"\n  ]\n}\n")


_WRITERS = {".csv": _write_csv, ".parquet": _write_parquet, ".json": _write_json}
