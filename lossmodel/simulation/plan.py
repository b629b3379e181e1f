"""The plan of a run: how many points, of which design, from which seed."""

from dataclasses import dataclass
from typing import final

from lossmodel.errors import UsageError
from lossmodel.sampling.designs import design_named
from lossmodel.sampling.sobol import MAX_LOG2_POINTS
from lossmodel.simulation.arguments import WHOLE, check

DEFAULT_REPLICATES = 16
DEFAULT_POINTS = 1024
MOST_REPLICATES = 1024
"""More tell no more of the error; more points make it smaller."""


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is sampled.

    Parameters
    ----------
    design : str
        "sobol", "lhs" or "independent".
    replicates : int
        Independent randomizations, 2 to 1,024: their spread is the Monte Carlo error.
    points : int
        Per replicate, a power of two.
    seed : int
        0 or more.
    converged : bool
        Whether the precision asked for, if any, was reached.

    Raises
    ------
    UsageError
        If one of them is out of range.
    """

    design: str = "sobol"
    replicates: int = DEFAULT_REPLICATES
    points: int = DEFAULT_POINTS
    seed: int = 0
    converged: bool = True

    def __post_init__(self) -> None:
        design_named(self.design)
        for name in ("replicates", "points", "seed"):
            given = getattr(self, name)
            check(WHOLE, **{name: given})
            # Those of NumPy are whole numbers too, but no JSON takes them.
            object.__setattr__(self, name, int(given))
        if self.replicates < 2:
            raise UsageError(
                f"{self.replicates} replicates", "at least 2, as their spread is the error", "16"
            )
        if self.replicates > MOST_REPLICATES:
            expected = f"at most {MOST_REPLICATES:,}: more points make errors smaller"
            raise UsageError(f"{self.replicates:,} replicates", expected, "16")
        if self.seed < 0:
            raise UsageError(f"seed {self.seed}", "a whole number from 0", "0")
        if not _is_power_of_two(self.points):
            fix = str(1 << max(self.points - 1, 1).bit_length()) if self.points > 2 else "1024"
            raise UsageError(f"{self.points} points", "a power of two", fix)
        if self.points >= 1 << MAX_LOG2_POINTS:
            raise UsageError(f"{self.points} points", f"fewer than 2**{MAX_LOG2_POINTS}", "")

    @property
    def evaluations(self) -> int:
        """How often the model is evaluated."""
        return self.replicates * self.points

    def to_dict(self) -> dict[str, object]:
        """Return the plan as it stands in the JSON."""
        return {
            "design": self.design,
            "replicates": self.replicates,
            "points": self.points,
            "evaluations": self.evaluations,
            "seed": self.seed,
            "converged": self.converged,
        }


def plan_of(
    design: str, replicates: int, points: int | None, seed: int, usual: int = DEFAULT_POINTS
) -> Plan:
    """Return the plan of what was asked for, with the usual points where none are.

    Raises
    ------
    UsageError
        As :class:`Plan`.
    """
    return Plan(design, replicates, usual if points is None else points, seed)


def _is_power_of_two(number: int) -> bool:
    """Whether a number is 1, 2, 4, 8 ..."""
    return number > 0 and number & (number - 1) == 0
