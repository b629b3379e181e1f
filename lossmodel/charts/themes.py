"""The house style: colours that the colour-blind tell apart, on light and on dark paper."""

from dataclasses import asdict, dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they stand for, as hexadecimal RGB.

    Attributes
    ----------
    paper : str
        Behind everything.
    ink, soft, rule : str
        Text and outlines; text of less weight; thin lines.
    range, rest : str
        The 90% interval of a curve, and what lies outside it.
    claim, band : str
        A published amount, and the values that its words allow.
    low, high : str
        What comes of an input's low end, and of its high end.
    """

    paper: str
    ink: str
    soft: str
    rule: str
    range: str
    rest: str
    claim: str
    band: str
    low: str
    high: str

    def colours(self) -> dict[str, str]:
        """Return the colours by name."""
        return asdict(self)


LIGHT = Theme(
    paper="#fefefe",
    ink="#1c2024",
    soft="#565d66",
    rule="#c9ced4",
    range="#4b86b4",
    rest="#c5d9e8",
    claim="#a63c00",
    band="#fbe0c8",
    low="#e0a84e",
    high="#4b86b5",
)
"""After M. Okabe and K. Ito's palette: blue and orange differ for every kind of colour vision."""

DARK = Theme(
    paper="#15181c",
    ink="#eceef0",
    soft="#a9b1ba",
    rule="#434a52",
    range="#5b9bcb",
    rest="#2b4a61",
    claim="#ff9d5c",
    band="#4a2c17",
    low="#c98f35",
    high="#5b9bcc",
)

THEMES = {"light": LIGHT, "dark": DARK}

SHADES = ("#fff7bc", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#cc4c02", "#993404")
"""From little to much (C. Brewer's YlOrBr), the same on either paper."""
