"""Where an output is A * g(x) + B, with A and B free of the input x."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

from lossmodel.distributions.base import Continuous, Distribution
from lossmodel.distributions.monotone import Exponential, Logarithm, Monotone, Power, Transformed
from lossmodel.formula.algebra import affine_in, names
from lossmodel.formula.tree import Binary, Call, Name, Node, Number, fold, ordered

_STAND_IN = "g of x"
"""No input can have a name with spaces."""


@final
@dataclass(frozen=True, slots=True)
class Form:
    """An output as ``A * U + B``.

    Attributes
    ----------
    over : str
        The input that U is a function of.
    law : Distribution
        Of U: the input's own, or that of a monotone function of it.
    A, B : Node
        Free of that input.
    centre : str
        The name of what tied inputs tell of that input, which A or B depends on; U is then what
        they do not tell.  "" where the input is independent of A and B.
    """

    over: str
    law: Distribution
    A: Node
    B: Node
    centre: str = ""

    @property
    def needs(self) -> frozenset[str]:
        """The names that A and B depend on."""
        return names(self.A) | names(self.B)

    def of(self, law: Distribution) -> "Form":
        """Return the form for another distribution of the input, of the same support."""
        if isinstance(self.law, Transformed) and isinstance(law, Continuous):
            law = Transformed(law, self.law.by)
        return Form(self.over, law, self.A, self.B)


def forms_of(node: Node, laws: Mapping[str, Distribution]) -> Iterator[Form]:
    """Yield the forms of an output, one per input in which it has one.

    Parameters
    ----------
    node : Node
        The output in terms of inputs alone, formulas substituted.
    laws : mapping of str to Distribution
        The inputs that are drawn.
    """
    for name, law in laws.items():
        if name not in names(node):
            continue
        form = affine_in(node, name)
        if form is not None:
            yield Form(name, law, form.A, form.B)
            continue
        by = _function_of(node, name)
        if by is not None and isinstance(law, Continuous) and by.suits(law.support):
            form = affine_in(_with_stand_in(node, name), _STAND_IN)
            if form is not None:
                yield Form(name, Transformed(law, by), form.A, form.B)


def _function_of(node: Node, name: str) -> Monotone | None:
    """Return the one monotone function through which ``name`` enters everywhere, if any."""
    found = {
        _function(part, name)
        for part in ordered(node)
        if any(_is(operand, name) for operand in part.parts)
    }
    return found.pop() if len(found) == 1 else None


def _function(node: Node, name: str) -> Monotone | None:
    """Return the function that a node applies to ``name``, if it is monotone and one of ours."""
    match node:
        case Call("exp"):
            return Exponential()
        case Call("log"):
            return Logarithm()
        case Call("sqrt"):
            return Power(0.5)
        case Binary("**", base, Number(exponent)) if _is(base, name) and exponent != 0.0:
            return Power(exponent)
        case Binary("/", above, below) if _is(below, name) and not _is(above, name):
            return Power(-1.0)
        case _:
            return None


def _with_stand_in(node: Node, name: str) -> Node:
    """Return the tree with a name in the place of the function of ``name``."""

    def replaced(part: Node, parts: list[Node]) -> Node:
        if not any(_is(operand, name) for operand in part.parts):
            return part.with_parts(parts)
        if isinstance(part, Binary) and part.op == "/":
            return Binary("*", parts[0], Name(_STAND_IN))
        return Name(_STAND_IN)

    return fold(node, replaced)


def _is(node: Node, name: str) -> bool:
    """Whether a node is that name."""
    return isinstance(node, Name) and node.name == name
