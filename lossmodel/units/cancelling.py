"""Multiplying out and cancelling the names in a unit."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from lossmodel.units.registry import Dimension
from lossmodel.units.unit import Unit

# N against kg*m/s**2 takes four names; more would take time and help nobody.
LARGEST_GROUP = 4

Powers = dict[str, int]


def simplified(unit: Unit, dimensions: Mapping[str, Dimension]) -> Unit:
    """Return what is left of a unit once names of one dimension are merged and groups cancelled.

    Parameters
    ----------
    unit : Unit
        The unit as written.
    dimensions : mapping of str to Dimension
        The dimension of each of its names.
    """
    powers = _merged(unit, dimensions)
    while group := next(_groups(powers, dimensions), None):
        for name, power in group.items():
            powers[name] -= power
    return Unit.product(powers.items())


def _merged(unit: Unit, dimensions: Mapping[str, Dimension]) -> Powers:
    """Return the powers with every name replaced by the first name of its dimension."""
    first: dict[Dimension, str] = {}
    powers: Powers = {}
    for name, power in unit.powers:
        kept = first.setdefault(dimensions[name], name)
        powers[kept] = powers.get(kept, 0) + power
    return powers


def _groups(powers: Powers, dimensions: Mapping[str, Dimension]) -> Iterator[Powers]:
    """Yield parts of a unit whose dimensions cancel: fewest names first, then as written."""
    names = _cancellable([name for name, power in powers.items() if power], dimensions)
    for count in range(2, LARGEST_GROUP + 1):
        for chosen in combinations(names, count):
            for part in product(*(_steps(powers[name]) for name in chosen)):
                group = dict(zip(chosen, part, strict=True))
                if _cancels(group, dimensions):
                    yield group


def _steps(power: int) -> range:
    """Return the whole powers from 1 (or -1) to ``power``."""
    return range(1, power + 1) if power > 0 else range(-1, power - 1, -1)


def _cancellable(names: Iterable[str], dimensions: Mapping[str, Dimension]) -> list[str]:
    """Return the names that share all their base dimensions with others.

    Currencies and counting nouns share theirs with nobody, so few names are left to combine.
    """
    left = list(names)
    while alone := [name for name in left if _is_alone(name, left, dimensions)]:
        left = [name for name in left if name not in alone]
    return left


def _is_alone(name: str, names: Iterable[str], dimensions: Mapping[str, Dimension]) -> bool:
    """Return whether some base dimension of ``name`` occurs in no other of the names."""
    others = {base for other in names if other != name for base, _ in dimensions[other]}
    return any(base not in others for base, _ in dimensions[name])


def _cancels(group: Powers, dimensions: Mapping[str, Dimension]) -> bool:
    """Return whether the powers multiply to a plain number."""
    total: dict[str, int] = {}
    for name, power in group.items():
        for base, exponent in dimensions[name]:
            total[base] = total.get(base, 0) + power * exponent
    return not any(total.values())
