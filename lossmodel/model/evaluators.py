"""From columns of inputs to columns of outputs: by formulas, or by a Python function."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, final

import numpy as np
import numpy.typing as npt

from lossmodel.errors import NotSupportedError, UsageError
from lossmodel.formula.program import compiled
from lossmodel.formula.tree import Node
from lossmodel.model.model import Model
from lossmodel.scenario.schema import ModelFunction

Array = npt.NDArray[np.float64]
_NUMBERS = "fiub"
"""Kinds of NumPy's types whose values are real numbers; true and false count as 1 and 0."""
_EXACT = (Fraction, Decimal, int, float)
Columns = Mapping[str, Array | float]

_NONE: Columns = {}


class Evaluator(ABC):
    """Computes all outputs from a block of draws, row by row."""

    @property
    @abstractmethod
    def reads(self) -> frozenset[str]:
        """The columns that it needs by name; a Python function takes all inputs."""

    @abstractmethod
    def evaluate(self, columns: Columns, size: int) -> dict[str, Array]:
        """Return each output's values.

        Parameters
        ----------
        columns : mapping of str to array of shape (size,) or float
            The inputs in the units as written; floats are constants.
        size : int
            The number of rows.

        Returns
        -------
        dict of str to array, shape (size,)
        """


@final
class FormulaEvaluator(Evaluator):
    """Formulas compiled to a list of instructions.

    Parameters
    ----------
    nodes : mapping of str to Node
        By the name of what they compute, in terms of inputs alone.
    held : mapping of str to array of shape (size,) or float, optional
        Inputs whose columns are the same in all evaluations, each of all rows: what they alone
        decide is computed once.
    """

    def __init__(self, nodes: Mapping[str, Node], held: Columns = _NONE) -> None:
        # No input can have a name with a space, so the two kinds of name do not meet.
        self._slots = {name: f"{name} (output)" for name in nodes}
        program = compiled({self._slots[name]: node for name, node in nodes.items()})
        self._program = program.given(held) if held else program

    @property
    def reads(self) -> frozenset[str]:
        """The inputs and aggregates in the formulas."""
        return frozenset(self._program.inputs)

    def evaluate(self, columns: Columns, size: int) -> dict[str, Array]:
        """Return each output's values, as :meth:`Evaluator.evaluate`."""
        values = self._program.evaluate(columns)
        return {name: _rows(values[slot], size) for name, slot in self._slots.items()}


@final
class FunctionEvaluator(Evaluator):
    """A Python function, called with the inputs as keyword arrays.

    Parameters
    ----------
    function : callable
    """

    def __init__(self, function: ModelFunction) -> None:
        self._function = function

    @property
    def reads(self) -> frozenset[str]:
        """Nothing but inputs."""
        return frozenset()

    def evaluate(self, columns: Columns, size: int) -> dict[str, Array]:
        """Return each output's values, as :meth:`Evaluator.evaluate`.

        Raises
        ------
        UsageError
            If the function returns something else than numbers, one per row.
        """
        private = {
            name: np.array(np.broadcast_to(column, (size,))) for name, column in columns.items()
        }
        with np.errstate(all="ignore"):
            returned = self._function(**private)
        outputs = returned if isinstance(returned, Mapping) else {"loss": returned}
        if not outputs:
            raise UsageError(
                "a model function that returns no output", "an array, or a mapping of arrays"
            )
        return {str(name): _column(name, values, size) for name, values in outputs.items()}


def _rows(column: Array, size: int) -> Array:
    """Return a column of this many rows, of one value where no column was involved."""
    return column if column.shape == (size,) else np.broadcast_to(column, (size,))


def _column(name: object, values: Any, size: int) -> Array:  # noqa: ANN401 - whatever it returned
    """Return an output of a model function as numbers, one per row."""
    array = _array(values)
    if array is None or array.dtype.kind not in _NUMBERS:
        kind = "" if array is None else f" of {array.dtype.name}"
        found = f'output "{name}" of type {type(values).__name__}{kind}'
        raise UsageError(found, "an array of real numbers, one per row")
    if array.shape != (size,):
        found = f'output "{name}" of shape {array.shape}'
        raise UsageError(found, f"shape ({size},), one number per row")
    return array.astype(np.float64, copy=False)


def _array(values: Any) -> npt.NDArray[Any] | None:  # noqa: ANN401 - whatever a function returned
    """Return something as an array, or None where it is no array of anything."""
    try:
        array = np.asarray(values)
        # Exact numbers, such as fractions and decimals; NumPy would take None for nan.
        if array.dtype.kind == "O" and all(isinstance(each, _EXACT) for each in array.flat):
            return array.astype(np.float64)
    except (TypeError, ValueError):
        return None
    return array


def refuse_unsupported(model: Model) -> None:
    """Refuse a model that asks for what this version cannot run.

    Raises
    ------
    NotSupportedError
        Naming each such key.
    """
    if model.unsupported:
        raise NotSupportedError(
            "this version cannot run per-unit inputs of Python functions yet: "
            + "; ".join(model.unsupported)
        )


def evaluator_of(model: Model) -> Evaluator:
    """Return what computes the outputs of a model that can be run."""
    code = model.scenario.model
    if isinstance(code, dict):
        return FormulaEvaluator(model.formulas.columns)
    return FunctionEvaluator(code)
