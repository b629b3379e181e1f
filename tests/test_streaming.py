import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from golden_model import SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

import lossmodel as lm
from lossmodel.estimates.bins import FINEST, Octaves, strip_of
from lossmodel.estimates.estimate import Estimate
from lossmodel.estimates.replicates import Replicates
from lossmodel.estimates.spreads import PIECE, Spread, SpreadTree
from lossmodel.estimates.statistics import DrawnStatistics
from lossmodel.estimates.tallies import MOST_ATOMS, Tallies, origin_of, tallied
from lossmodel.execution import memory
from lossmodel.simulation import gathering

WIDTH = 1.0 / FINEST


def streamed(values, step=1 << 12, support=(-math.inf, math.inf)):
    tallies = Tallies(len(values))
    for replicate, row in enumerate(values):
        for start in range(0, row.size, step):
            tallies.add(replicate, tallied(row[start : start + step]))
    return tallies.statistics(support)


def kept(values, support=(-math.inf, math.inf)):
    return DrawnStatistics(Replicates(values, support))


def drawn(name, points=1 << 13):
    rng, shape = np.random.default_rng(7), (16, points)
    few = rng.random(shape) < 0.3
    return {
        "lognormal": rng.lognormal(13.0, 0.4, shape),
        "normal": rng.normal(0.0, 1.0, shape),
        "uniform": rng.random(shape),
        "falling": rng.pareto(1.5, shape) + 1.0,
        "rising": -rng.exponential(1.0, shape),
        "zeros": np.where(few, 0.0, rng.lognormal(0.0, 1.0, shape)),
        "wide": rng.lognormal(0.0, 30.0, shape),
        "poisson": rng.poisson(3.0, shape).astype(float),
        "whole": np.round(rng.lognormal(8.0, 0.5, shape)),
        "atom": np.where(few, math.pi, rng.lognormal(1.0, 1.0, shape)),
    }[name]


SMOOTH = ["lognormal", "normal", "uniform", "falling", "rising", "zeros"]
EXACT = ["poisson"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False).filter(bool), min_size=1, max_size=50)
)
def test_every_number_lies_in_its_bin(numbers):
    octaves = Octaves(2)
    octaves.add(1, strip_of(np.array(numbers)))
    cells = octaves.cells()
    low, high = (np.concatenate([getattr(part, end) for part in cells]) for end in ("low", "high"))
    counts = np.concatenate([part.counts for part in cells], axis=1)
    assert (low < high).all()
    assert (high[:-1] <= low[1:]).all()
    assert counts.sum() == len(numbers)
    for number in numbers:
        # A bin holds its end that is nearer to 0.
        inside = (
            (low <= number) & (number < high) if number > 0 else (low < number) & (number <= high)
        )
        assert counts[1, inside] >= 1


def test_bins_are_narrow():
    octaves = Octaves(2)
    octaves.add(0, strip_of(drawn("lognormal").ravel()))
    for part in octaves.cells():
        assert ((part.high - part.low) / part.low <= WIDTH).all()


def cells_of(values, order):
    octaves = Octaves(16)
    for replicate, part in order:
        octaves.add(replicate, strip_of(np.array_split(values[replicate], 4)[part]))
    bins = octaves.bins
    return bins, [(part.low, part.high, part.counts) for part in octaves.cells()]


