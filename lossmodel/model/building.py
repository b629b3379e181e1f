"""From a scenario as read to a model: units, distributions, formulas, claims."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from math import nan
from os import PathLike, fspath
from typing import final

from lossmodel.errors import UsageError
from lossmodel.model.correlations import groups_of
from lossmodel.model.counted import check_counts, check_means
from lossmodel.model.counting import counters_of
from lossmodel.model.formulas import TypedFormulas, typed_formulas
from lossmodel.model.inputs import ModelInput, distribution_of
from lossmodel.model.model import Model
from lossmodel.model.outputs import outputs_of, reach
from lossmodel.model.parameters import with_typical
from lossmodel.model.periods import largest_as_one, occurrences_of, with_periods
from lossmodel.model.replacing import conversion, refuse_formulas, replaced
from lossmodel.model.reported import Reported, beside, check_weights, overridden, reported
from lossmodel.model.shares import beyond_the_whole, refuse_bare
from lossmodel.model.summing import drawn_as_one, used_elsewhere
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.parsing import Reading, read_scenario, reading_of
from lossmodel.scenario.schema import Scenario
from lossmodel.scenario.values import Constant, Drawn
from lossmodel.units import Units

NO_SETTINGS: Mapping[str, str] = {}


def load(reference: str | PathLike[str]) -> Scenario:
    """Return a scenario, checked whole: structure, names, units, distributions, claims.

    Parameters
    ----------
    reference : str or path
        A path, ``-`` for standard input, or the name of a bundled scenario.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    reading = read_scenario(fspath(reference))
    return _recent(_Asked(_key(reading.scenario, NO_SETTINGS), partial(model_of, reading))).scenario


def built(scenario: Scenario, settings: Mapping[str, str] = NO_SETTINGS) -> Model:
    """Return the model of a scenario; as :func:`model_of`."""
    for name, text in settings.items():
        _check_text(name, text)
    if scenario.is_code:
        return model_of(reading_of(scenario), settings)
    key = _key(scenario, settings)
    return _recent(_Asked(key, lambda: model_of(reading_of(scenario), settings)))


def _check_text(name: str, value: object) -> None:
    """Refuse a setting that is no text: Python callers may give anything."""
    if not isinstance(value, str):
        expected = "a value as a file has it, a text with its unit"
        raise UsageError(f"{name} = {value!r}", expected, f'{{"{name}": "30 USD"}}')


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """A model that is wanted: two are equal where all that they are made of is."""

    key: tuple[str, ...]
    make: Callable[[], Model] = field(compare=False)


