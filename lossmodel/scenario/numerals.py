"""Numbers as people write them: ``1,816``, ``85%``, ``2 million``."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import final

from lossmodel.errors import Fault
from lossmodel.units.quoting import quoted

SCALES = {
    "thousand": Decimal(10**3),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}

_DIGITS = r"[+-]?(?:\d{1,3}(?:[_,]\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?"
_SCALE = rf"\s*%|\s+(?:{'|'.join(SCALES)})\b"
NUMERAL = re.compile(rf"(?P<digits>{_DIGITS})(?![\d_.])(?P<scale>{_SCALE})?", re.ASCII)
_MOST_DIGITS = 400


@final
@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written.

    Attributes
    ----------
    digits : str
        The digits without grouping marks: what its precision is read from.
    scale : Decimal
        What the digits are multiplied by: a scale word, 1/100 for a percent sign, else 1.
    """

    digits: str
    scale: Decimal = Decimal(1)

    @property
    def scaled(self) -> bool:
        """Whether a scale word or a percent sign was written."""
        return self.scale != 1

    @property
    def exact(self) -> Decimal:
        """The number, in decimals."""
        return Decimal(self.digits) * self.scale

    @property
    def value(self) -> float:
        """The number, rounded once to float64; finite."""
        return float(self.exact)

    def times(self, scale: Decimal) -> "Numeral":
        """Return the same digits with another scale."""
        return Numeral(self.digits, scale)


def leading_numeral(text: str) -> tuple[Numeral, str]:
    """Return the number that ``text`` begins with, and what follows it.

    Raises
    ------
    Fault
        If it begins with no number, or one that float64 cannot hold.
    """
    match = NUMERAL.match(text)
    if match is None:
        raise Fault(quoted(text), "a number such as 1,816 or 1.5 or 2 million")
    if len(match["digits"]) > _MOST_DIGITS:
        raise Fault(quoted(match[0]), f"a number of at most {_MOST_DIGITS} characters")
    word = (match["scale"] or "").strip()
    scale = Decimal("0.01") if word == "%" else SCALES.get(word, Decimal(1))
    numeral = Numeral(match["digits"].replace(",", "").replace("_", ""), scale)
    if not isfinite(numeral.value) or (numeral.value == 0) != (numeral.exact == 0):
        raise Fault(quoted(match[0]), "a number that float64 can hold: 5e-324 to 1.8e308, or 0")
    return numeral, text[match.end() :].strip()