@pytest.mark.parametrize("name", ["lognormal", "normal", "wide"])
def test_histograms_add_up_to_the_same_in_any_order(name):
    values = drawn(name, 1 << 11)
    places = [(replicate, part) for replicate in range(16) for part in range(4)]
    orders = [places, places[::-1]]
    orders += [list(np.random.default_rng(seed).permutation(places)) for seed in range(3)]
    (bins, first), *others = [cells_of(values, order) for order in orders]
    assert bins < FINEST if name == "wide" else bins == FINEST
    for their_bins, other in others:
        assert their_bins == bins
        for one, two in zip(first, other, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("step", [PIECE, 4 * PIECE, 32 * PIECE])
@pytest.mark.parametrize("unit", [1.0, 2.0**600, 2.0**-600])
def test_moments_have_the_same_bits_for_any_blocks(step, unit):
    values = drawn("lognormal", 32 * PIECE)[:2] * unit
    whole = Spread.of(values)
    for row, mean, sd in zip(values, whole.mean, whole.sd, strict=True):
        tree = SpreadTree()
        for start in range(0, row.size, step):
            tree.add(Spread.of(row[np.newaxis, start : start + step]))
        assert (tree.whole.mean[0], tree.whole.sd[0]) == (mean, sd)
    assert whole.mean / unit == pytest.approx((values / unit).mean(axis=1), rel=1e-14)
    assert whole.sd / unit == pytest.approx((values / unit).std(axis=1), rel=1e-13)


@pytest.mark.parametrize("name", [*SMOOTH, *EXACT, "wide", "whole", "atom"])
def test_mean_and_sd_are_those_of_kept_draws(name):
    values = drawn(name)
    ours, theirs = streamed(values), kept(values)
    for statistic in ("mean", "sd"):
        found, wanted = (getattr(each, statistic)().to_dict() for each in (ours, theirs))
        assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.95, 0.999])
@pytest.mark.parametrize("name", [*SMOOTH, "wide", "whole", "atom"])
def test_quantiles_are_those_of_kept_draws_to_a_bin(name, p):
    values = drawn(name)
    ours, theirs = streamed(values).quantile(p), kept(values).quantile(p)
    width = WIDTH * (4 if name == "wide" else 1)
    for end in ("value", "low", "high"):
        assert getattr(ours, end) == pytest.approx(getattr(theirs, end), rel=2 * width, abs=1e-300)
    assert ours.value == pytest.approx(theirs.value, rel=width)


@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.95, 0.999])
def test_few_different_values_are_known_exactly(p):
    values = drawn("poisson")
    ours, theirs = streamed(values), kept(values)
    assert ours.quantile(p) == theirs.quantile(p)
    assert ours.exceedance(3.0).to_dict() == pytest.approx(theirs.exceedance(3.0).to_dict())
    assert ours.shortest_interval(0.9) == theirs.shortest_interval(0.9)


def test_whole_numbers_stay_whole():
    values = drawn("whole")
    assert np.unique(values).size > MOST_ATOMS
    ours, theirs = streamed(values), kept(values)
    for p in (0.05, 0.5, 0.95):
        assert ours.quantile(p) == theirs.quantile(p)
    middle = theirs.quantile(0.5).value
    for x in (middle, middle + 0.5):
        assert ours.exceedance(x).to_dict() == pytest.approx(theirs.exceedance(x).to_dict())


def test_an_atom_at_zero_is_exact():
    values = drawn("zeros")
    ours, theirs = streamed(values), kept(values)
    assert ours.quantile(0.2) == Estimate.exact(0.0)
    for x in (0.0, -1e-9, math.nextafter(0.0, 1.0)):
        assert ours.exceedance(x).to_dict() == pytest.approx(theirs.exceedance(x).to_dict())


def test_where_a_bin_may_hide_an_atom_it_belongs_to_the_confidence_as_a_whole():
    values = drawn("atom")
    estimate = streamed(values).quantile(0.5)
    assert estimate.low <= math.pi <= estimate.high
    assert estimate.high - estimate.low == pytest.approx(2.0 * WIDTH)
    inside = streamed(values).exceedance(0.5 * (estimate.low + estimate.high))
    share = (values == math.pi).mean()
    assert inside.high - inside.low > share
    just_above = streamed(values).exceedance(estimate.high)
    assert just_above.high - just_above.low < 0.1 * share


