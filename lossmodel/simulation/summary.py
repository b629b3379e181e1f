"""What is told of an output: the statistics asked for, computed once, to print or to write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import final

from lossmodel.errors import UsageError, listed, nearest
from lossmodel.estimates.estimate import MISSING, Estimate
from lossmodel.simulation.arguments import TEXT, check
from lossmodel.simulation.intervals import Interval, check_share, percent, tails
from lossmodel.simulation.metrics import TailQuestions
from lossmodel.simulation.output import Output
from lossmodel.units.scales import amount_in

ALWAYS = (0.05, 0.5, 0.95)

METRICS = "metrics"
OPTIONAL = ("sd", "shortest_interval", "exceedance", METRICS)
"""What may be left untold beside mean, quantiles and the interval between two of them."""


def exceedance_name(amount: float, unit: str) -> str:
    """Return what the probability of more than an amount is named in tables."""
    return f"P(> {amount_in(amount, unit)})"


def exceedance_names(amounts: Collection[float], unit: str) -> list[str]:
    """Return names for probabilities of more than some amounts, no two alike."""
    names = [exceedance_name(amount, unit) for amount in amounts]
    return [
        name if names.count(name) == 1 else f"P(> {f'{amount!r} {unit}'.rstrip()})"
        for name, amount in zip(names, amounts, strict=True)
    ]


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """What a user wants to be told, before the outputs are known.

    Attributes
    ----------
    level : float
        Of the intervals, strictly between 0 and 1.
    quantiles : tuple of float
        Beside those that are always told, strictly between 0 and 1.
    exceedance : tuple of str
        Amounts with their units, beside those of the claims.
    smoothing : str
        "auto", "off" or the name of the input to integrate out.
    tell : tuple of str
        Those of :data:`OPTIONAL` that are told.
    tail : TailQuestions or None
        What is told of tails, and of the losses of periods; None where that is not told.

    Raises
    ------
    UsageError
        If a share is out of range, or something else is to be told.
    """

    level: float = 0.9
    quantiles: tuple[float, ...] = ()
    exceedance: tuple[str, ...] = ()
    smoothing: str = "auto"
    tell: tuple[str, ...] = OPTIONAL
    tail: TailQuestions | None = None

    def __post_init__(self) -> None:
        check(TEXT, smoothing=self.smoothing)
        for name in self.tell:
            if name not in OPTIONAL:
                expected = f"one of {listed(OPTIONAL)}"
                raise UsageError(f'tell "{name}"', expected, nearest(name, OPTIONAL))
        check_share(self.level, "level")
        for p in self.quantiles:
            check_share(p, "quantile")


@final
@dataclass(frozen=True, slots=True)
class Questions:
    """What to tell of each output.

    Attributes
    ----------
    level : float
        Of the intervals.
    quantiles : tuple of float
        Beside 0.05, 0.5, 0.95 and the ends of ``level``.
    exceedance : mapping of str to tuple of float
        By output, amounts in its unit.
    tell : tuple of str
        Those of :data:`OPTIONAL` that are told.
    tail : TailQuestions or None
        What is told of tails, and of the losses of periods; None where that is not told.
    """

    level: float
    quantiles: tuple[float, ...]
    exceedance: Mapping[str, tuple[float, ...]]
    tell: tuple[str, ...] = OPTIONAL
    tail: TailQuestions | None = None

    def amounts(self, name: str) -> Collection[float]:
        """Return the different amounts of which it is told how likely an output exceeds them."""
        return dict.fromkeys(self.exceedance.get(name, ()) if "exceedance" in self.tell else ())


@final
@dataclass(frozen=True, slots=True)
class Summary:
    """The statistics of one output.

    Attributes
    ----------
    name, unit, about : str
    mean, sd : Estimate
    quantiles : mapping of float to Estimate
        In rising order.
    interval, shortest_interval : Interval
    exceedance : mapping of float to Estimate
        By amount, in the output's unit.
    smoothed_over : str or None
        The input that was integrated out; None where draws alone were used.
    told : tuple of str
        Those of :data:`OPTIONAL` that are told; the others are missing and not counted among the
        statistics.
    proven_missing : frozenset of str
        The statistics, by their names in tables, that no number of points can give.
    """

    name: str
    unit: str
    about: str
    mean: Estimate
    sd: Estimate
    quantiles: Mapping[float, Estimate]
    interval: Interval
    shortest_interval: Interval
    exceedance: Mapping[float, Estimate]
    smoothed_over: str | None
    told: tuple[str, ...] = OPTIONAL
    proven_missing: frozenset[str] = frozenset()

    def statistics(self) -> dict[str, Estimate]:
        """Return every estimate by the name it has in tables."""
        named = {"mean": self.mean}
        if "sd" in self.told:
            named["sd"] = self.sd
        named |= {f"p{percent(p)}": estimate for p, estimate in self.quantiles.items()}
        if "shortest_interval" in self.told:
            named["shortest low"] = self.shortest_interval.low
            named["shortest high"] = self.shortest_interval.high
        names = exceedance_names(self.exceedance, self.unit)
        return named | dict(zip(names, self.exceedance.values(), strict=True))

    def to_dict(self) -> dict[str, object]:
        """Return the summary as it stands in the JSON, without what is not told."""
        document: dict[str, object] = {
            "unit": self.unit,
            "mean": self.mean.to_dict(),
            "sd": self.sd.to_dict(),
            "quantiles": {repr(p): each.to_dict() for p, each in self.quantiles.items()},
            "interval": self.interval.to_dict(),
            "shortest_interval": self.shortest_interval.to_dict(),
            "exceedance": {
                repr(amount): each.to_dict() for amount, each in self.exceedance.items()
            },
            "smoothed_over": self.smoothed_over,
        }
        untold = {*OPTIONAL} - {*self.told}
        return {key: value for key, value in document.items() if key not in untold}


def summary(output: Output, questions: Questions) -> Summary:
    """Return what the questions ask of one output."""
    shares = sorted({*ALWAYS, *tails(questions.level), *questions.quantiles})
    told = {p: output.quantile(p) for p in shares}
    low, high = tails(questions.level)
    amounts = questions.amounts(output.name)
    tell, nothing = questions.tell, Interval(questions.level, MISSING, MISSING)
    found = Summary(
        name=output.name,
        unit=output.unit,
        about=output.spec.about,
        mean=output.mean,
        sd=output.sd if "sd" in tell else MISSING,
        quantiles=told,
        interval=Interval(questions.level, told[low], told[high]),
        shortest_interval=(
            output.shortest_interval(questions.level) if "shortest_interval" in tell else nothing
        ),
        exceedance={amount: output.exceedance(amount) for amount in amounts},
        smoothed_over=output.smoothed_over,
        told=tell,
    )
    return replace(found, proven_missing=_proven_missing(output, found))


def _proven_missing(output: Output, found: Summary) -> frozenset[str]:
    """Return the statistics that are missing whatever is drawn."""
    missing = [name for name, each in found.statistics().items() if not each.exists]
    if output.undefined or output.infinite:
        return frozenset(missing)
    proven = {"mean": output.spec.has_mean, "sd": output.spec.has_mean and output.spec.has_variance}
    return frozenset(name for name in missing if not proven.get(name, True))
