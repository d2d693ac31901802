"""Streams of random numbers: one for each purpose, all from one seed."""

import numpy as np

__all__ = ["stream"]


def stream(seed, purpose):
    """Return a generator of its own for each purpose, so that a change in one leaves the others' numbers alone.

    >>> bool(stream(0, "weights").integers(100) == stream(0, "weights").integers(100))
    True
    """
    return np.random.default_rng([seed, *purpose.encode()])
