"""Python threads for small networks, in place of BLAS threads, which are slow on a busy machine.

A matrix product of a small network takes a fraction of a millisecond. Two BLAS threads gain little there on an idle
machine, and on a busy one they wait for each other at every product: with another process on one of two cores, an epoch
of LeNet-300-100 took seconds instead of a tenth of a second. So inside `one_blas_thread()` each product runs on one
thread. Convolutions, which have more work, split the batch into shares and run the shares on Python threads:

    results = run_shares(function, n)         function(slice) for each share of n samples, in order
    results = run_all(functions)              function() for each function, in order, such as a layer's two gradients

A thread that the system delays takes fewer shares. A thread that has not started when the shares are used up takes
none, and nothing waits for it.

The shares are the same for any number of threads, and their results are returned in order, so the numbers depend
neither on the machine's load nor on its cores. At most as many threads work as BLAS was allowed before, so
OPENBLAS_NUM_THREADS=1 and the limits of threadpoolctl apply here too.

Left out: splitting one product of a fully connected layer. A product that takes half a millisecond takes a tenth longer
in pieces, on any number of threads.
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

SHARES = 4  # at most: enough for four cores; two threads can share them unevenly if one of them is delayed
_WORTH_A_THREAD = 5_000_000  # multiplications: about 0.1 ms; waking a thread takes 0.05 ms


@contextlib.contextmanager
def one_blas_thread():
    """Limit NumPy's matrix products to one thread inside a `with` block, for the whole process.

    Blocks may be nested. If several Python threads are inside, the one that lowered the limit restores it when it
    leaves.
    """
    _region.enter()
    try:
        yield
    finally:
        _region.leave()


def run_shares(function, n, *, multiplications):
    """Return [function(slice) for each share of n samples], on several threads where that is allowed and pays.

    Parameters
    ----------
    function : takes a slice of the samples; it must not write to anything that another share reads or writes.
    n : number of samples; they are cut into at most SHARES slices, which depend on n alone.
    multiplications : their approximate number in all shares together; below a limit, one thread does all the work.
    """
    shares = cut(slice(0, n), SHARES)
    return run_all([functools.partial(function, some) for some in shares], multiplications=multiplications)


def run_all(functions, *, multiplications):
    """Return [function() for each function], on several threads where that is allowed and pays; see `run_shares`.

    The functions must not call `run_shares` or `run_all`.
    """
    workers = min(_region.threads, len(functions)) if multiplications >= _WORTH_A_THREAD else 1
    if workers <= 1:
        return [function() for function in functions]
    results, todo = [None] * len(functions), collections.deque(enumerate(functions))
    errors = np.geterr()  # every thread has its own settings; the caller's apply to all workers

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
        if not helper.cancel():  # a worker that has not started is cancelled; the others are waited for
            helper.result()
    return results


def cut(some, pieces):
    """Return the slice `some`, which has start and stop, cut into `pieces` slices of about equal size, none empty."""
    n = some.stop - some.start
    pieces = max(min(n, pieces), 1)
    bounds = [some.start + n * k // pieces for k in range(pieces + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(bounds)]


class _Region(threading.local):
    """The nesting depth of this thread in `one_blas_thread`, the threads it may use, and the limit to restore."""

    depth = 0
    threads = 1
    limit = None

    def enter(self):
        if self.depth == 0:
            allowed = _threads_of_blas()
            if max(allowed, default=1) > 1:
                self.limit = _blas().limit(limits=1)
            # Some versions of OpenBLAS take a limit from the main thread only. Then BLAS keeps its threads, and
            # `run_all` uses one.
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
    import threadpoolctl  # late: it inspects every loaded library, which takes a moment

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
    os.register_at_fork(after_in_child=_pool.cache_clear)  # the threads of the pool do not exist in a forked child
