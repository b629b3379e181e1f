"""Formulas as a list of instructions on columns of NumPy float64."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, final

import numpy as np
import numpy.typing as npt

from lossmodel.distributions.conditional import binomial_quantile, poisson_quantile
from lossmodel.formula.algebra import names
from lossmodel.formula.numbering import Given, Numbering, Step
from lossmodel.formula.tree import Node

Array: TypeAlias = npt.NDArray[np.float64]
_Value: TypeAlias = Array | np.float64 | float
_Slots: TypeAlias = list[_Value]
_Operation: TypeAlias = Callable[..., _Value]


@final
class Instruction(NamedTuple):
    """One operation: what takes its operands from the slots, and whose memory it may write over.

    A tuple, because taking one apart is the quickest way to its fields.
    """

    operation: _Operation
    operands: Callable[[Sequence[Any]], tuple[Any, ...]]
    target: int
    spare: int | None


@final
@dataclass(frozen=True, slots=True)
class Program:
    """Formulas ready to be evaluated; it can be pickled.

    Attributes
    ----------
    inputs : mapping of str to int
        The columns that it reads, and their slots.
    blank : tuple of float or array
        The slots before evaluation: what is known, and 0 in the other places.
    instructions : tuple of Instruction
        What fills the slots, in order.
    outputs : mapping of str to int
        The slot of every formula that was asked for.
    """

    inputs: Mapping[str, int]
    blank: tuple[_Value, ...]
    instructions: tuple[Instruction, ...]
    outputs: Mapping[str, int]

    def evaluate(self, columns: Mapping[str, Array | float]) -> dict[str, Array]:
        """Return the columns of the outputs.

        Parameters
        ----------
        columns : mapping of str to array of float64, or float
            One for every name in :attr:`inputs`, of shapes that broadcast; none is written to.

        Returns
        -------
        dict of str to array of float64
            Without dimensions where no column was involved; inf and nan where a formula has no
            finite value.  Outputs that are equal share their memory, and an output that is an
            input is that input's column.

        Raises
        ------
        KeyError
            Where a column is missing.
        """
        slots: _Slots = list(self.blank)
        for name, place in self.inputs.items():
            slots[place] = columns[name]
        shape = _common_shape([slots[place] for place in self.inputs.values()])
        with np.errstate(all="ignore"):
            for operation, operands, target, spare in self.instructions:
                if spare is not None and _has_shape(slots[spare], shape):
                    slots[target] = operation(*operands(slots), out=slots[spare])
                else:
                    slots[target] = operation(*operands(slots))
        return {name: np.asarray(slots[place]) for name, place in self.outputs.items()}

    def given(self, columns: Mapping[str, Array | float]) -> "Program":
        """Return the program of the other inputs: what these alone decide is computed now.

        Parameters
        ----------
        columns : mapping of str to array of float64, or float
            Of some inputs; names that the program does not read are passed over.
        """
        slots: _Slots = list(self.blank)
        open_slots = [False] * len(slots)
        for name, place in self.inputs.items():
            open_slots[place] = name not in columns
            slots[place] = columns.get(name, 0.0)
        left: list[Instruction] = []
        with np.errstate(all="ignore"):
            for step in self.instructions:
                if any(step.operands(open_slots)):
                    open_slots[step.target] = True
                    # What was computed once is there for every evaluation: none may write over it.
                    kept = step.spare is not None and not open_slots[step.spare]
                    left.append(step._replace(spare=None) if kept else step)
                else:
                    slots[step.target] = step.operation(*step.operands(slots))
        inputs = {name: place for name, place in self.inputs.items() if name not in columns}
        return Program(inputs, tuple(slots), tuple(left), self.outputs)


def compiled(formulas: Mapping[str, Node], outputs: Sequence[str] | None = None) -> Program:
    """Return the program of some formulas.

    Parameters
    ----------
    formulas : mapping of str to Node
        Formulas by name, each after those that it refers to; all other names are inputs.
    outputs : sequence of str, optional
        The formulas to return, by default all; those that they do not need are left out.

    Raises
    ------
    NotSupportedError
        Where a formula runs over the units of a per-unit input.
    """
    wanted = list(formulas) if outputs is None else list(outputs)
    needed = _needed(formulas, wanted)
    numbering = Numbering.of({name: node for name, node in formulas.items() if name in needed})
    values = {place: value for (value, _), place in numbering.values.items()}
    given = {place: value.what for place, value in values.items() if isinstance(value, Given)}
    steps = {place: value for place, value in values.items() if isinstance(value, Step)}
    results = {name: numbering.formulas[name] for name in wanted}
    return Program(
        inputs={what: place for place, what in given.items() if isinstance(what, str)},
        blank=tuple(
            what if isinstance(what := given.get(place), float) else 0.0 for place in values
        ),
        instructions=_scheduled(steps, frozenset(results.values())),
        outputs=results,
    )


def _needed(formulas: Mapping[str, Node], wanted: Sequence[str]) -> set[str]:
    """Return the names that some formulas need, their own included."""
    needed = set(wanted)
    for name in reversed(list(formulas)):
        if name in needed:
            needed |= names(formulas[name])
    return needed


def _scheduled(steps: Mapping[int, Step], kept: frozenset[int]) -> tuple[Instruction, ...]:
    """Return the instructions, each with an operand that it may write over.

    That is one that another instruction made, that nobody reads later, and that is no output.
    """
    last_use = {place: target for target, step in steps.items() for place in step.operands}

    def made(target: int, step: Step) -> Instruction:
        operation = _OPERATIONS[step.operation]
        free = [
            place
            for place in step.operands
            if place in steps and place not in kept and last_use[place] == target
        ]
        spare = free[0] if free and isinstance(operation, np.ufunc) else None
        return Instruction(operation, _gathered(*step.operands), target, spare)

    return tuple(made(target, step) for target, step in steps.items())


def _common_shape(slots: _Slots) -> tuple[int, ...] | None:
    """Return the one shape of all columns, and so of all results of columns, or None."""
    shapes = {column.shape for column in slots if isinstance(column, np.ndarray)}
    return shapes.pop() if len(shapes) == 1 else None


def _has_shape(value: _Value, shape: tuple[int, ...] | None) -> bool:
    """Return whether a value is a column of this shape."""
    return isinstance(value, np.ndarray) and value.shape == shape


def _gathered(first: int, *others: int) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return a function that takes the operands out of the slots, at the speed of C."""
    return itemgetter(first, *others) if others else itemgetter(slice(first, first + 1))


