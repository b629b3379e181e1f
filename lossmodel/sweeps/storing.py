"""Finished points of sweeps in a file, so that a sweep that was stopped goes on.

An SQLite database with a write-ahead log: what a batch found is there as a whole or not at all,
whenever the process or the machine stops.  Every row carries the SHA-256 of its key and content.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import final

import numpy as np

from lossmodel.errors import LossmodelError, UsageError
from lossmodel.sweeps.batches import Batch, Job
from lossmodel.sweeps.records import Record

APPLICATION = 0x6C6D7377
"""The application id in the header of the file: "lmsw"."""
SCHEMA = 2
"""Its version: what the tables and the records look like."""

_PATIENCE = 60.0
"""Seconds to wait for another process that writes."""
_TABLE = "CREATE TABLE points (key BLOB PRIMARY KEY, record BLOB, sha256 BLOB) WITHOUT ROWID"
_COLUMNS = "key, CAST(record AS BLOB), CAST(sha256 AS BLOB)"
_MOST_AT_ONCE = 500


@final
class Store:
    """The points of one job in a file.

    Parameters
    ----------
    connection : sqlite3.Connection
    path : Path
    job : Job
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, job: Job) -> None:
        self._connection = connection
        self._path = path
        self._job = job

    def found(self, numbers: Sequence[int]) -> Batch:
        """Return those of some points that are kept.

        Raises
        ------
        LossmodelError
            If one of them is not what was written.
        """
        by_key = {self._key(number): number for number in numbers}
        records: dict[int, Record] = {}
        for some in _parts(list(by_key), _MOST_AT_ONCE):
            marks = ", ".join("?" * len(some))
            query = f"SELECT {_COLUMNS} FROM points WHERE key IN ({marks})"  # noqa: S608 - marks alone
            for key, content, digest in self._connection.execute(query, some):
                if sha256(key + content).digest() != digest:
                    raise _damaged(self._path)
                records[by_key[key]] = _unpacked(content)
        kept = sorted(records)
        return Batch(kept, tuple(records[number] for number in kept))

    def add(self, batch: Batch) -> None:
        """Keep some points, durably, all or none.

        A point that another process has written meanwhile is the same.
        """
        rows = []
        for number, record in zip(batch.numbers, batch.records, strict=True):
            key, content = self._key(number), _packed(record)
            rows.append((key, content, sha256(key + content).digest()))
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO points VALUES (?, ?, ?)", rows)

    def _key(self, number: int) -> bytes:
        """Return the key of a point: all that it depends on."""
        settings = json.dumps(self._job.points[number])
        return sha256(f"{SCHEMA} {self._job.key} {settings}".encode()).digest()


@contextmanager
def opened(reference: str | PathLike[str], job: Job) -> Iterator[Store]:
    """Open the store of a job, or begin it.

    Parameters
    ----------
    reference : path
    job : Job

    Raises
    ------
    UsageError
        If the file is something else or a folder, or its folder does not exist.
    LossmodelError
        If it is damaged or of a newer version; it is left as it is.  If the disk is full: what was
        kept before is there.
    """
    path = Path(reference)
    if job.scenario.is_code:
        found = "a store for a Python function"
        raise UsageError(found, "a scenario of formulas: nobody can tell two functions apart")
    if path.is_dir():
        raise UsageError(f"{path}, a folder", "a file", f"{path / 'points.db'}")
    if not path.parent.is_dir():
        raise UsageError(f"{path}", "a file in a folder that exists", f"mkdir -p {path.parent}")
    try:
        connection = _connected(path)
        try:
            yield Store(connection, path, job)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _connected(path: Path) -> sqlite3.Connection:
    """Return a connection to a store that is sound, made if there is none."""
    if path.exists():
        _refuse_other(path)
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        _begin(connection)
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_other(path: Path) -> None:
    """Refuse what is no store before anything is written to it, or beside it."""
    expected = "a store of sweeps, or a path for a new one"
    if not path.is_file():
        raise UsageError(f"{path}, which is no regular file", expected)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return
    if not head.startswith(_MAGIC):
        raise UsageError(f"{path}, which is something else", expected)
    if _number(head, _AT_APPLICATION) != APPLICATION:
        raise UsageError(f"{path}, a database of another program", expected)
    _refuse_newer(path, _number(head, _AT_VERSION))
    # A file that is taken to be immutable is read without a log or locks beside it.
    reference = f"{path.resolve().as_uri()}?immutable=1"
    with closing(sqlite3.connect(reference, uri=True)) as connection:
        tables = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    if tables != [(_TABLE,)]:
        raise UsageError(f"{path}, a database with other tables than a store", expected)


_MAGIC = b"SQLite format 3\0"
_HEAD, _AT_VERSION, _AT_APPLICATION = 100, 60, 68
"""Bytes of the header of an SQLite file, and where these numbers stand in it."""


def _number(head: bytes, place: int) -> int:
    """Return a number in the header of a file; 0 where the file ends before."""
    return int.from_bytes(head[place : place + 4], "big")


def _begin(connection: sqlite3.Connection) -> None:
    """Make the table of a new store, once, whoever comes first.

    Not yet with a log beside it: so that the file itself is a store from the first moment on.
    """
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables == 0:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
            connection.execute(_TABLE)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
        # Another process has just begun it too: it, or the next to come, turns the log on.


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a store of a newer version, or damaged."""
    _refuse_newer(path, connection.execute("PRAGMA user_version").fetchone()[0])
    if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise _damaged(path)


def _refuse_newer(path: Path, schema: int) -> None:
    """Refuse a store of a newer version."""
    if schema > SCHEMA:
        raise LossmodelError(
            f"{path} was written by a newer lossmodel (store version {schema}, here {SCHEMA}): "
            "use that one, or another --store"
        )


def _damaged(path: Path) -> LossmodelError:
    """Return the error of a store that is not what was written."""
    return LossmodelError(
        f"{path} is damaged: what it holds is not what was written. It is left as it is; "
        "use another --store, or remove it"
    )


def _explained(path: Path, error: sqlite3.Error) -> LossmodelError:
    """Return an error of SQLite in words."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _damaged(path)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return LossmodelError(
            f"{path}: {error}. What was finished before is kept: "
            "make room and give the same command again"
        )
    return LossmodelError(f"{path}: {error}")


def _parts(keys: Sequence[bytes], size: int) -> Iterable[Sequence[bytes]]:
    """Yield keys in parts of at most ``size``."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _packed(record: Record) -> bytes:
    """Return a record as bytes: the length of its words, its words, its numbers."""
    words = json.dumps(record.note).encode()
    numbers = np.ascontiguousarray(record.rows, dtype="<f8").tobytes()
    return len(words).to_bytes(4, "little") + words + numbers


def _unpacked(content: bytes) -> Record:
    """Return the record that was packed."""
    length = int.from_bytes(content[:4], "little")
    over, warnings, beside = json.loads(content[4 : 4 + length])
    rows = np.frombuffer(content[4 + length :], dtype="<f8").reshape(-1, 4)
    return Record(rows.astype(np.float64), tuple(over), tuple(warnings), beside)
