"""Fixtures that all tests share."""

import os
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest


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


# --- the proof of all graders: a minute on all cores, done once -------------------------------------------------------

LONG_RUN = 1000  # tests; in a shorter run the proof would be most of the work, and takes all cores when it is asked for
PROOF = """
import os, pickle, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from minicompress.kit.catalog import read_catalog
from minicompress.kit.verification import verify_exercises
half = max(1, (os.cpu_count() or 1) // 2)
sys.stdout.buffer.write(pickle.dumps(list(verify_exercises(list(read_catalog().values()), processes=half))))
"""
proof_key = pytest.StashKey()


def pytest_collection_finish(session):
    """Begin the proof at once in a long run: it takes half of the cores, and the tests before it leave them idle.

    In a process of its own: tests exchange parts of the kit in this one.
    """
    needed = any("verifications" in getattr(item, "fixturenames", ()) for item in session.items)
    if needed and len(session.items) >= LONG_RUN and not session.config.option.collectonly:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        session.config.stash[proof_key] = subprocess.Popen([sys.executable, "-c", PROOF], **pipes)


def pytest_sessionfinish(session):
    """Stop the proof if the run ends before it (`-x`, Ctrl-C)."""
    proof = session.config.stash.get(proof_key, None)
    if proof is not None and proof.returncode is None:
        proof.terminate() if os.name == "nt" else proof.send_signal(signal.SIGINT)
        proof.communicate()


@pytest.fixture(scope="session")
def verifications(pytestconfig):
    """What `minicompress verify` finds of every exercise of the project."""
    from minicompress.kit.catalog import read_catalog
    from minicompress.kit.verification import verify_exercises

    proof = pytestconfig.stash.get(proof_key, None)
    if proof is None:
        return list(verify_exercises(list(read_catalog().values())))
    found, trouble = proof.communicate()
    assert proof.returncode == 0, trouble.decode("utf-8", "replace")
    return pickle.loads(found)