def _key(scenario: Scenario, settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return all that a model made of formulas depends on."""
    source = scenario.source
    settled = (text for setting in settings.items() for text in setting)
    return (source.name, str(source.sha256), scenario.model_dump_json(exclude_unset=True), *settled)


@lru_cache(maxsize=32)
def _recent(asked: _Asked) -> Model:
    """Return a model; those asked for lately need not be made again."""
    return asked.make()


def model_of(reading: Reading, settings: Mapping[str, str] = NO_SETTINGS) -> Model:
    """Return the model of a scenario as read.

    Parameters
    ----------
    reading : Reading
    settings : mapping of str to str, optional
        Values to put in the place of inputs'.

    Raises
    ------
    ScenarioError
        With every problem of the scenario, those found in reading it included.
    UsageError
        If a setting names no input, cannot be read or has another dimension.
    """
    findings = reading.findings
    units = _units(reading, findings)
    inputs = _inputs(reading, units, findings)
    check_counts(reading, inputs, units, findings)
    _check_sweeps(reading, inputs, units, findings)
    formulas = typed_formulas(reading, inputs, units, findings, settings)
    claims = _claims(reading, formulas, units, findings)
    groups = groups_of(reading.scenario.dependence, inputs, findings)
    findings.refuse()
    check_means(reading, inputs, formulas, findings)
    inputs = replaced(inputs, settings, units)
    inputs = with_typical(inputs, reading, formulas.parameters, findings)
    findings.refuse()
    _check_periods(inputs, formulas)
    elsewhere = used_elsewhere(formulas.columns, reading.scenario)
    sums = drawn_as_one(formulas.aggregates, inputs, elsewhere)
    outputs = with_periods(outputs_of(reading.scenario, formulas, inputs), formulas, units)
    occurrences = occurrences_of(outputs, formulas, inputs, sums)
    model = Model(
        scenario=reading.scenario,
        source=reading.source,
        settings=dict(settings),
        inputs=tuple(inputs.values()),
        used=_used(reading, inputs),
        sums=(*sums, *largest_as_one(occurrences, formulas, inputs, sums)),
        outputs=outputs,
        occurrences=occurrences,
        claims=claims,
        groups=groups,
        formulas=formulas,
        units=units,
        warnings=tuple(_doubtful(reading, inputs, claims)),
        unsupported=_unsupported(reading),
    )
    return replace(model, warnings=(*model.warnings, *_unsaid(model)))


def _check_periods(inputs: Mapping[str, ModelInput], formulas: TypedFormulas) -> None:
    """Refuse a count per another period in the place of one: three a month are not 36 a year."""
    for name, period in formulas.periods.items():
        if name in inputs and inputs[name].factor != 1.0:
            found, written = f"{name} in {inputs[name].unit}", inputs[name].item.value
            raise UsageError(found, f"a count per {period}, as the file has it: {written}")


def _unsaid(model: Model) -> Iterator[str]:
    """Yield a warning for the inputs per counted thing of which nobody says how they vary."""
    unsaid: dict[tuple[str, ...], list[str]] = {}
    for each in model.inputs if not model.scenario.is_code else ():
        said = each.is_constant or "varies" in each.item.model_fields_set
        if said or each.name not in model.used:
            continue
        if model.tied_to(each.name):
            yield from _asked_of_tied(model, each)
        else:
            unsaid.setdefault(counters_of(model, each), []).append(each.name)
    for counters, names in unsaid.items():
        if counters:
            yield _asked(names, counters)


def _asked_of_tied(model: Model, each: ModelInput) -> Iterator[str]:
    """Yield what is said of an input per counted thing that moves together with others."""
    counters, others = counters_of(model, each), ", ".join(sorted(model.tied_to(each.name)))
    if counters:
        yield (
            f"{each.name}: one value for all {' and '.join(counters)}, as it moves together with "
            f'{others}; no other reading is told. Say varies = "shared"'
        )


def _asked(names: Sequence[str], counters: Sequence[str]) -> str:
    """Return the question how some inputs vary, which any of the counters may count."""
    per = [f'"per {counter}"' for counter in counters]
    if len(counters) == 1:
        (counter,) = counters
        of_all, said = f"for all {counter}", f'varies = "shared" or varies = {per[0]}'
    else:
        several = f"{', '.join(counters[:-1])} and {counters[-1]}"
        of_all = f"for all that {several} count,"
        said = f'varies = "shared", {", ".join(per[:-1])} or {per[-1]}'
    return f"{', '.join(names)}: one value {of_all} or each its own? Say {said}"


def _units(reading: Reading, findings: Findings) -> Units:
    """Return the units of a scenario, without the counting nouns that cannot be declared."""
    nouns: dict[str, None] = {}
    for place, noun in enumerate(reading.scenario.units):
        with findings.at("units", place):
            alike = {noun, noun.removesuffix("s"), f"{noun}s"} & nouns.keys()
            Units([*alike, noun])
            nouns[noun] = None
    return Units(list(nouns))


def _inputs(reading: Reading, units: Units, findings: Findings) -> dict[str, ModelInput]:
    """Return the inputs whose unit is sound; no distribution where there is a fault in it."""
    inputs: dict[str, ModelInput] = {}
    for place, (name, item) in enumerate(reading.scenario.inputs.items()):
        value = reading.values.get(name)
        if value is None:
            continue
        distribution = None
        with findings.at("inputs", name, "value"):
            distribution = distribution_of(value)
        with findings.at("inputs", name, "value"):
            inputs[name] = ModelInput(
                name=name,
                place=place,
                item=item,
                text=item.value,
                distribution=distribution,
                constant=value.value if isinstance(value, Constant) else nan,
                unit=units.parse(value.unit),
                counted_by=reading.counts.get(name, ""),
                parameters=tuple(sorted(reading.formulas.uses().get(name, ()))),
            )
    return inputs


def _check_sweeps(
    reading: Reading, inputs: Mapping[str, ModelInput], units: Units, findings: Findings
) -> None:
    """Note values of a sweep that could not stand in the place of the input's own."""
    for name, values in reading.sweeps.items():
        # Thousands of values from LOW:HIGH:STEP have one unit, and one fault if it is wrong.
        for unit in dict.fromkeys(value.unit for value in values):
            with findings.at("sweep", name):
                if name in inputs:
                    conversion(name, unit, inputs[name].unit, units)
        if name in inputs:
            with findings.at("sweep", name):
                for value in values:
                    refuse_bare(inputs[name], value)
        for value in values:
            with findings.at("sweep", name):
                refuse_formulas(name, value)
                distribution_of(value)


def _claims(
    reading: Reading, formulas: TypedFormulas, units: Units, findings: Findings
) -> tuple[Reported, ...]:
    """Return the claims whose unit fits an output, or may fit one that could not be read."""
    complete = not reading.formulas.broken and len(formulas.units) == len(reading.outputs)
    known = formulas.units if complete else {}
    claims = []
    for place, read in reading.claims.items():
        with findings.at("claim", place, "says"):
            found = reported(read, known, units)
            with findings.at("claim", place, "weights"):
                check_weights(found, known)
            with findings.at("claim", place, "range"):
                claims.append(overridden(found, read, units))
    return tuple(claims)


def _used(reading: Reading, inputs: Mapping[str, ModelInput]) -> frozenset[str]:
    """Return the inputs that an output depends on."""
    if reading.scenario.is_code:
        return frozenset(inputs)
    used = reach(reading.outputs, reading.formulas.uses(), reading.counts)
    return used & inputs.keys()


def _doubtful(
    reading: Reading, inputs: Mapping[str, ModelInput], claims: Iterable[Reported]
) -> Iterator[str]:
    """Yield what can be run and may not be meant."""
    yield from _idle(reading, inputs)
    yield from beyond_the_whole(inputs.values())
    yield from filter(None, map(beside, claims))


def _idle(reading: Reading, inputs: Mapping[str, ModelInput]) -> tuple[str, ...]:
    """Return a warning for each input that no formula uses."""
    if reading.scenario.is_code:
        return ()
    used = reach(reading.formulas.trees, reading.formulas.uses(), reading.counts)
    return tuple(f'input "{name}" is used by no formula' for name in inputs if name not in used)


def _unsupported(reading: Reading) -> tuple[str, ...]:
    """Return what the scenario asks for that cannot be run yet."""
    if not reading.scenario.is_code:
        return ()
    per_unit = (
        f'inputs.{name}: varies = "per {counter}" in a Python function'
        for name, counter in reading.counts.items()
    )
    uncertain = (
        f"inputs.{name}: a parameter that is another input, in a Python function"
        for name, value in reading.values.items()
        if isinstance(value, Drawn) and value.formulas
    )
    return *per_unit, *uncertain
