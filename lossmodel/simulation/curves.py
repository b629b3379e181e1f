"""Exceedance curves as columns: which loss is exceeded with which probability."""

from collections.abc import Iterable, Iterator, Sequence
from math import nan

import numpy as np

from lossmodel.simulation.intervals import check_share
from lossmodel.simulation.metrics import RETURN_PERIODS
from lossmodel.simulation.output import Output
from lossmodel.simulation.tables import Columns

PROBABILITIES = (
    *(0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2),
    *(1.0 / each for each in (*RETURN_PERIODS[2:], 500.0, 1000.0)),
)

_TEXTS = ("output", "unit", "curve")
_NUMBERS = ("return_period", "probability", "value", "se", "low", "high")


def curves(outputs: Iterable[Output], probabilities: Sequence[float]) -> Columns:
    """Return the exceedance curves of outputs.

    Parameters
    ----------
    outputs : iterable of Output
    probabilities : sequence of float
        Of more than the amounts, strictly between 0 and 1.

    Returns
    -------
    dict of str to array
        A row for each probability of each curve.  ``curve`` is "aep" of an output that is the loss
        of a period, "oep" of the largest event of a period, else "exceedance"; ``return_period`` is
        nan for the last; ``value`` is the amount in ``unit``, with its error, nan where these
        draws cannot bound it.

    Raises
    ------
    UsageError
        If a probability is out of range.
    """
    for each in probabilities:
        check_share(each, "probability")
    rows = [row for output in outputs for row in _rows(output, probabilities)]
    names = (*_TEXTS, *_NUMBERS)
    return {
        name: np.array([row[place] for row in rows], dtype=str if name in _TEXTS else np.float64)
        for place, name in enumerate(names)
    }


def _rows(output: Output, probabilities: Sequence[float]) -> Iterator[tuple[str | float, ...]]:
    """Yield the rows of all curves of one output."""
    for name, curve in _curves(output):
        for each in probabilities:
            found = curve.quantile(1.0 - each).to_dict().values()
            period = 1.0 / each if output.spec.period else nan
            numbers = (nan if x is None else x for x in found)
            yield output.name, output.unit, name, period, each, *numbers


def _curves(output: Output) -> Iterator[tuple[str, Output]]:
    """Yield the curves of an output by their names."""
    if not output.spec.period:
        yield "exceedance", output
        return
    yield "oep" if output.spec.of_largest else "aep", output
    if output.occurrence is not None:
        yield "oep", output.occurrence
