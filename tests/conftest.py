"""Fixtures that all tests share."""

import os
import signal

import numpy as np
import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C, and so would the commands that tests start and stop with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def rng():
    """A generator with a fixed seed, new for each test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def mnist():
    """(x_train, y_train, x_test, y_test), read once; read-only, so that no test can change it for another."""
    from minicompress import data

    arrays = data.load("mnist")
    for array in arrays:
        array.flags.writeable = False
    return arrays


# --- a run of everything takes all cores ------------------------------------------------------------------------------


AT_MOST = 4  # processes: each holds MNIST, PyTorch and compiled loops, most of a gigabyte


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Share the tests between as many processes as there are cores, if no tests are named and pytest-xdist is there.

    Whoever names a file or a test, debugs, or asks for another number of processes gets what they ask for.
    """
    option = config.option
    if hasattr(config, "workerinput"):  # this is one of those processes: it must not start others
        return
    if config.args_source is not config.ArgsSource.TESTPATHS or getattr(option, "numprocesses", 0) is not None:
        return
    if not (option.usepdb or option.collectonly or option.capture == "no"):
        option.numprocesses, option.dist = min(os.cpu_count() or 1, AT_MOST), "loadfile"
        for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # threads of several processes wait for each other
            os.environ.setdefault(variable, "1")
