"""Benchmark of training: seconds per epoch and peak memory, beside PyTorch.

An epoch is 10,000 MNIST images in batches of 100, with SGD and momentum, of LeNet-300-100 and LeNet-5: in this project,
in eager PyTorch, and for LeNet-5 also in PyTorch with channels_last. All contestants take turns in one process, so that
other work on the machine slows each of them alike. The result is the median over the rounds of the ratio ours / theirs.

The ratio also compares two BLAS libraries, the one in NumPy's package and the one in PyTorch's, so the speed of both in
a plain matrix product (sgemm) is reported too. Variables such as OPENBLAS_CORETYPE can slow NumPy's BLAS down: one run
is without these variables, and if any of them is set, a second run keeps them.

Both take the same steps, but this project multiplies less: it skips the zeros that max-pooling puts into a gradient
(`kernels/zeros.py`).

Peak memory and the first step, which compiles the loops, are measured in separate processes.
Left out: GPUs, mixed precision, torch.compile.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from minicompress import data
from minicompress.bench.contestants import BATCH_SIZE, contestants_of

__all__ = ["measure"]

SAMPLES = 10_000
_CHOOSE_KERNELS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_CHOOSE_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
_PACKAGES = ("minicompress", "numpy", "numba", "torch")


def measure(*, quick: bool = False) -> dict:
    """Run the benchmark, for two minutes or more, and return the result as lists and dicts for a JSON file.

    Parameters
    ----------
    quick : 2 rounds of 2,000 images, to see that it runs; its ratios are rough.

    Raises ChildProcessError, with the end of its error output, if a measuring process fails.
    """
    with_torch = importlib.util.find_spec("torch") is not None
    rounds, samples = (2, 2_000) if quick else (9, SAMPLES)
    with tempfile.TemporaryDirectory() as folder:
        files = _write_samples(Path(folder), samples)
        race = {"task": "epochs", **files, "rounds": rounds, "with_torch": with_torch}
        result = _describe(quick, samples, rounds)
        result["runs"] = [_run(race, 1, clean=True)]
        if any(name in os.environ for name in _CHOOSE_KERNELS):
            result["runs"].append(_run(race, 1, clean=False))
        if (os.cpu_count() or 1) > 1:
            result["runs"].append(_run(race, 2, clean=True))
        result["peak_memory_bytes"] = _peaks(files, with_torch)
        result["first_step"] = _first_steps(files, Path(folder) / "cache")
    return result


def _describe(quick, samples, rounds):
    """Return command, settings, versions and machine of the run."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return {
        "schema": 1,
        "command": f"minicompress bench training{' --quick' if quick else ''}",
        "date": time.strftime("%Y-%m-%d"),
        "seed": 0,
        "samples": samples,
        "batch_size": BATCH_SIZE,
        "rounds": rounds,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions,
    }


def _run(race, threads, *, clean):
    """Return the seconds, medians and ratios of one race, which runs in a separate process."""
    kernels = {name: None if clean else os.environ.get(name) for name in _CHOOSE_KERNELS}
    answer = _child(race | {"threads": threads}, **kernels, **dict.fromkeys(_CHOOSE_THREADS, str(threads)))
    networks = {network: _compare(seconds) for network, seconds in answer.pop("seconds").items()}
    return {"threads": threads, "environment": kernels, "networks": networks, **answer}


def _compare(seconds):
    ours = seconds["ours"]
    return {
        name: {
            "seconds": theirs,
            "median_seconds": statistics.median(theirs),
            "ours_over_theirs": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        }
        for name, theirs in seconds.items()
    }


def _peaks(files, with_torch):
    names = contestants_of("lenet5", with_torch=with_torch)
    threads = dict.fromkeys(_CHOOSE_THREADS, "1")
    return {
        name: _child({"task": "memory", **files, "threads": 1, "name": name}, **threads)["peak_bytes"] for name in names
    }


def _first_steps(files, cache):
    """Return by how many seconds the first step exceeds the second: with an empty cache, and then with a full one."""
    answers = [_child({"task": "first_step", **files}, MINICOMPRESS_CACHE=str(cache)) for _ in range(2)]
    compiling, cached = (answer["first_seconds"] - answer["second_seconds"] for answer in answers)
    return {"compiling_seconds": compiling, "cached_seconds": cached}


def _child(task, **environment):
    """Run one task of `child.py` in the current environment with `environment` changed; None removes a variable."""
    changed = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = [sys.executable, "-m", "minicompress.bench.child", json.dumps(task)]
    done = subprocess.run(command, env=changed, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode != 0:
        raise ChildProcessError(f"bench: {task['task']} ended with status {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _write_samples(folder, samples):
    """Write the first images and labels of MNIST; return the paths, as arguments of a task."""
    x, y, _, _ = data.load("mnist")
    files = {"images": str(folder / "images.npy"), "labels": str(folder / "labels.npy")}
    np.save(files["images"], x[:samples])
    np.save(files["labels"], y[:samples])
    return files


def _processor():
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()