@pytest.mark.parametrize("name", [*SMOOTH, "wide"])
def test_probabilities_are_those_of_kept_draws_to_what_a_bin_holds(name):
    values = drawn(name)
    ours, theirs = streamed(values), kept(values)
    for p in (0.01, 0.3, 0.9):
        x = float(np.quantile(values, p))
        found, wanted = ours.exceedance(x), theirs.exceedance(x)
        width = WIDTH * abs(x) * (4 if name == "wide" else 1)
        held = ((values > x - width) & (values < x + width)).mean()
        assert abs(found.value - wanted.value) <= held
        assert found.high - found.low <= wanted.high - wanted.low + 4 * held


@pytest.mark.parametrize("name", SMOOTH)
def test_shortest_intervals_are_those_of_kept_draws(name):
    values = drawn(name)
    for ours, theirs in zip(
        streamed(values).shortest_interval(0.9), kept(values).shortest_interval(0.9), strict=True
    ):
        assert abs(ours.value - theirs.value) <= 0.2 * theirs.se + 2 * WIDTH * abs(theirs.value)


@pytest.mark.parametrize("name", [*SMOOTH, *EXACT])
def test_guesses_and_displays_are_those_of_kept_draws(name):
    values = drawn(name)
    ours, theirs = streamed(values), kept(values)
    # The inverse of the index is a mean of logarithms, each known to the width of a bin.
    assert 1.0 / ours.tail_index() == pytest.approx(1.0 / theirs.tail_index(), abs=WIDTH)
    assert ours.ends == theirs.ends
    assert ours.total == theirs.total
    low, high = theirs.middle(0.01)
    assert ours.middle(0.01) == pytest.approx((low, high), rel=4 * WIDTH)
    found, wanted = (each.shares(low, high, 16) for each in (ours, theirs))
    assert np.abs(found - wanted).max() < 2e-3
    assert ours.near(0.4) == pytest.approx(theirs.quantile(0.4).value, rel=WIDTH)
    near, shortest = ours.near_shortest(0.9), theirs.shortest_interval(0.9)
    assert near[1] - near[0] == pytest.approx(shortest[1].value - shortest[0].value, rel=0.05)


def test_infinite_draws_are_counted_and_the_quantiles_below_them_are_given():
    values = drawn("lognormal")
    values[:, ::4], values[3, 1] = math.inf, -math.inf
    ours, theirs = streamed(values), kept(values)
    assert ours.infinite == theirs.infinite == 16 * 2048 + 1
    assert ours.mean() == theirs.mean()
    assert ours.sd() == theirs.sd()
    assert not ours.quantile(0.9).exists
    assert ours.quantile(0.5).value == pytest.approx(theirs.quantile(0.5).value, rel=WIDTH)
    assert not ours.shortest_interval(0.9)[0].exists
    assert ours.middle(0.01) == pytest.approx(theirs.middle(0.01), rel=WIDTH)


def test_draws_without_a_value_are_counted():
    values = drawn("lognormal")
    values[2, 5:9] = math.nan
    assert streamed(values).undefined == kept(values).undefined == 4
    assert math.isnan(streamed(values).ends[0])


@pytest.mark.parametrize("unit", [2.0**-900, 2.0**900])
def test_extreme_units_are_no_obstacle(unit):
    usual, extreme = (streamed(drawn("lognormal") * factor) for factor in (1.0, unit))
    for ask in (
        lambda each: each.mean(),
        lambda each: each.sd(),
        lambda each: each.quantile(0.3),
        lambda each: each.shortest_interval(0.9)[1],
    ):
        assert ask(extreme).to_dict() == pytest.approx(ask(usual).scaled(unit).to_dict(), rel=1e-9)


def function(**changes):
    return lm.Scenario(
        title="t",
        inputs={"x": "1 to 9", "y": "pert(0.6, 0.9, 1.0)"},
        model=lambda x, y: x * y,
        **changes,
    )


@pytest.fixture
def streaming(monkeypatch):
    monkeypatch.setattr(gathering, "KEPT", 0)


