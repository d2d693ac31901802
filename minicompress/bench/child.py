"""The measuring process: `python -m minicompress.bench.child TASK`, with the answer as JSON on stdout.

BLAS reads its environment variables when it is loaded, the peak of memory is counted per process, and loops are
compiled once per process. So each measurement has its own process and environment.

    epochs      seconds of interleaved epochs of all contestants, and both libraries' speed of matrix products
    memory      the peak of one contestant's training
    first_step  seconds of the first training step, which compiles or loads the loops, and of the next
"""

import json
import sys
import time

import numpy as np

from minicompress.bench.contestants import BATCH_SIZE, NETWORKS, contestant, contestants_of

__all__ = ["TASKS", "main"]

# Per network. On a busy machine an epoch on two threads can take PyTorch half a minute; three rounds give a median.
_ENOUGH_SECONDS, _ENOUGH_ROUNDS = 30, 3


def epochs(images, labels, threads, rounds, with_torch):
    """Return seconds by network and contestant, of up to `rounds` rounds; sgemm in GFLOP/s; and the BLAS in use."""
    x, y = np.load(images), np.load(labels)
    seconds = {network: _race(network, x, y, threads, rounds, with_torch) for network in NETWORKS}
    return {"seconds": seconds, "sgemm_gflops": _sgemm(threads, with_torch), "blas": _blas()}


def memory(images, labels, threads, name):
    """Return the peak resident bytes of this process, after one epoch of LeNet-5."""
    contestant(name, "lenet5", threads)(np.load(images), np.load(labels))
    return {"peak_bytes": _peak_bytes()}


def first_step(images, labels):
    """Return the seconds of the first and of the second training step of LeNet-5."""
    x, y = np.load(images)[:BATCH_SIZE], np.load(labels)[:BATCH_SIZE]
    train = contestant("ours", "lenet5", 1)
    return {"first_seconds": _seconds(train, x, y), "second_seconds": _seconds(train, x, y)}


def _race(network, x, y, threads, rounds, with_torch):
    names = contestants_of(network, with_torch=with_torch)
    train = {name: contestant(name, network, threads) for name in names}
    seconds = {name: [] for name in names}
    for name in names:
        train[name](x[: 10 * BATCH_SIZE], y[: 10 * BATCH_SIZE])  # compiles, allocates, warms the caches
    started = time.perf_counter()
    for done in range(rounds):
        if done >= _ENOUGH_ROUNDS and time.perf_counter() - started > _ENOUGH_SECONDS:
            break
        for name in names:
            if threads > 1:
                time.sleep(0.25)  # until the threads of the previous contestant have stopped spinning
            seconds[name].append(_seconds(train[name], x, y))
    return seconds


def _sgemm(threads, with_torch, size=1024):
    a = np.random.default_rng(0).standard_normal((size, size)).astype(np.float32)
    products = {"numpy": lambda: a @ a}
    if with_torch:
        import torch

        torch.set_num_threads(threads)
        b = torch.from_numpy(a)
        products["torch"] = lambda: b @ b
    return {name: 2e-9 * size**3 / min(_seconds(product) for _ in range(10)) for name, product in products.items()}


def _blas():
    import threadpoolctl

    keys = ("internal_api", "version", "architecture", "num_threads")
    return [
        {key: library.get(key) for key in keys}
        for library in threadpoolctl.threadpool_info()
        if library["user_api"] == "blas"
    ]


def _seconds(function, *arguments):
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def _peak_bytes():
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # Linux counts in KiB


TASKS = {"epochs": epochs, "memory": memory, "first_step": first_step}


def main(words):
    """Do the task whose name and arguments are in the JSON object `words[0]`, and print the answer."""
    task = json.loads(words[0])
    print(json.dumps(TASKS[task.pop("task")](**task)))


if __name__ == "__main__":
    main(sys.argv[1:])
