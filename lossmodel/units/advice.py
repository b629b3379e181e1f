"""What to write instead of a unit name that nobody knows."""

import re
from collections.abc import Sequence

from lossmodel.errors import nearest
from lossmodel.units import registry
from lossmodel.units.quoting import quoted

_SCALES = {
    **dict.fromkeys(("thousand", "thousands"), "thousand"),
    **dict.fromkeys(("million", "millions", "mil", "mln", "mn"), "million"),
    **dict.fromkeys(("billion", "billions", "bln", "bn"), "billion"),
    **dict.fromkeys(("trillion", "trillions", "trn", "tn"), "trillion"),
}
_RUN_TOGETHER = {"k": "thousand", "m": "million", "mm": "million", "b": "billion", **_SCALES}
_FOR_EACH = re.compile(r"(?<=\w) (?:an?|each|every|one) (?=[^\W\d])", re.ASCII)
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "each", "every", "for", "less", "more", "of", "or", "the"}
)
_LONG = 5
_MOST_EDITS = 2
_LONGEST_FIX = 80


def instead_of(name: str, text: str, nouns: Sequence[str]) -> str:
    """Return the fix for an unknown name.

    Parameters
    ----------
    name : str
        The name.
    text : str
        The unit it stands in.
    nouns : sequence of str
        The counting nouns that are declared.

    Returns
    -------
    str
        A hint for a usual mistake, the name of which this is a slip of the keyboard, or how to
        declare a counting noun; empty where nothing is sure.
    """
    lower = name.lower()
    if lower in _SCALES:
        return f"{quoted(_SCALES[lower])} right after the number, before the unit"
    hint = registry.HINTS.get(name) or registry.HINTS.get(lower) or _scaled(name, text)
    if hint:
        return hint
    if lower in _SMALL_WORDS:
        shorter = _FOR_EACH.sub("/", text)
        return quoted(shorter) if shorter != text else ""
    likely = nearest(name, [*nouns, *registry.names()])
    if not likely:
        return _declared(name, nouns)
    slip = any(_is_slip(lower, form) for form in (likely.lower(), f"{likely.lower()}s"))
    swapped = sorted(lower) == sorted(likely.lower())
    if slip and (likely in nouns or swapped or len(name) >= _LONG or name != lower):
        return quoted(likely)
    # One letter makes another word of a short one: a car is no bar.
    close = slip or (len(name) >= _LONG and abs(len(name) - len(likely)) <= _MOST_EDITS)
    return _declared(name, nouns) + (f", or {quoted(likely)}" if close else "")


def _scaled(name: str, text: str) -> str:
    """Return the unit with a scale word for one that is run together with money, such as MUSD."""
    scale, code = name[:-3], name[-3:]
    if scale.lower() not in _RUN_TOGETHER or not code.isupper() or code not in registry.names():
        return ""
    return quoted(text.replace(name, f"{_RUN_TOGETHER[scale.lower()]} {code}"))


def _is_slip(typed: str, meant: str) -> bool:
    """Return whether one letter was added, dropped or changed, or two were swapped."""
    start = _alike(typed, meant)
    end = _alike(typed[start:][::-1], meant[start:][::-1])
    left, right = typed[start : len(typed) - end], meant[start : len(meant) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _alike(one: str, other: str) -> int:
    """Return how many letters two words have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _declared(noun: str, nouns: Sequence[str]) -> str:
    """Return how to declare a counting noun beside those that are."""
    singular = noun if noun.endswith("ss") else noun.removesuffix("s")
    whole = f"units = [{', '.join(map(quoted, [*nouns, singular]))}]"
    return whole if len(whole) <= _LONGEST_FIX else f"{quoted(singular)} in units as well"
