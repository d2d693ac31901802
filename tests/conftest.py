"""Fixtures that all tests share."""

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


@pytest.fixture(scope="session")
def verifications():
    """What `minicompress verify` finds of every exercise of the project: a minute's work, done once."""
    from minicompress.kit.catalog import read_catalog
    from minicompress.kit.verification import verify_exercises

    return list(verify_exercises(list(read_catalog().values())))
