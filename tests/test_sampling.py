import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from lossmodel.errors import UsageError
from lossmodel.sampling.designs import DESIGNS, Stream, design_named
from lossmodel.sampling.sobol import direction_numbers, leading_block, scrambled
from lossmodel.sampling.streams import random_bits, replicate_keys, stream_key

PLACES = [0, 1, 2, 3, 7, 40, 333, 999, 5000, 9999]


def unscrambled(place, log2_points):
    return leading_block(direction_numbers(place, log2_points)[np.newaxis], log2_points)[0]


@pytest.mark.parametrize("place", PLACES)
def test_points_are_those_of_scipy_digit_for_digit(place):
    # scipy takes the points in Gray code order; ours come in natural order.
    index = np.arange(1 << 12)
    ours = unscrambled(place, 12) * 2.0**-52
    theirs = qmc.Sobol(place + 1, scramble=False, bits=30).random(1 << 12)[:, place]
    assert np.array_equal(ours[index ^ (index >> 1)], theirs)


def test_places_beyond_the_table_are_refused():
    with pytest.raises(UsageError, match="lhs"):
        direction_numbers(10_000, 4)


def block(design, stream, replicates=16, points=256):
    column = design_named(design).column(stream, replicates, points)
    return column.block(slice(0, replicates), 0, points)


@pytest.mark.parametrize("design", DESIGNS)
def test_values_lie_strictly_inside_the_unit_interval(design):
    for points in (1, 2, 4096):
        u = block(design, Stream(3, "x", 1), 64, points)
        assert u.min() > 0.0
        assert u.max() < 1.0


def test_extreme_digits_stay_inside_the_unit_interval():
    highest = np.uint64((1 << 52) - 1)
    assert (np.float64(0) + 0.5) * 2.0**-52 > 0.0
    assert (np.float64(highest) + 0.5) * 2.0**-52 < 1.0


@pytest.mark.parametrize("design", ["sobol", "lhs"])
@pytest.mark.parametrize("points", [1, 2, 64, 1024])
def test_each_replicate_has_one_point_in_each_stratum(design, points):
    u = block(design, Stream(5, "price", 3), 20, points)
    strata = np.sort(np.floor(u * points), axis=1)
    assert np.array_equal(strata, np.broadcast_to(np.arange(points), (20, points)))


@pytest.mark.parametrize("places", [(0, 1), (2, 9), (4, 30)])
def test_scrambled_pairs_keep_their_net(places):
    # The first two dimensions are a (0, m, 2) net: each elementary box of 2**-m holds one point.
    columns = [block("sobol", Stream(1, f"x{place}", place), 4, 64) for place in places]
    if places == (0, 1):
        for bits in range(7):
            cells = np.floor(columns[0] * 2**bits) * 64 + np.floor(columns[1] * 2 ** (6 - bits))
            assert all(len(np.unique(row)) == 64 for row in cells)
    means = np.mean([(x * y).mean() for x, y in zip(*columns, strict=True)])
    assert abs(means - 0.25) < 0.01


@pytest.mark.parametrize("design", DESIGNS)
def test_blocks_are_pieces_of_the_whole(design):
    stream = Stream(7, "load", 2)
    whole = block(design, stream)
    column = design_named(design).column(stream, 16, 256)
    pieces = [
        [column.block(slice(row, row + 4), start, 64) for start in range(0, 256, 64)]
        for row in range(0, 16, 4)
    ]
    assert np.array_equal(whole, np.block(pieces))


@pytest.mark.parametrize("design", ["sobol", "independent"])
def test_more_points_and_replicates_keep_those_there_were(design):
    stream = Stream(0, "x", 5)
    larger = block(design, stream, replicates=8, points=512)
    assert np.array_equal(block(design, stream, replicates=4, points=128), larger[:4, :128])


@pytest.mark.parametrize("design", DESIGNS)
def test_numbers_depend_on_seed_name_and_replicate(design):
    u = block(design, Stream(0, "x", 1))
    assert not np.array_equal(u, block(design, Stream(1, "x", 1)))
    assert not np.array_equal(u, block(design, Stream(0, "y", 1)))
    assert len({row.tobytes() for row in u}) == len(u)


def test_only_sobol_depends_on_the_place():
    for design in DESIGNS:
        same = np.array_equal(block(design, Stream(0, "x", 1)), block(design, Stream(0, "x", 2)))
        assert same == (design != "sobol")


@pytest.mark.parametrize("design", DESIGNS)
def test_values_are_uniform(design):
    # One value of each of 4,000 replicates: independent whatever the design.
    u = block(design, Stream(11, "x", 3), 4000, 16)
    for column in (0, 7, 15):
        assert stats.kstest(u[:, column], "uniform").pvalue > 1e-4


@pytest.mark.parametrize("design", DESIGNS)
def test_inputs_are_independent_of_each_other(design):
    x, y = (block(design, Stream(2, name, i), 4000, 16)[:, 5] for i, name in enumerate("ab"))
    counts = np.histogram2d(x, y, bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("points", [8, 64])
def test_latin_strata_come_in_random_order(points):
    keys = 6000
    u = block("lhs", Stream(4, "x", 0), keys, points)
    strata = np.floor(u * points).astype(int)
    first_two = np.zeros((points, points))
    np.add.at(first_two, (strata[:, 0], strata[:, 1]), 1)
    apart = first_two[~np.eye(points, dtype=bool)]
    assert first_two.trace() == 0
    assert stats.chisquare(apart).pvalue > 1e-4


def test_bits_are_balanced_and_unrelated_to_their_neighbours():
    bits = random_bits(replicate_keys(stream_key(0, "x", "test"), 16), 0, 4096)
    ones = np.unpackbits(bits.view(np.uint8)).mean()
    assert abs(ones - 0.5) < 5 * 0.5 / np.sqrt(bits.size * 64)
    changed = np.unpackbits((bits[:, 1:] ^ bits[:, :-1]).view(np.uint8)).mean()
    assert abs(changed - 0.5) < 5 * 0.5 / np.sqrt(bits.size * 64)


def test_a_scramble_is_linear_and_keeps_the_leading_digits_apart():
    directions = direction_numbers(3, 8)
    image, _ = scrambled(directions, replicate_keys(stream_key(0, "x", "test"), 5))
    both, _ = scrambled(
        np.array([directions[0] ^ directions[5]]), replicate_keys(stream_key(0, "x", "test"), 5)
    )
    # The matrix of a shorter list is the corner of a longer one's, so compare its first digit only.
    assert np.array_equal(both[:, 0] >> np.uint64(51), (image[:, 0] ^ image[:, 5]) >> np.uint64(51))


def test_an_unknown_design_names_the_nearest():
    with pytest.raises(UsageError) as caught:
        design_named("sobel")
    assert caught.value.fix == "sobol"


def test_names_and_purposes_do_not_run_together():
    keys = {
        stream_key(1, "1x", "y"),
        stream_key(11, "x", "y"),
        stream_key(1, "1", "xy"),
        stream_key(1, "1xy", ""),
    }
    assert len(keys) == 4


def test_the_last_stratum_of_a_large_latin_square_stays_below_one():
    column = design_named("lhs").column(Stream(0, "x", 0), 64, 1 << 14)
    u = column.block(slice(0, 64), 0, 1 << 14)
    assert u.max() < 1.0
    nearly_one = np.array([[(2.0**14 - 1 + (1 - 2.0**-53)) / 2**14]])
    assert np.minimum(nearly_one, 1 - 2.0**-53) < 1.0
