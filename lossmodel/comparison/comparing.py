"""Comparing scenarios on the random numbers of the inputs that they share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose

from lossmodel.comparison.exceeding import first_exceeds
from lossmodel.comparison.results import Comparison, Difference, Pair
from lossmodel.errors import Fault, UsageError, listed
from lossmodel.estimates.estimate import NEVER
from lossmodel.estimates.pairing import difference, unchanged
from lossmodel.model.building import NO_SETTINGS, built
from lossmodel.model.model import Model
from lossmodel.model.sameness import is_same
from lossmodel.scenario.schema import Scenario
from lossmodel.simulation.arguments import LIST, check
from lossmodel.simulation.gathering import Watch, unwatched
from lossmodel.simulation.plan import DEFAULT_REPLICATES, Plan, plan_of
from lossmodel.simulation.result import Result
from lossmodel.simulation.running import simulated
from lossmodel.simulation.summary import Ask


def compare(  # noqa: PLR0913 - the public call: every argument is a choice of the user
    first: Scenario,
    *others: Scenario | Mapping[str, str],
    seed: int = 0,
    replicates: int = DEFAULT_REPLICATES,
    points: int | None = None,
    level: float = 0.9,
    design: str = "sobol",
    smoothing: str = "auto",
    quantiles: Sequence[float] = (),
) -> Comparison:
    """Compare a scenario with others, or with itself where some inputs are replaced.

    Parameters
    ----------
    first : Scenario
    *others : Scenario or mapping of str to str
        A mapping stands for the first scenario with these settings, such as
        ``{"price": "30 USD/bbl"}``.
    seed, replicates, points, level, design, smoothing, quantiles
        As for :func:`lossmodel.run`.

    Returns
    -------
    Comparison
        Inputs of the same name are drawn from the same random numbers in all scenarios, whatever
        else is in them.

    Raises
    ------
    ScenarioError
        If a scenario has problems.
    UsageError
        If there is nothing to compare, an argument is out of range, or two scenarios have no
        output of one name and dimension.
    NotSupportedError, CapacityError
        As for :func:`lossmodel.run`.
    """
    check(LIST, quantiles=quantiles)
    if any(isinstance(each, Mapping) and not each for each in others):
        raise UsageError("{}", "settings: {name: value}", '{"price": "30 USD/bbl"}')
    plan = plan_of(design, replicates, points, seed)
    models = [_model(first, each) for each in (NO_SETTINGS, *others)]
    return compared(models, plan, Ask(level, tuple(quantiles), (), smoothing))


def _model(first: Scenario, each: Scenario | Mapping[str, str]) -> Model:
    """Return the model of a scenario, or of the first with these settings."""
    scenario, settings = (first, each) if isinstance(each, Mapping) else (each, NO_SETTINGS)
    if not isinstance(scenario, Scenario):
        raise UsageError(f"{scenario!r}", "a Scenario", f"lm.load({scenario!r})")
    return built(scenario, settings)


def compared(models: Sequence[Model], plan: Plan, ask: Ask, watch: Watch = unwatched) -> Comparison:
    """Return the comparison of the first model with the others.

    Parameters
    ----------
    watch : Watch, optional
        Is told the plan and the share of the work that is done.

    Raises
    ------
    UsageError, NotSupportedError, CapacityError
        As :func:`compare`.
    """
    if len(models) < 2:
        uncertain = (each.name for each in models[0].inputs if not each.is_constant)
        name = next(uncertain, "NAME")
        expected = "another scenario, or other settings of the same (--set)"
        raise UsageError("one scenario alone", expected, f'--set {name}="VALUE"')
    results = []
    for place, model in enumerate(_placed(models)):
        results.append(simulated(model, plan, ask))
        watch(plan, (place + 1) / len(models))
    first, *others = results
    return Comparison(first, tuple(_pair(first, second) for second in others))


def _placed(models: Sequence[Model]) -> Iterator[Model]:
    """Yield the models with what is drawn under one name at one place: the first's keep theirs."""
    places: dict[str, int] = {}
    for model in models:
        for each in (*model.inputs, *model.sums):
            places.setdefault(each.name, len(places))
        inputs, sums = (
            tuple(replace(each, place=places[each.name]) for each in drawn)
            for drawn in (model.inputs, model.sums)
        )
        yield replace(model, inputs=inputs, sums=sums)


