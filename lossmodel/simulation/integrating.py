"""Choosing, for each output, the input to integrate out."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Distribution
from lossmodel.errors import UsageError, listed, nearest
from lossmodel.formula.tree import Node
from lossmodel.model.evaluators import FormulaEvaluator
from lossmodel.model.model import Model
from lossmodel.simulation.drawing import Drawing
from lossmodel.smoothing.conditional import Conditional
from lossmodel.smoothing.forms import Form, forms_of

Array = npt.NDArray[np.float64]

AUTO, OFF = "auto", "off"
_PILOT = 16
"""Points of each replicate that the choice is made from: it must not cost more than the run."""


@final
@dataclass(frozen=True, slots=True)
class Integral:
    """The form of one output that was chosen.

    Attributes
    ----------
    form : Form
    exact : bool
        Whether nothing that is drawn reaches A and B.
    """

    form: Form
    exact: bool

    def nodes(self, output: str) -> dict[str, Node]:
        """Return A and B by the names they are evaluated under."""
        return {f"{output} A": self.form.A, f"{output} B": self.form.B}

    def given(self, output: str, columns: Mapping[str, Array]) -> Conditional | None:
        """Return the output given A and B, or None where they are not finite everywhere."""
        A, B = columns[f"{output} A"], columns[f"{output} B"]
        if not (np.isfinite(A).all() and np.isfinite(B).all()):
            return None
        return Conditional(A, B, self.form.law, self.exact)


def integrals(
    model: Model, outputs: Mapping[str, Node], drawing: Drawing, smoothing: str
) -> dict[str, Integral]:
    """Return, for each output that allows it, the form that leaves the least Monte Carlo error.

    Parameters
    ----------
    model : Model
    outputs : mapping of str to Node
        In terms of inputs alone.
    drawing : Drawing
    smoothing : str
        "auto", "off", or the name of the input to integrate out.

    Raises
    ------
    UsageError
        If ``smoothing`` is neither of these, or no output allows that input.

    Notes
    -----
    What is left is the variance of E(output | the other inputs), read off the first points of each
    replicate; where U has no mean, its median stands for it.
    """
    laws = _laws(model, smoothing)
    forms = {name: list(forms_of(node, laws)) for name, node in outputs.items()}
    if smoothing not in (AUTO, OFF) and not any(forms.values()):
        raise UsageError(
            f'smoothing "{smoothing}"', "an input in which some output is affine", AUTO
        )
    several = {name: each for name, each in forms.items() if len(each) > 1}
    chosen = {name: each[0] for name, each in forms.items() if len(each) == 1}
    chosen |= _least_left(several, drawing)
    drawn = {each.name for each in model.inputs if not each.is_constant}
    return {name: Integral(form, not form.needs & drawn) for name, form in chosen.items()}


def _laws(model: Model, smoothing: str) -> dict[str, Distribution]:
    """Return the inputs that may be integrated out."""
    laws = {
        each.name: each.distribution
        for each in model.inputs
        # A replacement in another unit would need a law of its own for every function of it.
        if each.distribution is not None and each.factor == 1.0
    }
    if smoothing == OFF:
        return {}
    if smoothing == AUTO:
        return laws
    if smoothing not in laws:
        near = nearest(smoothing, laws)
        raise UsageError(f'smoothing "{smoothing}"', f"auto, off or an input: {listed(laws)}", near)
    return {smoothing: laws[smoothing]}


def _least_left(forms: Mapping[str, list[Form]], drawing: Drawing) -> dict[str, Form]:
    """Return for each output the form with the least variance left, by a pilot of means."""
    nodes = {
        f"{name} {place} {part}": node
        for name, each in forms.items()
        for place, form in enumerate(each)
        for part, node in (("A", form.A), ("B", form.B))
    }
    if not nodes:
        return {}
    columns = drawing.first(FormulaEvaluator(nodes), _PILOT)

    def left(name: str, place: int) -> float:
        A, B = columns[f"{name} {place} A"], columns[f"{name} {place} B"]
        with np.errstate(all="ignore"):
            spread = float(np.std(A * _centre(forms[name][place].law) + B))
        return spread if isfinite(spread) else inf

    return {
        name: each[min(range(len(each)), key=lambda place: left(name, place))]
        for name, each in forms.items()
    }


def _centre(law: Distribution) -> float:
    """Return the mean of a law, or its median where there is none."""
    return law.mean if isfinite(law.mean) else float(law.quantile(np.array([0.5]))[0])
