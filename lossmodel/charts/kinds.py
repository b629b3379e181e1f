"""Which charts there are of which result."""

from collections.abc import Callable, Mapping, Sequence

from lossmodel.attribution.results import Sensitivity
from lossmodel.charts.chart import Chart
from lossmodel.charts.densities import (
    densities,
    density_charts,
    exceedance_charts,
    exceedances,
    input_charts,
)
from lossmodel.charts.intervals import comparison_charts
from lossmodel.charts.sweeps import sweep_charts
from lossmodel.charts.tornadoes import tornado_charts
from lossmodel.claims.results import ClaimChecks
from lossmodel.comparison.results import Comparison
from lossmodel.errors import NotSupportedError, UsageError, listed, nearest
from lossmodel.simulation.output import Output
from lossmodel.simulation.result import Result
from lossmodel.sweeps.results import Sweep

Kinds = Mapping[str, Callable[..., Sequence[Chart]]]


def charts_of(result: object, kind: str = "") -> Sequence[Chart]:
    """Return the charts of a kind of a result; of its first kind where none is named.

    Raises
    ------
    UsageError
        If there is no such kind of chart of this result.
    NotSupportedError
        If there is nothing to draw.
    """
    kinds = _KINDS[type(result)]
    chosen = kind or next(iter(kinds))
    if chosen not in kinds:
        raise UsageError(f'kind "{kind}"', f"one of {listed(kinds)}", nearest(kind, kinds))
    charts = kinds[chosen](result)
    if not charts:
        raise NotSupportedError(f"there is nothing to draw: no input is uncertain ({chosen})")
    return charts


_OF_RESULT: Kinds = {
    "density": density_charts,
    "exceedance": exceedance_charts,
    "inputs": input_charts,
}
_KINDS: Mapping[type, Kinds] = {
    Output: {
        "density": lambda output: (densities([output]),),
        "exceedance": lambda output: (exceedances([output]),),
    },
    Result: _OF_RESULT,
    ClaimChecks: {name: lambda c, draw=draw: draw(c.result) for name, draw in _OF_RESULT.items()},
    Sensitivity: {"tornado": tornado_charts},
    Sweep: {"sweep": sweep_charts},
    Comparison: {"comparison": comparison_charts},
}
