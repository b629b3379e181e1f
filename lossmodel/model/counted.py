"""What is refused of the numbers that count units, where the file itself shows it."""

from collections.abc import Mapping

from lossmodel.distributions.base import Discrete
from lossmodel.distributions.calls import written
from lossmodel.errors import Fault
from lossmodel.formula.intervals import bounds
from lossmodel.formula.tree import Node, Over, ordered
from lossmodel.model.formulas import TypedFormulas
from lossmodel.model.inputs import ModelInput
from lossmodel.model.wholes import is_whole, is_whole_input
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.parsing import Reading
from lossmodel.units import Units

Inputs = Mapping[str, ModelInput]
Spans = Mapping[str, tuple[float, float]]

_FIX = 'a formula such as "{}", and varies = "per" that formula'


def check_counts(reading: Reading, inputs: Inputs, units: Units, findings: Findings) -> None:
    """Note inputs of numbers that count units, but are below 0 or not whole.

    Parameters
    ----------
    reading : Reading
    inputs : mapping of str to ModelInput
        As the file has them.
    units : Units
    findings : Findings
    """
    for name in _counters(reading):
        # What is in another unit than a count's is told with that.
        if name in inputs and not inputs[name].parameters and units.is_count(inputs[name].unit):
            with findings.at("inputs", name, "value"):
                _refuse_no_count(inputs[name], _expected(reading, name))


def check_means(
    reading: Reading, inputs: Inputs, formulas: TypedFormulas, findings: Findings
) -> None:
    """Note means over none, and inputs of uncertain parameters that count units and are not whole.

    Parameters
    ----------
    reading : Reading
    inputs : mapping of str to ModelInput
        As the file has them.
    formulas : TypedFormulas
        Without faults.
    findings : Findings
    """
    for name in _counters(reading):
        node = formulas.whole(name)
        if name in formulas.parameters and not is_whole(node, inputs):
            found = f"{name} = {inputs[name].text}, which is no whole number"
            expected = _expected(reading, name)
            fix = _rounded(name, bounds(node, _supports(inputs)).low)
            findings.add(("inputs", name, "value"), found, expected, fix)
    spans = _supports(inputs)
    for name, node in formulas.nodes.items():
        with findings.at("model", name, "formula"):
            _refuse_mean_of_none(node, spans)
        limit = bounds(node, spans)
        spans[name] = limit.low, limit.high


def _counters(reading: Reading) -> list[str]:
    """Return the names of what counts units."""
    return list(dict.fromkeys(reading.counts.values()))


def _expected(reading: Reading, name: str) -> str:
    """Return what a number of units must be."""
    counted = ", ".join(one for one, by in reading.counts.items() if by == name)
    return f"a whole number from 0: it counts what {counted} varies per"


def _supports(inputs: Inputs) -> dict[str, tuple[float, float]]:
    """Return the supports of inputs."""
    return {name: each.support for name, each in inputs.items()}


def _rounded(name: str, least: float) -> str:
    """Return how to make a count of what is none."""
    return _FIX.format(f"max(round({name}), 0)" if least < 0.0 else f"round({name})")


def _refuse_no_count(each: ModelInput, expected: str) -> None:
    """Refuse an input that is no whole number from 0."""
    least = each.support[0]
    if each.is_constant and not (least >= 0.0 and least.is_integer()):
        raise Fault(f"{each.name} = {least:g}", expected)
    many = isinstance(each.distribution, Discrete) and each.distribution.atoms() is None
    # Of so many values that they cannot be looked through, draws will show it.
    if not many and not is_whole_input(each):
        raise Fault(
            f"{each.name} = {each.text}, which is no whole number",
            expected,
            _rounded(each.name, least),
        )
    if least < 0.0:
        found = f"{each.name} = {each.text}, which can be {written(least)}"
        raise Fault(found, expected, _FIX.format(f"max({each.name}, 0)"))


def _refuse_mean_of_none(node: Node, spans: Spans) -> None:
    """Refuse a mean over units of which there never is one."""
    for part in ordered(node):
        if (
            isinstance(part, Over)
            and part.function == "mean"
            and bounds(part.count, spans).high <= 0
        ):
            expected = f"at least one of {part.axis}: a mean of nothing has no value"
            raise Fault(f"a mean over {part.axis}, of which there is none", expected)
