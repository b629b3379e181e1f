"""A scenario in words and figures, without running it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, final

from lossmodel.model.building import built
from lossmodel.model.inputs import ModelInput
from lossmodel.model.model import Model, ModelOutput
from lossmodel.model.reported import Reported
from lossmodel.model.versions import own_version
from lossmodel.scenario.schema import Dependence, Formula, Scenario

SHARES = (0.05, 0.5, 0.95)


@final
@dataclass(frozen=True, slots=True)
class InputLine:
    """One input as it is shown.

    Attributes
    ----------
    name, text, unit, about, source, publisher, url, quote, as_of, varies : str
    basis : str
        "seen", "derived" or "assumed"; empty where there is a source and it does not say.
    constant : bool
        Whether it is taken as known.
    parameters : tuple of str
        The inputs and formulas that its parameters refer to.
    quantiles : mapping of float to float
        At 0.05, 0.5 and 0.95, in ``unit``; parameters that are formulas are at their medians.
    """

    name: str
    text: str
    unit: str
    about: str
    source: str
    publisher: str
    url: str
    quote: str
    as_of: str
    varies: str
    basis: str
    constant: bool
    parameters: tuple[str, ...]
    quantiles: Mapping[float, float]

    @classmethod
    def of(cls, each: ModelInput) -> "InputLine":
        """Return the line of a model's input."""
        item = each.item
        replaced = each.text != item.value
        return cls(
            name=each.name,
            text=each.text,
            unit=str(each.unit),
            about=item.about,
            source="" if replaced else item.source,
            publisher="" if replaced else item.publisher,
            url="" if replaced else item.url,
            quote="" if replaced else item.quote,
            as_of=str(item.as_of),
            varies=item.varies,
            basis="assumed" if each.is_assumed else item.basis or "",
            constant=each.is_constant,
            parameters=each.parameters,
            quantiles={p: each.quantile(p) for p in SHARES},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the line for JSON."""
        plain = {name: getattr(self, name) or None for name in _WORDS}
        return {
            "value": self.text,
            "unit": self.unit,
            "constant": self.constant,
            "parameters": list(self.parameters),
            "quantiles": {repr(p): x for p, x in self.quantiles.items()},
            "basis": self.basis or None,
            "varies": self.varies,
            **plain,
        }


_WORDS = ("about", "source", "publisher", "url", "quote", "as_of")


@final
@dataclass(frozen=True, slots=True)
class FormulaLine:
    """One formula as it is shown; ``unit`` and ``bounds`` are None where it is not an output.

    Attributes
    ----------
    name, formula, about : str
    unit : str or None
    bounds : (float, float) or None
        What it cannot be beyond, whatever its inputs are, in ``unit``; perhaps infinite.
    """

    name: str
    formula: str
    about: str
    unit: str | None
    bounds: tuple[float, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return the line for JSON."""
        low, high = (x if isfinite(x) else None for x in self.bounds or (-inf, inf))
        return {
            "formula": self.formula,
            "about": self.about or None,
            "unit": self.unit,
            "bounds": {"low": low, "high": high},
        }


@final
@dataclass(frozen=True, slots=True)
class Description:
    """Everything a scenario says.

    Attributes
    ----------
    title, about, as_of, name : str
    sha256 : str or None
    settings : mapping of str to str
    excludes : tuple of str
    inputs : tuple of InputLine
    formulas : tuple of FormulaLine
    claims : tuple of Reported
    dependences : tuple of str
        Which inputs move together, and how.
    sweep : mapping of str to tuple of str
        Values to try, by input.
    warnings, unsupported : tuple of str
        What a reader should know, and what the scenario asks for that cannot be run yet.
    """

    title: str
    about: str
    as_of: str
    name: str
    sha256: str | None
    settings: Mapping[str, str]
    excludes: tuple[str, ...]
    inputs: tuple[InputLine, ...]
    formulas: tuple[FormulaLine, ...]
    claims: tuple[Reported, ...]
    dependences: tuple[str, ...]
    sweep: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    unsupported: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the description as a JSON document."""
        return {
            "version": own_version(),
            "scenario": {
                "name": self.name,
                "title": self.title,
                "sha256": self.sha256,
                "settings": dict(self.settings),
                "about": self.about or None,
                "as_of": self.as_of or None,
                "excludes": list(self.excludes),
            },
            "inputs": {line.name: line.to_dict() for line in self.inputs},
            "model": {line.name: line.to_dict() for line in self.formulas},
            "claims": [_claim(each) for each in self.claims],
            "dependences": list(self.dependences),
            "sweep": {name: list(values) for name, values in self.sweep.items()},
            "warnings": list(self.warnings),
            "unsupported": list(self.unsupported),
        }


def describe(scenario: Scenario) -> Description:
    """Return what a scenario says: inputs with quantiles and sources, formulas, claims as read.

    Parameters
    ----------
    scenario : Scenario

    Raises
    ------
    ScenarioError
        With every problem of the scenario.
    """
    return described(built(scenario))


def described(model: Model) -> Description:
    """Return what a model's scenario says."""
    scenario = model.scenario
    outputs = {output.name: output for output in model.outputs}
    return Description(
        title=scenario.title,
        about=scenario.about,
        as_of=str(scenario.as_of),
        name=model.source.name,
        sha256=model.source.sha256,
        settings=model.settings,
        excludes=tuple(scenario.excludes),
        inputs=tuple(InputLine.of(each) for each in model.inputs),
        formulas=tuple(
            _formula(name, each, outputs.get(name)) for name, each in scenario.formulas.items()
        ),
        claims=model.claims,
        dependences=tuple(_dependence(each) for each in scenario.dependence),
        sweep={name: tuple(values) for name, values in scenario.sweep.items()},
        warnings=model.warnings,
        unsupported=model.unsupported,
    )


def _formula(name: str, each: Formula, output: ModelOutput | None) -> FormulaLine:
    """Return the line of a formula, which may be an output."""
    unit, bounds = (str(output.unit), output.support) if output else (None, None)
    return FormulaLine(name, each.formula, each.about, unit, bounds)


def _dependence(each: Dependence) -> str:
    """Return a dependence in words."""
    between = " and ".join(each.between)
    if each.kendall is None:
        return f"{between}: rank correlation {each.rank_correlation:g} (Spearman)"
    copula = f", Student t copula with {each.df:g} degrees of freedom" if each.df else ""
    return f"{between}: rank correlation {each.kendall:g} (Kendall){copula}"


def _claim(each: Reported) -> dict[str, Any]:
    """Return a claim for JSON."""
    return {
        "says": each.claim.says,
        "unit": str(each.unit),
        "amount": each.wording.amount,
        "low": each.low,
        "high": each.high,
        "readings": list(each.factors),
        "quote": each.claim.quote or None,
        "publisher": each.claim.publisher or None,
        "date": str(each.claim.date) or None,
        "url": each.claim.url or None,
        "covers": each.claim.covers or None,
    }
