import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise

import pytest

import lossmodel as lm
from lossmodel.model.building import built
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.running import refined, simulated
from lossmodel.simulation.summary import Ask

LONG = ("palmyra-tankers", "--smoothing", "off", "--points", str(1 << 22))
SCENARIO = lm.Scenario(title="t", inputs={"x": "1 to 9", "z": "1 to 2"}, model={"y": "max(x, z)"})


@dataclass(frozen=True)
class Seen:
    status: int
    out: bytes
    shown: str


def on_a_terminal(*arguments, interrupted_at=None):
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "lossmodel", "run", *arguments],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown, sent = "", False
    while True:
        try:
            shown += os.read(ours, 1 << 16).decode(errors="replace")
        except OSError:  # the other end is closed
            break
        if interrupted_at and interrupted_at in shown and not sent:
            started.send_signal(signal.SIGINT)
            sent = True
    out, _ = started.communicate()
    os.close(ours)
    return Seen(started.returncode, out, shown)


def test_a_short_run_shows_no_bar():
    seen = on_a_terminal("palmyra-tankers", "--json")
    assert seen.status == 0
    assert seen.shown == ""
    json.loads(seen.out)


def test_a_long_run_shows_how_far_it_is_until_it_is_stopped():
    seen = on_a_terminal(*LONG, "--json", interrupted_at="16 x 4,194,304 points")
    assert seen.status == 130
    assert seen.out == b""
    # The last line of the bar is cleared, the cursor is back, and the word stands alone.
    assert "\x1b[?25h" in seen.shown
    assert seen.shown.endswith("\x1b[2K\r\ninterrupted\r\n")


def test_nothing_is_shown_where_nobody_looks():
    ran = subprocess.run(
        [sys.executable, "-m", "lossmodel", "run", *LONG[:3], "--points", str(1 << 16)],
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_is_told_in_shares_of_the_plan(threads):
    seen = []
    simulated(
        built(SCENARIO),
        Plan(points=1 << 13),
        Ask(),
        threads=threads,
        watch=lambda plan, share: seen.append((plan.points, share)),
    )
    shares = [share for _, share in seen]
    assert {points for points, _ in seen} == {1 << 13}
    assert shares[-1] == 1.0
    assert all(one < two for one, two in pairwise(shares))


def test_a_refined_run_tells_of_the_plan_at_hand():
    seen = []
    result = refined(
        built(SCENARIO),
        Plan(points=64),
        Ask(),
        0.03,
        watch=lambda plan, share: seen.append((plan.points, share)),
    )
    plans = list(dict.fromkeys(points for points, _ in seen))
    assert len(plans) > 1
    assert plans == [64 << look for look in range(len(plans))]
    assert plans[-1] == result.plan.points
    assert all((points, 1.0) in seen for points in plans)
