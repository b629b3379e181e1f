"""Ways of writing a family, as data, and the matching of a call with them."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import final

from lossmodel.distributions.base import Distribution, Domain
from lossmodel.distributions.calls import Argument, Call
from lossmodel.errors import Fault, listed, nearest

NONE, TWO, SEVERAL = range(1), range(2, 3), range(2, 100)
"""How many percentiles a form takes: none, two, or two and more."""

LISTS = frozenset({"values", "weights", "families"})
"""Arguments that are lists."""

_PERCENTILE = re.compile("p[1-9][0-9]?")


def is_percentile(name: str) -> bool:
    """Return whether ``name`` is one of ``p1`` ... ``p99``."""
    return _PERCENTILE.fullmatch(name) is not None


@final
@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a family.

    Parameters
    ----------
    make : callable
        Makes the distribution from the arguments by name.  Percentiles, where the form takes
        them, come first, together, as pairs of probability and value.
    required : tuple of str, optional
        Names of the arguments that must be given.
    optional : mapping of str to str, optional
        Names of those that may be given, with what stands after the ``=`` in the signature.
    percentiles : range, optional
        How many percentiles it takes: ``NONE``, ``TWO`` or ``SEVERAL``.
    """

    make: Callable[..., Distribution]
    required: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    percentiles: range = NONE

    def takes(self, names: Collection[str]) -> bool:
        """Return whether exactly these names may be given together."""
        plain = {name for name in names if not is_percentile(name)}
        number = len(names) - len(plain)
        return number in self.percentiles and {*self.required} <= plain <= self.names()

    def names(self) -> set[str]:
        """Return the names of all arguments but the percentiles."""
        return {*self.required, *self.optional}

    def signature(self, order: tuple[str, ...]) -> str:
        """Return the arguments as they are written, those of ``order`` without their names."""
        parts = [_placeholder(name) if name in order else f"{name}=" for name in self.required]
        if self.percentiles == TWO:
            parts.append("any two of p1= ... p99=")
        elif self.percentiles == SEVERAL:
            parts.append("two or more of p1= ... p99=")
        parts += [f"{name}={value}" for name, value in self.optional.items()]
        return ", ".join(parts)


def _placeholder(name: str) -> str:
    """Return what stands for an argument without a name."""
    return f"[{name}]" if name in LISTS else name


@final
@dataclass(frozen=True, slots=True)
class Family:
    """A family of distributions and the ways of writing it.

    Parameters
    ----------
    domains : mapping of str to Domain
        The domains of the arguments, as its class states them.
    forms : tuple of Form
        The ways of writing it, no two of which take the same names.
    order : tuple of str, optional
        Names of the arguments that may be given without one, in their order.
    """

    domains: Mapping[str, Domain]
    forms: tuple[Form, ...]
    order: tuple[str, ...] = ()

    def signatures(self, name: str) -> tuple[str, ...]:
        """Return the ways of writing it under ``name``."""
        return tuple(f"{name}({form.signature(self.order)})" for form in self.forms)

    def bound(self, call: Call) -> tuple[Form, dict[str, Argument]]:
        """Return the form that a call takes and its arguments by name.

        Raises
        ------
        Fault
            Where no form takes these arguments, showing those there are.
        """
        if len(call.positional) > len(self.order):
            raise self._refusal(call, self._with_names(call))
        pairs = [*zip(self.order, call.positional, strict=False), *call.named]
        arguments = dict(pairs)
        if len(arguments) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            raise Fault(f"{twice} given twice in {call}", "each argument once")
        for form in self.forms:
            if form.takes(arguments):
                return form, arguments
        raise self._refusal(call, self._with_spelling(call))

    def _refusal(self, call: Call, fix: str) -> Fault:
        """Return the fault of a call that takes no form."""
        return Fault(str(call), listed(self.signatures(call.family)), fix)

    def _with_names(self, call: Call) -> str:
        """Return the call with names to its arguments, where there is one way to name them."""
        given, named = call.positional[: len(self.order)], call.positional[len(self.order) :]
        fitting = []
        for form in self.forms:
            names = [name for name in (*form.required, *form.optional) if name not in self.order]
            if form.takes({*self.order, *names[: len(named)]}) and len(names) >= len(named):
                fitting.append(tuple(zip(names, named, strict=False)))
        if len(fitting) != 1:
            return ""
        return str(Call(call.family, given, (*fitting[0], *call.named)))

    def _with_spelling(self, call: Call) -> str:
        """Return the call with its unknown names replaced by the nearest, if that helps."""
        known = set().union(*(form.names() for form in self.forms))
        named = tuple(
            (name if name in known or is_percentile(name) else nearest(name, known), value)
            for name, value in call.named
        )
        names = [*self.order[: len(call.positional)], *(name for name, _ in named)]
        helps = len({*names}) == len(names) and any(form.takes(names) for form in self.forms)
        return str(Call(call.family, call.positional, named)) if helps else ""
