"""What can be said of a dependence before any matrix is made."""

from collections.abc import Mapping

from lossmodel.errors import Fault, listed, nearest
from lossmodel.scenario.findings import Findings
from lossmodel.scenario.schema import Dependence, Input
from lossmodel.scenario.values import Constant, Drawn, Value
from lossmodel.units.quoting import quoted


def check_dependence(
    dependence: Dependence,
    place: int,
    inputs: Mapping[str, Input],
    values: Mapping[str, Value],
    findings: Findings,
) -> None:
    """Note what a dependence ties that is no varying input, and a coefficient that does not fit.

    Parameters
    ----------
    dependence : Dependence
    place : int
        Among the dependences of the file.
    inputs : mapping of str to Input
        All inputs of the scenario.
    values : mapping of str to Value
        Those that could be read.
    findings : Findings
        Takes the faults.
    """
    for name in dict.fromkeys(dependence.between):
        with findings.at("dependence", place, "between"):
            if name not in inputs:
                raise Fault(quoted(name), f"an input: {listed(inputs)}", nearest(name, inputs))
            if isinstance(values.get(name), Constant):
                raise Fault(f'"{name}", a constant', "inputs that vary")
            if isinstance(value := values.get(name), Drawn) and value.formulas:
                found = f'"{name}", whose parameters are other inputs'
                raise Fault(found, "inputs with numbers of their own: tie its parameters")
            if dependence.between.count(name) > 1:
                raise Fault(f'"{name}" twice', "different inputs")
    with findings.at("dependence", place):
        _check_coefficient(dependence)


def _check_coefficient(dependence: Dependence) -> None:
    """Refuse a coefficient that is missing, or that the copula does not take."""
    rank, kendall, df = dependence.rank_correlation, dependence.kendall, dependence.df
    if rank is None and kendall is None:
        raise Fault("no coefficient", "rank_correlation or kendall", "rank_correlation = 0.5")
    if rank is not None and kendall is not None:
        expected = "rank_correlation or kendall, not both"
        raise Fault("both coefficients", expected, f"kendall = {kendall:g}")
    if dependence.copula == "t" and (kendall is None or df is None):
        raise Fault('copula = "t"', "kendall and df with it", "kendall = 0.4, df = 4")
    if dependence.copula == "gaussian" and df is not None:
        raise Fault("df with a Gaussian copula", 'copula = "t" with it', 'copula = "t"')
