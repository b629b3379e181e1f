import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import sweep_runs
from golden_model import SCENARIO

import lossmodel as lm
from lossmodel.sweeps import storing

KILLS = int(os.environ.get("LOSSMODEL_KILLS", "3"))
"""``make test-kills`` takes 50, which is a few minutes."""
VARY = {"load": ["0.6:1.0:0.05"]}


def sweep(store=None, **choices):
    return lm.sweep(SCENARIO, VARY, **{"points": 16, "batch": 2, "store": store} | choices)


def same(one, other):
    return (
        one.rows.tobytes() == other.rows.tobytes()
        and one.notes == other.notes
        and (one.noted == other.noted).all()
    )


def kept(store):
    connection = sqlite3.connect(store)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return connection.execute("SELECT count(*) FROM points").fetchone()[0] if tables else 0
    finally:
        connection.close()


@pytest.fixture
def store(tmp_path):
    return tmp_path / "points.db"


def test_a_store_changes_no_bit_and_is_read_back(store, monkeypatch):
    plain = sweep()
    assert same(sweep(store), plain)
    assert kept(store) == 9
    monkeypatch.setattr("lossmodel.sweeps.computing.batches", lambda numbers, size: [numbers])
    monkeypatch.setattr("lossmodel.execution.places.Here.made", lambda *_: (x for x in ()))
    assert same(sweep(store), plain)


def test_other_sweeps_share_the_file_and_a_longer_one_goes_on(store):
    sweep(store)
    sweep(store, seed=1)
    assert kept(store) == 18
    vary = {"load": ["0.6:1.05:0.05"]}
    longer = lm.sweep(SCENARIO, vary, points=16, store=store)
    assert kept(store) == 19
    assert same(longer, lm.sweep(SCENARIO, vary, points=16))


@pytest.mark.parametrize(
    "choices",
    [
        {"seed": 1},
        {"replicates": 8},
        {"level": 0.5},
        {"smoothing": "off"},
        {"settings": {"price": "30 USD/bbl"}},
        {"exceedance": ("1 million USD",)},
        {"quantiles": (0.9,)},
        {"design": "lhs"},
    ],
)
def test_whatever_decides_the_numbers_decides_the_key(store, choices):
    sweep(store)
    assert same(sweep(store, **choices), sweep(**choices))
    assert kept(store) == 18


def test_an_interrupted_sweep_goes_on(store, monkeypatch):
    real, left = storing.Store.add, [2]

    def stopping(self, batch):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(self, batch)

    monkeypatch.setattr(storing.Store, "add", stopping)
    with pytest.raises(KeyboardInterrupt):
        sweep(store)
    assert kept(store) == 4
    monkeypatch.setattr(storing.Store, "add", real)
    assert same(sweep(store), sweep())


def foreign(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.execute("INSERT INTO mine VALUES (1)")
    connection.commit()
    connection.close()


def database(path, *commands):
    connection = sqlite3.connect(path, isolation_level=None)
    for command in commands:
        connection.execute(command)
    connection.close()


OURS = f"PRAGMA application_id = {storing.APPLICATION}"


def newer(path):
    sweep(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {storing.SCHEMA + 1}")
    connection.close()


def altered(path):
    sweep(path)
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE points SET record = substr(record, 1, 90) || x'00' || substr(record, 92)"
    )
    connection.commit()
    connection.close()


def torn(path):
    sweep(path)
    content = bytearray(path.read_bytes())
    content[4096 : 3 * 4096] = bytes(2 * 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda path: path.write_text("my thesis"), "something else"),
        (foreign, "a database of another program"),
        (
            lambda path: database(path, "PRAGMA user_version = 7", "VACUUM"),
            "a database of another program",
        ),
        (
            lambda path: database(path, "PRAGMA journal_mode = WAL", "CREATE TABLE mine (x)"),
            "a database of another program",
        ),
        (lambda path: database(path, OURS, "CREATE TABLE mine (x)"), "other tables"),
        (lambda path: database(path, OURS, "CREATE TABLE points (key, record)"), "other tables"),
        (lambda path: database(path, OURS, storing._TABLE, "CREATE VIEW v AS SELECT 1"), "other"),
        (newer, "a newer lossmodel"),
        (altered, "is damaged"),
        (torn, "is damaged"),
    ],
)
def test_what_is_no_sound_store_is_refused_and_left_as_it_is(store, made, message):
    made(store)
    before = store.read_bytes()
    with pytest.raises(lm.LossmodelError, match=message):
        sweep(store)
    assert store.read_bytes() == before
    assert list(store.parent.iterdir()) == [store]


