"""What every distribution offers, and the domains of parameters as data."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Literal, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.calls import written
from lossmodel.errors import Fault

Array = npt.NDArray[np.float64]
"""Numbers of any shape; functions of a distribution work element by element."""


@final
@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers a parameter may take: an interval of finite numbers, all or the whole ones.

    Parameters
    ----------
    low, high : float, optional
        Ends of the interval; infinite where there is none.
    ends : {"()", "[)", "(]", "[]"}, optional
        A square bracket where the end itself belongs to it.
    kind : {"a number", "a whole number"}, optional
        Which numbers of the interval are meant.
    """

    low: float = -math.inf
    high: float = math.inf
    ends: Literal["()", "[)", "(]", "[]"] = "()"
    kind: Literal["a number", "a whole number"] = "a number"

    def contains(self, value: float) -> bool:
        """Return whether ``value`` is finite and belongs to the domain."""
        above = value >= self.low if self.ends[0] == "[" else value > self.low
        below = value <= self.high if self.ends[1] == "]" else value < self.high
        whole = self.kind == "a number" or float(value).is_integer()
        return math.isfinite(value) and above and below and whole

    def require(self, name: str, value: float) -> None:
        """Refuse a value outside the domain.

        Raises
        ------
        Fault
            Naming the parameter, the value and the domain.
        """
        if not self.contains(value):
            raise Fault(f"{name}={written(value)}", f"{name} to be {self}")

    def __str__(self) -> str:
        above = f"{'>=' if self.ends[0] == '[' else '>'} {written(self.low)}"
        below = f"{'<=' if self.ends[1] == ']' else '<'} {written(self.high)}"
        bounds = [above] * math.isfinite(self.low) + [below] * math.isfinite(self.high)
        return f"{self.kind} {' and '.join(bounds)}".rstrip()


EXACT = 2.0**53  # up to here every whole number is a float

REAL = Domain()
POSITIVE = Domain(0.0)
NONNEGATIVE = Domain(0.0, ends="[)")
ABOVE_ONE = Domain(1.0)
UNIT_OPEN = Domain(0.0, 1.0)
UNIT_CLOSED = Domain(0.0, 1.0, "[]")
COUNT = Domain(0.0, EXACT, "[]", "a whole number")
INTEGER = Domain(-EXACT, EXACT, "[]", "a whole number")


