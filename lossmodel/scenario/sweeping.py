"""The values of a sweep: lists of input values, and LOW:HIGH:STEP."""

import re
from collections.abc import Sequence
from decimal import Decimal

from lossmodel.errors import Fault
from lossmodel.scenario.numerals import NUMERAL, leading_numeral
from lossmodel.scenario.values import Value, parsed_value
from lossmodel.units.quoting import quoted

MOST_VALUES = 10_000
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,2},\d{3}(?![\d.])")
_FORM = "LOW:HIGH:STEP, then a unit, such as 0.6:1.0:0.1"


def swept_texts(entry: str) -> tuple[str, ...]:
    """Return the values that one entry of a sweep stands for, as texts.

    Parameters
    ----------
    entry : str
        The text of a value, or ``"0.6:1.0:0.1 UNIT"`` for LOW, HIGH and STEP with the end included,
        computed in decimals as if typed.

    Raises
    ------
    Fault
        If a part is no number, LOW or HIGH has another unit than STEP, the step does not lead from
        LOW to HIGH, or there are too many.
    """
    if ":" not in entry:
        return (entry,)
    if entry.count(":") != 2:
        raise Fault(quoted(entry), _FORM)
    (low, high, step), unit = numbers_of(entry)
    if step == 0 or (high - low) / step < 0:
        fix = _joined((low, high, -step), unit) if step else ""
        raise Fault(quoted(entry), "a step that leads from LOW to HIGH", fix)
    if abs(high - low) >= MOST_VALUES * abs(step):
        raise _too_many(f"the values in {quoted(entry)}")
    values = (low + step * Decimal(i) for i in range(int((high - low) / step) + 1))
    return tuple(with_unit(value, unit) for value in values)


def numbers_of(entry: str) -> tuple[tuple[Decimal, ...], str]:
    """Return the numbers between colons, and what stands behind all of them.

    Parameters
    ----------
    entry : str
        Such as ``"1:3:0.5 million USD"``: a scale word, a percent sign and a unit behind the last
        number are those of all; another one may only repeat them.

    Returns
    -------
    tuple of Decimal, str
        The numbers without them, and these as written.

    Raises
    ------
    Fault
        If a part begins with no number, or something else stands behind one.
    """
    parts = [" ".join(part.split()) for part in entry.split(":")]
    numbers = tuple(leading_numeral(part)[0].times(Decimal(1)).exact for part in parts)
    units = [_behind(part) for part in parts]
    *others, last = units
    if {*others} - {"", last}:
        expected = "one unit, behind the last number, for all of them"
        raise Fault(quoted(entry), expected, _joined(numbers, next(filter(None, units[::-1]))))
    return numbers, last


def _behind(part: str) -> str:
    """Return what stands behind the digits that a part begins with."""
    match = NUMERAL.match(part)
    return part[match.end("digits") :].strip() if match else ""


def with_unit(value: Decimal, unit: str) -> str:
    """Return the text of a value with what stands behind it, as it would be typed."""
    space = "" if unit.startswith("%") else " "
    return f"{value.normalize():f}{space}{unit}".strip()


def _joined(numbers: Sequence[Decimal], unit: str) -> str:
    """Return an entry of these numbers, quoted."""
    *others, last = numbers
    return '"' + ":".join([*(f"{each:f}" for each in others), with_unit(last, unit)]) + '"'


def split_values(text: str) -> tuple[str, ...]:
    """Return the entries of a sweep typed in one text, such as ``20 USD/bbl,30 USD/bbl``.

    Parameters
    ----------
    text : str
        Entries between semicolons; without one, between the commas that are in no brackets (a
        number then has no commas between its thousands).  Nothing need follow the last.
    """
    if ";" in text:
        parts = text.split(";")
    else:
        parts, depth = [""], 0
        for letter in text:
            depth += (letter in "([") - (letter in ")]")
            if letter == "," and depth == 0:
                parts.append("")
            else:
                parts[-1] += letter
    texts = [part.strip() for part in parts]
    if not any(texts):
        return ()
    return tuple(texts if texts[-1] else texts[:-1])


def cut_at(text: str) -> str:
    """Return the first number that :func:`split_values` cuts where thousands may be meant.

    That is one of one or two digits before three, such as ``1,200``; ``100,200`` is a list.  Empty
    where there is none, and where brackets may hold it.
    """
    found = None if ";" in text or "(" in text else _THOUSANDS.search(text)
    return found.group() if found else ""


def swept_values(entries: Sequence[str]) -> tuple[Value, ...]:
    """Return all values of an input's sweep.

    Raises
    ------
    Fault
        If the list is empty or too long, or an entry cannot be read.
    """
    if not entries:
        raise Fault("an empty list", "at least one value")
    values: list[Value] = []
    for entry in entries:
        values += map(parsed_value, swept_texts(entry))
        if len(values) > MOST_VALUES:
            raise _too_many("the values of this list")
    return tuple(values)


def _too_many(what: str) -> Fault:
    """Return the fault of a sweep with too many values."""
    return Fault(f"{what}, more than {MOST_VALUES:,}", f"at most {MOST_VALUES:,}", "a larger step")
