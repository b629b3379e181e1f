"""Choosing, for each output, the input to integrate out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, isfinite, sqrt
from typing import final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.base import Discrete, Distribution
from lossmodel.errors import UsageError, listed, nearest
from lossmodel.estimates.replicates import unit_of
from lossmodel.formula.algebra import jumps, names, substituted
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
_RECENT = 32


@final
@dataclass(frozen=True, slots=True)
class Integral:
    """The form of one output that was chosen.

    Attributes
    ----------
    form : Form
    place : int
        Of the form among those of its output.
    exact : bool
        Whether nothing that is drawn reaches A and B.
    steps : bool
        Whether probabilities given A and B may jump from point to point.
    """

    form: Form
    place: int
    exact: bool
    steps: bool

    def given(self, output: str, columns: Mapping[str, Array]) -> Conditional | None:
        """Return the output given A and B, or None where they are not finite everywhere."""
        A, B = columns[f"{output} A"], columns[f"{output} B"]
        if not (np.isfinite(A).all() and np.isfinite(B).all()):
            return None
        return Conditional(A, B, self.form.law, self.exact, steps=self.steps)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What could be integrated out of each output of a model; equal to itself alone.

    Attributes
    ----------
    model : Model
    nodes : mapping of str to Node
        The outputs in terms of inputs alone.
    forms : mapping of str to tuple of Form
        By output; without those that have none.
    pilot : FormulaEvaluator
        What computes A and B of all forms where there is more than one.
    origin : Candidates or None
        Those of a model that differs in distributions alone: what evaluates them serves here too.
    """

    model: Model
    nodes: Mapping[str, Node]
    forms: Mapping[str, tuple[Form, ...]]
    pilot: FormulaEvaluator
    origin: "Candidates | None" = None

    def of(self, model: Model) -> "Candidates":
        """Return those of a model whose :func:`laws_of` have the same supports and kinds."""
        laws = {each.name: each.distribution for each in model.shared}
        forms = {
            name: tuple(form.of(law) for form in each if (law := laws[form.over]) is not None)
            for name, each in self.forms.items()
        }
        return replace(self, model=model, forms=forms, origin=self.origin or self)

    def chosen(self, drawing: Drawing) -> dict[str, Integral]:
        """Return, for each output that allows it, the form that leaves the least Monte Carlo error.

        Notes
        -----
        What is left is the variance of E(output | the other inputs), read off the first points of
        each replicate; where U has no mean, its median stands for it.
        """
        several = [name for name, each in self.forms.items() if len(each) > 1]
        columns = drawing.first(self.pilot, _PILOT) if several else {}
        found = {}
        for name, forms in self.forms.items():
            place = _least_left(name, forms, columns) if name in several else 0
            found[name] = self.integral(name, place)
        return found

    def integral(self, name: str, place: int) -> Integral:
        """Return the form of an output at a place, with what is known of it."""
        form, (needs, _) = self.forms[name][place], _known(self.origin or self, name, place)
        drawn = {each.name for each in self.model.shared if not each.is_constant}
        drawn |= {each.name for each in self.model.centres}
        steps = isinstance(form.law, Discrete) or not self._is_smooth(name, place)
        return Integral(form, place, not needs & (drawn | self.model.depends.keys()), steps)

    def _is_smooth(self, name: str, place: int) -> bool:
        """Whether A and B of a form are smooth in inputs that are shared and continuous."""
        needs, is_rough = _known(self.origin or self, name, place)
        laws = [each.distribution for each in self.model.shared if each.name in needs]
        return not (
            is_rough
            or needs & self.model.depends.keys()
            or any(isinstance(law, Discrete) for law in laws)
        )

    def far(self, name: str, chosen: Integral) -> Integral | None:
        """Return the form of an output from which its far tails can be seen, if there is one.

        It is the one that was chosen unless that jumps or has discrete inputs left: no slope leads
        from one value to the next, so that not all ways to an amount would be found.
        """
        places = range(len(self.forms[name]))
        for place in sorted(places, key=lambda place: place != chosen.place):
            if self._is_smooth(name, place):
                return self.integral(name, place)
        return None

    def evaluator(self, chosen: Mapping[str, Integral]) -> FormulaEvaluator:
        """Return what computes the outputs, and of each that is chosen the A and B of its form."""
        places = tuple((name, each.place) for name, each in chosen.items())
        return _evaluator(self.origin or self, places)

    def parts(self, name: str, integral: Integral) -> FormulaEvaluator:
        """Return what computes ``A`` and ``B`` of the form that was chosen for an output."""
        return _parts(self.origin or self, name, integral.place)

    def computed(self, chosen: Mapping[str, Integral]) -> dict[str, Node]:
        """Return the formulas that :meth:`evaluator` computes."""
        return _computed(self, ((name, each.place) for name, each in chosen.items()))


