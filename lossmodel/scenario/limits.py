"""Limits on a file, checked on its text before any parser sees it."""

import re
from collections.abc import Iterator

from lossmodel.errors import Fault

MOST_BYTES = 1 << 20
MOST_KEYS = 10_000
DEEPEST = 32

# Strings and comments are skipped whole, ended or not, so that one pass suffices.
_TOML = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|\'[^\'\n]*'
    r"(?:'|(?=\n)|\Z)|#[^\n]*|[\[\]{}=,.\n]",
    re.DOTALL,
)
_JSON = re.compile(r'"(?:\\.|[^"\\])*(?:"|\Z)|[\[\]{}:,]', re.DOTALL)


def decoded(data: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    Fault
        If it is larger than 1 MiB or is not UTF-8 text.
    """
    if len(data) > MOST_BYTES:
        raise Fault(f"{len(data):,} bytes", f"a file of at most {MOST_BYTES:,} bytes (1 MiB)", "")
    if b"\0" in data:
        raise Fault("a binary file", "a text file in UTF-8", "")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(
            f"byte {data[error.start]:#04x} on line {data.count(10, 0, error.start) + 1}",
            "text in UTF-8",
            "save the file as UTF-8",
        ) from None


def check_toml(text: str) -> None:
    """Refuse a TOML text with too many keys or too deep a nesting.

    Raises
    ------
    Fault
        Above 10,000 keys and list entries, or 32 levels of brackets or dotted keys.
    """
    _check((match[0] for match in _TOML.finditer(text)), separator="=")


def check_json(text: str) -> None:
    """Refuse a JSON text with too many keys or too deep a nesting; as :func:`check_toml`."""
    _check((match[0] for match in _JSON.finditer(text)), separator=":")


def _check(tokens: Iterator[str], separator: str) -> None:
    """Count keys, list entries and levels, and stop at the first that is too many."""
    depth = dots = keys = 0
    for mark in tokens:
        if mark in "[{":
            depth, dots = depth + 1, 0
        elif mark in "]}":
            depth, dots = depth - 1, 0
        elif mark == ".":
            dots += 1
        elif mark in (separator, ","):
            keys, dots = keys + 1, 0
        elif mark == "\n":
            dots = 0
        if keys > MOST_KEYS:
            raise Fault(
                f"more than {MOST_KEYS:,} keys and list entries", f"at most {MOST_KEYS:,}", ""
            )
        if depth > DEEPEST or dots > DEEPEST:
            raise Fault(f"more than {DEEPEST} levels of nesting", f"at most {DEEPEST}", "")
