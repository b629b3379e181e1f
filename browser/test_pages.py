import shutil
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import (
    ADDRESSES,
    DEGENERATE,
    HOSTILE,
    IMPOSSIBLE,
    LONG,
    MANY,
    PER_UNIT,
    SINGLE,
    SWEPT,
    hostile,
    write_page,
)
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from lossmodel.report.words import one_line
from lossmodel.scenario.library import bundled

RIGHT_TO_LEFT = hostile("تدمير 168 شاحنة نفط قرب تدمر", "https://good.example/")
CASES = {name: name for name in bundled()} | {
    "single": SINGLE,
    "many": MANY,
    "impossible": IMPOSSIBLE,
    "swept": SWEPT,
    "degenerate": DEGENERATE,
    "per-unit": PER_UNIT,
    "long": LONG,
    "right-to-left": RIGHT_TO_LEFT,
}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first draws no windows of its own around a page, and takes two thirds of the time."""
WIDE, NARROW, PAPER = (1000, 900), (360, 740), (673, 1000)
"""The last is A4 without its margins, in CSS pixels."""
DIFFERENT = (
    "palmyra-tankers",
    "tanker-strikes-yearly",
    "many",
    "impossible",
    "swept",
    "degenerate",
    "per-unit",
    "right-to-left",
)
"""Pages that have all kinds of parts among them."""
WIDER = "body, body * { letter-spacing: 0.03em !important; }"
"""As if the fonts of another machine had wider letters: by about a twentieth."""

OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth;
  const seen = [...document.querySelectorAll('body *')].filter(each => {
    const style = getComputedStyle(each);
    const drawn = each.closest('svg') && each.tagName !== 'text';
    return each.getClientRects().length && !drawn && !each.closest('.unseen, thead') &&
      style.visibility !== 'hidden';
  });
  const cut = seen.filter(each => {
    const box = each.getBoundingClientRect();
    const clipped = ['hidden', 'clip'].includes(getComputedStyle(each).overflowX) &&
      each.scrollWidth > each.clientWidth + 1;
    return box.left < -0.5 || box.right > wide + 0.5 || clipped;
  });
  return cut.map(each => each.outerHTML.slice(0, 160));
}"""
SHORTENED = """() => [...document.querySelectorAll('.chart svg text')]
  .filter(each => each.getClientRects().length && each.textContent.endsWith('…'))
  .map(each => each.textContent)"""
COVERED = """() => {
  const shown = [...document.querySelectorAll('.chart svg')].filter(s => s.getClientRects().length);
  const clash = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 &&
    a.top < b.bottom - 2 && b.top < a.bottom - 2;
  return shown.flatMap(svg => {
    const found = [...svg.querySelectorAll('text')];
    const texts = found.map(each => [each.textContent, each.getBoundingClientRect()]);
    return texts.flatMap(([one, a], at) => texts.slice(at + 1)
      .filter(([_, b]) => clash(a, b)).map(([other, _]) => `${one} | ${other}`));
  });
}"""


def each_of(names):
    """Return a test of each page; those of one page share it."""
    marked = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
    return pytest.mark.parametrize("name", marked)


@pytest.fixture(scope="session")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no chromium here: apt-get install chromium-headless-shell"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")

    def of(name):
        path = folder / f"{name}.html"
        if not path.exists():
            write_page(CASES[name], path, "--points", "64")
        return path

    return of


