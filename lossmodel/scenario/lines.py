"""On which line of a file each key stands.

tomllib and json keep no places, so the text, once they have accepted it, is walked a second time:
only keys and brackets matter here, everything else is skipped.
"""

import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from typing import final

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def toml_lines(text: str) -> Mapping[Path, int]:
    """Return the line of every key and list entry of a valid TOML text.

    Returns
    -------
    mapping
        From paths such as ``("inputs", "price", "value")`` or ``("claim", 0, "says")`` to lines,
        from 1.
    """
    walk = _Walk(text, "=")
    walk.document()
    return walk.lines


def json_lines(text: str) -> Mapping[Path, int]:
    """Return the line of every key and list entry of a valid JSON text, as :func:`toml_lines`."""
    walk = _Walk(text, ":")
    walk.value(walk.space(0), ())
    return walk.lines


def json_repeats(text: str) -> Mapping[Path, int]:
    """Return the line of every key of a valid JSON text that its object has already."""
    walk = _Walk(text, ":")
    walk.value(walk.space(0), ())
    return walk.repeats


@final
class _Walk:
    """One pass over a valid text; every method returns the place behind what it read."""

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        self.lines: dict[Path, int] = {}
        self.repeats: dict[Path, int] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._tables: dict[Path, int] = {}

    def document(self) -> None:
        """Walk a TOML document: headers and pairs."""
        prefix: Path = ()
        at = self.space(0)
        while at < len(self.text):
            if self.text.startswith("[", at):
                at, prefix = self._header(at)
            else:
                at = self._pair(at, prefix)
            at = self.space(at)

    def value(self, at: int, path: Path) -> int:
        """Walk one value, marking what it contains."""
        match self.text[at]:
            case "{":
                return self._table(at + 1, path)
            case "[":
                return self._list(at + 1, path)
            case '"' | "'":
                return self._matched(_STRING, at)
            case _:
                return self._matched(_SCALAR, at)

    def space(self, at: int) -> int:
        """Skip white space, line ends and comments."""
        return self._matched(_SPACE, at)

    def _matched(self, pattern: re.Pattern[str], at: int) -> int:
        """Return the place behind what ``pattern`` matches at ``at``."""
        match = pattern.match(self.text, at)
        return match.end() if match else at + 1

    def _mark(self, at: int, path: Path) -> None:
        """Note where ``path`` stands, at its first mention."""
        self.lines.setdefault(path, bisect_right(self._starts, at))

    def _header(self, at: int) -> tuple[int, Path]:
        """Walk ``[table]`` or ``[[list of tables]]``; return the path that its pairs belong to."""
        start, brackets = at, 2 if self.text.startswith("[[", at) else 1
        keys, at = self._key(self.space(at + brackets))
        prefix: Path = ()
        for depth, key in enumerate(keys, 1):
            prefix += (key,)
            if brackets == 2 and depth == len(keys):
                self._mark(start, prefix)
                self._tables[prefix] = self._tables.get(prefix, -1) + 1
            if prefix in self._tables:
                prefix += (self._tables[prefix],)
            self._mark(start, prefix)
        return self.space(at) + brackets, prefix

    def _pair(self, at: int, prefix: Path) -> int:
        """Walk ``key = value``."""
        start, (keys, at) = at, self._key(at)
        self._check_repeat(start, (*prefix, *keys))
        for depth in range(1, len(keys) + 1):
            self._mark(start, prefix + tuple(keys[:depth]))
        at = self.space(at) + len(self.separator)
        return self.value(self.space(at), prefix + tuple(keys))

    def _check_repeat(self, at: int, path: Path) -> None:
        """Note a key that its table has already; what lies below it stands twice with it."""
        below = any(path[:depth] in self.repeats for depth in range(1, len(path)))
        if path in self.lines and not below:
            self.repeats.setdefault(path, bisect_right(self._starts, at))

    def _key(self, at: int) -> tuple[list[str], int]:
        """Walk a key, dotted or quoted; return its parts."""
        keys: list[str] = []
        while True:
            part = _STRING.match(self.text, at) or _BARE.match(self.text, at)
            if part is None:
                return keys, at + 1
            keys.append(self._unquoted(part[0]))
            at = self._matched(_BLANK, part.end())
            if not self.text.startswith(".", at):
                return keys, at
            at = self._matched(_BLANK, at + 1)

    def _unquoted(self, key: str) -> str:
        """Return a key without quotes and escapes."""
        if key[0] not in "\"'":
            return key
        if self.separator == ":":
            return str(json.loads(key))
        return str(tomllib.loads(f"key = {key}")["key"])

    def _table(self, at: int, path: Path) -> int:
        """Walk the pairs of an inline table."""
        at = self._separated(at)
        while not self.text.startswith("}", at):
            at = self._separated(self._pair(at, path))
        return at + 1

    def _list(self, at: int, path: Path) -> int:
        """Walk the entries of a list."""
        at, index = self._separated(at), 0
        while not self.text.startswith("]", at):
            self._mark(at, (*path, index))
            at = self._separated(self.value(at, (*path, index)))
            index += 1
        return at + 1

    def _separated(self, at: int) -> int:
        """Skip white space and at most one comma."""
        at = self.space(at)
        return self.space(at + 1) if self.text.startswith(",", at) else at
