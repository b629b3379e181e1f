"""Drawing charts with matplotlib: on axes at hand, in figures, and as files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from lossmodel.charts.axes import TEXT, inches
from lossmodel.charts.chart import Chart, room
from lossmodel.charts.kinds import charts_of
from lossmodel.charts.themes import LIGHT, Theme
from lossmodel.errors import NotSupportedError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.2
"""Of a figure, in inches."""
SIDE, _HEAD, _APART = 0.28, 0.19, 0.3
"""Margins at the sides, for a line of the title, between charts."""

_STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "svg.fonttype": "none",
    "svg.hashsalt": "lossmodel",
    "pdf.fonttype": 42,
    "axes.unicode_minus": True,
    "text.usetex": False,
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
}


def require_matplotlib() -> None:
    """Refuse to draw without matplotlib.

    Raises
    ------
    NotSupportedError
        If it is not installed.
    """
    if find_spec("matplotlib") is None:
        raise NotSupportedError(
            "charts are drawn by matplotlib, which is not installed here: "
            "pip install 'lossmodel[plot]'"
        )


@contextmanager
def _styled() -> Iterator[None]:
    """Draw in the house style, whatever the user's is, and say nothing of letters it lacks."""
    require_matplotlib()
    from matplotlib.style import context  # noqa: PLC0415

    with context(["default", _STYLE]), catch_warnings():
        simplefilter("ignore", UserWarning)
        yield


def plotted(result: object, kind: str, axes: "Axes | None") -> "Axes":
    """Return axes with the first chart of a kind of a result.

    Raises
    ------
    UsageError
        If there is no such chart of this result.
    NotSupportedError
        If matplotlib is not installed.
    """
    chart = charts_of(result, kind)[0]
    with _styled():
        if axes is None:
            from matplotlib import pyplot as plt  # noqa: PLC0415

            height = chart.height(WIDTH - 2 * SIDE) + chart.foot + _HEAD * 2
            figure = plt.figure(figsize=(WIDTH, height), facecolor=LIGHT.paper)
            axes = _placed(figure, chart, height, height - 2 * _HEAD, LIGHT)
        else:
            chart.draw(axes, LIGHT, inches(axes))
        _entitle(axes, chart.title, LIGHT)
    return axes


def figure_of(charts: Sequence[Chart], theme: Theme, width: float, title: str = "") -> "Figure":
    """Return a figure with charts one above the other.

    Parameters
    ----------
    charts : sequence of Chart
    theme : Theme
    width : float
        In inches.
    title : str, optional
        Above each chart its own title is written where this is given, and this above the first.
    """
    with _styled():
        from matplotlib.figure import Figure  # noqa: PLC0415

        inner = width - 2 * SIDE
        heads = [[*([title] if not place else []), each.title] for place, each in enumerate(charts)]
        lines = [_wrapped(head, inner, theme) if title else [] for head in heads]
        heights = [each.height(inner) + each.foot for each in charts]
        total = sum(heights) + sum(_HEAD * len(each) for each in lines)
        total += _APART * (len(charts) - 1) + 0.06 * bool(title)
        figure = Figure(figsize=(width, total), facecolor=theme.paper)
        top = total - 0.06 * bool(title)
        for chart, height, said in zip(charts, heights, lines, strict=True):
            for place, (line, colour) in enumerate(said):
                _write(figure, line, top - _HEAD * (place + 1), colour)
            top -= _HEAD * len(said)
            _placed(figure, chart, total, top, theme)
            top -= height + _APART
    return figure


def _wrapped(head: Sequence[str], inner: float, theme: Theme) -> list[tuple[str, str]]:
    """Return titles in lines that fit, each with its colour; the last is what is shown."""
    colours = (theme.ink, theme.soft)[-len(head) :]
    return [
        (line, colour)
        for text, colour in zip(head, colours, strict=True)
        for line in wrap(text, room(inner)) or [""]
    ]


def _write(figure: "Figure", line: str, y: float, colour: str) -> None:
    """Write a line of a title."""
    width, height = figure.get_size_inches()
    x, y = SIDE / width, y / height
    figure.text(x, y, line, color=colour, fontsize=TEXT + 1.0, va="bottom", parse_math=False)


def _placed(figure: "Figure", chart: Chart, total: float, top: float, theme: Theme) -> "Axes":
    """Draw a chart on axes of its own below ``top``, in inches from the foot of the figure."""
    width = figure.get_figwidth()
    inner = width - 2 * SIDE
    high = chart.height(inner)
    box = (SIDE / width, (top - high) / total, inner / width, high / total)
    axes = figure.add_axes(box)
    chart.draw(axes, theme, inner)
    return axes


def _entitle(axes: "Axes", title: str, theme: Theme) -> None:
    """Write a title above axes."""
    axes.set_title(
        "\n".join(wrap(title, room(inches(axes)))),
        loc="left",
        fontsize=TEXT + 1.0,
        color=theme.ink,
        parse_math=False,
    )


def drawn(figure: "Figure", suffix: str, title: str, alternative: str) -> bytes:
    """Return a figure as a file; the same figure is the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    suffix : {".svg", ".png", ".pdf"}
    title, alternative : str
        Written into the file, for those who cannot see the picture.
    """
    metadata: dict[str, dict[str, Any]] = {
        ".svg": {"Title": title, "Description": alternative, "Date": None, "Creator": None},
        ".png": {"Title": title, "Description": alternative, "Software": None},
        ".pdf": {
            "Title": title,
            "Subject": alternative,
            "CreationDate": None,
            "Creator": None,
            "Producer": None,
        },
    }
    file = BytesIO()
    with _styled():
        figure.savefig(file, format=suffix[1:], dpi=200, metadata=metadata[suffix])
    data = file.getvalue()
    return _named(data, title, alternative) if suffix == ".svg" and title else data


def _named(data: bytes, title: str, alternative: str) -> bytes:
    """Return an SVG with its words where a browser and a screen reader look for them."""
    before, start, rest = data.partition(b"<svg ")
    tag, end, parts = rest.partition(b">")
    words = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(alternative)}</desc>'
    role = b'role="img" aria-labelledby="title desc" '
    return b"".join((before, start, role, tag, end, words.encode(), parts))
