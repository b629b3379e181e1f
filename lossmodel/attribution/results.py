"""What was found of the inputs that matter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

from lossmodel.errors import UsageError, listed, nearest
from lossmodel.estimates.estimate import Estimate
from lossmodel.simulation import tables
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.views import Viewed

Quantiles = Mapping[float, Estimate]


@final
@dataclass(frozen=True, slots=True)
class Swing:
    """An output with one input at its 5th and at its 95th percentile, the others free.

    Attributes
    ----------
    low_value, high_value : float
        Of the input, in the unit that it is written in.
    low, high : mapping of float to Estimate
        P5, P50 and P95 of the output there.
    """

    low_value: float
    high_value: float
    low: Quantiles
    high: Quantiles

    def to_dict(self) -> dict[str, Any]:
        """Return the swing as it stands in the JSON."""
        sides = ("low", self.low_value, self.low), ("high", self.high_value, self.high)
        return {
            name: {
                "value": value,
                "quantiles": {repr(p): each.to_dict() for p, each in quantiles.items()},
            }
            for name, value, quantiles in sides
        }

    def statistics(self) -> dict[str, Estimate]:
        """Return every estimate by the name it has in tables."""
        sides = ("p5", self.low), ("p95", self.high)
        return {
            f"p{100 * p:g} at input's {at}": each
            for at, quantiles in sides
            for p, each in quantiles.items()
        }


@final
@dataclass(frozen=True, slots=True)
class OutputSensitivity:
    """One output: every mapping is by uncertain input that reaches it, in the order of the file.

    Attributes
    ----------
    name, unit : str
    first_order : mapping of str to Estimate
        The share of the variance that goes, on average, once the input is known.
    total : mapping of str to Estimate
        The share that is left, on average, once all other inputs are known.
    shapley : mapping of str to Estimate
        Where inputs move together, the share that goes by learning the input after some others, on
        average over all orders; empty otherwise.
    width_if_known : mapping of str to Estimate
        The expected width of the interval once the input is known, as a share of today's.
    tornado : mapping of str to Swing
    sentence : str
        What matters, in words; or why there are no numbers.
    """

    name: str
    unit: str
    first_order: Mapping[str, Estimate]
    total: Mapping[str, Estimate]
    shapley: Mapping[str, Estimate]
    width_if_known: Mapping[str, Estimate]
    tornado: Mapping[str, Swing]
    sentence: str

    @classmethod
    def without_numbers(cls, output: Output, reason: str) -> "OutputSensitivity":
        """Return an output of which nothing can be said but why."""
        return cls(output.name, output.unit, {}, {}, {}, {}, {}, reason)

    def statistics(self) -> Iterator[tuple[str, str, Estimate]]:
        """Yield input, name of the statistic and estimate."""
        for name in self.first_order:
            yield name, "first_order", self.first_order[name]
            yield name, "total", self.total[name]
            if self.shapley:
                yield name, "shapley", self.shapley[name]
            yield name, "width_if_known", self.width_if_known[name]
            for told, each in self.tornado[name].statistics().items():
                yield name, told, each

    def to_dict(self) -> dict[str, Any]:
        """Return the output as it stands in the JSON."""
        told: dict[str, Mapping[str, Estimate] | Mapping[str, Swing]] = {
            "first_order": self.first_order,
            "total": self.total,
            **({"shapley": self.shapley} if self.shapley else {}),
            "width_if_known": self.width_if_known,
            "tornado": self.tornado,
        }
        return {
            "unit": self.unit,
            **{
                key: {name: each.to_dict() for name, each in by.items()} for key, by in told.items()
            },
            "sentence": self.sentence,
        }


@final
@dataclass(frozen=True, eq=False)
class Sensitivity(Viewed, tables.Tabled):
    """What matters in a model; ``sensitivity["loss"]`` is the output of that name.

    Attributes
    ----------
    result : Result
        The run that it belongs to.
    level : float
        Of the intervals in ``width_if_known``.
    outputs : mapping of str to OutputSensitivity
    warnings : tuple of str
        What a reader should know beside the numbers, such as which index is not within 0.01.
    """

    result: Result
    level: float
    outputs: Mapping[str, OutputSensitivity]
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)

    def __getitem__(self, name: str) -> OutputSensitivity:
        if name not in self.outputs:
            names = list(self.outputs)
            raise UsageError(f'output "{name}"', f"one of {listed(names)}", nearest(name, names))
        return self.outputs[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the sensitivity as a JSON document: plain numbers, None where there is none."""
        return {
            **self.result.heading(),
            "level": self.level,
            "outputs": {name: each.to_dict() for name, each in self.outputs.items()},
            "warnings": list(self.warnings),
        }

    def to_columns(self) -> tables.Columns:
        """Return one row per number: output, input, statistic, value, se, low, high.

        Returns
        -------
        dict of str to array
            Strings for the first three, float64 with nan for what does not exist for the others.
        """
        return tables.columns_of(
            ("output", "input", "statistic"),
            ((each.name, *told) for each in self.outputs.values() for told in each.statistics()),
        )

    def __repr__(self) -> str:
        rows = [f"Sensitivity: {self.result.model.scenario.title}"]
        return "\n".join([*rows, *(f"  {each.sentence}" for each in self.outputs.values())])
