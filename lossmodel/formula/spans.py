"""Closed intervals of numbers under ``+ - * /`` and ``**``.

A span is a pair of ends, either of which may be infinite.  A product, quotient or power of spans
without zero has no zero either: that it might underflow is not counted.
"""

import math
from collections.abc import Callable, Iterable
from itertools import product
from typing import TypeAlias

Span: TypeAlias = tuple[float, float]

EVERYTHING: Span = (-math.inf, math.inf)
TINY = math.ulp(0.0)

# exp, log and pow of C libraries and of NumPy are within 1 to 4 ulps.
SLACK = 4


def hull(values: Iterable[float]) -> Span:
    """Return the smallest span around the values; everything where one of them is nan."""
    found = list(values)
    return EVERYTHING if any(map(math.isnan, found)) else (min(found), max(found))


def meets_zero(span: Span) -> bool:
    """Return whether 0 lies in the span."""
    return span[0] <= 0 <= span[1]


def widened(span: Span) -> Span:
    """Return the span with each end moved outwards by the slack."""
    return _moved(span[0], -SLACK), _moved(span[1], SLACK)


def negated(x: Span) -> Span:
    """Return the span of ``-x``."""
    return -x[1], -x[0]


def added(x: Span, y: Span) -> Span:
    """Return the span of ``x + y``."""
    return _span(x[0] + y[0], x[1] + y[1])


def subtracted(x: Span, y: Span) -> Span:
    """Return the span of ``x - y``."""
    return _span(x[0] - y[1], x[1] - y[0])


def multiplied(x: Span, y: Span) -> Span:
    """Return the span of ``x * y``."""
    corners = _corners(x, y, lambda a, b: a * b if a and b else 0.0)
    return corners if meets_zero(x) or meets_zero(y) else _without_zero(corners)


def divided(x: Span, y: Span) -> Span:
    """Return the span of ``x / y``, wherever y is not 0."""
    if y[0] < 0 < y[1] or y == (0, 0):
        return EVERYTHING
    if y[1] <= 0:
        return divided(negated(x), negated(y))
    corners = _corners(x, y, _quotient)
    return corners if meets_zero(x) else _without_zero(corners)


def raised(base: Span, exponent: Span) -> Span:
    """Return the span of ``base ** exponent``, wherever that is a real number."""
    if exponent[0] == exponent[1] and exponent[0].is_integer():
        return _whole_power(base, exponent[0])
    if base[0] >= 0:
        return _positive_power(base, exponent)
    largest = _positive_power((0.0, max(-base[0], base[1])), exponent)[1]
    return -largest, largest


def _whole_power(base: Span, exponent: float) -> Span:
    """Return the span of a power with one whole exponent."""
    if exponent == 0:
        return 1.0, 1.0
    if exponent < 0:
        return widened(divided((1.0, 1.0), _whole_power(base, -exponent)))
    low, high = base
    if exponent % 2 == 0:
        smallest = 0.0 if meets_zero(base) else min(abs(low), abs(high))
        return _positive_power((smallest, max(abs(low), abs(high))), (exponent, exponent))
    span = widened((_power(low, exponent), _power(high, exponent)))
    if low >= 0:
        span = max(span[0], 0.0), span[1]
    return span if meets_zero(base) else _without_zero(span)


def _positive_power(base: Span, exponent: Span) -> Span:
    """Return the span of a power of a base that is not negative.

    It is monotone in the base and in the exponent, so the extremes lie in the corners.
    """
    low, high = widened(_corners(base, exponent, _power))
    return (max(low, 0.0), high) if base[0] == 0 else (max(low, TINY), high)


def _quotient(a: float, b: float) -> float:
    """Return ``a / b`` for b >= 0, as a limit where that has no value."""
    if b == 0:
        return math.copysign(math.inf, a) if a else 0.0
    return 0.0 if math.isinf(b) else a / b


def _power(base: float, exponent: float) -> float:
    """Return ``base ** exponent``, infinite where it is too large or divides by zero."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 else math.inf
    except ValueError:
        return math.inf


def _corners(x: Span, y: Span, operation: Callable[[float, float], float]) -> Span:
    """Return the hull of an operation over the ends of both spans."""
    return hull(operation(a, b) for a, b in product(x, y))


def _span(low: float, high: float) -> Span:
    """Return a span, everything where an end is nan (infinity minus infinity)."""
    return EVERYTHING if math.isnan(low) or math.isnan(high) else (low, high)


def _without_zero(span: Span) -> Span:
    """Return the span of something that is never 0 and has one sign."""
    low, high = span
    return (max(low, TINY), high) if high > 0 else (low, min(high, -TINY))


def _moved(value: float, ulps: int) -> float:
    """Return a value some ulps further; infinities stay."""
    return value if math.isinf(value) else value + ulps * math.ulp(value)
