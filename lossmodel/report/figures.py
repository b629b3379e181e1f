"""Printing numbers: two or three significant digits, and none finer than the Monte Carlo error."""

from math import ceil, floor, isfinite, log10

from lossmodel.estimates.estimate import Estimate
from lossmodel.units.scales import PLAIN, Scale, amount, common_scale

DIGITS = 3
NONE = "–"
"""What is printed where a statistic does not exist."""


def digits_for(precision: float | None) -> int:
    """Return how many significant digits are worth printing where a precision was asked for."""
    return DIGITS if precision is None else max(DIGITS, ceil(-log10(min(precision, 1.0))) + 1)


def figure(estimate: Estimate, scale: Scale = PLAIN, digits: int = DIGITS) -> str:
    """Return an estimate as text in a scale, to at most ``digits`` significant digits.

    The last digit printed stands for at least the half-width of the 95% Monte Carlo confidence.
    Where that leaves no digit, the first is given with "about";
    what the error swamps is "below" the upper end of its confidence.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return NONE
    value = estimate.value / scale.factor
    half = max(estimate.high - estimate.value, estimate.value - estimate.low) / scale.factor
    if half == 0.0:
        return plain_figure(value, digits=digits)
    finest = _place(half)
    leading = floor(log10(abs(value))) if value else finest - 1
    if finest <= leading:
        return number(value, max(finest, leading - digits + 1))
    if half < abs(value):
        return f"about {number(value, leading)}"
    bound = max(abs(estimate.high), abs(estimate.low)) / scale.factor
    limit = number(_rounded_up(bound), _place(bound) - 1)
    return f"0 ± {limit}" if estimate.low < 0.0 else f"below {limit}"


def span(low: Estimate, high: Estimate, scale: Scale, digits: int = DIGITS) -> str:
    """Return "LOW to HIGH", with up to three digits more where it takes them to tell them apart.

    Ends that are one exact number are that number, as it would be typed.
    """
    return " to ".join(span_ends(low, high, scale, digits))


def span_ends(low: Estimate, high: Estimate, scale: Scale, digits: int = DIGITS) -> tuple[str, ...]:
    """Return the two ends that :func:`span` prints, or the one number that both are."""
    if low.value is not None and low == high and low.se == 0.0:
        return (amount(low.value, scale),)
    ends = tuple(figure(end, scale, digits) for end in (low, high))
    for more in range(1, 4):
        if ends[0] != ends[1]:
            break
        ends = tuple(figure(end, scale, digits + more) for end in (low, high))
    return ends


def median_of(
    low: Estimate, median: Estimate, high: Estimate, scale: Scale, digits: int = DIGITS
) -> str:
    """Return a median as :func:`span` prints the ends: of one exact number that number."""
    if low == high and low.se == 0.0:
        return span(low, high, scale, digits)
    return figure(median, scale, digits)


def probability(estimate: Estimate, digits: int = DIGITS) -> str:
    """Return a probability as text; near 1 it is what is missing to 1 that has the digits."""
    if estimate.value is None or estimate.se is None or estimate.value <= 0.9:
        return figure(estimate, digits=digits)
    if estimate.low is None or estimate.high is None:
        return NONE
    missing = Estimate(1 - estimate.value, estimate.se, 1 - estimate.high, 1 - estimate.low)
    text = figure(missing, digits=digits - 1)
    if text.startswith("below "):
        most = text.removeprefix("below ")
        least = f"{1.0 - float(most):.12g}"
        return f"above {least}" if least != "1" else f"above 1 - {most}"
    places = len(text.partition(".")[2])
    return f"{estimate.value:.{places}f}" if "e" not in text else f"1 - {text}"


def plain_figure(value: float, scale: Scale = PLAIN, digits: int = DIGITS) -> str:
    """Return a number that has no Monte Carlo error, to ``digits`` significant digits."""
    if not isfinite(value):
        return "infinite" if value > 0 else "minus infinite"
    value /= scale.factor
    return number(value, floor(log10(abs(value))) - digits + 1) if value else "0"


def quantity(value: float, unit: str, digits: int = DIGITS) -> str:
    """Return a number that has no Monte Carlo error with its scale and unit."""
    scale = common_scale([value])
    return f"{plain_figure(value, scale, digits)} {scale.unit(unit)}".strip()


def number(value: float, place: int) -> str:
    """Return a number rounded to the digit that stands for ``10**place``."""
    rounded = round(value, -place)
    if rounded and not 1e-4 <= abs(rounded) < 1e15:
        digits = max(floor(log10(abs(rounded))) - place, 0)
        return f"{rounded:.{digits}e}"
    return f"{rounded:,.{max(-place, 0)}f}"


def _place(error: float) -> int:
    """Return the power of ten of the finest digit that is not finer than ``error``."""
    return ceil(log10(error))


def _rounded_up(bound: float) -> float:
    """Return a bound rounded up to one or two digits."""
    step = 10.0 ** (_place(bound) - 1)
    return ceil(bound / step) * step
