"""Inputs whose parameters are other inputs: what is drawn for them, and the formula they become.

Such an input is drawn from a law without these parameters, and a formula turns that into the
input's own values, as ``median * exp(log(gsd) * x)`` of a standard normal x.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import inf, isinf, nextafter
from sys import float_info
from typing import final

from lossmodel.distributions.base import EXACT, Distribution, Domain
from lossmodel.distributions.calls import Argument, Call, written
from lossmodel.distributions.families import FAMILIES, build
from lossmodel.errors import Fault, listed
from lossmodel.formula.algebra import substituted
from lossmodel.formula.intervals import Bounds, bounds
from lossmodel.formula.parser import parse
from lossmodel.formula.tree import Call as FormulaCall
from lossmodel.formula.tree import Name, Node, Number
from lossmodel.scenario.values import Drawn, parsed_value

IN_UNIT = frozenset({"mean", "sd", "median", "low", "mode", "high", "loc", "scale", "n"})
"""Parameters in the unit of the input; the others are plain numbers."""

_DRAWN = "x"


@final
@dataclass(frozen=True, slots=True)
class Standard:
    """One way of writing a family with parameters that are formulas.

    Attributes
    ----------
    family : str
    arguments : tuple of str
        In the order in which a function behind ``formula`` takes them.
    law : str
        What is drawn, ``x``: a family, with the arguments in ``fixed`` to be filled in.
    formula : str
        The input in terms of ``x`` and the arguments, a stroke behind their names; or, ending in
        "quantile", the function of both that it is.
    fixed : tuple of str
        Arguments that must be numbers.
    rising : tuple of str
        Arguments of which none may be below the one before.
    """

    family: str
    arguments: tuple[str, ...]
    law: str
    formula: str
    fixed: tuple[str, ...] = ()
    rising: tuple[str, ...] = ()

    def takes(self, family: str, arguments: Mapping[str, Argument]) -> bool:
        """Whether it is the way in which a family is written here."""
        numbers = all(isinstance(arguments.get(name), float) for name in self.fixed)
        return family == self.family and arguments.keys() == {*self.arguments} and numbers


_NORMAL, _EVEN, _WAITING = "normal(mean=0, sd=1)", "uniform(0, 1)", "exponential(mean=1)"
_ENDS = ("low", "high")
_SHAPES = ("shape", "scale")

_STANDARDS = (
    Standard("normal", ("mean", "sd"), _NORMAL, "mean_ + sd_ * x"),
    Standard(
        "lognormal", ("median", "gsd"), "lognormal(median=1, gsd={gsd})", "median_ * x", ("gsd",)
    ),
    Standard("lognormal", ("median", "gsd"), _NORMAL, "median_ * exp(log(gsd_) * x)"),
    Standard(
        "lognormal", ("mu", "sigma"), "lognormal(mu=0, sigma={sigma})", "exp(mu_) * x", ("sigma",)
    ),
    Standard("lognormal", ("mu", "sigma"), _NORMAL, "exp(mu_ + sigma_ * x)"),
    Standard(
        "lognormal",
        ("mean", "sd"),
        _NORMAL,
        "mean_ / sqrt(1 + (sd_ / mean_) ** 2) * exp(sqrt(log(1 + (sd_ / mean_) ** 2)) * x)",
    ),
    Standard("uniform", _ENDS, _EVEN, "low_ + (high_ - low_) * x", (), _ENDS),
    Standard("loguniform", _ENDS, _EVEN, "low_ * exp(log(high_ / low_) * x)", (), _ENDS),
    Standard(
        "triangular",
        ("low", "mode", "high"),
        _EVEN,
        "where(x * (high_ - low_) < mode_ - low_, "
        "low_ + sqrt(x * (high_ - low_) * (mode_ - low_)), "
        "high_ - sqrt((1 - x) * (high_ - low_) * (high_ - mode_)))",
        (),
        ("low", "mode", "high"),
    ),
    Standard("exponential", ("mean",), _WAITING, "mean_ * x"),
    Standard("gamma", _SHAPES, "gamma(shape={shape}, scale=1)", "scale_ * x", ("shape",)),
    Standard("weibull", _SHAPES, "weibull(shape={shape}, scale=1)", "scale_ * x", ("shape",)),
    Standard("weibull", _SHAPES, _WAITING, "scale_ * exp(log(x) / shape_)"),
    Standard("pareto", _SHAPES, "pareto(shape={shape}, scale=1)", "scale_ * x", ("shape",)),
    Standard("pareto", _SHAPES, _WAITING, "scale_ * exp(x / shape_)"),
    Standard("lomax", _SHAPES, "lomax(shape={shape}, scale=1)", "scale_ * x", ("shape",)),
    Standard("lomax", _SHAPES, _WAITING, "scale_ * (exp(x / shape_) - 1)"),
    Standard("genpareto", _SHAPES, "genpareto(shape={shape}, scale=1)", "scale_ * x", ("shape",)),
    Standard("levy", ("loc", "scale"), "levy(loc=0, scale=1)", "loc_ + scale_ * x"),
    Standard("gumbel", ("loc", "scale"), "gumbel(loc=0, scale=1)", "loc_ + scale_ * x"),
    Standard(
        "student_t",
        ("df", "loc", "scale"),
        "student_t(df={df}, loc=0, scale=1)",
        "loc_ + scale_ * x",
        ("df",),
    ),
    Standard("bernoulli", ("p",), _EVEN, "where(x > 1 - p_, 1, floor(0 * p_))"),
    Standard("integers", _ENDS, _EVEN, "floor(low_ + (high_ - low_ + 1) * x)", (), _ENDS),
    Standard("poisson", ("mean",), _EVEN, "poisson quantile"),
    Standard("binomial", ("n", "p"), _EVEN, "binomial quantile"),
)


def standard_of(call: Call) -> tuple[Standard, dict[str, Argument]]:
    """Return how an input of such parameters is drawn, and its arguments by name.

    Raises
    ------
    Fault
        If the family is not known, is not written so, or takes numbers alone there.
    """
    family = FAMILIES.get(call.family)
    if family is None:
        build(call)
        raise AssertionError("an unknown family is refused")
    _, arguments = family.bound(call)
    for each in _STANDARDS:
        if each.takes(call.family, arguments):
            return each, arguments
    ways = [_way(each) for each in _STANDARDS if each.family == call.family]
    others = list(dict.fromkeys(each.family for each in _STANDARDS))
    expected = (
        listed(ways) if ways else f"numbers; other inputs may be parameters of {listed(others)}"
    )
    raise Fault(str(call), expected)


def _way(each: Standard) -> str:
    """Return how a family may be written with formulas."""
    shown = [f"{name}={'NUMBER' if name in each.fixed else ''}" for name in each.arguments]
    return f"{each.family}({', '.join(shown)})"


def law_of(call: Call) -> Distribution:
    """Return what is drawn for an input of such parameters."""
    standard, arguments = standard_of(call)
    numbers = {name: written(arguments[name]) for name in standard.fixed}
    match parsed_value(standard.law.format(**numbers)):
        case Drawn(drawn):
            return build(drawn)
        case _:
            raise AssertionError("a law is a family")


def node_of(
    name: str,
    call: Call,
    arguments: Mapping[str, Node],
    spans: Mapping[str, tuple[float, float]],
    whole: Collection[str],
) -> Node:
    """Return an input of such parameters as a formula of what is drawn under its name.

    Parameters
    ----------
    name : str
        Of the input.
    call : Call
        Its family as written.
    arguments : mapping of str to Node
        The arguments that are formulas, units worked in.
    spans : mapping of str to (float, float)
        Bounds of all names in them.
    whole : collection of str
        The arguments that are whole numbers in every draw.

    Raises
    ------
    Fault
        If an argument can never have a value that the family takes.
    """
    standard, given = standard_of(call)
    domains = FAMILIES[call.family].domains
    nodes: dict[str, Node] = {}
    for each in standard.arguments:
        value = given[each]
        if isinstance(value, str):
            node = _within(f"{each} of {name}", arguments[each], domains[each], spans)
            free = each in whole or domains[each].kind == "a number"
            nodes[each] = node if free else _whole(node)
        elif isinstance(value, float):
            domains[each].require(each, value)
            nodes[each] = Number(value)
    for before, after in zip(standard.rising, standard.rising[1:], strict=False):
        nodes[after] = _not_below(f"{after} of {name}", nodes[after], nodes[before], spans)
    if standard.formula.endswith("quantile"):
        return FormulaCall(standard.formula, (Name(name), *nodes.values()))
    written = {f"{each}_": node for each, node in nodes.items()}
    return substituted(parse(standard.formula), {**written, _DRAWN: Name(name)})


def typical(call: Call, medians: Mapping[str, float]) -> Distribution:
    """Return the distribution that a family has with such parameters.

    Parameters
    ----------
    call : Call
        As written.
    medians : mapping of str to float
        The arguments that are formulas.

    Raises
    ------
    Fault
        If the family does not take them.
    """
    _, arguments = standard_of(call)
    named = tuple((name, medians.get(name, value)) for name, value in arguments.items())
    try:
        return build(Call(call.family, (), named))
    except Fault as fault:
        found = f"{call} with these inputs at their medians: {fault.found}"
        raise Fault(found, fault.expected, fault.fix) from None


def _within(
    what: str, node: Node, domain: Domain, spans: Mapping[str, tuple[float, float]]
) -> Node:
    """Return a parameter that has no value outside its domain."""
    inner, outer = nextafter(domain.low, inf), nextafter(domain.high, -inf)
    low = domain.low if domain.ends[0] == "[" or isinf(domain.low) else inner
    high = domain.high if domain.ends[1] == "]" or isinf(domain.high) else outer
    # Beyond, every float is a whole number: a count without an end does not leave its range.
    low, high = (-inf if low == -EXACT else low), (inf if high == EXACT else high)
    found = bounds(node, spans)
    if found.high < low or found.low > high:
        raise Fault(_between(what, found), f"{domain}")
    if low <= found.low and found.high <= high:
        return node
    ends = max(low, -float_info.max), min(high, float_info.max)
    return FormulaCall("within", (node, *map(Number, ends)))


def _whole(node: Node) -> Node:
    """Return a parameter that has no value where it is no whole number."""
    return FormulaCall(
        "within", (node, FormulaCall("ceil", (node,)), FormulaCall("floor", (node,)))
    )


def _not_below(
    what: str, node: Node, before: Node, spans: Mapping[str, tuple[float, float]]
) -> Node:
    """Return a parameter that has no value where it is below the one before."""
    found, least = bounds(node, spans), bounds(before, spans)
    if found.high < least.low:
        raise Fault(_between(what, found), f"at least what stands before it, {least.low:g} or more")
    if least.high <= found.low:
        return node
    return FormulaCall("within", (node, before, Number(float_info.max)))


def _between(what: str, found: Bounds) -> str:
    """Return where a parameter lies."""
    return f"{what} between {found.low:g} and {found.high:g}"
