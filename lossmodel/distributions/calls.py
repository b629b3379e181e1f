"""A family as it is written, ``pert(75, 170, 230, weight=4)``: plain data, cheap to import."""

from dataclasses import dataclass
from typing import TypeAlias

Argument: TypeAlias = "float | str | Call | tuple[Argument, ...]"
"""What may stand as an argument: a number, a formula of other inputs, another family, or a list."""


def written(argument: Argument) -> str:
    """Return an argument as a person would write it.

    Parameters
    ----------
    argument : float, str, Call or tuple
        A whole number loses its point, a tuple becomes a list in square brackets.

    Returns
    -------
    str
        Reads back as the same argument.
    """
    if isinstance(argument, Call | str):
        return str(argument)
    if isinstance(argument, tuple):
        return f"[{', '.join(map(written, argument))}]"
    return repr(float(argument)).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Call:
    """A family with its arguments as written, not yet looked at.

    Parameters
    ----------
    family : str
        Name of the family.
    positional : tuple of Argument, optional
        Arguments without a name.
    named : tuple of (str, Argument), optional
        Arguments with a name, in the order written; a name that stands twice is kept twice, for
        whoever builds the distribution to refuse.
    """

    family: str
    positional: tuple[Argument, ...] = ()
    named: tuple[tuple[str, Argument], ...] = ()

    @property
    def formulas(self) -> tuple[str, ...]:
        """The arguments that are formulas of other inputs."""
        every = (*self.positional, *(value for _, value in self.named))
        return tuple(value for value in every if isinstance(value, str))

    def __str__(self) -> str:
        parts = [written(value) for value in self.positional]
        parts += [f"{name}={written(value)}" for name, value in self.named]
        return f"{self.family}({', '.join(parts)})"
