"""Amounts as people write them: in a scale such as million, with the digits that they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """A power of a thousand and its name, for numbers that belong together."""

    factor: float
    word: str

    def unit(self, unit: str) -> str:
        """Return the unit with the scale before it: "million USD"."""
        return f"{self.word} {unit}".strip()


PLAIN = Scale(1.0, "")
_SCALES = (
    Scale(1e12, "trillion"),
    Scale(1e9, "billion"),
    Scale(1e6, "million"),
    PLAIN,
)


def common_scale(values: Sequence[float]) -> Scale:
    """Return the scale that suits the largest of some numbers."""
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return next((scale for scale in _SCALES if largest >= scale.factor), PLAIN)


def amount(value: float, scale: Scale = PLAIN) -> str:
    """Return a number that somebody typed, with the digits it needs (at most nine)."""
    text = f"{value / scale.factor:,.9g}"
    return text if "e" not in text else f"{value / scale.factor:.6g}"


def amount_in(value: float, unit: str) -> str:
    """Return a number that somebody typed with its scale and unit: "2 million USD"."""
    scale = common_scale([value])
    return f"{amount(value, scale)} {scale.unit(unit)}".strip()
