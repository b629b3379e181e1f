"""What is kept of each point of a sweep: its statistics and its change, as rows of numbers."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import NamedTuple, final

import numpy as np
import numpy.typing as npt

from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.estimates.pairing import difference, unchanged
from lossmodel.simulation.intervals import Interval, percent, tails
from lossmodel.simulation.result import Result
from lossmodel.simulation.summary import Summary, exceedance_names

Array = npt.NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One output of a point less that of the first point, on the same random numbers.

    Attributes
    ----------
    mean : Estimate
    quantiles : mapping of float to Estimate
        The difference of the two quantiles at each probability.
    exceedance : mapping of float to Estimate
        The difference of the two probabilities of more than each amount.
    """

    mean: Estimate
    quantiles: Mapping[float, Estimate]
    exceedance: Mapping[float, Estimate]

    @classmethod
    def between(
        cls, second: Summary, first: Summary, less: Callable[[Estimate, Estimate], Estimate]
    ) -> "Change":
        """Return ``second`` less ``first``, each statistic by :func:`difference` or its like."""
        return cls(
            less(second.mean, first.mean),
            {p: less(each, first.quantiles[p]) for p, each in second.quantiles.items()},
            {x: less(each, first.exceedance[x]) for x, each in second.exceedance.items()},
        )

    def estimates(self) -> Iterable[Estimate]:
        """Return all of its estimates, in order."""
        return self.mean, *self.quantiles.values(), *self.exceedance.values()

    def to_dict(self) -> dict[str, object]:
        """Return the change as it stands in the JSON."""
        return {
            "mean": self.mean.to_dict(),
            **{repr(p): each.to_dict() for p, each in self.quantiles.items()},
            "exceedance": {repr(x): each.to_dict() for x, each in self.exceedance.items()},
        }


@final
@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows of one output stand for, at every point alike.

    Attributes
    ----------
    name, unit, about : str
    shares : tuple of float
        The probabilities of the quantiles, rising.
    amounts : tuple of float
        Of the exceedance.
    told : tuple of str
        What is told beside mean and quantiles.
    """

    name: str
    unit: str
    about: str
    shares: tuple[float, ...]
    amounts: tuple[float, ...]
    told: tuple[str, ...]

    @classmethod
    def of(cls, told: Summary) -> "Sheet":
        """Return what the rows of an output stand for."""
        shares, amounts = tuple(told.quantiles), tuple(told.exceedance)
        return cls(told.name, told.unit, told.about, shares, amounts, told.told)

    @property
    def rows(self) -> int:
        """How many rows the output has."""
        return len(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the rows in tables."""
        quantiles = [f"p{percent(p)}" for p in self.shares]
        amounts = exceedance_names(self.amounts, self.unit)
        sd = ("sd",) * ("sd" in self.told)
        ends = ("shortest low", "shortest high") if "shortest_interval" in self.told else ()
        told = ("mean", *sd, *quantiles, *ends, *amounts)
        return (*told, *(f"change of {name}" for name in ("mean", *quantiles, *amounts)))

    def summary(self, rows: Array, level: float, over: str | None) -> Summary:
        """Return the output as a run tells it."""
        found = map(_estimate, rows)
        mean, sd = next(found), next(found) if "sd" in self.told else MISSING
        quantiles = {p: next(found) for p in self.shares}
        shortest = (MISSING, MISSING)
        if "shortest_interval" in self.told:
            shortest = next(found), next(found)
        low, high = tails(level)
        return Summary(
            name=self.name,
            unit=self.unit,
            about=self.about,
            mean=mean,
            sd=sd,
            quantiles=quantiles,
            interval=Interval(level, quantiles[low], quantiles[high]),
            shortest_interval=Interval(level, *shortest),
            exceedance={x: next(found) for x in self.amounts},
            smoothed_over=over,
            told=self.told,
        )

    def change(self, rows: Array) -> Change:
        """Return the change of the output."""
        count = len(self.shares)
        changes = rows[-1 - count - len(self.amounts) :]
        mean, *estimates = map(_estimate, changes)
        return Change(
            mean,
            dict(zip(self.shares, estimates, strict=False)),
            dict(zip(self.amounts, estimates[count:], strict=True)),
        )


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """What the rows of every point stand for.

    Attributes
    ----------
    level : float
        Of the intervals.
    sheets : tuple of Sheet
        One for each output, their rows one below the other.
    """

    level: float
    sheets: tuple[Sheet, ...]

    @classmethod
    def of(cls, result: Result) -> "Layout":
        """Return what the rows of a point stand for, from any point."""
        return cls(result.questions.level, tuple(map(Sheet.of, result.summaries)))

    @property
    def rows(self) -> int:
        """How many rows a point has."""
        return sum(sheet.rows for sheet in self.sheets)

    def parts(self, rows: Array) -> Iterator[tuple[Sheet, Array]]:
        """Yield each output's part of the rows of one point or, along the first axis, of many."""
        start = 0
        for sheet in self.sheets:
            yield sheet, rows[..., start : start + sheet.rows, :]
            start += sheet.rows


class Note(NamedTuple):
    """What there is of a point beside numbers; the attributes are those of :class:`Record`."""

    over: tuple[str, ...]
    warnings: tuple[str, ...]
    beside: str


@final
@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of one point.

    Attributes
    ----------
    rows : array, shape (rows of the layout, 4)
        Value, se, low and high of each estimate; nan where it does not exist.
    over : tuple of str
        What was integrated out of each output; empty where draws alone were used.
    warnings : tuple of str
    beside : str
        What the JSON tells of outputs beside their statistics, as JSON; "" where that is nothing.
    """

    rows: Array
    over: tuple[str, ...]
    warnings: tuple[str, ...]
    beside: str = ""

    @property
    def note(self) -> Note:
        """All but the numbers."""
        return Note(self.over, self.warnings, self.beside)

    @classmethod
    def of(cls, result: Result, first: Result, changed: Collection[str]) -> "Record":
        """Return what is kept of a result, with its change from the first.

        Parameters
        ----------
        result, first : Result
        changed : collection of str
            The outputs that what differs between the two may reach.
        """
        rows: list[Estimate] = []
        for told, before in zip(result.summaries, first.summaries, strict=True):
            rows += (told.mean, *[told.sd] * ("sd" in told.told), *told.quantiles.values())
            if "shortest_interval" in told.told:
                rows += (told.shortest_interval.low, told.shortest_interval.high)
            rows += told.exceedance.values()
            less = difference if told.name in changed else unchanged
            rows += Change.between(told, before, less).estimates()
        return cls(
            np.array([_row(each) for each in rows]),
            tuple(told.smoothed_over or "" for told in result.summaries),
            result.warnings,
            _beside(result),
        )


def _beside(result: Result) -> str:
    """Return what the JSON tells of outputs beside their statistics, as JSON."""
    told = {name: each for name in result.outputs if (each := result.beside(name))}
    return json.dumps(told) if told else ""


def _row(each: Estimate) -> tuple[float, float, float, float]:
    """Return the four numbers of an estimate, nan where it does not exist."""
    if each.value is None or each.se is None or each.low is None or each.high is None:
        return nan, nan, nan, nan
    return each.value, each.se, each.low, each.high


def _estimate(row: Array) -> Estimate:
    """Return the estimate of a row."""
    numbers = row.tolist()
    return Estimate(*(None if isnan(x) else x for x in numbers))
