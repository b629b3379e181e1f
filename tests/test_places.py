import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import distributed
import pytest
import sweep_runs
from golden_model import FILE, SCENARIO

import lossmodel as lm
from lossmodel.execution import cluster as cluster_module
from lossmodel.execution import processes
from lossmodel.execution.cluster import Cluster
from lossmodel.execution.places import Here
from lossmodel.execution.processes import Processes
from lossmodel.simulation.plan import Plan
from lossmodel.simulation.summary import Ask
from lossmodel.sweeps.computing import swept as swept_at
from lossmodel.sweeps.points import points_of

VARY = {"price": ["20:60:10 USD/bbl", "20 to 55 USD/bbl"], "load": ["0.6:1.0:0.1"]}


def same(one, other):
    return (
        one.rows.tobytes() == other.rows.tobytes()
        and one.notes == other.notes
        and (one.noted == other.noted).all()
    )


def squared(number):
    return number * number


def dying(folder, number):
    """End the process that works on 3, the first time."""
    mark = Path(folder) / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def dying_often(folder, number):
    """End the process that works on a multiple of 5, the first time."""
    mark = Path(folder) / str(number)
    if number % 5 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def dying_before_half(folder, number):
    """End the process that works on 3, the first time, when the other is at work."""
    mark = Path(folder) / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    return number, os.getpid()


def always_dying(number):
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def slow_at_first(number):
    """Tell which process worked on a number, on the first half not at once."""
    if number < 20:
        time.sleep(0.2)
    return number, os.getpid()


def failing(number):
    if number == 3:
        raise lm.UsageError("3", "another number")
    return number


@pytest.fixture(scope="module")
def swept():
    return lm.sweep(SCENARIO, VARY, points=32)


def test_this_process_works_in_order():
    assert list(Here().made(squared, range(5))) == [0, 1, 4, 9, 16]


def test_processes_do_all_tasks_even_where_one_dies(tmp_path):
    found = Processes(2).made(partial(dying, str(tmp_path)), range(40))
    assert sorted(found) == [n * n for n in range(40)]


def test_each_process_has_neighbours_and_helps_others_when_it_is_done():
    whose = dict(Processes(2).made(slow_at_first, range(40)))
    assert sorted(whose) == list(range(40))
    first, second = whose[0], whose[20]
    assert first != second
    # What each is handed at once is its own; the last of what is left is taken over.
    assert {whose[number] for number in range(3)} == {first}
    assert {whose[number] for number in range(20, 23)} == {second}
    assert whose[19] == second


def test_processes_may_die_often_as_long_as_there_is_progress(tmp_path):
    found = list(Processes(1).made(partial(dying_often, str(tmp_path)), range(26)))
    assert sorted(number for number, _ in found) == list(range(26))
    assert len({pid for _, pid in found}) == 6


def test_one_that_dies_costs_the_others_nothing(tmp_path):
    found = dict(Processes(2).made(partial(dying_before_half, str(tmp_path)), range(40)))
    assert len({found[number] for number in range(20, 40)}) == 1
    assert len(set(found.values())) == 3


def test_what_a_dead_process_refuses_is_done_all_the_same(monkeypatch):
    refused = []

    class Refusing(ProcessPoolExecutor):
        def submit(self, *task, **more):
            if len(refused) < 2:
                refused.append(task)
                raise BrokenProcessPool("dead")
            return super().submit(*task, **more)

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Refusing)
    assert sorted(Processes(1).made(squared, range(9))) == [n * n for n in range(9)]
    assert len(refused) == 2


def test_processes_that_die_again_and_again_are_given_up():
    with pytest.raises(lm.LossmodelError, match="worker processes died"):
        list(Processes(1).made(always_dying, range(4)))


def test_what_a_task_raises_is_raised():
    with pytest.raises(lm.UsageError, match="another number"):
        list(Processes(2).made(failing, range(9)))


def test_a_scenario_is_sent_whole_to_processes(swept):
    assert same(lm.sweep(SCENARIO, VARY, points=32, workers=2, batch=3), swept)


