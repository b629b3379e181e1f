"""Arguments of a sweep that are of another type than they have to be."""

from collections.abc import Iterable, Mapping
from os import PathLike

from lossmodel.errors import UsageError


def check_vary(vary: object) -> None:
    """Refuse what is no mapping of inputs to lists of texts.

    Raises
    ------
    UsageError
        Naming what is none.
    """
    if not isinstance(vary, Mapping):
        expected = "a mapping of inputs to lists of values"
        raise UsageError(f"vary = {vary!r}", expected, '{"price": ["20 USD/bbl"]}')
    for name, entries in vary.items():
        if not isinstance(name, str):
            raise UsageError(f"{name!r} to vary", "the name of an input, a text")
        if isinstance(entries, str) or not isinstance(entries, Iterable):
            raise UsageError(f"{name}: {entries!r}", "a list of values", f"[{str(entries)!r}]")
        for entry in entries:
            if not isinstance(entry, str):
                found, fix = f"{name}: {entry!r} in the list", f'"{entry}"'
                raise UsageError(found, "texts, as values stand in a file", fix)


def check_whole(**numbers: object) -> None:
    """Refuse numbers that are not whole; None leaves the choice open.

    Raises
    ------
    UsageError
        Naming the first.
    """
    for name, number in numbers.items():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise UsageError(f"{name} = {number!r}", "a whole number")


def check_lists(**lists: object) -> None:
    """Refuse what is no list; a text is none, and would be taken letter by letter.

    Raises
    ------
    UsageError
        Naming the first.
    """
    for name, each in lists.items():
        if isinstance(each, str) or not isinstance(each, Iterable):
            raise UsageError(f"{name} = {each!r}", "a list, even of one", f"[{each!r}]")


def check_texts(**texts: object) -> None:
    """Refuse what is no text; None leaves the choice open.

    Raises
    ------
    UsageError
        Naming the first.
    """
    for name, text in texts.items():
        if text is not None and not isinstance(text, str):
            raise UsageError(f"{name} = {text!r}", "a text", f'"{text}"')


def check_path(store: object) -> None:
    """Refuse what is no path; None leaves the choice open.

    Raises
    ------
    UsageError
        Naming it.
    """
    if store is not None and not isinstance(store, str | PathLike):
        raise UsageError(f"store = {store!r}", "a path", '"points.db"')
