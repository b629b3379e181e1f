"""Arguments of Python callers, who may give anything: what each kind of them has to be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan
from numbers import Integral, Real
from os import PathLike
from typing import final

from lossmodel.errors import UsageError


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument has to be.

    Attributes
    ----------
    expected : str
    fits : callable
        Whether a value is of this kind.
    fix : callable
        What to write instead of one that is not; "" where nothing can be suggested.
    """

    expected: str
    fits: Callable[[object], bool]
    fix: Callable[[object], str] = lambda _: ""


WHOLE = Kind(
    "a whole number", lambda each: isinstance(each, Integral) and not isinstance(each, bool)
)
NUMBER = Kind("a number", lambda each: isinstance(each, Real) and not isinstance(each, bool))
TEXT = Kind("a text", lambda each: isinstance(each, str), lambda each: f'"{each}"')
LIST = Kind(
    "a list, even of one",  # of a text it would be the letters
    lambda each: isinstance(each, Iterable) and not isinstance(each, str),
    lambda each: f"[{each!r}]",
)
PATH = Kind("a path", lambda each: isinstance(each, str | PathLike), lambda _: '"points.db"')


def check(kind: Kind, **given: object) -> None:
    """Refuse arguments that are not of a kind.

    Parameters
    ----------
    kind : Kind
    **given : object
        By name.

    Raises
    ------
    UsageError
        Naming the first.
    """
    for name, each in given.items():
        if not kind.fits(each):
            raise UsageError(f"{name} = {each!r}", kind.expected, kind.fix(each))


def check_if_given(kind: Kind, **given: object) -> None:
    """Refuse the same but for None, which leaves a choice open; as :func:`check`."""
    check(kind, **{name: each for name, each in given.items() if each is not None})


def check_amount(x: float, unit: str) -> None:
    """Refuse what is no amount in a unit.

    Raises
    ------
    UsageError
        If it is nan or no number.
    """
    try:
        is_amount = not isnan(x)
    except TypeError:
        is_amount = False
    if not is_amount:
        raise UsageError(f"{x!r}", f"a number: an amount in {unit or 'plain numbers'}")
