"""How long writing a page takes, beside checking the claims of the same scenario."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pairs import Comparison, Contest
from benchmarks.start import PROGRAM, process

PAIRS = 7
SCENARIOS = ("palmyra-tankers", "deepwater-cwa-2015", "crowdstrike-f500-2024-together")
_MOST = 3.0


def comparisons() -> list[Comparison]:
    """Return pages of a bundled scenario with rival readings, of a small and of a tied one."""
    with TemporaryDirectory() as folder:
        contests = (_contest(name, Path(folder)) for name in SCENARIOS)
        return [contest.measured("report", PAIRS, "ms", 1e3) for contest in contests]


def _contest(name: str, folder: Path) -> Contest:
    """Return the page on a scenario beside its claims."""
    page = (PROGRAM, "report", name, "--out", str(folder / "page.html"), "--force")
    ours, reference = (
        process(command, str(folder / "bytecode")) for command in (page, (PROGRAM, "claim", name))
    )
    return Contest(
        f"`lossmodel report {name}`", ours, f"`lossmodel claim {name}`", reference, _MOST
    )
