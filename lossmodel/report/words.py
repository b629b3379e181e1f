"""Claims and other things in sentences."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from lossmodel.errors import visible
from lossmodel.model.reported import Reported
from lossmodel.units.scales import amount, common_scale


def one_line(text: str) -> str:
    """Return a stranger's text on one line, with nothing in it that a terminal obeys."""
    return visible(" ".join(text.split()))


def axis_heads(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return an input and its values; the unit that all of them end with, beside the input."""
    numbers, _, units = zip(*(one_line(value).rpartition(" ") for value in values), strict=True)
    alike = len(set(units)) == 1 and all(numbers) and not units[0][:1].isdigit()
    return (f"{name} ({units[0]})", *numbers) if alike else (name, *map(one_line, values))


def next_command(command: str, reference: str, purpose: str) -> list[RenderableType]:
    """Return the command to try next; none after standard input, which is read."""
    if reference == "-":
        return []
    return ["", Text(f"Next: lossmodel {command} {one_line(reference)} ({purpose})", style="dim")]


def claim_sentence(each: Reported) -> str:
    """Return a claim with its interpretation: what is said, and the values that this allows."""
    return f'"{one_line(each.claim.says)}", read as {claim_range(each)}'


def claim_range(each: Reported) -> str:
    """Return the values that a claim allows, and why these."""
    how = "its range" if each.claim.range else _reason(each)
    return f"{read_as(each)} ({how})"


def read_as(each: Reported) -> str:
    """Return the values that a claim allows."""
    scale = common_scale([each.low, each.high])
    low, high = (amount(x, scale) for x in (each.low, each.high))
    return f"{low} to {high} {scale.unit(str(each.unit))}".strip()


def _reason(each: Reported) -> str:
    """Return why the words are read so."""
    if each.claim.error:
        return f"the amount known up to a factor of {each.claim.error:g}, 90% between these"
    if each.wording.amount is None:
        return "as said"
    match each.wording.one_sided:
        case "floor":
            return "from the amount up to what still rounds to it"
        case "ceiling":
            return "from what still rounds to it up to the amount"
        case _:
            return "what rounds to it at its digits"
