from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmodel.scenario.ordering import cycle_through, knots

names = st.sampled_from("abcdefgh")
graphs = st.dictionaries(names, st.frozensets(names, max_size=3)).map(
    lambda uses: {name: sorted(used & uses.keys()) for name, used in uses.items()}
)


def reached(start: str, uses: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    left = list(uses[start])
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += uses[name]
    return found


@given(graphs)
def test_each_name_stands_behind_all_that_it_uses_outside_its_group(uses) -> None:
    seen: set[str] = set()
    for knot in knots(uses):
        assert not seen & set(knot)
        seen |= set(knot)
        assert all(set(uses[name]) <= seen for name in knot)
    assert seen == uses.keys()


@given(graphs)
def test_a_group_is_the_names_that_lead_to_each_other(uses) -> None:
    ways = {name: reached(name, uses) for name in uses}
    for knot in knots(uses):
        for name in knot:
            both = {other for other in ways[name] if name in ways[other]}
            assert both | {name} == set(knot)


@given(graphs)
def test_there_is_a_cycle_where_the_standard_library_finds_one(uses) -> None:
    cycles = [cycle for knot in knots(uses) if (cycle := cycle_through(min(knot), knot, uses))]
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        assert all(after in uses[name] for name, after in pairwise(cycle))
    if cycles:
        with pytest.raises(CycleError):
            TopologicalSorter(uses).prepare()
    else:
        TopologicalSorter(uses).prepare()


def test_a_long_chain_needs_no_deep_stack() -> None:
    chain = {str(place): [str(place + 1)] for place in range(9_999)} | {"9999": []}
    assert [name for (name,) in knots(chain)] == [str(place) for place in range(9_999, -1, -1)]
