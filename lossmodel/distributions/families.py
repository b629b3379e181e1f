"""The families by name, and the making of a distribution from a call."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import numpy as np

from lossmodel.distributions.base import Distribution, Domain
from lossmodel.distributions.beta import Beta
from lossmodel.distributions.bounded import LogUniform, Triangular, Uniform
from lossmodel.distributions.calls import Argument, Call, written
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.counts import Binomial, Integers, NegativeBinomial, Poisson
from lossmodel.distributions.elicited import Metalog, Pert
from lossmodel.distributions.forms import LISTS, SEVERAL, TWO, Family, Form, is_percentile
from lossmodel.distributions.heavy import GenPareto, Levy, Lomax, Pareto
from lossmodel.distributions.location import Gumbel, Normal, StudentT
from lossmodel.distributions.mixtures import Mixture, mixture
from lossmodel.distributions.percentiles import Points
from lossmodel.distributions.positive import Exponential, Gamma, LogNormal, Weibull
from lossmodel.distributions.truncations import Truncated, truncated
from lossmodel.errors import Fault, nearest

_ENDS = ("low", "high")
_PEAK = ("low", "mode", "high")
_MOMENTS = ("mean", "sd")
_SHAPE = ("shape", "scale")
_PLACE = ("loc", "scale")


def _shaped(
    kind: type[Pareto] | type[Lomax] | type[GenPareto] | type[Gamma] | type[Weibull],
) -> Family:
    """Return a family of a shape and a scale, in its three ways."""
    return Family(
        kind.domains,
        (
            Form(kind, _SHAPE),
            Form(kind.from_moments, _MOMENTS),
            Form(kind.from_percentiles, percentiles=TWO),
        ),
    )


FAMILIES: Mapping[str, Family] = {
    "uniform": Family(Uniform.domains, (Form(Uniform, _ENDS),), _ENDS),
    "loguniform": Family(LogUniform.domains, (Form(LogUniform, _ENDS),), _ENDS),
    "triangular": Family(Triangular.domains, (Form(Triangular, _PEAK),), _PEAK),
    "pert": Family(Pert.domains, (Form(Pert, _PEAK, {"weight": "4"}),), _PEAK),
    "normal": Family(
        Normal.domains,
        (Form(Normal.from_moments, _MOMENTS), Form(Normal.from_percentiles, percentiles=TWO)),
    ),
    "lognormal": Family(
        LogNormal.domains,
        (
            Form(LogNormal.from_moments, _MOMENTS),
            Form(LogNormal.from_median, ("median", "gsd")),
            Form(LogNormal, ("mu", "sigma")),
            Form(LogNormal.from_percentiles, percentiles=TWO),
        ),
    ),
    "beta": Family(
        Beta.domains,
        (
            Form(Beta, ("alpha", "beta")),
            Form(Beta.from_moments, _MOMENTS),
            Form(Beta.from_percentiles, percentiles=TWO),
        ),
    ),
    "gamma": _shaped(Gamma),
    "weibull": _shaped(Weibull),
    "pareto": _shaped(Pareto),
    "lomax": _shaped(Lomax),
    "genpareto": _shaped(GenPareto),
    "levy": Family(
        Levy.domains, (Form(Levy, _PLACE), Form(Levy.from_percentiles, percentiles=TWO))
    ),
    "exponential": Family(Exponential.domains, (Form(Exponential.from_mean, ("mean",)),)),
    "gumbel": Family(
        Gumbel.domains,
        (
            Form(Gumbel, _PLACE),
            Form(Gumbel.from_moments, _MOMENTS),
            Form(Gumbel.from_percentiles, percentiles=TWO),
        ),
    ),
    "student_t": Family(
        StudentT.domains,
        (
            Form(StudentT, ("df", *_PLACE)),
            Form(StudentT.from_moments, ("df", *_MOMENTS)),
            Form(StudentT.from_percentiles, ("df",), percentiles=TWO),
        ),
    ),
    "metalog": Family(
        Metalog.domains,
        (Form(Metalog.from_percentiles, (), {"low": "", "high": ""}, percentiles=SEVERAL),),
    ),
    "bernoulli": Family(Binomial.domains, (Form(Binomial.single, ("p",)),)),
    "binomial": Family(Binomial.domains, (Form(Binomial, ("n", "p")),)),
    "poisson": Family(Poisson.domains, (Form(Poisson.from_mean, ("mean",)),)),
    "negative_binomial": Family(
        NegativeBinomial.domains, (Form(NegativeBinomial.from_moments, _MOMENTS),)
    ),
    "integers": Family(Integers.domains, (Form(Integers, _ENDS),), _ENDS),
    "choice": Family(
        Choice.domains, (Form(Choice.of, ("values",), {"weights": "[...]"}),), ("values",)
    ),
    "empirical": Family(Choice.domains, (Form(Choice.of, ("values",)),), ("values",)),
    "mixture": Family(
        Mixture.domains, (Form(mixture, ("families",), {"weights": "[...]"}),), ("families",)
    ),
    "truncate": Family(
        Truncated.domains, (Form(truncated, ("family",), {"low": "", "high": ""}),), ("family",)
    ),
}


def build(call: Call) -> Distribution:
    """Return the distribution that a call describes.

    Parameters
    ----------
    call : Call
        A family as written.

    Raises
    ------
    Fault
        For an unknown family (suggesting the nearest), for arguments that it does not take
        (showing those it does), for a value outside its domain, and for values that contradict
        each other.
    """
    family = FAMILIES.get(call.family)
    if family is None:
        raise Fault(call.family, f"a family: {', '.join(FAMILIES)}", nearest(call.family, FAMILIES))
    form, arguments = family.bound(call)
    named = {name: value for name, value in arguments.items() if not is_percentile(name)}
    values = {name: _read(name, value, family.domains) for name, value in named.items()}
    points = () if len(named) == len(arguments) else (_points(arguments, family.domains),)
    try:
        with np.errstate(all="ignore"):
            return form.make(*points, **values)
    except ArithmeticError:
        raise Fault(str(call), "numbers less extreme, whose ratios a float can hold") from None


def lognormal_between(low: float, high: float) -> Distribution:
    """Return the lognormal whose 5th and 95th percentiles are ``low`` and ``high``.

    Raises
    ------
    Fault
        Unless ``0 < low < high``; the fix shows the normal with the same percentiles.
    """
    if 0.0 < low < high:
        return LogNormal.from_percentiles(((0.05, low), (0.95, high)))
    ends = f"{written(low)} to {written(high)}"
    if not low < high:
        fix = f"{written(high)} to {written(low)}" if high < low else written(low)
        raise Fault(ends, "LOW to HIGH with LOW < HIGH", fix)
    fix = f"normal(p5={written(low)}, p95={written(high)})"
    raise Fault(ends, "both ends > 0: LOW to HIGH is lognormal", fix)


@cache
def signatures() -> Mapping[str, tuple[str, ...]]:
    """Return the ways of writing each family, by its name."""
    return {name: family.signatures(name) for name, family in FAMILIES.items()}


def _read(name: str, argument: Argument, domains: Mapping[str, Domain]) -> object:
    """Return the value of an argument: a number, a distribution, or a list of either."""
    if name not in LISTS:
        return _read_one(name, argument, domains)
    if not isinstance(argument, tuple):
        item = written(argument)
        raise Fault(f"{name}={item}", f"{name} to be a list in square brackets", f"[{item}]")
    return [_read_one(name, item, domains) for item in argument]


def _read_one(name: str, argument: Argument, domains: Mapping[str, Domain]) -> object:
    """Return the value of an argument that is not a list: a number or a distribution."""
    if name not in {"family", "families"}:
        return _number(name, argument, domains[name])
    if isinstance(argument, Call):
        return build(argument)
    raise Fault(written(argument), "a family, such as normal(mean=1, sd=2)")


def _number(name: str, argument: Argument, domain: Domain) -> float:
    """Return an argument that is a number within its domain."""
    if isinstance(argument, str):
        raise Fault(f"{name}={argument}", f"{name} to be {domain}, here without other inputs")
    if isinstance(argument, Call | tuple):
        raise Fault(f"{name}={written(argument)}", f"{name} to be {domain}")
    domain.require(name, argument)
    return float(argument)


def _points(arguments: Mapping[str, Argument], domains: Mapping[str, Domain]) -> Points:
    """Return the percentiles as pairs of probability and value; Fault unless both increase."""
    given = sorted(
        (int(name[1:]), _number(name, value, domains["percentile"]))
        for name, value in arguments.items()
        if is_percentile(name)
    )
    for (p, low), (q, high) in pairwise(given):
        if low >= high:
            found = f"p{p}={written(low)}, p{q}={written(high)}"
            raise Fault(found, f"p{p} < p{q}: percentiles that increase")
    return tuple((percent / 100.0, value) for percent, value in given)
