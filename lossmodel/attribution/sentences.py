"""What matters, in one sentence."""

from collections.abc import Mapping, Sequence

from lossmodel.estimates.estimate import ALWAYS, Estimate

_MATTERS = 0.05
"""Share of the variance from which an input is worth naming."""
_MOST = 3
"""Inputs of one kind that are named; of more, the number is told."""
_MOSTLY = 2.0
"""How many times its own share an input that matters mostly together with others has in all."""
_ROUND = 0.01
"""Half-width from which a percentage is only about right."""

_OVERLAP = "these shares overlap, as finding one of what moves together tells of the others"


def sentence(
    output: str,
    first_order: Mapping[str, Estimate],
    total: Mapping[str, Estimate],
    *,
    together: bool = False,
) -> str:
    """Return what would remove the variance of an output, and what hardly matters.

    Parameters
    ----------
    output : str
    first_order, total : mapping of str to Estimate
        By input; all of them exist.
    together : bool, optional
        Whether some of the inputs move together: finding one then tells of the others, too.
    """
    if len(total) == 1:
        return f"{next(iter(total))} alone makes {output} uncertain."
    shares = {name: each.value or 0.0 for name, each in first_order.items()}
    alone = sorted(
        (name for name, share in shares.items() if share >= _MATTERS and first_order[name].low),
        key=lambda name: -shares[name],
    )
    # Of inputs that move together little is left to find once the others are known.
    small = [
        name
        for name, each in total.items()
        if (each.high or 0.0) < _MATTERS and shares[name] < _MATTERS
    ]
    joint = [
        name
        for name, each in total.items()
        if (each.low or 0.0) >= max(_MATTERS, _MOSTLY * shares[name])
    ]
    said = [_found(output, {name: first_order[name] for name in alone})]
    if together and len(alone) > 1:
        said.append(_OVERLAP)
    if joint:
        said.append(f"{_named(joint)} {_verb(joint, 'matter')} mostly together with others")
    if small:
        said.append(f"{_named(small)} hardly {_verb(small, 'matter')}")
    return f"{'; '.join(said)}."


def _found(output: str, shares: Mapping[str, Estimate]) -> str:
    """Return what finding each of some inputs would remove."""
    if not shares:
        return f"Finding no single input would remove much of the variance of {output}"
    (first, most), *others = [(name, _percent(each)) for name, each in shares.items()]
    shown = len(others) if len(others) <= _MOST else _MOST - 1
    rest = [f"{name} {share}" for name, share in others[:shown]]
    if len(others) > len(rest):
        rest.append(f"each of {len(others) - len(rest)} others less")
    return ", ".join([f"Finding {first} would remove {most} of the variance of {output}", *rest])


def _percent(share: Estimate) -> str:
    """Return a share as a percentage, and whether it is only about right."""
    about = "about " if ((share.high or 0.0) - (share.low or 0.0)) / 2.0 > _ROUND else ""
    return f"{about}{percentage(share)}"


def percentage(share: Estimate) -> str:
    """Return a share as a whole percentage; all of it is told only where it is exactly all."""
    told = f"{100.0 * (share.value or 0.0):.0f}%"
    return "more than 99%" if told == "100%" and share != ALWAYS else told


def _named(names: Sequence[str]) -> str:
    """Return some names as prose, or how many they are."""
    if len(names) > _MOST:
        return f"{len(names)} inputs"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _verb(names: Sequence[str], verb: str) -> str:
    """Return a verb in the number of its subjects."""
    return verb if len(names) > 1 else f"{verb}s"
