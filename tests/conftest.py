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


# --- the proof of all graders: minutes of work, done once -------------------------------------------------------------

LONG_RUN = 1000  # tests; in a shorter run the proof would be most of the work, and takes all cores when it is asked for
PROOF = """
import collections, os, pickle, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from minicompress.kit.catalog import read_catalog
from minicompress.kit.verification import verify_exercises
todo, found = collections.deque(read_catalog().values()), {}
def work():
    while todo:
        exercise = todo.popleft()
        (found[exercise.id],) = verify_exercises([exercise], processes=1)
cores = os.cpu_count() or 1
workers = [threading.Thread(target=work, daemon=True) for _ in range(cores)]
early = max(1, cores // 2)
for worker in workers[:early]:
    worker.start()
sys.stdin.read()  # until a test waits for the proof, and leaves its core idle
for worker in workers[early:]:
    worker.start()
for worker in workers:
    worker.join()
sys.stdout.buffer.write(pickle.dumps([found[exercise] for exercise in read_catalog()]))
"""
proof_key = pytest.StashKey()


def _needs_proof(item):
    return "verifications" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items):
    """Let the tests that wait for the proof come last: until then it runs beside the others."""
    items.sort(key=_needs_proof)


def pytest_collection_finish(session):
    """Begin the proof at once in a long run: it takes half of the cores, and the tests before it leave them idle.

    In a process of its own: tests exchange parts of the kit in this one.
    """
    needed = any(map(_needs_proof, session.items))
    if needed and len(session.items) >= LONG_RUN and not session.config.option.collectonly:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
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
