"""Scenarios for pages, and pages read back."""

import json
import re
from html.parser import HTMLParser
from math import isclose

from click.testing import CliRunner

from lossmodel.cli.entry import program

HOSTILE = (
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title = 'owned'\">",
    "</title><script>document.title = 'owned'</script>",
    '"><svg onload="document.title = \'owned\'">',
    "' onmouseover='document.title = 1",
    "<iframe src=\"javascript:parent.document.title = 'owned'\"></iframe>",
    "</style><script>document.title = 'owned'</script>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "{{ 7 * 7 }} {% for x in range(9) %}x{% endfor %} ${7*7}",
    "\u202egnp.exe\u2066 bidi \u200f\u061c",
    "&lt;script&gt; &amp;#60; &quot;",
    "<!-- --><![CDATA[ x ]]>",
    "]]></text></svg><script>document.title = 'owned'</script>",
    "$\\frac{1}{0}$ _under_ \\sqrt{",
    "<form action=https://evil.example/><input autofocus onfocus='document.title=1'>",
    "زيت النفط المفقود <b dir=rtl>",
    "a" * 400,
    "<object data=https://evil.example/x.svg></object><embed src=//evil.example/y>",
)
ADDRESSES = (
    "javascript:document.title='owned'",
    "JaVaScRiPt:alert(1)",
    "\tjavascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://user:secret@evil.example/",
    "https://good.example/\u202emoc.live",
    "https://good.example\\@evil.example/",
    "http://[broken",
    "blob:https://evil.example/1",
    "ftp://evil.example/",
    "https://good.example/ onclick=x",
    "https://good.example/'onmouseover='x",
    'https://good.example/"><script>document.title=1</script>',
    "about:blank",
    "intent://evil.example",
    "https:evil.example",
    "https://good.example/a?b=c&d=e#f",
)


def text_of(tables):
    """Return a scenario as the JSON that the program reads."""
    return json.dumps(tables, ensure_ascii=False)


def inputs(count):
    names = [f"{'part_of_the_damage_with_a_long_name_':.<36}{n:04d}" for n in range(count)]
    return {name.replace(".", "_"): "10 to 30 USD" for name in names}


SINGLE = {"title": "One input", "inputs": {"loss_in": "10 to 30 USD"}, "model": {"loss": "loss_in"}}
MANY = {
    "title": "Twenty-five inputs with names of forty characters",
    "inputs": inputs(25),
    "model": {"loss": " + ".join(inputs(25))},
    "claim": [{"says": "more than 600 USD"}],
}
IMPOSSIBLE = {
    "title": "Out of reach",
    "inputs": {"a": "uniform(1, 2) USD", "b": "uniform(3, 4) USD"},
    "model": {"low": "a", "high": "b", "fixed": "a - a + b - b"},
    "outputs": ["low", "high"],
    "claim": [{"says": "about 900 USD"}],
}
SWEPT = {
    "title": "168 tankers, what if",
    "units": ["truck"],
    "inputs": {
        "trucks": "168 truck",
        "capacity": {"value": "150 to 230 bbl/truck", "varies": "per trucks"},
        "price": "20 to 55 USD/bbl",
        "load": "pert(0.6, 0.9, 1.0)",
    },
    "model": {"loss": "sum(capacity) * price * load"},
    "claim": [{"says": "more than 2 million USD"}],
    "sweep": {"price": ["20 USD/bbl", "40 USD/bbl", "20 to 55 USD/bbl"], "load": ["0.6:1.0:0.2"]},
}
DEGENERATE = {
    "title": "Constants, counts and heavy tails",
    "inputs": {
        "fixed": "5 USD",
        "events": "poisson(mean=2)",
        "heavy": "pareto(shape=0.8, scale=1) USD",
        "none": "bernoulli(p=0.3)",
        "wide": "loguniform(1e-9, 1e9) USD",
    },
    "model": {
        "constant": "2 * fixed",
        "counted": "events * fixed",
        "tail": "heavy",
        "nothing": "none * fixed",
        "broken": "log(none) * fixed",
        "wider": "wide",
    },
    "claim": [{"says": "about 10 USD", "readings": ["constant", "counted", "tail", "nothing"]}],
}


PER_UNIT = {
    "title": "Units one by one",
    "units": ["truck"],
    "inputs": {
        "trucks": "5 truck",
        "load": {"value": "10 to 60 bbl/truck", "varies": "per trucks"},
    },
    "model": {"most": "max(load)", "oil": "sum(load)"},
    "claim": [{"says": "more than 300 bbl"}],
}


