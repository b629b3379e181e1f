"""A unit as a product of named units to whole powers."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from lossmodel.errors import Fault

LARGEST_EXPONENT = 6


@final
@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A product of named units, in the order in which they were first written.

    Two units are equal when they have the same names to the same powers, whatever the order; the
    order only decides how a unit prints and which of two names survives a simplification.

    Parameters
    ----------
    powers : tuple of (str, int)
        Name as it prints and its exponent, never 0 and within -6..6.

    Raises
    ------
    Fault
        Where an exponent leaves -6..6.
    """

    powers: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if any(abs(exponent) > LARGEST_EXPONENT for _, exponent in self.powers):
            raise Fault(f'the unit "{self}"', "exponents of units within -6 to 6")

    @classmethod
    def product(cls, factors: Iterable[tuple[str, int]]) -> "Unit":
        """Return the product of the factors: equal names are merged, cancelled ones dropped."""
        exponents: dict[str, int] = {}
        for name, exponent in factors:
            exponents[name] = exponents.get(name, 0) + exponent
        return cls(tuple((name, power) for name, power in exponents.items() if power))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unit):
            return NotImplemented
        return dict(self.powers) == dict(other.powers)

    def __hash__(self) -> int:
        return hash(frozenset(self.powers))

    def __mul__(self, other: "Unit") -> "Unit":
        return Unit.product(self.powers + other.powers)

    def __truediv__(self, other: "Unit") -> "Unit":
        return Unit.product(self.powers + tuple((name, -power) for name, power in other.powers))

    def power(self, exponent: int | Fraction) -> "Unit":
        """Return the unit to a power.

        Raises
        ------
        Fault
            Where a name would get an exponent that is not whole, or not within -6..6.
        """
        raised = [(name, power * Fraction(exponent)) for name, power in self.powers]
        if any(power.denominator != 1 for _, power in raised):
            raise Fault(
                f'the unit "{self}" to the power {exponent}',
                "a power that leaves whole exponents",
            )
        return Unit.product((name, int(power)) for name, power in raised)

    def root(self, degree: int) -> "Unit":
        """Return the root of a degree: 2 is the square root.

        Raises
        ------
        Fault
            Where a name would get an exponent that is not whole.
        """
        return self.power(Fraction(1, degree))

    def __str__(self) -> str:
        above = [_raised(name, power) for name, power in self.powers if power > 0]
        below = [_raised(name, -power) for name, power in self.powers if power < 0]
        return "/".join(["*".join(above) or "1", *below]) if self.powers else ""


DIMENSIONLESS = Unit()


def _raised(name: str, exponent: int) -> str:
    """Return ``name**exponent``, without the exponent 1."""
    return name if exponent == 1 else f"{name}**{exponent}"
