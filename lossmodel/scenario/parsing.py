"""A scenario with all its strings read: what can be known without NumPy and units."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossmodel.errors import Fault, listed, nearest
from lossmodel.scenario.dependences import check_dependence
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.formulas import Formulas, check_name, read_formulas
from lossmodel.scenario.lines import Path
from lossmodel.scenario.schema import Claim, Formula, Input, Scenario
from lossmodel.scenario.sound import sound_part
from lossmodel.scenario.source import Source, read_source
from lossmodel.scenario.sweeping import MOST_VALUES, swept_values
from lossmodel.scenario.values import Drawn, Value, parsed_value
from lossmodel.scenario.wording import Wording, parsed_range, parsed_wording
from lossmodel.units.quoting import quoted

_MOST_ERROR = 1e6
"""Factor up to which an amount is known, at most: beyond it nothing is."""
_SUM = 1e-3
"""By how much prior weights, rounded as people round, may sum to more or less than 1."""


@final
@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with its words read.

    Attributes
    ----------
    claim : Claim
    wording : Wording
    override : (float, float, str) or None
        Low, high and unit of ``range``.
    """

    claim: Claim
    wording: Wording
    override: tuple[float, float, str] | None


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario, everything in it that could be read, and what could not.

    Attributes
    ----------
    scenario : Scenario
    source : Source
    values : mapping of str to Value
        By input.
    counts : mapping of str to str
        For each input that varies per something, the name of what counts it.
    formulas : Formulas
        Empty where the model is a Python function.
    outputs : tuple of str
        Names of the formulas to report.
    claims : mapping of int to ReadClaim
        By place in the file.
    sweeps : mapping of str to tuple of Value
        By input.
    findings : Findings
        The problems so far.
    """

    scenario: Scenario
    source: Source
    values: Mapping[str, Value]
    counts: Mapping[str, str]
    formulas: Formulas
    outputs: tuple[str, ...]
    claims: Mapping[int, ReadClaim]
    sweeps: Mapping[str, tuple[Value, ...]]
    findings: Findings


def read_scenario(reference: str) -> Reading:
    """Read a scenario file, name or ``-``; what is wrong inside it is left in ``findings``.

    Raises
    ------
    ScenarioError
        If nothing can be read at all.
    """
    source, tables = read_source(reference)
    findings = Findings(source)
    scenario, broken = sound_part(tables, findings)
    return _read(scenario.with_source(source), broken, findings)


def reading_of(scenario: Scenario) -> Reading:
    """Read the strings of a scenario; what is wrong in them is left in ``findings``."""
    return _read(scenario, frozenset(), Findings(scenario.source))


def _read(scenario: Scenario, broken: frozenset[Path], findings: Findings) -> Reading:
    """Read every string of a scenario but those at the ``broken`` paths."""
    values = _values(scenario.inputs, findings)
    counts = _counts(scenario, findings)
    formulas = _formulas(scenario, broken, values, counts, findings)
    outputs = _outputs(scenario, formulas, findings)
    claims: dict[int, ReadClaim] = {}
    readable = _readable(scenario, outputs, formulas)
    _refuse_no_readings(scenario, findings)
    for place, claim in enumerate(scenario.claim):
        _check_readings(claim, place, readable, formulas.trees, findings)
        if ("claim", place, "says") not in broken:
            with findings.at("claim", place, "says"):
                claims[place] = _read_claim(claim, place, findings)
    for place, dependence in enumerate(scenario.dependence):
        if not any(path[:2] == ("dependence", place) for path in broken):
            check_dependence(dependence, place, scenario.inputs, values, findings)
    sweeps = _sweeps(scenario, findings)
    return Reading(
        scenario, scenario.source, values, counts, formulas, outputs, claims, sweeps, findings
    )


def _formulas(
    scenario: Scenario,
    broken: frozenset[Path],
    values: Mapping[str, Value],
    counts: Mapping[str, str],
    findings: Findings,
) -> Formulas:
    """Return the formulas that could be read; none where the model is a Python function."""
    if not isinstance(scenario.model, dict):
        return Formulas({}, {}, (), frozenset())
    unread = {str(path[1]) for path in broken if len(path) == 2 and path[0] in ("inputs", "model")}
    unread |= scenario.inputs.keys() - values.keys()
    unread |= {
        name
        for name, item in scenario.inputs.items()
        if item.varies != "shared" and name not in counts
    }
    if not scenario.model and not unread and ("model",) not in broken:
        findings.add(("model",), "no formula", "at least one", 'loss = "..."')
    inputs = {str(path[1]) for path in broken if len(path) == 2 and path[0] == "inputs"}
    _check_names(scenario.model, inputs | scenario.inputs.keys(), findings)
    texts = {
        name: value.formulas if isinstance(value := values.get(name), Drawn) else ()
        for name in scenario.inputs
    }
    return read_formulas(scenario.model, texts, counts, frozenset(unread), findings)


def _values(inputs: Mapping[str, Input], findings: Findings) -> dict[str, Value]:
    """Return the values that could be read, by input."""
    values = {}
    for name, item in inputs.items():
        with findings.at("inputs", name):
            check_name(name, "input")
        with findings.at("inputs", name, "value"):
            values[name] = parsed_value(item.value)
    return values


def _check_names(model: Mapping[str, Formula], inputs: Collection[str], findings: Findings) -> None:
    """Note bad names of formulas and names used twice."""
    for name in model:
        with findings.at("model", name):
            check_name(name, "formula")
            if name in inputs:
                raise Fault(
                    f'"{name}", which is an input too', "a name of its own", f"{name}_total"
                )


def _counts(scenario: Scenario, findings: Findings) -> dict[str, str]:
    """Return what counts each input that varies per something."""
    inputs = scenario.inputs
    known = dict.fromkeys([*inputs, *scenario.formulas])
    counts = {}
    for name, item in inputs.items():
        with findings.at("inputs", name, "varies"):
            if item.varies == "shared":
                continue
            per, _, counter = item.varies.partition(" ")
            counter = counter.strip()
            if per != "per" or not counter:
                near = nearest(item.varies, ["shared", *(f"per {each}" for each in known)])
                raise Fault(quoted(item.varies), '"shared" or "per NAME"', near and quoted(near))
            if counter not in known or counter == name:
                near = "" if counter == name else nearest(counter, known)
                expected = "per NAME, where NAME is an input or formula that counts things"
                raise Fault(quoted(item.varies), expected, f'"per {near}"' if near else "")
            if counter in inputs and inputs[counter].varies != "shared":
                found = f"{quoted(item.varies)}, which varies itself"
                raise Fault(found, "per NAME, where NAME is one count for all")
            counts[name] = counter
    return counts


def _outputs(scenario: Scenario, formulas: Formulas, findings: Findings) -> tuple[str, ...]:
    """Return the formulas to report."""
    if not scenario.outputs:
        unused = frozenset(formulas.unused())
        return tuple(name for name in scenario.formulas if name in unused)
    known = scenario.formulas
    for place, name in enumerate(scenario.outputs):
        if name not in known and name not in formulas.broken and not scenario.is_code:
            findings.add(
                ("outputs", place), f'"{name}"', f"a formula: {listed(known)}", nearest(name, known)
            )
    return tuple(dict.fromkeys(name for name in scenario.outputs if name in formulas.trees))


def _readable(scenario: Scenario, outputs: Sequence[str], formulas: Formulas) -> Collection[str]:
    """Return the names that a claim may speak of, in the order of the file."""
    named = formulas.broken.union(outputs)
    return dict.fromkeys(name for name in scenario.formulas if name in named)


def _refuse_no_readings(scenario: Scenario, findings: Findings) -> None:
    """Note lists of readings that a file leaves empty; in code that is the default."""
    expected = "the names of outputs; without the key, all of the figure's dimension"
    for place, claim in enumerate(scenario.claim if scenario.source.name else ()):
        if "readings" in claim.model_fields_set and not claim.readings:
            key = "claim", place, "readings"
            findings.add(key, "an empty list", expected, "leave out readings")


def _check_readings(
    claim: Claim, place: int, known: Collection[str], formulas: Collection[str], findings: Findings
) -> None:
    """Note readings and weights that name no output, and weights that weigh nothing.

    A formula that is named may be made an output.
    """
    for field, names in (("readings", claim.readings), ("weights", list(claim.weights))):
        for name in names:
            if known and name not in known:
                expected = f"an output: {listed(known)}"
                fix = f"add {quoted(name)} to outputs" if name in formulas else nearest(name, known)
                findings.add(("claim", place, field), quoted(name), expected, fix)
    _check_weights(claim.weights, place, findings)


def _check_weights(weights: Mapping[str, float], place: int, findings: Findings) -> None:
    """Note weights that are no probabilities."""
    shown, total = ", ".join(f"{weight:g}" for weight in weights.values()), sum(weights.values())
    path = ("claim", place, "weights")
    if weights and not min(weights.values()) >= 0 < total:
        findings.add(path, shown, "weights of 0 or more, not all 0")
    elif weights and abs(total - 1.0) > _SUM:
        shares = ", ".join(f"{name} = {weight / total:.6g}" for name, weight in weights.items())
        expected = "prior weights that sum to 1"
        findings.add(path, f"{shown}, a sum of {total:g}", expected, f"{{ {shares} }}")


def _read_claim(claim: Claim, place: int, findings: Findings) -> ReadClaim:
    """Return a claim with its words read."""
    override = None
    with findings.at("claim", place, "range"):
        override = parsed_range(claim.range) if claim.range else None
    wording = parsed_wording(claim.says)
    with findings.at("claim", place, "error"):
        if claim.error and claim.range:
            raise Fault("error and range together", "one of the two", "leave out error")
        if claim.error and wording.amount is None:
            raise Fault("error with LOW to HIGH", "one amount in says", "leave out error")
        if claim.error and claim.error > _MOST_ERROR:
            raise Fault(f"{claim.error:g}", f"a factor of at most {_MOST_ERROR:,.0f}", "error = 2")
    return ReadClaim(claim, wording, override)


def _sweeps(scenario: Scenario, findings: Findings) -> dict[str, tuple[Value, ...]]:
    """Return the values to try, by input."""
    sweeps: dict[str, tuple[Value, ...]] = {}
    total = 0
    for name, entries in scenario.sweep.items():
        with findings.at("sweep", name):
            if name not in scenario.inputs:
                known = list(scenario.inputs)
                raise Fault(f'"{name}"', f"an input: {listed(known)}", nearest(name, known))
            sweeps[name] = swept_values(entries)
        total += len(sweeps.get(name, ()))
        if total > MOST_VALUES:
            expected = f"at most {MOST_VALUES:,}"
            findings.add(("sweep", name), f"{total:,} values in all", expected, "a larger step")
            break
    return sweeps