@pytest.mark.usefixtures("streaming")
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_bit_of_a_streamed_run(threads):
    alone = lm.run(function(), points=1 << 14, threads=1).to_dict()
    assert lm.run(function(), points=1 << 14, threads=threads).to_dict() == alone


@pytest.mark.usefixtures("streaming")
def test_a_streamed_run_keeps_no_draws_and_says_so():
    result = lm.run(function(), points=1 << 14)
    with pytest.raises(lm.NotSupportedError, match=r"262,144 draws .* fewer points keeps them"):
        result["loss"].values  # noqa: B018 - the point of the test
    with pytest.raises(lm.NotSupportedError, match="not kept"):
        result.to_xarray()
    json.dumps(result.to_dict(), allow_nan=False)
    assert sum(result.histograms["loss"].shares) == pytest.approx(0.98, abs=1e-3)


@pytest.mark.usefixtures("streaming")
def test_smoothed_statistics_need_no_kept_draws():
    result = lm.run(SCENARIO, points=1 << 13)
    assert result["loss"].smoothed_over == "price"
    with pytest.raises(lm.NotSupportedError):
        result["loss"].values  # noqa: B018 - the point of the test


def test_what_is_kept_is_a_matter_of_the_plan(monkeypatch):
    monkeypatch.setattr(gathering, "KEPT", 1 << 15)
    two = lm.Scenario(title="t", inputs={"x": "1 to 2"}, model=lambda x: {"y": x, "z": -x})
    for scenario, most in ((function(), 1 << 11), (two, 1 << 10)):
        for points in (most, 2 * most):
            draws = next(iter(lm.run(scenario, points=points).outputs.values())).draws
            assert isinstance(draws, DrawnStatistics) == (points == most)


FRESH = r"""
import re, sys
from pathlib import Path
import lossmodel as lm
scenario = lm.Scenario(
    title="168 tankers",
    units=["truck"],
    inputs={
        "trucks": "168 truck",
        "capacity": "150 to 230 bbl/truck",
        "price": "20 to 55 USD/bbl",
        "load": "pert(0.6, 0.9, 1.0)",
    },
    model=MODEL,
)
result = lm.run(scenario, points=int(sys.argv[1]))
result.to_dict()
result.histograms
result["loss"].exceedance(1e7)
print(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
"""
PLAIN = "lambda trucks, capacity, price, load: trucks * capacity * price * load"
SMOOTHED = "{'loss': 'trucks * capacity * price * load'}"


def peak(model, evaluations):
    """The most memory that a fresh process has for a run, in bytes.

    Not by getrusage: that counts what the parent had before the program began.
    """
    code = FRESH.replace("MODEL", model)
    points = str(evaluations // 16)
    ran = subprocess.run(
        [sys.executable, "-c", code, points], capture_output=True, text=True, check=True
    )
    return 1024 * int(ran.stdout)


@pytest.mark.parametrize("log2", [20, 24])
def test_a_big_run_fits_in_little_memory(log2):
    assert peak(PLAIN, 1 << log2) < 250e6


def test_the_bytes_of_a_smoothed_run_are_those_that_are_checked_before_it(monkeypatch):
    # What a fresh process takes beyond a small run, by evaluation; a tenth is left for what Python
    # and the draws, counted as they come, take themselves.
    small, large = (peak(SMOOTHED, 1 << log2) for log2 in (14, 22))
    taken = (large - small) / (1 << 22)
    checked = least_refused(monkeypatch, 1 << 18) / (1 << 22)
    assert 0.5 * checked < taken < 1.1 * checked


def least_refused(monkeypatch, points):
    """The memory that a plan is said to need, in bytes: bisected, as it is refused below."""
    low, high = 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        monkeypatch.setattr(memory, "available_bytes", lambda free=middle: free)
        try:
            memory.check_memory(16, points, 1)
            high = middle
        except lm.CapacityError:
            low = middle
    return high


@pytest.mark.parametrize("smoothed", [1, 3])
def test_the_largest_that_fits_is_named_and_fits(monkeypatch, smoothed):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**9)
    with pytest.raises(lm.CapacityError) as caught:
        memory.check_memory(16, 1 << 26, smoothed)
    points = int(re.search(r"at most --points (\d+) fits", str(caught.value))[1])
    memory.check_memory(16, points, smoothed)
    with pytest.raises(lm.CapacityError):
        memory.check_memory(16, 2 * points, smoothed)
    assert "--smoothing off any number does" in str(caught.value)


