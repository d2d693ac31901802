"""Threads for a small network: two cores help, and never hurt on a busy machine.

Matrices of a small network take fractions of a millisecond. Two BLAS threads then gain little on an idle machine, and
on a busy one they wait for each other at every product: with another process on one of two cores, an epoch of
LeNet-300-100 took seconds instead of a tenth of one. So inside `one_blas_thread()` each product has one thread, and
a convolution, which has more work than that, cuts the batch into shares for Python threads:

    results = run_shares(function, n)         function(slice) for each share of n samples, in order
    results = run_all(functions)              function() for each, in order: a layer's two gradients, say

A thread that the system holds up takes fewer shares, and one that never wakes up takes none and is not waited for.

The shares are the same for any number of threads, and their results come in order: so the numbers do not depend on the
machine's load, nor on its cores. As many threads work as NumPy's BLAS was allowed before: OPENBLAS_NUM_THREADS=1, or
threadpoolctl's limits, hold here too.

Left out: shares of one product of a fully connected layer. The pieces of one that takes half a millisecond take a tenth
longer together, on any number of threads.
"""

import collections
import concurrent.futures
import contextlib
import functools
import itertools
import os
import threading

import numpy as np

__all__ = ["SHARES", "cut", "one_blas_thread", "run_all", "run_shares"]

SHARES = 4  # at most: enough for four cores, and for a second one to even out what a neighbour takes from it
_WORTH_A_THREAD = 5_000_000  # multiplications: about 0.1 ms, above the 0.05 ms that waking a thread takes


@contextlib.contextmanager
def one_blas_thread():
    """Limit NumPy's matrix products to one thread inside a `with` block, for the whole process.

    May be nested. Of several Python threads, the one that found more threads restores them when it leaves.
    """
    _region.enter()
    try:
        yield
    finally:
        _region.leave()


def run_shares(function, n, *, multiplications):
    """Return [function(slice) for each share of n samples], on several threads where that is allowed and worth it.

    Parameters
    ----------
    function : of a slice; must write only to what no other share touches.
    n : samples; they are cut into at most SHARES slices, depending on n alone.
    multiplications : about how many there are in all; few are not worth a thread.
    """
    shares = cut(slice(0, n), SHARES)
    return run_all([functools.partial(function, some) for some in shares], multiplications=multiplications)


def run_all(functions, *, multiplications):
    """Return [function() for each function], on several threads where that is allowed and worth it; see `run_shares`.

    None of them may call `run_shares` or `run_all`.
    """
    workers = min(_region.threads, len(functions)) if multiplications >= _WORTH_A_THREAD else 1
    if workers <= 1:
        return [function() for function in functions]
    results, todo = [None] * len(functions), collections.deque(enumerate(functions))
    errors = np.geterr()  # each thread has its own

    def work():
        with np.errstate(**errors):
            while True:
                try:
                    index, function = todo.popleft()
                except IndexError:
                    return
                results[index] = function()

    helpers = [_pool().submit(work) for _ in range(workers - 1)]
    try:
        work()
    finally:  # also on Ctrl-C
        todo.clear()
    for helper in helpers:
        if not helper.cancel():  # one that has not even begun is not waited for
            helper.result()
    return results


def cut(some, pieces):
    """Return `some`, a slice with start and stop, cut into `pieces` of about equal size, or fewer but no empty ones."""
    n = some.stop - some.start
    pieces = max(min(n, pieces), 1)
    bounds = [some.start + n * k // pieces for k in range(pieces + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(bounds)]


class _Region(threading.local):
    """How deep this thread is inside `one_blas_thread`, how many threads it may use there, and what to restore."""

    depth = 0
    threads = 1
    limit = None

    def enter(self):
        if self.depth == 0:
            allowed = _threads_of_blas()
            if max(allowed, default=1) > 1:
                self.limit = _blas().limit(limits=1)
            # Some versions of OpenBLAS can be told by the main thread only. Then BLAS has the threads, and we have one.
            if max(_threads_of_blas(), default=1) == 1:
                self.threads = min(_cores(), SHARES, *allowed)
        self.depth += 1

    def leave(self):
        self.depth -= 1
        if self.depth == 0:
            self.threads = 1
            if self.limit is not None:
                self.limit.restore_original_limits()
                self.limit = None


def _threads_of_blas():
    return [library.num_threads or 1 for library in _blas().lib_controllers]


@functools.cache
def _blas():
    import threadpoolctl  # looks at every loaded library, which takes a moment: only when it is used, and once

    return threadpoolctl.ThreadpoolController().select(user_api="blas")


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def _pool():
    return concurrent.futures.ThreadPoolExecutor(SHARES - 1, thread_name_prefix="minicompress")


_region = _Region()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked child has none of the threads
