"""Writing files whole or not at all, and never over another unasked."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from lossmodel.errors import UsageError

_TABLES = (".csv", ".parquet", ".json")


def write_new(path: Path, content: str | bytes, *, replacing: bool) -> None:
    """Write a file by way of a temporary one beside it.

    Parameters
    ----------
    path : Path
    content : str or bytes
    replacing : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError, OSError
        As :func:`write_whole`.
    """
    data = content.encode() if isinstance(content, str) else content
    write_whole(path, lambda file: _write(file, data), replacing=replacing)


def _write(file: IO[bytes], data: bytes) -> None:
    """Write all at once."""
    file.write(data)


def check_new(path: Path, *, replacing: bool) -> None:
    """Refuse a path that no file can be written to.

    Raises
    ------
    UsageError
        If the file exists and may not be replaced, if it is a folder or a device, or if its folder
        does not exist or cannot be written to.
    """
    if path.is_dir():
        raise UsageError(f"{path}, a folder", "a path for a new file", f"{path / 'NAME'}")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}, a device", "a path for a new file", "another path")
    if path.exists() and not replacing:
        raise UsageError(f"{path}, which exists", "a path for a new file", "--force replaces it")
    if not path.parent.is_dir():
        raise UsageError(f"{path}", "a folder that exists", f"mkdir -p {path.parent}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageError(f"{path}", "a folder that you may write to", "a path in another folder")


def check_table(path: Path | None, *, replacing: bool) -> None:
    """Refuse a file for a table that could not be written once all is computed.

    Raises
    ------
    UsageError
        As :func:`check_new`, and if the name ends in no format of tables.
    NotSupportedError
        If the package that the format takes is not installed.
    """
    if path is None:
        return
    if path.suffix not in _TABLES:
        raise UsageError(f"{path}", "a name that ends in .csv, .parquet or .json", f"{path}.csv")
    check_new(path, replacing=replacing)
    if path.suffix == ".parquet":
        from lossmodel.simulation.tables import installed  # noqa: PLC0415 - it takes NumPy

        installed("pyarrow")


def write_whole(path: Path, write: Callable[[IO[bytes]], None], *, replacing: bool) -> None:
    """Write a file by way of a temporary one beside it.

    Parameters
    ----------
    path : Path
    write : callable
        Writes all there is to an open file.
    replacing : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError
        As :func:`check_new`.
    OSError
        If it cannot be written; nothing is left behind then, and the error names the file.
    """
    check_new(path, replacing=replacing)
    try:
        _write_beside(path, write, replacing=replacing)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _write_beside(path: Path, write: Callable[[IO[bytes]], None], *, replacing: bool) -> None:
    """Write a temporary file and give it its name; leave nothing where that fails."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            _place(temporary, path, replacing=replacing)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _place(temporary: Path, path: Path, *, replacing: bool) -> None:
    """Give the finished file its name; without ``replacing``, only if that is still free."""
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod(0o666 & ~umask)
    if replacing:
        temporary.replace(path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise UsageError(
            f"{path}, which exists", "a path for a new file", "--force replaces it"
        ) from None
    except OSError:  # a file system without hard links
        temporary.rename(path)
        return
    temporary.unlink()
