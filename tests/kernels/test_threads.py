import contextlib
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import threadpoolctl

from minicompress import nn
from minicompress.kernels import threads
from minicompress.kernels.threads import SHARES, cut, one_blas_thread, run_all, run_shares

MUCH = 10**9  # multiplications, which are worth a thread


def blas_threads():
    """Of the libraries that were there at the first use: an oracle such as SciPy brings its own BLAS, later."""
    known = {library.filepath for library in threads._blas().lib_controllers}
    return [library["num_threads"] for library in threadpoolctl.threadpool_info() if library["filepath"] in known]


@pytest.fixture
def four_threads(monkeypatch):
    """As on a machine with four cores, whatever this one has."""
    monkeypatch.setattr(threads._region, "threads", 4)


@pytest.mark.parametrize("n", [1, 3, 4, 10, 101])
def test_cutting_loses_and_repeats_nothing(n):
    parts = cut(slice(5, 5 + n), SHARES)
    assert [index for some in parts for index in range(some.start, some.stop)] == list(range(5, 5 + n))
    assert len(parts) == min(n, SHARES)
    assert max(some.stop - some.start for some in parts) - min(some.stop - some.start for some in parts) <= 1


def test_results_come_in_order_whoever_computes_them(four_threads):
    barrier = threading.Barrier(SHARES, timeout=20)  # passed only if all shares run at the same time

    def share(some):
        barrier.wait()
        return some.start, threading.get_ident()

    results = run_shares(share, 40, multiplications=MUCH)
    assert [start for start, _ in results] == [0, 10, 20, 30]
    assert len({thread for _, thread in results}) == SHARES


def test_little_work_stays_in_the_calling_thread(four_threads):
    idents = run_shares(lambda some: threading.get_ident(), 40, multiplications=1000)
    assert set(idents) == {threading.get_ident()}


def test_the_same_shares_are_cut_for_any_number_of_threads(four_threads, monkeypatch):
    several = run_shares(lambda some: (some.start, some.stop), 101, multiplications=MUCH)
    monkeypatch.setattr(threads._region, "threads", 1)
    assert several == run_shares(lambda some: (some.start, some.stop), 101, multiplications=MUCH)


def test_an_error_in_any_thread_reaches_the_caller_and_the_next_call_works(four_threads):
    def share(some):
        if some.start == 30:
            raise ZeroDivisionError("in the last share")

    for _ in range(3):
        with pytest.raises(ZeroDivisionError, match="in the last share"):
            run_shares(share, 40, multiplications=MUCH)
    assert run_shares(lambda some: some.start, 8, multiplications=MUCH) == [0, 2, 4, 6]


@pytest.mark.parametrize("count", [1, 4])
def test_an_index_out_of_range_in_a_share_is_an_error_too(count, monkeypatch):
    monkeypatch.setattr(threads._region, "threads", count)
    with pytest.raises(IndexError):
        run_shares(lambda some: [][some.start], 4, multiplications=MUCH)


def test_several_functions_run_at_the_same_time_and_answer_in_order(four_threads):
    barrier = threading.Barrier(2, timeout=20)
    functions = [lambda: (barrier.wait(), "first"), lambda: (barrier.wait(), "second")]
    assert [answer for _, answer in run_all(functions, multiplications=MUCH)] == ["first", "second"]
    idents = run_all([threading.get_ident] * 3, multiplications=1000)
    assert set(idents) == {threading.get_ident()}


def test_threads_keep_the_callers_treatment_of_overflow(four_threads):
    barrier = threading.Barrier(SHARES, timeout=20)

    def share(some):
        barrier.wait()
        return np.geterr()["over"]

    with np.errstate(over="ignore"):
        assert set(run_shares(share, 4, multiplications=MUCH)) == {"ignore"}


def test_one_blas_thread_limits_and_restores_also_when_nested():
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        for depth in (1, 3):
            assert set(inside(depth)) <= {1}
            assert blas_threads() == before


def test_one_blas_thread_restores_after_an_error():
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with contextlib.suppress(KeyError), one_blas_thread():
            raise KeyError
        assert blas_threads() == before


def test_another_thread_inside_at_the_same_time_changes_nothing_for_good():
    inside, leave = threading.Event(), threading.Event()

    def other():
        with one_blas_thread():
            inside.set()
            leave.wait(20)

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        thread = threading.Thread(target=other)
        with one_blas_thread():
            thread.start()
            assert inside.wait(20)
            assert set(blas_threads()) <= {1}
        leave.set()
        thread.join(20)
        assert blas_threads() == before


def test_where_blas_does_not_obey_there_is_one_thread_besides(monkeypatch):
    monkeypatch.setattr(threads, "_threads_of_blas", lambda: [2])
    with one_blas_thread():
        assert threads._region.threads == 1


def inside(depth):
    """Be inside so many regions; return the threads of BLAS there."""
    if depth == 0:
        return blas_threads()
    with one_blas_thread():
        return inside(depth - 1)


def test_a_limit_that_the_caller_set_holds_for_shares_too():
    with threadpoolctl.threadpool_limits(1, user_api="blas"), one_blas_thread():
        assert threads._region.threads == 1
    assert threads._region.threads == 1  # and outside, where BLAS may use several threads itself


def test_a_model_runs_inside_of_it_without_being_asked(rng):
    class Spy(nn.ReLU):
        def forward(self, x, training=False):
            self.seen = blas_threads()
            return super().forward(x, training)

        def backward(self, dy):
            self.seen_backward = blas_threads()
            return super().backward(dy)

    spy = Spy()
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        model = nn.Sequential(spy)
        model.backward(model.forward(np.ones((2, 3), np.float32)))
    assert set(spy.seen) <= {1}
    assert set(spy.seen_backward) <= {1}


def train(count, monkeypatch):
    monkeypatch.setattr(threads, "_cores", lambda: count)
    rng = np.random.default_rng(0)
    model = nn.zoo.lenet5(rng=rng)
    optimizer = nn.SGD(model.parameters(), 0.05, momentum=0.9)
    x, y = rng.random((60, 1, 28, 28), dtype=np.float32), rng.integers(0, 10, 60)
    with threadpoolctl.threadpool_limits(count, user_api="blas"):
        nn.fit(model, x, y, optimizer=optimizer, epochs=2, batch_size=30, rng=rng)
    return model.state_dict()


def test_training_gives_the_same_numbers_on_one_and_on_several_threads(monkeypatch):
    one, several = train(1, monkeypatch), train(4, monkeypatch)
    for name, array in one.items():
        np.testing.assert_array_equal(array, several[name])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_threads_of_its_own():
    program = """
import os, signal, sys, threading
import numpy as np
from minicompress.kernels import threads
from minicompress.kernels.threads import run_shares
def total():
    barrier = threading.Barrier(4, timeout=20)  # passed by four threads at once
    return sum(run_shares(lambda some: barrier.wait() * 0 + some.stop - some.start, 40, multiplications=10**9))
threads._region.threads = 4
total()
child = os.fork()
if child == 0:
    signal.alarm(30)  # a deadlock ends here
    os._exit(0 if total() == 40 else 1)
sys.exit(os.waitpid(child, 0)[1] != 0)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