def test_workers_end_with_the_process_that_started_them(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "if __name__ == '__main__':\n"
        "    import sweep_runs, multiprocessing, threading, time\n"
        "    def told():\n"
        "        while not multiprocessing.active_children(): time.sleep(0.01)\n"
        "        time.sleep(1.0)\n"
        "        print(*(each.pid for each in multiprocessing.active_children()), flush=True)\n"
        "    threading.Thread(target=told, daemon=True).start()\n"
        "    sweep_runs.swept(workers=2)\n"
    )
    script = tmp_path / "sweeping.py"
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(script), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True
    )
    workers = [int(word) for word in process.stdout.readline().split()]
    assert len(workers) == 2
    process.kill()
    process.wait()
    process.stdout.close()
    until = time.monotonic() + 10.0
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.filterwarnings("ignore", "error:Port")
def test_a_local_cluster_gives_the_same_bits_beside_any_other(swept):
    with socket.socket() as other:
        with suppress(OSError):  # another one is there already
            other.bind(("127.0.0.1", 8787))
            other.listen()
        found = lm.sweep(SCENARIO, VARY, points=32, dask="local", workers=2, batch=3)
    assert same(found, swept)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_whose_worker_is_killed_gives_the_same_bits():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        killed = []

        def watch(_, share):
            if share > 0.2 and not killed:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(share)

        found = sweep_with(Cluster(cluster.scheduler_address), watch)
        assert killed
        assert killed[0] < 0.9
    assert same(found, sweep_runs.swept())


def sweep_with(place, watch):
    points = points_of(sweep_runs.VARY, "grid", None, 0)
    plan = Plan("sobol", sweep_runs.CHOICES["replicates"], sweep_runs.CHOICES["points"], 0)
    return swept_at(SCENARIO, {}, points, plan, Ask(), place, batch=8, watch=watch)


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_without_workers_is_said_once_and_given_up(monkeypatch, caplog):
    monkeypatch.setattr(cluster_module, "_GLANCE", 0.2)
    monkeypatch.setattr(cluster_module, "_PATIENCE", 0.5)
    monkeypatch.setattr(cluster_module, "_GIVES_UP", 2.0)
    with distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address
        with pytest.raises(lm.LossmodelError, match=f"{address} has had no workers for 2 s"):
            list(Cluster(address).made(squared, range(3)))
    said = [each for each in caplog.records if each.name == "lossmodel.execution"]
    expected = f"waiting for workers: the scheduler {address} has none; giving up after 2 s"
    # A warning, which a program without any handler shows on standard error.
    assert [(each.levelname, each.getMessage()) for each in said] == [("WARNING", expected)]


SCHEDULER = """
import distributed, time
if __name__ == "__main__":
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    )
    print(cluster.scheduler_address, flush=True)
    time.sleep(120)
"""


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_gone_is_said(tmp_path, caplog):
    script = tmp_path / "scheduling.py"
    script.write_text(SCHEDULER)
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    address = process.stdout.readline().strip()
    try:
        with pytest.raises(lm.LossmodelError, match=f"the scheduler {address} is gone"):
            sweep_with(Cluster(address), lambda *_: process.kill())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert not [each for each in caplog.records if each.name.startswith("distributed")]


@pytest.mark.parametrize("moment", ["starting", "running"])
def test_an_interrupt_of_all_processes_ends_a_local_cluster_quietly(tmp_path, moment):
    steps = "20:79:1 USD/bbl"
    store = tmp_path / "points.db"
    points = ["--vary", f"price={steps}", "--vary", "load=0.60:0.89:0.01", "--points", "64"]
    where = ["--store", str(store), "--batch", "8", "--dask", "local", "--workers", "2", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lossmodel", "sweep", str(FILE), *points, *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    until = time.monotonic() + 60.0
    while time.monotonic() < until and not (
        len(children(process.pid)) > 1 if moment == "starting" else rows(store)
    ):
        time.sleep(0.05)
    started = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    shown, said = process.communicate(timeout=60)
    going_on = f"{store} keeps the points that were finished: the same command goes on from there"
    assert (process.returncode, shown) == (130, "")
    # Where nothing was begun yet there is nothing to go on from.
    assert [line for line in said.splitlines() if line and line != going_on] == ["interrupted"]
    assert moment == "starting" or going_on in said
    until = time.monotonic() + 10.0
    while any(map(lives, started)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(lives, started))


def children(pid):
    found = Path(f"/proc/{pid}/task")
    return [int(n) for task in found.iterdir() for n in (task / "children").read_text().split()]


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def rows(store):
    if not store.exists():
        return 0
    with closing(sqlite3.connect(store)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM points").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "http://127.0.0.1:9", "", "a:b"])
def test_no_scheduler_at_an_address_is_said(address):
    with pytest.raises(lm.UsageError, match=f"no Dask scheduler at {re.escape(address)}"):
        list(Cluster(address).made(squared, range(3)))


def test_what_is_no_address_ends_without_a_traceback():
    arguments = ["sweep", "palmyra-tankers", "--vary", "load_factor=0.5", "--dask", "nowhere"]
    command = [sys.executable, "-m", "lossmodel", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "no Dask scheduler at nowhere" in ran.stderr
    assert "Traceback" not in ran.stderr
