"""Names in the order of what they use, and the cycles that have none."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping

Uses = Mapping[str, Collection[str]]


def knots(uses: Uses) -> Iterator[list[str]]:
    """Yield the names in groups, each group behind all others that it uses.

    Names of one group lead to each other: most groups are one name, larger ones hold cycles.  These
    are the strongly connected components (Tarjan, "Depth-first search and linear graph
    algorithms", 1972), found in time proportional to the number of uses.

    Parameters
    ----------
    uses : mapping of str to collection of str
        For each name those that it uses, which are names of the mapping too.
    """
    place: dict[str, int] = {}
    lowest: dict[str, int] = {}
    opened: list[str] = []
    left = [*uses][::-1]
    while left:
        name = left[-1]
        if name not in place:
            place[name] = lowest[name] = len(opened)
            opened.append(name)
            left += [use for use in uses[name] if use not in place]
            continue
        left.pop()
        lowest[name] = min([lowest[name], *(lowest[use] for use in uses[name])])
        if lowest[name] == place[name]:
            knot = opened[place[name] :]
            del opened[place[name] :]
            lowest.update(dict.fromkeys(knot, len(uses)))
            yield knot


def cycle_through(first: str, knot: Collection[str], uses: Uses) -> list[str]:
    """Return a shortest way from a name of a group back to it, the name at both ends.

    Parameters
    ----------
    first : str
        The name.
    knot : collection of str
        The group: names that lead to each other.
    uses : mapping of str to collection of str
        As in :func:`knots`.

    Returns
    -------
    list of str
        Empty for a single name that does not use itself.
    """
    came_from: dict[str, str] = {}
    left, inside = deque([first]), frozenset(knot)
    while left:
        name = left.popleft()
        for use in uses[name]:
            if use in inside and use not in came_from:
                came_from[use] = name
                left.append(use)
    if first not in came_from:
        return []
    way = [first, came_from[first]]
    while way[-1] != first:
        way.append(came_from[way[-1]])
    return way[::-1]