def test_draws_alone_always_fit(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**6)
    memory.check_memory(16, 1 << 30, 0)


@pytest.mark.parametrize("place", [1e4, -1e7])
def test_a_narrow_output_is_resolved_like_any_other(place):
    values = drawn("normal")
    beside = values + place
    origin = origin_of(beside[:, :16])
    assert abs(origin - place) < 1.0
    tallies = Tallies(len(values), origin)
    for replicate, row in enumerate(beside):
        for part in np.split(row, 4):
            tallies.add(replicate, tallied(part, origin))
    ours, alone = tallies.statistics((-math.inf, math.inf)), kept(values)
    for p in (0.05, 0.5, 0.99):
        assert abs(ours.quantile(p).value - place - alone.quantile(p).value) <= 4 * WIDTH
    for end, its in zip(ours.shortest_interval(0.9), alone.shortest_interval(0.9), strict=True):
        assert abs(end.value - place - its.value) <= 0.2 * its.se + 4 * WIDTH
    assert ours.ends == (beside.min(), beside.max())


def test_a_wide_output_is_counted_from_zero():
    for name in ("normal", "lognormal", "zeros", "wide"):
        assert origin_of(drawn(name)[:, :16]) == 0.0
    assert origin_of(np.array([1e300, 1e300])) == 0.0
    assert origin_of(np.array([7.0, math.inf])) == 0.0
    assert origin_of(np.array([1000.0, 1001.0, 1003.0])) == 1001.0


def test_the_shortest_interval_up_to_an_atom_ends_there():
    # 0.7 of the draws lognormal, 0.3 at 7: the interval is (y, 7] with P(loss <= y) = 0.0819.
    few = np.random.default_rng(3).random((16, 1 << 13)) < 0.3
    values = np.where(few, 7.0, np.random.default_rng(4).lognormal(0.0, 1.0, few.shape))
    share = 0.3 + 0.7 * ndtr(math.log(7.0)) - 0.9
    low = math.exp(ndtri(share / 0.7))
    for statistics in (kept(values), streamed(values)):
        first, last = statistics.shortest_interval(0.9)
        # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
        assert abs(first.value - low) <= 5.2 * first.se
        assert first.se < 0.01
        assert last.low <= 7.0 <= last.high
        assert last.high - last.low <= 10 * WIDTH * 7.0


GROWTH = """
import lossmodel as lm
from lossmodel.execution.memory import needed_bytes

def kilobytes(name):
    rows = open("/proc/self/status").read().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(name))

count, points = {count}, {points}
inputs = {{"a": "lognormal(mu=0, sigma=0.5)", "x": "uniform(1, 2)", "b": "normal(mean=3, sd=1)"}}
model = {{f"y{{each}}": f"a * x * {{each + 1}} + b" for each in range(count)}}
scenario = lm.Scenario(title="t", inputs=inputs, model=model)
lm.run(scenario, points=64).to_dict()
before = kilobytes("VmRSS:")
lm.run(scenario, points=points).to_dict()
print(1024 * (kilobytes("VmHWM:") - before), needed_bytes(16, points, count))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(("count", "points"), [(5, 1 << 15), (10, 1 << 15), (5, 1 << 16)])
def test_several_outputs_take_no_more_memory_than_is_forecast(count, points):
    script = GROWTH.format(count=count, points=points)
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    grew, forecast = map(int, told.stdout.split())
    assert 0.3 * forecast <= grew <= forecast
