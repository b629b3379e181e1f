"""Addresses that strangers wrote: a link where that is safe, else text."""

from dataclasses import dataclass
from typing import final
from urllib.parse import urlsplit

from lossmodel.report.words import one_line


@final
@dataclass(frozen=True, slots=True)
class Link:
    """An address: as it is shown, and where it leads; nowhere if it is empty."""

    text: str
    target: str


def link(address: str) -> Link | None:
    """Return an address; only those of the web lead somewhere.

    What does not begin with http or https (``javascript:``, ``data:``, ``file:``), names a user,
    or holds characters that are not shown, stays text.
    """
    text = one_line(address)
    if not text:
        return None
    try:
        parts = urlsplit(address.strip())
        named = bool(parts.hostname) and not parts.username and "\\" not in address
    except ValueError:
        return Link(text, "")
    safe = parts.scheme in ("http", "https") and named and text == address.strip()
    return Link(text, text if safe and " " not in text else "")