def _pair(first: Result, second: Result) -> Pair:
    """Return what differs between two results."""
    factors = _factors(first, second)
    shared = _shared(first.model, second.model)
    return Pair(
        first=first,
        second=second,
        difference={
            name: _difference(first, second, name, factor) for name, factor in factors.items()
        },
        shared=shared,
        warnings=tuple(_warnings(first, second, factors, shared)),
    )


def _difference(first: Result, second: Result, name: str, factor: float) -> Difference:
    """Return the difference of one output."""
    one, other = ({t.name: t for t in result.summaries}[name] for result in (first, second))
    same = factor == 1.0 and is_same(first.model, second.model, name)
    less = unchanged if same else difference
    exceeds = first_exceeds(first, second, name, factor)
    return Difference(
        name=name,
        unit=one.unit,
        mean=less(other.mean.scaled(factor), one.mean),
        quantiles={
            p: less(each.scaled(factor), one.quantiles[p]) for p, each in other.quantiles.items()
        },
        first_exceeds=NEVER if same and exceeds.exists else exceeds,
        factor=factor,
    )


def _with_units(result: Result) -> str:
    """Return the outputs of a result, each with its unit."""
    return listed([f"{name} in {result[name].unit or 'plain numbers'}" for name in result])


def _factors(first: Result, second: Result) -> dict[str, float]:
    """Return the outputs that both have, with what turns the second's unit into the first's."""
    factors = {}
    for name in first:
        if name in second:
            factor = _factor(first, second, name)
            if factor is not None:
                factors[name] = factor
    if not factors:
        raise UsageError(
            f"the outputs {_with_units(first)} and {_with_units(second)}",
            "an output of the same name and dimension in both",
            "give the formula the same name in both files",
        )
    return factors


def _factor(first: Result, second: Result, name: str) -> float | None:
    """Return what turns the second's unit of an output into the first's; None if nothing does."""
    here, there = first[name].unit, second[name].unit
    if here == there:
        return 1.0
    units = first.model.units
    try:
        one, other = units.parse(here), units.parse(there)
    except Fault:
        return None
    if units.dimension(one) != units.dimension(other):
        return None
    factor = units.factor(other, one)
    return 1.0 if isclose(factor, 1.0, rel_tol=1e-15) else factor


def _shared(first: Model, second: Model) -> dict[str, bool]:
    """Return the uncertain inputs that both have, and whether their distributions are the same.

    Inputs of one name that have different dimensions are not one input.
    """
    own = {each.name: each for each in first.inputs if not each.is_constant}
    return {
        each.name: each.distribution == own[each.name].distribution
        and each.factor == own[each.name].factor
        and each.unit == own[each.name].unit
        for each in second.inputs
        if each.name in own and not each.is_constant
        if second.units.dimension(each.unit) == first.units.dimension(own[each.name].unit)
    }


def _unlike(first: Model, second: Model) -> Iterator[str]:
    """Yield which inputs of one name have different dimensions."""
    own = {each.name: each.unit for each in first.inputs}
    for each in second.inputs:
        if each.name not in own:
            continue
        if first.units.dimension(own[each.name]) != second.units.dimension(each.unit):
            here, there = (str(unit) or "plain numbers" for unit in (own[each.name], each.unit))
            yield (
                f"{each.name} is in {here} in the first and in {there} in the second: not one "
                "input, though drawn from the same random numbers"
            )


def _warnings(
    first: Result, second: Result, factors: Mapping[str, float], shared: Mapping[str, bool]
) -> Iterator[str]:
    """Yield what limits a comparison."""
    unlike = tuple(_unlike(first.model, second.model))
    yield from unlike
    if not shared and not unlike:
        yield "no uncertain input is shared: the differences are those of independent runs"
    for name in first:
        if name in second and name not in factors:
            yield f"{name} has another dimension in the second scenario: not compared"
    for name in factors:
        here, there = (result[name].smoothed_over for result in (first, second))
        if here != there:
            yield (
                f"{name}: {here or 'nothing'} is integrated out in the first and "
                f"{there or 'nothing'} in the second: the difference is paired less closely"
            )
