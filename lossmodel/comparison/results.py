"""What was found of scenarios side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.pairing import is_unsettled
from lossmodel.model.versions import own_version
from lossmodel.simulation import tables
from lossmodel.simulation.histograms import Histogram, side_by_side
from lossmodel.simulation.intervals import percent
from lossmodel.simulation.result import Result
from lossmodel.views import Viewed

if TYPE_CHECKING:
    import xarray as xr


@final
@dataclass(frozen=True, slots=True)
class Difference:
    """One output of the second less that of the first, on shared random numbers.

    Attributes
    ----------
    name, unit : str
        The unit is the first's.
    mean : Estimate
    quantiles : mapping of float to Estimate
        The difference of the two quantiles at each probability.
    first_exceeds : Estimate
        P(first > second).
    factor : float
        Turns the second's unit into the first's.
    """

    name: str
    unit: str
    mean: Estimate
    quantiles: Mapping[float, Estimate]
    first_exceeds: Estimate
    factor: float

    def statistics(self) -> dict[str, Estimate]:
        """Return every estimate by the name it has in tables."""
        named = {"mean": self.mean}
        named |= {f"p{percent(p)}": each for p, each in self.quantiles.items()}
        return named | {"P(first > second)": self.first_exceeds}

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The differences that are not distinguishable from 0 at this precision."""
        told = self.statistics().items()
        return tuple(name for name, each in told if name[0] != "P" and is_unsettled(each))

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as it stands in the JSON."""
        return {
            "unit": self.unit,
            "mean": self.mean.to_dict(),
            **{repr(p): each.to_dict() for p, each in self.quantiles.items()},
            "first_exceeds": self.first_exceeds.to_dict(),
            "not_distinguishable": list(self.unsettled),
        }


@final
@dataclass(frozen=True, eq=False)
class Pair:
    """The first scenario and another.

    Attributes
    ----------
    first, second : Result
    difference : mapping of str to Difference
        By output that both have.
    shared : mapping of str to bool
        The uncertain inputs that both have, which are drawn from the same random numbers; and
        whether they have the same distribution.
    warnings : tuple of str
        What a reader should know beside the numbers.
    """

    first: Result
    second: Result
    difference: Mapping[str, Difference]
    shared: Mapping[str, bool]
    warnings: tuple[str, ...]

    def histograms(self, difference: Difference) -> tuple[Histogram, Histogram]:
        """Return small histograms of an output of both scenarios, on one axis in its unit."""
        first, second = (result[difference.name] for result in (self.first, self.second))
        return side_by_side(first, second, difference.factor)

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as it stands in the JSON, without the first."""
        return {
            "second": _told(self.second),
            "shared": dict(self.shared),
            "difference": {name: each.to_dict() for name, each in self.difference.items()},
            "warnings": list(self.warnings),
        }


@final
@dataclass(frozen=True, eq=False)
class Comparison(Viewed, tables.Tabled):
    """A scenario and others beside it; ``comparison["loss"]`` is the first pair's difference.

    Attributes
    ----------
    first : Result
    pairs : tuple of Pair
        One for each other scenario.
    """

    first: Result
    pairs: tuple[Pair, ...]

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, name: str) -> Difference:
        return self.pairs[0].difference[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON document: plain numbers, None where there is none."""
        document = {
            "version": own_version(),
            "plan": self.first.plan.to_dict(),
            "first": _told(self.first),
            **self.pairs[0].to_dict(),
        }
        if len(self.pairs) > 1:
            document["others"] = [pair.to_dict() for pair in self.pairs[1:]]
        return document

    def to_columns(self) -> tables.Columns:
        """Return one row per difference: pair, output, unit, statistic, value, se, low, high.

        Returns
        -------
        dict of str to array
            ``pair`` counts from 0; strings for the next three, float64 with nan for what does not
            exist for the others.
        """
        rows = [
            (place, each.name, each.unit, name, *_numbers(estimate))
            for place, pair in enumerate(self.pairs)
            for each in pair.difference.values()
            for name, estimate in each.statistics().items()
        ]
        kinds = {"pair": np.int64, "output": str, "unit": str, "statistic": str}
        kinds |= dict.fromkeys(("value", "se", "low", "high"), np.float64)
        return {
            name: np.array([row[place] for row in rows], dtype=kind)
            for place, (name, kind) in enumerate(kinds.items())
        }

    def to_xarray(self) -> "xr.Dataset":
        """Return one variable per output over (pair, statistic, part), units as attributes.

        Raises
        ------
        NotSupportedError
            If xarray is not installed.
        """
        names = list(dict.fromkeys(name for pair in self.pairs for name in pair.difference))
        some = next(each for pair in self.pairs for each in pair.difference.values())
        statistics = list(some.statistics())
        variables = {
            name: (
                ("pair", "statistic", "part"),
                np.array([_table(pair.difference.get(name), len(statistics)) for pair in self]),
                {"units": next(p.difference[name].unit for p in self if name in p.difference)},
            )
            for name in names
        }
        coordinates = {"statistic": statistics, "part": ["value", "se", "low", "high"]}
        return tables.dataset(variables, coordinates, self.first.plan.to_dict())

    def __repr__(self) -> str:
        rows = [f"Comparison with {self.first.model.scenario.title}"]
        for pair in self.pairs:
            rows += [
                f"  {each.name}: median {each.quantiles[0.5]} {each.unit}, "
                f"P(first > second) {each.first_exceeds}"
                for each in pair.difference.values()
            ]
        return "\n".join(rows)


def _told(result: Result) -> dict[str, Any]:
    """Return a result as it stands in the JSON of a comparison."""
    document = result.to_dict()
    return {name: document[name] for name in ("scenario", "outputs", "warnings")}


def _numbers(each: Estimate) -> list[float]:
    """Return the four numbers of an estimate, nan where it does not exist."""
    return [np.nan if x is None else x for x in each.to_dict().values()]


def _table(each: Difference | None, rows: int) -> list[list[float]]:
    """Return the numbers of a difference, nan where there is none."""
    if each is None:
        return [[np.nan] * 4] * rows
    return [_numbers(estimate) for estimate in each.statistics().values()]
