"""The units of one scenario: those that everybody shares, and its own counting nouns."""

from collections.abc import Sequence
from fractions import Fraction
from typing import final

from lossmodel.errors import Fault
from lossmodel.units import cancelling, registry
from lossmodel.units.advice import instead_of
from lossmodel.units.expression import factors, is_unit_name
from lossmodel.units.quoting import quoted
from lossmodel.units.registry import Dimension, Named
from lossmodel.units.unit import Unit

# Words with a meaning of their own in amounts and units.
_RESERVED = frozenset({"thousand", "million", "billion", "trillion", "to", "per"})


@final
class Units:
    """The units that one scenario may write.

    Parameters
    ----------
    nouns : sequence of str
        Counting nouns such as ``truck``, each a dimension of its own; also accepted with a final s.

    Raises
    ------
    Fault
        Where a noun is not an identifier, is given twice, or is a unit or a currency already.
    """

    def __init__(self, nouns: Sequence[str] = ()) -> None:
        self._nouns: dict[str, Named] = {}
        for noun in nouns:
            self._check(noun)
            self._nouns[noun] = registry.alone(noun)

    def parse(self, text: str) -> Unit:
        """Return the unit that a text means; the empty text is dimensionless.

        Parameters
        ----------
        text : str
            In the grammar of :mod:`lossmodel.units.expression`.

        Raises
        ------
        Fault
            Where the text breaks the grammar, or a name is unknown (with the nearest known one).
        """
        named = ((self._named(name, text), power) for name, power in factors(text))
        return Unit.product((each.printed, power) for each, power in named)

    def dimension(self, unit: Unit) -> Dimension:
        """Return what two units must share to be convertible; empty for a plain number."""
        total: dict[str, int] = {}
        for name, power in unit.powers:
            for base, exponent in self._named(name).dimension:
                total[base] = total.get(base, 0) + power * exponent
        return frozenset((base, exponent) for base, exponent in total.items() if exponent)

    def factor(self, source: Unit, target: Unit) -> float:
        """Return the number that turns an amount in ``source`` into one in ``target``.

        The ratio is worked out exactly and rounded once; it is 1.0 for equal units.

        Raises
        ------
        Fault
            Where the two units do not measure the same thing, or the ratio is not a float64.
        """
        if self.dimension(source) != self.dimension(target):
            raise Fault(f'"{source}"', f'a unit that can be converted to "{target}"')
        return _rounded(self._size(source) / self._size(target), source)

    def simplified(self, unit: Unit) -> tuple[Unit, float]:
        """Return the unit multiplied out and cancelled, and the factor that this costs.

        Of two names of one dimension the first stays, and names whose dimensions cancel together
        go: ``USD*h/day`` is 1/24 USD, ``MW*h*USD/MWh`` is 1 USD.

        Returns
        -------
        simple : Unit
            What is left.
        factor : float
            An amount in ``unit`` times this factor is the amount in ``simple``.

        Raises
        ------
        Fault
            Where what is left has an exponent outside -6..6, or the factor is not a float64.
        """
        dimensions = {name: self._named(name).dimension for name, _ in unit.powers}
        simple = cancelling.simplified(unit, dimensions)
        return simple, _rounded(self._size(unit) / self._size(simple), unit)

    def is_plain(self, unit: Unit) -> bool:
        """Return whether amounts are plain numbers or counts, which round, floor and ceil take.

        A unit is plain where nothing but counting nouns is left of it, without a factor: ``""``
        and ``truck`` are, ``h/day`` (1/24) and ``USD`` are not.
        """
        simple, factor = self.simplified(unit)
        return factor == 1 and all(name in self._nouns for name, _ in simple.powers)

    def is_count(self, unit: Unit) -> bool:
        """Return whether amounts are plain numbers or counts, or these per a period of time.

        ``event/year`` is a count per year; ``event/year*month`` (1/12) is none.
        """
        return self.is_plain(self.timeless(unit))

    def timeless(self, unit: Unit) -> Unit:
        """Return a unit without the period that amounts are per, if they are per one."""
        period = self.period(unit)
        return unit * self.parse(period) if period else unit

    def period(self, unit: Unit) -> str:
        """Return the one name of a time that amounts are per, or "" where they are per none.

        ``USD/year`` is per year; ``USD/year/month`` and ``USD/year*h`` are per no one period.
        """
        time = self.dimension(self.parse("s"))
        match [each for each in unit.powers if self._named(each[0]).dimension == time]:
            case [(name, -1)]:
                return name
            case _:
                return ""

    def counted(self, unit: Unit) -> str | None:
        """Return the counting noun that the unit is, or None where it is anything else."""
        match unit.powers:
            case ((name, 1),) if name in self._nouns:
                return name
            case _:
                return None

    def _check(self, noun: str) -> None:
        """Raise the fault of a noun that cannot be declared."""
        if not is_unit_name(noun) or noun in _RESERVED:
            joined = "_".join(noun.split())
            fix = quoted(joined) if joined != noun and is_unit_name(joined) else ""
            raise Fault(quoted(noun), "a counting noun: one word of letters, digits and _", fix)
        if {noun, noun.removesuffix("s"), f"{noun}s"} & self._nouns.keys():
            raise Fault(f"{quoted(noun)} a second time", "each counting noun once, in the singular")
        known = registry.found(noun)
        if known is not None:
            raise Fault(
                f"{quoted(noun)}, which is a unit already ({known.printed})",
                "a counting noun that is no unit and no currency",
                quoted(f"{noun}_unit"),
            )

    def _found(self, name: str) -> Named | None:
        """Return what a name means here: a noun, a shared unit, or a noun with a final s."""
        return (
            self._nouns.get(name)
            or registry.found(name)
            or (self._nouns.get(name[:-1]) if name.endswith("s") else None)
        )

    def _named(self, name: str, text: str = "") -> Named:
        """Return what a name means here, or raise the fault that suggests another."""
        named = self._found(name)
        if named is None:
            raise Fault(
                f"the unit {quoted(name)}",
                "a unit, a currency code, or a counting noun declared in units",
                instead_of(name, text, list(self._nouns)),
            )
        return named

    def _size(self, unit: Unit) -> Fraction:
        """Return the size of a unit in base units, exactly."""
        size = Fraction(1)
        for name, power in unit.powers:
            size *= self._named(name).size ** power
        return size


def _rounded(ratio: Fraction, unit: Unit) -> float:
    """Return the nearest float64, or raise the fault of a ratio that has none."""
    try:
        value = float(ratio)
    except OverflowError:
        value = 0.0
    if value == 0.0:
        raise Fault(f'the unit "{unit}"', "a unit whose conversion fits a number")
    return value
