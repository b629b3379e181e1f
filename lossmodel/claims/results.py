"""What was found of the claims of a scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

from lossmodel.claims.settling import Doubt
from lossmodel.claims.strain import Strain
from lossmodel.claims.switching import Switching
from lossmodel.claims.truth import End
from lossmodel.estimates.estimate import Estimate
from lossmodel.model.reported import Reported
from lossmodel.simulation import tables
from lossmodel.simulation.histograms import Histogram, histograms
from lossmodel.simulation.intervals import Interval, percent
from lossmodel.simulation.result import Result
from lossmodel.views import Viewed


def _documents(estimates: Mapping[str, Estimate]) -> dict[str, dict[str, float | None]]:
    """Return estimates by name as they stand in the JSON."""
    return {name: each.to_dict() for name, each in estimates.items()}


@final
@dataclass(frozen=True, slots=True)
class ReadingCheck:
    """One claim under one reading.

    Attributes
    ----------
    output : str
    unit : str
        Of the output.
    amount : float
        The amount said, in that unit; of "LOW to HIGH" its point nearest to the median.
    below, above, inside : Estimate
        P(output <= amount), P(output > amount), and P(low <= output < high).
    true : Estimate
        How likely the words are true: of one-sided words P(output > amount) or P(output < amount)
        (with "at least", "at most" and "up to" or equal), else ``inside``.
    ends : tuple of End
        Of "LOW to HIGH", both ends.
    interval : Interval
        The 90% interval of the output.
    ratio_to_median : Estimate
        The amount as a multiple of the median.
    verdict : str
        "middle-half", "inside", "tail", "not-reproduced" or "impossible", perhaps "(on the line)";
        by the nearer tail, whatever the words; of an output that is certain "holds" or "does not
        hold".
    switching : mapping of str to Switching
        By uncertain input.
    least_strain, least_strain_of_all : Strain
        Of the best pair of inputs, and of all of them.
    effective_sample_size : float
    given_claim : mapping of str to (mapping of float to Estimate)
        By uncertain input, its P5, P50 and P95 if the figure is among the values that the words are
        read as; missing where the effective sample size is below 100.
    doubt_if_known : mapping of str to Estimate
        By uncertain input, the expected doubt whether the output is at most the amount (of "LOW to
        HIGH": lies between them) once the input is known, as a share of today's; empty where that
        is as good as settled.
    weight : Estimate
        Posterior weight among the readings; missing where no reading reaches the claim, or too few
        draws do.
    """

    output: str
    unit: str
    amount: float
    below: Estimate
    above: Estimate
    inside: Estimate
    true: Estimate
    ends: tuple[End, ...]
    interval: Interval
    ratio_to_median: Estimate
    verdict: str
    switching: Mapping[str, Switching]
    least_strain: Strain
    least_strain_of_all: Strain
    effective_sample_size: float
    given_claim: Mapping[str, Mapping[float, Estimate]]
    doubt_if_known: Mapping[str, Estimate]
    weight: Estimate

    def statistics(self) -> Iterator[tuple[str, str, Estimate]]:
        """Yield the input, or "" of what is of none, the statistic's name in tables and it."""
        yield "", "amount", Estimate.exact(self.amount)
        told = {"below": self.below, "above": self.above, "inside": self.inside, "true": self.true}
        told |= {"ratio_to_median": self.ratio_to_median, "weight": self.weight}
        yield from (("", name, each) for name, each in told.items())
        for name, quantiles in self.given_claim.items():
            for p, each in quantiles.items():
                yield name, f"p{percent(p)} given the claim", each
        for name, each in self.doubt_if_known.items():
            yield name, "doubt_if_known", each

    def to_dict(self) -> dict[str, Any]:
        """Return the check as it stands in the JSON."""
        return {
            "below": self.below.to_dict(),
            "above": self.above.to_dict(),
            "inside": self.inside.to_dict(),
            "true": self.true.to_dict(),
            **({"ends": [each.to_dict() for each in self.ends]} if self.ends else {}),
            "interval": self.interval.to_dict(),
            "ratio_to_median": self.ratio_to_median.to_dict(),
            "verdict": self.verdict,
            "switching": {name: each.to_dict() for name, each in self.switching.items()},
            "least_strain": self.least_strain.to_dict(),
            "least_strain_of_all": self.least_strain_of_all.to_dict(),
            "effective_sample_size": self.effective_sample_size,
            "given_claim": {
                name: {repr(p): estimate.to_dict() for p, estimate in told.items()}
                for name, told in self.given_claim.items()
            },
            "doubt_if_known": _documents(self.doubt_if_known),
            "weight": self.weight.to_dict(),
        }


@final
@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """One claim.

    Attributes
    ----------
    claim : Reported
        As printed and as read.
    readings : mapping of str to ReadingCheck
        By output.
    per_unit : mapping of str to float
        By counting input that is certain and multiplies all of every reading: the amount per one
        of what it counts, in the claim's unit.
    doubt : Doubt
        What is left of the doubt once the reading, or an input, is known, where it is not known
        either which reading is meant.
    """

    claim: Reported
    readings: Mapping[str, ReadingCheck]
    per_unit: Mapping[str, float]
    doubt: Doubt

    def to_dict(self) -> dict[str, Any]:
        """Return the check as it stands in the JSON."""
        return {
            "says": self.claim.claim.says,
            "unit": str(self.claim.unit),
            "low": self.claim.low,
            "high": self.claim.high,
            "per_unit": dict(self.per_unit),
            "doubt_if_reading_known": self.doubt.reading.to_dict(),
            "doubt_if_known": _documents(self.doubt.inputs),
            "readings": {name: each.to_dict() for name, each in self.readings.items()},
        }


@final
@dataclass(frozen=True, eq=False)
class ClaimChecks(Viewed, tables.Tabled):
    """All claims of a scenario; they can be iterated over.

    Attributes
    ----------
    result : Result
        The run that they were checked on.
    claims : tuple of ClaimCheck
    warnings : tuple of str
        What contradicts what, and what could not be told.
    """

    result: Result
    claims: tuple[ClaimCheck, ...]
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[ClaimCheck]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def __getitem__(self, place: int) -> ClaimCheck:
        return self.claims[place]

    def histograms(self, check: ClaimCheck) -> Mapping[str, Histogram]:
        """Return a small histogram of each reading of a claim, its own amounts marked."""
        amounts = {name: check.claim.amounts(name) for name in check.readings}
        return histograms([self.result[name] for name in check.readings], amounts)

    def to_dict(self) -> dict[str, Any]:
        """Return the checks as a JSON document."""
        return {
            **self.result.heading(),
            "claims": [each.to_dict() for each in self.claims],
            "warnings": [*self.warnings, *self.result.warnings],
        }

    def to_columns(self) -> tables.Columns:
        """Return a row per number: claim, output, verdict, input, statistic, value, se, low, high.

        Statistics are named as in :meth:`to_dict`; they are of an input where one is told, else of
        the claim under the reading that the output is.

        Returns
        -------
        dict of str to array
            Strings for the first five, float64 with nan for what does not exist for the others.
        """
        return tables.columns_of(
            ("claim", "output", "verdict", "input", "statistic"),
            (
                (each.claim.claim.says, name, told.verdict, *statistic)
                for each in self.claims
                for name, told in each.readings.items()
                for statistic in told.statistics()
            ),
        )

    def __repr__(self) -> str:
        rows = [f"ClaimChecks: {self.result.model.scenario.title}"]
        for each in self.claims:
            rows.append(f'  "{each.claim.claim.says}"')
            rows += [f"    {name}: {told.verdict}" for name, told in each.readings.items()]
        return "\n".join(rows)
