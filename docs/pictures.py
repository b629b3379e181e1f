"""Write the pictures of the README: what the terminal shows, and the page that ``report`` writes.

``make docs`` runs it.  The page is photographed by Chromium where Playwright and a browser are
installed (``make test-browser`` installs the one and names the other); else its picture stays.
"""  # noqa: INP001 - a script, no package

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from lossmodel.cli.entry import program
from lossmodel.model.building import load
from lossmodel.report.results import result_text
from lossmodel.simulation.running import run

FOLDER = Path(__file__).parent / "pictures"
SCENARIO = "palmyra-tankers"
_WIDE, _HIGH = 880, 1500


def terminal() -> None:
    """Draw what ``run`` prints."""
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=80, file=nowhere, force_terminal=True)
        console.print(result_text(run(load(SCENARIO)), SCENARIO))
    name = f"lossmodel run {SCENARIO}"
    text = console.export_svg(title=name, unique_id="terminal")
    (FOLDER / "terminal.svg").write_text(text, encoding="utf-8")


def page() -> None:
    """Photograph the page on a scenario, light and dark."""
    path = shutil.which("chromium")
    if path is None or find_spec("playwright") is None:
        sys.stderr.write("no browser here: docs/pictures/report-*.png stay as they are\n")
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where it is installed

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        written = Path(folder) / "report.html"
        program(["report", SCENARIO, "--out", str(written)], standalone_mode=False)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            size = {"width": _WIDE, "height": _HIGH}
            opened = browser.new_page(viewport=size, color_scheme=scheme)
            opened.goto(written.as_uri())
            opened.screenshot(path=FOLDER / f"report-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    terminal()
    page()
