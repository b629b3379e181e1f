"""Writing files whole or not at all, and never over another unasked."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from lossmodel.errors import UsageError


def write_new(path: Path, text: str, *, replacing: bool) -> None:
    """Write a text file by way of a temporary one beside it.

    Parameters
    ----------
    path : Path
    text : str
    replacing : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError
        If the file exists and may not be replaced, or its folder does not exist.
    OSError
        If it cannot be written; nothing is left behind then.
    """
    if path.is_dir():
        raise UsageError(f"{path}, a folder", "a path for a new file", str(path / "scenario.toml"))
    if path.exists() and not replacing:
        raise UsageError(f"{path}, which exists", "a path for a new file", "--force replaces it")
    if not path.parent.is_dir():
        raise UsageError(f"{path}", "a folder that exists", f"mkdir -p {path.parent}")
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        temporary = Path(file.name)
        try:
            file.write(text)
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