def test_a_log_beside_a_database_of_another_program_is_left_as_it_is(store):
    writer = sqlite3.connect(store)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE mine (x)")
    writer.commit()
    before = {path: path.read_bytes() for path in store.parent.iterdir()}
    assert len(before) == 3
    with pytest.raises(lm.UsageError, match="a database of another program"):
        sweep(store)
    assert {path: path.read_bytes() for path in store.parent.iterdir()} == before
    writer.close()


def test_what_is_no_file_is_no_store(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/null", tmp_path / "pipe"):
        with pytest.raises(lm.UsageError, match="no regular file"):
            sweep(path)


def test_an_empty_file_becomes_a_store(store):
    store.touch()
    assert same(sweep(store), sweep())
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert storing._number(store.read_bytes(), 68) == storing.APPLICATION


def test_a_store_needs_a_folder_and_formulas(tmp_path):
    with pytest.raises(lm.UsageError, match="a folder that exists"):
        sweep(tmp_path / "nowhere" / "points.db")
    code = lm.Scenario(title="code", inputs={"a": "1 to 2"}, model=lambda a: a)
    with pytest.raises(lm.UsageError, match="nobody can tell two functions apart"):
        lm.sweep(code, {"a": ["1"]}, points=16, store=tmp_path / "points.db")


def begun(store, batch=4, points="all", **options):
    return subprocess.Popen(
        [sys.executable, sweep_runs.__file__, str(store), str(batch), points],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.fixture(scope="module")
def whole():
    return sweep_runs.swept()


def test_two_writers_do_not_disturb_each_other(store, whole):
    processes = [begun(store, batch) for batch in (3, 5)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    for process in processes:
        process.stderr.close()
    assert kept(store) == len(whole)
    assert same(sweep_runs.swept(store=store), whole)


def test_a_full_disk_ends_with_what_was_finished(store, whole):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    process = begun(store, preexec_fn=small)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert b"What was finished before is kept" in said
    assert 0 < kept(store) < len(whole)
    assert same(sweep_runs.swept(store=store), whole)


def appears(store, process):
    while not store.exists() and process.poll() is None:
        time.sleep(0.01)
    return time.monotonic()


def kept_so_far(store):
    """Return how many points a store has that may not have its tables yet."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5.0)) as connection:
            return connection.execute("SELECT count(*) FROM points").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_killed_at_any_moment_a_sweep_goes_on_to_the_same_bits(tmp_path, capsys):
    rng, partial, whole = np.random.default_rng(168), 0, sweep_runs.quickly_swept()
    process = begun(tmp_path / "timing.db", 1, "quick")
    started = appears(tmp_path / "timing.db", process)
    process.wait(timeout=300)
    process.stderr.close()
    lasts = time.monotonic() - started
    assert lasts >= 3.0
    for number in range(KILLS):
        store = tmp_path / f"{number}.db"
        process = begun(store, 1, "quick")
        appears(store, process)
        # By what is kept, as a busy machine is slower from one time to the next.
        moment = rng.uniform(0.0, 0.9) * len(whole)
        while process.poll() is None and kept_so_far(store) < moment:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        partial += 0 < kept(store) < len(whole)
        assert same(sweep_runs.quickly_swept(store=store), whole)
    with capsys.disabled():
        sys.stdout.write(f"\n{KILLS} sweeps of {lasts:.1f} s killed, {partial} of them half done\n")
    assert partial >= 0.6 * KILLS
