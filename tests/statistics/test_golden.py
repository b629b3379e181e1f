"""The golden model through the command line: exact values within the errors it states."""

import json

import pytest
from click.testing import CliRunner
from golden_model import FILE, MEAN, P_ABOVE_2M, QUANTILES, SD, SHORTEST_90

from lossmodel.cli.entry import program


@pytest.fixture(scope="module")
def output():
    quantiles = [f"--quantile={p}" for p in QUANTILES]
    ran = CliRunner().invoke(program, ["run", str(FILE), "--json", *quantiles])
    assert ran.exit_code == 0
    return json.loads(ran.stdout)["outputs"]["loss"]


def within_four_standard_errors(estimate, truth):
    return abs(estimate["value"] - truth) <= 4 * estimate["se"]


def test_moments(output):
    assert within_four_standard_errors(output["mean"], MEAN)
    assert within_four_standard_errors(output["sd"], SD)


@pytest.mark.parametrize("p", QUANTILES)
def test_quantiles(output, p):
    assert within_four_standard_errors(output["quantiles"][repr(p)], QUANTILES[p])


def test_interval_ends_are_the_quantiles(output):
    assert output["interval"]["level"] == 0.9
    assert output["interval"]["low"] == output["quantiles"]["0.05"]
    assert output["interval"]["high"] == output["quantiles"]["0.95"]


def test_shortest_interval(output):
    assert within_four_standard_errors(output["shortest_interval"]["low"], SHORTEST_90[0])
    assert within_four_standard_errors(output["shortest_interval"]["high"], SHORTEST_90[1])


def test_exceedance_of_the_claim(output):
    assert within_four_standard_errors(output["exceedance"]["2000000.0"], P_ABOVE_2M)


def test_every_error_is_stated_and_positive(output):
    for estimate in [output["mean"], output["sd"], *output["quantiles"].values()]:
        assert 0 < estimate["se"] < abs(estimate["value"])
        assert estimate["low"] < estimate["value"] < estimate["high"]
