"""Runs in threads: the same numbers in the same order, and an end to everything."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import lossmodel as lm
from lossmodel.errors import UsageError
from lossmodel.execution.blocks import BLOCK, SHARE, shared_out
from lossmodel.execution.threads import check_threads, cores, in_order
from lossmodel.model.building import built
from lossmodel.model.evaluators import evaluator_of
from lossmodel.simulation.drawing import Drawing
from lossmodel.simulation.plan import Plan

TANKERS = Path(__file__).parent / "golden" / "tankers.toml"


def doubled() -> Callable[[int], int]:
    """Return a worker that takes longer for some tasks than for others."""

    def make(task: int) -> int:
        time.sleep(0.001 * (task % 3))
        return 2 * task

    return make


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("tasks", [0, 1, 2, 40])
def test_results_come_in_the_order_of_the_tasks(threads, tasks):
    assert list(in_order(range(tasks), doubled, threads)) == [2 * task for task in range(tasks)]


def test_every_thread_makes_its_own_worker():
    made, seen, met = [], set(), threading.Barrier(3, timeout=10.0)

    def worker():
        own = len(made)
        made.append(threading.get_ident())

        def make(_):
            if own not in seen:
                seen.add(own)
                met.wait()
            return threading.get_ident() == made[own]

        return make

    assert all(in_order(range(60), worker, 3))
    assert len(set(made)) == 3


def test_one_thread_starts_no_other():
    before = threading.active_count()
    counts = in_order(range(5), lambda: lambda _: threading.active_count(), 1)
    assert set(counts) == {before}


def test_few_results_wait_to_be_wanted():
    taken = []

    def tasks() -> Iterator[int]:
        for task in range(1000):
            taken.append(task)
            yield task

    results = in_order(tasks(), doubled, 2)
    assert [next(results) for _ in range(5)] == [0, 2, 4, 6, 8]
    time.sleep(0.1)
    assert len(taken) <= 5 + 4 * 2
    results.close()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_first_failure_is_raised_in_its_place(threads):
    begun = []

    def make(task):
        begun.append(task)
        time.sleep(0.005 if task == 7 else 0.0)
        if task >= 7:
            raise ValueError(task)
        return task

    results, seen = in_order(range(10_000), lambda: make, threads), []
    with pytest.raises(ValueError, match=r"^7$"):
        seen.extend(results)
    assert len(begun) < 100
    assert seen in ([], list(range(7)))


def test_an_interrupt_ends_a_run_at_once():
    def make(task):
        if threading.current_thread() is threading.main_thread():
            signal.raise_signal(signal.SIGINT)
        time.sleep(0.01)
        return task

    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        list(in_order(range(100_000), lambda: make, 3))
    assert time.perf_counter() - start < 1.0
    deadline = time.perf_counter() + 1.0
    while threading.active_count() > 1 and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == 1


def test_a_helper_that_is_told_to_exit_does_not_leave_the_run_waiting():
    def make(task):
        if task == 3:
            raise SystemExit(task)
        return task

    with pytest.raises(SystemExit):
        list(in_order(range(50), lambda: make, 2))


def test_numpy_treats_errors_alike_in_every_thread():
    both = threading.Barrier(2, timeout=10.0)

    def make(_):
        both.wait()
        return np.geterr()["over"]

    with np.errstate(over="raise"):
        assert set(in_order(range(2), lambda: make, 2)) == {"raise"}


@pytest.mark.parametrize("design", ["sobol", "lhs", "independent"])
def test_threads_and_blocks_change_no_number(design):
    model = built(lm.load(TANKERS))
    evaluator, plan = evaluator_of(model), Plan(design, 3, 4096)
    whole = Drawing(model, plan).outputs(evaluator)["loss"]
    for threads in (1, 2, 3, 7):
        drawing = Drawing(model, plan, threads)
        for largest in (64, 1024, 4096, 1 << 16):
            assert np.array_equal(drawing.outputs(evaluator, largest)["loss"], whole)


def test_the_number_of_threads_is_no_part_of_a_result():
    scenario = lm.load(TANKERS)
    documents = [
        lm.run(scenario, points=1 << 14, threads=threads).to_dict() for threads in (None, 1, 3)
    ]
    assert documents[0] == documents[1] == documents[2]


def test_a_function_is_called_from_this_thread_unless_more_are_asked_for():
    callers = set()

    def loss(x):
        callers.add(threading.current_thread() is threading.main_thread())
        return x + 0.0

    scenario = lm.Scenario(title="t", inputs={"x": "1 to 3"}, model=loss)
    lm.run(scenario, points=1 << 14)
    assert callers == {True}
    lm.run(scenario, points=1 << 14, threads=3)
    assert False in callers


def test_cores_are_those_of_this_process():
    assert cores() >= 1


@pytest.mark.parametrize("threads", [0, -2])
def test_fewer_than_one_thread_is_refused(threads):
    with pytest.raises(UsageError, match="from 1"):
        check_threads(threads)
    with pytest.raises(UsageError, match=f"found {threads} threads"):
        lm.run(lm.load(TANKERS), threads=threads)


@pytest.mark.parametrize(
    ("values", "columns", "threads", "shared"),
    [
        (1 << 14, 3, 8, (1, BLOCK)),
        (2 * SHARE - 1, 3, 8, (1, BLOCK)),
        (2 * SHARE, 3, 8, (2, SHARE)),
        (1 << 30, 3, 8, (8, SHARE)),
        (1 << 30, 3, 1, (1, BLOCK)),
        (1 << 30, 0, 1, (1, BLOCK)),
        (1 << 30, 1000, 2, (2, 1 << 11)),
    ],
)
def test_large_runs_are_shared_out(values, columns, threads, shared):
    assert shared_out(values, columns, threads) == shared


def test_a_run_of_a_function_is_shared_out_however_small():
    assert shared_out(1 << 14, 3, 3, least=1) == (3, 1 << 12)
