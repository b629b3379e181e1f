"""What a notebook shows of a result: the table that a person wants, and a chart beside it."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from html import escape
from importlib.util import find_spec

from lossmodel.charts.chart import Chart
from lossmodel.charts.kinds import charts_of
from lossmodel.errors import NotSupportedError
from lossmodel.page.pictures import inline
from lossmodel.page.tables import Table, tables_of, title_of

MOST = 30_000
"""Bytes of what is shown: notebooks are kept in repositories."""
_MOST_TABLES = 8
_MOST_LETTERS = 300
_WIDTH = 5.2
_TEXTS = ("unit", "the figure is", "how rare")
"""Last columns that hold words."""

_STYLE = (
    ".lossmodel{--paper:#fff;--ink:currentColor;--soft:currentColor;--rule:#8888;"
    "--range:#4b86b4;--rest:#4b86b455;--claim:#d2570f;--band:#f0a05a55;--low:#e0a84e;"
    "--high:#4b86b5;display:flex;flex-wrap:wrap;gap:1em 2em;align-items:flex-start}"
    ".lossmodel table{border-collapse:collapse;margin:.4em 0 1em}"
    ".lossmodel th,.lossmodel td{padding:.15em .8em .15em 0;text-align:right}"
    ".lossmodel th:first-child,.lossmodel .last td:last-child{text-align:left}"
    ".lossmodel p{margin:.3em 0;max-width:34em}"
    ".lossmodel>div{flex:0 1 26em;min-width:min-content}"
    ".lossmodel>div+div{flex:1 1 20em;max-width:32em;min-width:0}"
    ".lossmodel svg{max-width:100%;height:auto}"
)


def shown(result: object) -> str:
    """Return a result as HTML of less than 30,000 bytes, with charts where matplotlib is."""
    tables = tables_of(result)
    parts = [_table(table) for table in tables[:_MOST_TABLES]]
    if len(tables) > _MOST_TABLES:
        parts.append(f"<p>… and {len(tables) - _MOST_TABLES} more tables</p>")
    title = _text(title_of(result))
    head = f"<p><strong>{title}</strong></p>" * bool(title)
    start = f'<div class="lossmodel"><style>{_STYLE}</style><div>'
    while len(parts) > 1 and _size(start, head, *parts) > MOST:
        parts.pop()
    pictures = _fitting(result, MOST - _size(start, head, *parts, "</div><div></div></div>"))
    return f"{start}{head}{''.join(parts)}</div><div>{''.join(pictures)}</div></div>"


def _size(*parts: str) -> int:
    """Return how many bytes texts take."""
    return sum(len(part.encode()) for part in parts)


def _fitting(result: object, room: int) -> Iterator[str]:
    """Yield charts as long as there is room for them, then how many are left out."""
    charts = list(_charts(result))
    room -= _size(_left(len(charts)))
    for place, chart in enumerate(charts):
        picture = _figure(chart) if place < _MOST_TABLES else ""
        room -= _size(picture)
        if room < 0 or not picture:
            yield _left(len(charts) - place)
            return
        yield picture


def _left(count: int) -> str:
    """Return how many charts are left out."""
    return f"<p>… and {count} more chart{'s' * (count > 1)}: see plot()</p>"


def _charts(result: object) -> Iterator[Chart]:
    """Yield the usual charts of a result; none without matplotlib, or where nothing is drawn."""
    if find_spec("matplotlib") is None:
        return
    try:
        yield from charts_of(result)
    except NotSupportedError:
        return


def _figure(chart: Chart) -> str:
    """Return a chart with its title."""
    words = f"{chart.title}. {chart.alternative}"
    name = blake2b(words.encode(), digest_size=5).hexdigest()
    return (
        f'<figure style="margin:0 0 1em" role="img" aria-label="{_text(words)}">'
        f"<figcaption>{_text(chart.title)}</figcaption>{inline(chart, _WIDTH, f'l{name}')}</figure>"
    )


def _table(table: Table) -> str:
    """Return a table."""
    said = f"<p>{_text(table.sentence)}</p>" * bool(table.sentence)
    if not table.rows:
        return said
    rows = "".join(_row(row) for row in table.rows)
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in table.head)
    left = f"<p>… and {table.left:,} more rows</p>" * bool(table.left)
    kind = ' class="last"' * (table.head[-1] in _TEXTS)
    return f"{said}<table{kind}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{left}"


def _row(cells: Sequence[str]) -> str:
    """Return a row: a name and its figures."""
    name, *figures = cells
    told = "".join(f"<td>{_text(each)}</td>" for each in figures)
    return f'<tr><th scope="row">{_text(name)}</th>{told}</tr>'


def _text(text: str) -> str:
    """Return a stranger's text, cut short, with nothing in it that a browser obeys."""
    return escape(text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…")