LONG = {
    "title": "Names of forty characters without a place to break them",
    "units": ["truck"],
    "inputs": {
        "n" * 40: "168 truck",
        "v" * 40: "5000 to 20000 USD/truck",
        "number_of_trucks_destroyed_by_the_strike": "100 truck",
    },
    "model": {
        "w" * 40: f"{'n' * 40} * {'v' * 40}",
        "z" * 40: f"number_of_trucks_destroyed_by_the_strike * {'v' * 40}",
    },
    "claim": [{"says": "more than 2 million USD"}],
}


CASES = {
    "palmyra": "palmyra-tankers",
    "single": SINGLE,
    "many": MANY,
    "impossible": IMPOSSIBLE,
    "swept": SWEPT,
    "per-unit": PER_UNIT,
    "degenerate": DEGENERATE,
    "long": LONG,
    "yearly": "tanker-strikes-yearly",
    "tied": "crowdstrike-f500-2024-together",
    "ranges": "southwest-meltdown-2022",
}
"""By name, what pages are written of in tests."""


def hostile(each, address):
    """Return a scenario with a hostile text wherever a text can be."""
    marked = {"source": each, "publisher": each, "quote": each, "about": each, "as_of": each}
    return {
        "title": each,
        "about": each,
        "as_of": each,
        "excludes": [each],
        "inputs": {"a": {"value": "10 to 30 USD", "basis": "seen", "url": address, **marked}},
        "model": {"loss": {"formula": "2 * a", "about": each}},
        "claim": [
            {
                "says": "about 40 USD",
                "quote": each,
                "publisher": each,
                "covers": each,
                "date": each,
                "url": address,
            }
        ],
    }


def write_page(scenario, path, *arguments):
    """Write a page as a user does; return what the program printed as JSON."""
    text = scenario if isinstance(scenario, str) else "-"
    given = None if isinstance(scenario, str) else text_of(scenario)
    ran = CliRunner().invoke(
        program, ["report", text, "-o", str(path), "--json", *arguments], input=given
    )
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def written(folder):
    """Return what gives the text and the JSON of a page by name, each written once."""
    known = {}

    def of(name):
        if name not in known:
            path = folder / f"{name}.html"
            document = write_page(CASES[name], path, "--points", "64")
            known[name] = path.read_text(encoding="utf-8"), document
        return known[name]

    return of


class Reader(HTMLParser):
    """Collects tags, figures and texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.figures, self.texts = [], [], []
        self._open = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "data":
            self._open = [dict(attrs), ""]

    def handle_data(self, data):
        self.texts.append(data)
        if self._open:
            self._open[1] += data

    def handle_endtag(self, tag):
        if tag == "data":
            self.figures.append((self._open[0]["data-key"], self._open[0]["value"], self._open[1]))
            self._open = None

    @property
    def links(self):
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


def looked_up(document, key):
    """Return the number at a key of a JSON document."""
    for part in key.split("/"):
        document = document[int(part) if isinstance(document, list) else part]
    return document["value"] if isinstance(document, dict) else document


def agrees(text, value):
    """Whether a figure as printed is a number rounded, up to a scale word or percent."""
    if text.startswith("P = "):
        return float(text[4:]) == float(f"{value:.0e}")
    rare = "one case in " in text or text.startswith("1 in ")
    shown = text.removeprefix("P").removeprefix("one case in ").removeprefix("1 in ")
    shown = shown.split(" lies")[0]
    shown = re.sub(" (thousand|million|billion|trillion)", "", shown)
    percent = text.endswith("%") or text.startswith("P")
    shown = shown.removesuffix("%").replace(",", "").replace("−", "-")
    if shown.startswith("about "):
        shown = shown.removeprefix("about ")
    if shown.startswith(("below", "<", "above")):
        bound = float(shown.lstrip("belowav< ")) / (100.0 if percent else 1.0)
        return value >= bound if shown.startswith("above") else abs(value) <= bound
    number = float(shown)
    digits = shown.split("e")[0].lstrip("-")
    zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits else 0
    places = len(digits.partition(".")[2])
    power = int(shown.partition("e")[2] or 0)
    step = 0.51 * 10.0 ** (power - places + zeros)
    meant = 1.0 / value if rare else value
    scales = [100.0] if percent else [10.0**-k for k in (0, 3, 6, 9, 12)]
    return any(abs(meant * scale - number) <= step for scale in scales) or isclose(meant, number)
