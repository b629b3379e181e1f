"""Loss metrics: what insurers and risk managers tell of the losses of a period of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.errors import UsageError
from lossmodel.estimates.estimate import Estimate
from lossmodel.simulation.intervals import check_share, in_figures, percent
from lossmodel.simulation.output import Output

RETURN_PERIODS = (2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 250.0)
SHARES = (0.99,)
_LONGEST = 1e9


@final
@dataclass(frozen=True, slots=True)
class TailQuestions:
    """What a user wants to be told of the tails of outputs.

    Attributes
    ----------
    tvar : tuple of float
        Probabilities of tail values at risk, strictly between 0 and 1.
    return_periods : tuple of float
        Above 1 and at most a billion, in periods of the output.

    Raises
    ------
    UsageError
        If one is out of range.
    """

    tvar: tuple[float, ...] = ()
    return_periods: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for p in self.tvar:
            check_share(p, "tvar")
        for each in self.return_periods:
            _check_return_period(each)


def _check_return_period(each: float) -> None:
    """Refuse what is no return period."""
    try:
        is_one = 1.0 < each <= _LONGEST
    except TypeError:
        is_one = False
    if not is_one:
        expected = f"a number of periods above 1, at most {_LONGEST:,.0f}"
        raise UsageError(f"return period {each!r}", expected, "100")


@final
@dataclass(frozen=True, slots=True)
class Metrics:
    """The loss metrics of one output.

    Attributes
    ----------
    name, unit : str
    period : str
        Such as "year"; "" where the output is of no period, and has only what was asked for.
    aal : Estimate or None
        The average annual loss: the mean loss of a period.
    no_loss : Estimate or None
        The probability of a period without loss.
    var, tvar : mapping of float to Estimate
        By probability: the quantile, and the mean beyond it.
    aep, oep : mapping of float to Estimate
        By return period: the loss of a period, and that of its largest event, that is exceeded
        once in so many periods.  Empty where the output is of the largest event alone, and where it
        is no sum over events.
    proven_missing : frozenset of str
        Those, by their names in tables, that no number of points can give.
    """

    name: str
    unit: str
    period: str
    aal: Estimate | None
    no_loss: Estimate | None
    var: Mapping[float, Estimate]
    tvar: Mapping[float, Estimate]
    aep: Mapping[float, Estimate]
    oep: Mapping[float, Estimate]
    proven_missing: frozenset[str] = frozenset()

    def statistics(self) -> dict[str, Estimate]:
        """Return every estimate by the name it has in tables."""
        named = {} if self.aal is None else {"aal": self.aal}
        named |= {} if self.no_loss is None else {"no loss": self.no_loss}
        named |= {f"var {percent(p)}": each for p, each in self.var.items()}
        named |= {f"tvar {percent(p)}": each for p, each in self.tvar.items()}
        named |= {f"aep {in_figures(period)}": each for period, each in self.aep.items()}
        return named | {f"oep {in_figures(period)}": each for period, each in self.oep.items()}

    def to_dict(self) -> dict[str, object]:
        """Return the metrics as they stand in the JSON, without what does not apply."""
        document: dict[str, object] = {"period": self.period} if self.period else {}
        single = {"aal": self.aal, "no_loss": self.no_loss}
        document |= {name: each.to_dict() for name, each in single.items() if each is not None}
        document |= {
            name: {repr(p): each.to_dict() for p, each in told.items()}
            for name, told in {"var": self.var, "tvar": self.tvar}.items()
        }
        curves = {"aep": self.aep, "oep": self.oep}
        return document | {
            name: {in_figures(period): each.to_dict() for period, each in told.items()}
            for name, told in curves.items()
            if told
        }


def metrics_of(output: Output, asked: TailQuestions) -> Metrics | None:
    """Return the loss metrics of an output, None where it has no period and none is asked for."""
    spec = output.spec
    if not (spec.period or asked.tvar):
        return None
    shares = sorted({*(SHARES if spec.period else ()), *asked.tvar})
    periods = sorted({*RETURN_PERIODS, *asked.return_periods}) if spec.period else []
    largest = output if spec.of_largest else output.occurrence
    losses = None if spec.of_largest or not spec.period else output
    tvar = {p: output.tvar(p) for p in shares}
    return Metrics(
        name=output.name,
        unit=output.unit,
        period=spec.period,
        aal=None if losses is None else losses.mean,
        no_loss=output.cdf(0.0) if spec.period else None,
        var={p: output.quantile(p) for p in shares},
        tvar=tvar,
        aep=_at(losses, periods),
        oep=_at(largest, periods),
        proven_missing=_proven_missing(output, shares),
    )


def _at(output: Output | None, periods: list[float]) -> dict[float, Estimate]:
    """Return what is exceeded once in each return period."""
    return {} if output is None else {each: output.quantile(1.0 - 1.0 / each) for each in periods}


def _proven_missing(output: Output, shares: list[float]) -> frozenset[str]:
    """Return what needs a mean that does not exist."""
    if output.spec.has_mean and not output.infinite and not output.undefined:
        return frozenset()
    return frozenset(("aal", *(f"tvar {percent(p)}" for p in shares)))