def _chosen(condition: _Value, yes: _Value, no: _Value) -> _Value:
    """Return ``yes`` where the condition is not 0, else ``no``."""
    return np.where(np.not_equal(condition, 0.0), yes, no)


def _within(value: _Value, low: _Value, high: _Value) -> _Value:
    """Return a value where it lies between two others, nan elsewhere."""
    inside = np.greater_equal(value, low) & np.less_equal(value, high)
    return np.where(inside, value, np.nan)


@final
@dataclass(frozen=True, slots=True)
class _Truth:
    """A comparison that gives 1.0 and 0.0."""

    test: np.ufunc

    def __call__(self, left: _Value, right: _Value) -> _Value:
        return np.asarray(self.test(left, right), dtype=np.float64)


_OPERATIONS: dict[str, _Operation] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "square": np.square,
    "negative": np.negative,
    "<": _Truth(np.less),
    "<=": _Truth(np.less_equal),
    ">": _Truth(np.greater),
    ">=": _Truth(np.greater_equal),
    "==": _Truth(np.equal),
    "!=": _Truth(np.not_equal),
    "min": np.minimum,
    "max": np.maximum,
    "abs": np.absolute,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "round": np.rint,
    "floor": np.floor,
    "ceil": np.ceil,
    "where": _chosen,
    "within": _within,
    "poisson quantile": poisson_quantile,
    "binomial quantile": binomial_quantile,
}
