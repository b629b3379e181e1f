"""The result of a run."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from lossmodel.errors import UsageError, listed, nearest
from lossmodel.model.model import Model
from lossmodel.model.versions import own_version
from lossmodel.simulation import curves, tables
from lossmodel.simulation.histograms import Histogram, histograms
from lossmodel.simulation.metrics import Metrics, TailQuestions, metrics_of
from lossmodel.simulation.output import Output
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.shortfalls import in_short
from lossmodel.simulation.summary import Questions, Summary, summary
from lossmodel.views import Viewed

if TYPE_CHECKING:
    import xarray as xr

    from lossmodel.simulation.rereading import OtherReading


@final
@dataclass(frozen=True, eq=False)
class Result(Viewed, tables.Tabled):
    """What a run found; ``result["loss"]`` is the output of that name.

    Attributes
    ----------
    model : Model
        What was run.
    plan : Plan
        How it was sampled; with the scenario's fingerprint it reproduces every number.
    outputs : mapping of str to Output
    questions : Questions
        What :meth:`to_dict` and the tables tell of each output.
    precision : float or None
        Relative half-width of every 95% confidence, where one was asked for.
    unmet : tuple of str
        The statistics that missed it, worst first, with what they reached; then why no more points
        were tried.  Empty where all are met.
    """

    model: Model
    plan: Plan
    outputs: Mapping[str, Output]
    questions: Questions
    precision: float | None = None
    unmet: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)

    def __contains__(self, name: object) -> bool:
        return name in self.outputs

    def __getitem__(self, name: str) -> Output:
        if name not in self.outputs:
            names = list(self.outputs)
            raise UsageError(f'output "{name}"', f"one of {listed(names)}", nearest(name, names))
        return self.outputs[name]

    def of(self, names: Collection[str]) -> "Result":
        """Return the result with these outputs alone; with all if none is named.

        Raises
        ------
        UsageError
            If there is no output of a name.
        """
        return replace(self, outputs={name: self[name] for name in names}) if names else self

    def with_tails(self, asked: TailQuestions) -> "Result":
        """Return the result with what is asked of the losses of periods; as it is without any."""
        if not any(output.spec.period for output in self.outputs.values()):
            return self
        return replace(self, questions=replace(self.questions, tail=asked))

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """The statistics of every output."""
        return tuple(summary(output, self.questions) for output in self.outputs.values())

    @cached_property
    def metrics(self) -> Mapping[str, Metrics]:
        """The loss metrics of every output of a period, and of every other the TVaR asked for."""
        asked = self.questions.tail
        if asked is None:
            return {}
        found = {name: metrics_of(output, asked) for name, output in self.outputs.items()}
        return {name: each for name, each in found.items() if each is not None}

    @property
    def told(self) -> Sequence[Summary | Metrics]:
        """All that is told of the outputs."""
        return *self.summaries, *self.metrics.values()

    @cached_property
    def histograms(self) -> Mapping[str, Histogram]:
        """A small histogram of every output, with the amounts claimed."""
        claimed = {
            name: [amount for each in self.model.claims for amount in each.amounts(name)]
            for name in self.outputs
        }
        return histograms(list(self.outputs.values()), claimed)

    @cached_property
    def other_readings(self) -> "Mapping[str, Mapping[str, OtherReading]]":
        """By output and input: the interval if the input were shared by all counted things, or not.

        Only inputs that vary per unit are there, and those that are given per unit of something
        that one input counts.
        """
        # Results are made by what this runs again.
        from lossmodel.simulation.rereading import other_readings  # noqa: PLC0415

        return other_readings(self.model, self.plan, self.questions.level)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know beside the numbers."""
        said = [*self.model.warnings, *self._unused_periods()]
        for output in self.outputs.values():
            said += output.warnings
            said += _not_given(
                [each for each in self.told if each.name == output.name], output, self.plan
            )
        return tuple(dict.fromkeys([*said, *in_short(self.unmet)]))

    def _unused_periods(self) -> Iterator[str]:
        """Yield why return periods that were asked for are not told."""
        asked = self.questions.tail
        if asked is None or not asked.return_periods:
            return
        if not any(output.spec.period for output in self.outputs.values()):
            yield (
                "no return periods are told, as no output is the loss of a period: a count of a "
                'year is one such as "poisson(mean=3) event/year"'
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a JSON document: plain numbers, None where there is none."""
        return {
            **self.heading(),
            "outputs": {
                told.name: told.to_dict() | self.beside(told.name) | self._readings(told.name)
                for told in self.summaries
            },
            **({} if self.precision is None else {"unmet": list(self.unmet)}),
            "warnings": list(self.warnings),
        }

    def heading(self) -> dict[str, Any]:
        """Return what begins the JSON document of all that is found of a model by a plan."""
        source = self.model.source
        return {
            "version": own_version(),
            "scenario": {
                "name": source.name,
                "title": self.model.scenario.title,
                "sha256": source.sha256,
                "settings": dict(self.model.settings),
            },
            "plan": self.plan.to_dict(),
        }

    def beside(self, name: str) -> dict[str, object]:
        """Return what the JSON tells of an output of a period, and of one that goes over units."""
        told: dict[str, object] = {}
        if name in self.metrics:
            told["metrics"] = self.metrics[name].to_dict()
        summed = self.model.summed_by(name)
        return told | ({"summed_by": summed} if summed else {})

    def _readings(self, name: str) -> dict[str, object]:
        """Return what the JSON tells of an output where things are counted."""
        readings = self.other_readings.get(name, {})
        told = {key: each.to_dict() for key, each in readings.items()}
        return {"other_reading": told} if told else {}

    def to_columns(self) -> dict[str, Any]:
        """Return one row per statistic: output, unit, statistic, value, se, low, high.

        Those of periods are "aal", "no loss", "var 99", "tvar 99", "aep 100" and "oep 100".

        Returns
        -------
        dict of str to array
            Strings for the first three, float64 with nan for what does not exist for the others.
        """
        return tables.columns(self.told)

    def exceedance_curves(
        self, probabilities: Sequence[float] = curves.PROBABILITIES
    ) -> dict[str, Any]:
        """Return which amounts are exceeded with which probability, one row for each.

        Parameters
        ----------
        probabilities : sequence of float, optional
            Strictly between 0 and 1; by default 18 of them, from 0.99 to 0.001.

        Returns
        -------
        dict of str to array
            ``output``, ``unit``, ``curve`` ("aep", "oep" or "exceedance"), ``return_period`` (nan
            where the output is the loss of no period), ``probability``, and the amount's ``value``,
            ``se``, ``low`` and ``high`` (nan where these draws cannot bound it).

        Raises
        ------
        UsageError
            If a probability is out of range.
        """
        return curves.curves(self.outputs.values(), probabilities)

    def to_xarray(self) -> "xr.Dataset":
        """Return the draws: one variable per output over (replicate, point), units as attributes.

        Raises
        ------
        NotSupportedError
            If xarray is not installed.
        """
        draws = {name: (output.unit, output.values) for name, output in self.outputs.items()}
        return tables.as_xarray(draws, {"title": self.model.scenario.title, **self.plan.to_dict()})

    def __repr__(self) -> str:
        rows = [f"Result: {self.model.scenario.title} (seed {self.plan.seed})"]
        rows += [f"  {output!r}" for output in self.outputs.values()]
        return "\n".join(rows)


def _not_given(told: Sequence[Summary | Metrics], output: Output, plan: Plan) -> Iterator[str]:
    """Yield why some statistics of an output are missing, and what may help."""
    if output.undefined:
        return
    missing = [
        name for each in told for name, estimate in each.statistics().items() if not estimate.exists
    ]
    far = [name for name in missing if _is_quantile(name) and not output.infinite]
    if far:
        yield (
            f"{output.name}: not given, as these draws are too few to bound it: {listed(far)}; "
            f"more may, as with --points {16 * plan.points}"
        )
    others = [name for name in missing if name not in far]
    if others:
        yield (
            f"{output.name}: not given, as it does not exist or these draws cannot "
            f"bound it: {listed(others)}"
        )


def _is_quantile(name: str) -> bool:
    """Whether a statistic of this name in tables is a quantile."""
    return name.startswith(("p", "var ", "aep ", "oep "))