@dataclass(frozen=True, slots=True)
class Distribution(ABC):
    """A distribution of numbers: frozen, hashable, equal when its parameters are.

    Subclasses write the mathematics inside their support in methods with a leading underscore; the
    public methods here guard the edges once for all of them.

    Attributes
    ----------
    domains : mapping of str to Domain
        The domain of every argument that any way of writing the family takes; ``percentile`` for
        the values of ``p1`` ... ``p99``.

    Raises
    ------
    Fault
        When made with a parameter outside its domain, or with parameters that contradict each
        other.
    """

    domains: ClassVar[Mapping[str, Domain]] = {}

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name in self.domains:
                value = getattr(self, field.name)
                for number in value if isinstance(value, tuple) else (value,):
                    self.domains[field.name].require(field.name, number)
        self._check()

    @final
    def quantile(self, u: Array) -> Array:
        """Return the smallest x with ``cdf(x) >= u``.

        Parameters
        ----------
        u : Array
            Probabilities, 0 < u < 1, of any shape.

        Returns
        -------
        Array
            Of the shape of ``u``, within the support.
        """
        with np.errstate(all="ignore"):
            return np.clip(self._quantile(np.asarray(u, np.float64)), *self.support)

    @final
    def upper_quantile(self, q: Array) -> Array:
        """Return the smallest x with ``survival(x) <= q``, without ever forming ``1 - q``.

        Parameters
        ----------
        q : Array
            Probabilities of exceeding x, 0 < q < 1, of any shape; accurate down to 1e-300 (beta
            and PERT: 1e-250, where ``scipy.special`` underflows).

        Returns
        -------
        Array
            Of the shape of ``q``, within the support.
        """
        with np.errstate(all="ignore"):
            return np.clip(self._upper_quantile(np.asarray(q, np.float64)), *self.support)

    @final
    def cdf(self, x: Array) -> Array:
        """Return P(X <= x), accurate in the far lower tail; ``x`` of any shape."""
        x, (low, high) = np.asarray(x, np.float64), self.support
        with np.errstate(all="ignore"):
            if self._holds(x):
                return np.asarray(self._cdf(x))
            below = np.where(x < low, 0.0, self._cdf(np.clip(x, low, high)))
        return np.where(x < high, below, 1.0)

    @final
    def survival(self, x: Array) -> Array:
        """Return P(X > x), accurate in the far upper tail; ``x`` of any shape."""
        x, (low, high) = np.asarray(x, np.float64), self.support
        with np.errstate(all="ignore"):
            if self._holds(x):
                return np.asarray(self._survival(x))
            above = np.where(x < low, 1.0, self._survival(np.clip(x, low, high)))
        return np.where(x < high, above, 0.0)

    @final
    def _holds(self, x: Array) -> bool:
        """Whether all of ``x`` is in the support, and below its upper end."""
        low, high = self.support
        return bool(x.size and low <= x.min() and x.max() < high)

    @final
    @property
    def mean(self) -> float:
        """The mean; infinite where it is, NaN where it does not exist."""
        with np.errstate(all="ignore"):
            return self._moments()[0]

    @final
    @property
    def variance(self) -> float:
        """The variance; infinite where it is, NaN where it does not exist."""
        with np.errstate(all="ignore"):
            return self._moments()[1]

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The smallest interval that holds all the probability."""

    @property
    def is_exact(self) -> bool:
        """Whether it is the law itself, and not one that is near to it."""
        return True

    def off(self, x: Array) -> Array:
        """Return how far its cdf at ``x`` may be from that of the law that it stands for."""
        return np.zeros(np.shape(x))

    @property
    def most_off(self) -> float:
        """How far its cdf may be off anywhere."""
        return 0.0

    @abstractmethod
    def _quantile(self, u: Array) -> Array:
        """Return the quantile of ``u``."""

    @abstractmethod
    def _upper_quantile(self, q: Array) -> Array:
        """Return the value exceeded with probability ``q``."""

    @abstractmethod
    def _cdf(self, x: Array) -> Array:
        """Return P(X <= x) for x within the support."""

    @abstractmethod
    def _survival(self, x: Array) -> Array:
        """Return P(X > x) for x within the support."""

    @abstractmethod
    def _moments(self) -> tuple[float, float]:
        """Return mean and variance."""

    def _check(self) -> None:  # noqa: B027 -- most families have nothing more to check
        """Refuse parameters that contradict each other."""


@dataclass(frozen=True, slots=True)
class Continuous(Distribution):
    """A distribution that has a density."""

    @final
    def density(self, x: Array) -> Array:
        """Return the probability per unit of x, 0 outside the support; ``x`` of any shape."""
        x, (low, high) = np.asarray(x, np.float64), self.support
        with np.errstate(all="ignore"):
            if self._holds(x) and np.isfinite(x).all():
                return np.asarray(self._density(x))
            inside = (x >= low) & (x <= high) & np.isfinite(x)
            return np.where(inside, self._density(np.clip(x, low, high)), 0.0)

    @abstractmethod
    def _density(self, x: Array) -> Array:
        """Return the density for x within the support."""


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """A distribution on separate values, its atoms."""

    @final
    def mass(self, x: Array) -> Array:
        """Return P(X = x), accurate in both tails; ``x`` of any shape."""
        x = np.asarray(x, np.float64)
        before = np.nextafter(x, -np.inf)
        cdf, survival = self.cdf(x), self.survival(before)
        return np.where(cdf <= survival, cdf - self.cdf(before), survival - self.survival(x))

    @abstractmethod
    def atoms(self) -> Array | None:
        """Return the values that can occur, in increasing order.

        Returns
        -------
        Array or None
            One dimension; without the values below the quantile of ``RARE`` and above its
            counterpart.  None where they are more than ``MANY``.
        """


RARE = 1e-40
MANY = 2**18
