"""Design points that are sought for many runs together are those that each would find alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossmodel as lm
from lossmodel.distributions.bounded import Uniform
from lossmodel.distributions.elicited import Pert
from lossmodel.distributions.location import Normal
from lossmodel.distributions.positive import LogNormal
from lossmodel.distributions.scores import each_from_scores, from_scores
from lossmodel.simulation import recentred
from lossmodel.smoothing.design_points import design_points, side_by_side
from lossmodel.smoothing.gaps import gap_to, gaps_to
from lossmodel.smoothing.starts import starts_of, starts_side_by_side

# Planes, a product beyond a deductible, two ways, a ring that is met everywhere, and nothing.
SHAPES = [
    lambda z, by: np.add.reduce(z, axis=-1) - by,
    lambda z, by: np.maximum(np.exp(z[..., 0]) - 3.0, 0.0) * np.exp(z[..., 1]) - np.exp(by),
    lambda z, by: np.log(np.add.reduce(np.exp(z), axis=-1)) - by,
    lambda z, by: np.add.reduce(z * z, axis=-1) - by * by,
    lambda z, by: np.tanh(z[..., 0]) - by,
]


@settings(max_examples=40)
@given(
    st.sampled_from([2, 3, 9]),
    st.lists(st.tuples(st.integers(0, len(SHAPES) - 1), st.floats(1.5, 6.0)), min_size=2),
)
def test_searches_side_by_side_find_what_each_finds_alone(dimensions, searches):
    def gaps(z, search):
        left = np.empty(z.shape[:-1])
        for number in np.unique(search):
            shape, by = searches[number]
            own = search == number
            left[..., own] = SHAPES[shape](z[..., own, :], by)
        return left

    starts = starts_side_by_side(gaps, len(searches), dimensions)
    together = side_by_side(gaps, starts)
    for (shape, by), found in zip(searches, together, strict=True):

        def gap(z, shape=shape, by=by):
            return SHAPES[shape](z, by)

        alone = design_points(gap, starts_of(gap, dimensions))
        assert len(found) == len(alone)
        assert np.array(found).tobytes() == np.array(alone).tobytes()


def test_a_search_from_one_start_has_the_digits_that_it_has_alone():
    # Sums over eight and more numbers depend on how they lie, and one row lies as a column does.
    rng = np.random.default_rng(1)
    slopes, bends = rng.uniform(0.2, 1.0, (20, 9)), rng.uniform(-0.02, 0.02, (20, 9))

    def gaps(z, search):
        left = np.ascontiguousarray(z * (slopes[search] + bends[search] * z))
        return np.add.reduce(left, axis=-1) - 6.0

    starts = rng.standard_normal((20, 1, 9))
    together = side_by_side(gaps, starts)
    for number, found in enumerate(together):

        def gap(z, number=number):
            return gaps(z, np.full(len(z), number))

        alone = design_points(gap, starts[number])
        assert len(found) == len(alone) == 1
        assert found[0].tobytes() == alone[0].tobytes()


def test_the_best_starts_are_each_searchs_own_where_there_are_many_axes():
    slopes = np.random.default_rng(0).standard_normal((3, 40))

    def gaps(z, search):
        return np.add.reduce(z * slopes[search], axis=-1) - 9.0

    starts = starts_side_by_side(gaps, 3, 40)
    assert starts.shape == (3, 129, 40)
    for number, own in enumerate(starts):
        alone = starts_of(lambda z, number=number: gaps(z, np.full(len(z), number)), 40)
        assert (own == alone).all()
    assert (starts[0] != starts[1]).any()


@pytest.mark.parametrize("centres", [(2.0, 3.0), (-2.0, 3.0), (-2.0, 0.0), (np.nan, 1.0)])
def test_each_output_has_a_scale_of_its_own(centres):
    y = np.array([[5.0, 0.1], [7.0, -3.0]])
    found = gaps_to(lambda z, _: z[..., 0], np.array(centres), 5.0)(
        y[..., np.newaxis], np.arange(2)
    )
    for place, centre in enumerate(centres):
        alone = gap_to(lambda z: z[:, 0], centre, 5.0)(y[:, place : place + 1])
        assert found[:, place].tobytes() == alone.tobytes()
    assert found[0, 0] == 0.0


@pytest.mark.parametrize(
    "laws",
    [
        [LogNormal(0.0, 1.0), LogNormal(1.0, 0.2), LogNormal(0.0, 1.0)],
        [LogNormal(0.0, 1.0), Normal(1.0, 0.2), LogNormal(0.0, 1.0)],
        [Pert(0.0, 1.0, 4.0), Uniform(0.0, 2.0), Pert(0.0, 2.0, 4.0)],
        [Uniform(0.0, 2.0)] * 3,
    ],
)
def test_each_score_becomes_a_value_of_its_own_law(laws):
    z = np.random.default_rng(0).uniform(-9.0, 9.0, (4, 5))
    place = np.array([0, 0, 1, 2, 2])
    found = each_from_scores(laws)(z, place)
    for column, own in enumerate(place):
        assert found[:, column].tobytes() == from_scores(laws[own])(z[:, column]).tobytes()


LAWS = {
    "a": ["1 to 2 m", "100 to 250 cm", "2 m", "2.5 m"],
    "b": ["pert(1, 2, 4)", "1 to 3", "gamma(mean=2, sd=0.5)"],
    "c": ["normal(mean=2, sd=1) m", "normal(mean=2, sd=1) dm", "normal(mean=200, sd=90) cm"],
}
FORMULAS = ["a * b", "a * b - c", "max(a - c, 0) * b", "a * b ** 2 + c", "c * sqrt(b)"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_far_points_of_a_sweep_are_runs_to_the_bit(formula):
    scenario = lm.Scenario(
        title="far",
        inputs={name: laws[0] for name, laws in LAWS.items()},
        model={"loss": formula},
    )
    choices = {"points": 256, "replicates": 4, "exceedance": ("12 m", "40 m", "-1 m")}
    for point in lm.sweep(scenario, LAWS, **choices):
        alone = lm.run(scenario, settings=point.settings, **choices).to_dict()
        assert point.to_dict()["outputs"] == alone["outputs"]


def test_points_of_a_sweep_seek_together(monkeypatch):
    sizes = []

    def watched(runs, y):
        sizes.append(len(runs))
        return sought(runs, y)

    sought = recentred.sought
    monkeypatch.setattr(recentred, "sought", watched)
    scenario = lm.Scenario(
        title="far", inputs={"a": "1 to 2", "b": "pert(1, 2, 4)"}, model={"loss": "a * b"}
    )
    vary = {"a": [f"1 to {2 + place / 100}" for place in range(20)]}
    lm.sweep(scenario, vary, points=256, exceedance=("12",))
    # The first point is what all changes are from, and is computed before the others.
    assert sizes == [1, 19]
    sizes.clear()
    lm.sweep(scenario, vary, points=256, exceedance=("3",))
    assert sum(sizes) == 0


def test_inputs_in_other_units_are_found_where_they_are():
    scenario = lm.Scenario(
        title="far",
        inputs={"a": "1 to 2.5 m", "b": "pert(1, 2, 4)", "c": "1 to 2"},
        model={"loss": "a * b * c"},
    )
    # The one is integrated out, and the other stands among those that are moved.
    first, second = (
        lm.run(scenario, points=256, settings={"a": a})["loss"].exceedance(30.0)
        for a in ("1 to 2.5 m", "100 to 250 cm")
    )
    assert 0.0 < float(first) < 1e-4
    assert max(first.se, second.se) < 0.01 * float(first)
    # Two estimates of 16 replicates; five errors of their difference are exceeded once in 6,000.
    assert abs(float(first) - float(second)) <= 5.0 * (first.se**2 + second.se**2) ** 0.5