@lru_cache(maxsize=_RECENT)
def candidates(model: Model, smoothing: str) -> Candidates:
    """Return what could be integrated out of each output of a model made of formulas.

    Parameters
    ----------
    model : Model
    smoothing : str
        "auto", "off", or the name of the input to integrate out.

    Raises
    ------
    UsageError
        If ``smoothing`` is neither of these, or no output allows that input.
    """
    laws = laws_of(model, smoothing)
    nodes = model.computed
    found = {name: tuple(_forms(laws, node, model)) for name, node in nodes.items()}
    forms = {name: each for name, each in found.items() if each}
    if smoothing not in (AUTO, OFF) and not forms:
        raise UsageError(
            f'smoothing "{smoothing}"', "an input in which some output is affine", AUTO
        )
    pilot = {
        f"{name} {place} {part}": node
        for name, each in forms.items()
        if len(each) > 1
        for place, form in enumerate(each)
        for part, node in (("A", form.A), ("B", form.B))
    }
    return Candidates(model, nodes, forms, FormulaEvaluator(pilot))


@lru_cache(maxsize=_RECENT)
def _evaluator(candidates: Candidates, places: tuple[tuple[str, int], ...]) -> FormulaEvaluator:
    """Return what computes the outputs, and A and B of the forms at these places."""
    return FormulaEvaluator(_computed(candidates, places))


def _computed(candidates: Candidates, places: Iterable[tuple[str, int]]) -> dict[str, Node]:
    """Return the outputs, and A and B of the forms at these places."""
    nodes = dict(candidates.nodes)
    for name, place in places:
        form = candidates.forms[name][place]
        nodes |= {f"{name} A": form.A, f"{name} B": form.B}
    return nodes


@lru_cache(maxsize=_RECENT)
def _parts(candidates: Candidates, name: str, place: int) -> FormulaEvaluator:
    """Return what computes A and B of the form at this place of an output."""
    form = candidates.forms[name][place]
    return FormulaEvaluator({"A": form.A, "B": form.B})


@lru_cache(maxsize=16 * _RECENT)
def _known(candidates: Candidates, name: str, place: int) -> tuple[frozenset[str], bool]:
    """Return the names that A and B of a form depend on, and whether they jump."""
    form = candidates.forms[name][place]
    return form.needs, jumps(form.A) or jumps(form.B)


def laws_of(model: Model, smoothing: str) -> dict[str, Distribution]:
    """Return the inputs that may be integrated out; as :func:`candidates`."""
    laws = {
        each.name: each.distribution
        for each in model.shared
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


def _forms(laws: Mapping[str, Distribution], node: Node, model: Model) -> Iterator[Form]:
    """Yield the forms of an output, over inputs that what is left of it does not depend on."""
    depends = model.depends
    inside = frozenset().union(*(depends.get(name, frozenset()) for name in names(node)))
    free = {name: law for name, law in laws.items() if name not in inside}
    tied = {name for name in free if model.tied_to(name) & (inside | names(node))}
    yield from forms_of(node, {name: law for name, law in free.items() if name not in tied})
    for name, (part, _) in model.parts.items():
        if name in tied:
            whole = substituted(node, {name: part.node})
            for form in forms_of(whole, {part.rest: part.law}):
                yield replace(form, over=name, centre=part.centre)


def _least_left(name: str, forms: tuple[Form, ...], columns: Mapping[str, Array]) -> int:
    """Return the place of the form with the least variance left."""
    places = range(len(forms))
    with np.errstate(all="ignore"):
        centres = np.stack([columns[f"{name} {place} A"] for place in places])
        centres *= np.array([[_centre(form.law)] for form in forms])
        centres += np.stack([columns[f"{name} {place} B"] for place in places])
        units = [unit_of(float(largest)) for largest in np.abs(centres).max(axis=1)]
        centres /= np.array(units)[:, np.newaxis]
        centres -= centres.mean(axis=1, keepdims=True)
        squares = (centres * centres).mean(axis=1).tolist()
    left = [sqrt(square) * unit for square, unit in zip(squares, units, strict=True)]
    # Where all points agree, what makes the difference may just not have been met.
    return min(places, key=lambda place: left[place] if 0.0 < left[place] < inf else inf)


@lru_cache(maxsize=16 * _RECENT)
def _centre(law: Distribution) -> float:
    """Return the mean of a law, or its median where there is none."""
    mean = law.mean
    return mean if isfinite(mean) else float(law.quantile(np.array([0.5]))[0])