class Visit:
    """A page that was opened, and all that it asked for and said."""

    def __init__(self, browser, path, size=WIDE, **choices):
        shape = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=shape, **choices)
        self.page = self.context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(path.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def away(visit, path):
    return [url for url in visit.asked if url != path.as_uri() and not url.startswith("data:")]


def wider(visit):
    """Yield once with the letters as they are, then with wider ones."""
    yield
    visit.page.add_style_tag(content=WIDER)
    yield


def accessible(visit):
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()


@each_of(DIFFERENT)
def test_a_page_is_accessible(browser, written, name):
    for scheme in ("light", "dark"):
        with Visit(browser, written(name), color_scheme=scheme) as visit:
            accessible(visit)


@each_of(CASES)
def test_a_page_stands_alone(browser, written, name):
    path = written(name)
    with Visit(browser, path, color_scheme="light") as visit:
        assert away(visit, path) == []
        assert visit.said == []
        for _ in wider(visit):
            assert visit.page.evaluate(OUTSIDE) == []
            assert visit.page.evaluate(COVERED) == []


@each_of(CASES)
def test_nothing_is_cut_on_a_narrow_screen(browser, written, name):
    with Visit(browser, written(name), NARROW) as visit:
        for _ in wider(visit):
            assert visit.page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
            assert visit.page.evaluate(SHORTENED) == []
            assert visit.page.evaluate(OUTSIDE) == []
            assert visit.page.evaluate(COVERED) == []


@each_of(CASES)
def test_nothing_is_cut_in_print(browser, written, name):
    with Visit(browser, written(name), PAPER, color_scheme="dark") as visit:
        visit.page.emulate_media(media="print")
        for _ in wider(visit):
            assert visit.page.evaluate(OUTSIDE) == []
            paper = "getComputedStyle(document.documentElement).backgroundColor"
            assert visit.page.evaluate(paper) == "rgb(254, 254, 254)"


@each_of(CASES)
def test_printed_pages_are_full_and_no_heading_stands_at_a_foot(browser, written, name):
    with Visit(browser, written(name)) as visit:
        headings = [plain(each) for each in visit.page.locator("h2, h3").all_text_contents()]
        sections = [plain(each) for each in visit.page.locator("h2").all_text_contents()]
        sheets = [
            [plain(line) for line in sheet.extract_text().splitlines() if line.strip()]
            for sheet in PdfReader(BytesIO(visit.page.pdf(format="A4"))).pages
        ]
    assert sections
    assert 2 <= len(sheets) <= 40
    assert [number for number, lines in enumerate(sheets) if len("".join(lines)) < 40] == []
    printed = plain("".join(line for lines in sheets for line in lines))
    assert [each for each in sections if each not in printed] == []
    assert [lines[-1] for lines in sheets if lines[-1] in headings] == []


def plain(text):
    """Return text without blanks, which a page in print has elsewhere."""
    return "".join(text.split())


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_texts_do_nothing(browser, tmp_path, place):
    text, address = HOSTILE[place], ADDRESSES[place]
    path = tmp_path / "page.html"
    write_page(hostile(text, address), path, "--points", "64")
    with Visit(browser, path, NARROW) as visit:
        assert visit.page.title() == one_line(text)
        assert visit.page.locator("h1").text_content() == one_line(text)
        visit.page.mouse.move(100, 100)
        for link in visit.page.locator(".source a").all():
            assert link.get_attribute("href").startswith("https://good.example/")
        assert visit.page.evaluate(OUTSIDE) == []
        assert away(visit, path) == []
        assert visit.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_take_the_colours_of_the_page(browser, written, scheme):
    with Visit(browser, written("palmyra-tankers"), color_scheme=scheme) as visit:
        text = visit.page.locator(".wide svg text", has_text="cargo_wellhead").first
        ink = text.evaluate("each => getComputedStyle(each).fill")
        assert ink == {"light": "rgb(28, 32, 36)", "dark": "rgb(236, 238, 240)"}[scheme]
        paper = visit.page.evaluate("getComputedStyle(document.body.parentNode).backgroundColor")
        assert paper == {"light": "rgb(254, 254, 254)", "dark": "rgb(21, 24, 28)"}[scheme]


def test_scenario_and_result_can_be_downloaded(browser, written):
    with Visit(browser, written("palmyra-tankers")) as visit:
        for name in ("palmyra-tankers.toml", "palmyra-tankers-result.json"):
            with visit.page.expect_download() as download:
                visit.page.get_by_role("link", name=name).click()
            assert download.value.suggested_filename == name
