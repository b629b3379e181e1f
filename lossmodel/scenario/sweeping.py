"""The values of a sweep: lists of input values, and LOW:HIGH:STEP."""

import re
from collections.abc import Sequence
from decimal import Decimal

from lossmodel.errors import Fault
from lossmodel.scenario.numerals import leading_numeral
from lossmodel.scenario.values import Value, parsed_value
from lossmodel.units.quoting import quoted

MOST_VALUES = 10_000
_STEPS = re.compile(r"([^:]+):([^:]+):([^:]+)")


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
        If a part is no number, the step does not lead from LOW to HIGH, or there are too many.
    """
    if ":" not in entry:
        return (entry,)
    match = _STEPS.fullmatch(entry.strip())
    if match is None:
        raise Fault(quoted(entry), "LOW:HIGH:STEP, then a unit, such as 0.6:1.0:0.1")
    (low, _), (high, _) = (leading_numeral(part.strip()) for part in match.groups()[:2])
    step, unit = leading_numeral(match[3].strip())
    if step.exact == 0 or (high.exact - low.exact) / step.exact < 0:
        back = match[3].strip()
        turned = back[1:] if back.startswith("-") else f"-{back}"
        fix = f'"{match[1].strip()}:{match[2].strip()}:{turned}"' if step.exact else ""
        raise Fault(quoted(entry), "a step that leads from LOW to HIGH", fix)
    if abs(high.exact - low.exact) >= MOST_VALUES * abs(step.exact):
        raise _too_many(f"the values in {quoted(entry)}")
    count = int((high.exact - low.exact) / step.exact) + 1
    values = (low.exact + step.exact * Decimal(i) for i in range(count))
    return tuple(f"{value.normalize():f} {unit}".strip() for value in values)


def split_values(text: str) -> tuple[str, ...]:
    """Return the entries of a sweep typed in one text, such as ``20 USD/bbl,30 USD/bbl``.

    Parameters
    ----------
    text : str
        Entries between semicolons; without one, between the commas that are in no brackets (a
        number then has no commas between its thousands).
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
    return tuple(part.strip() for part in parts if part.strip())


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
