"""Streams of random numbers: one per purpose, all from one seed."""

import numpy as np

__all__ = ["stream"]


def stream(seed, purpose):
    """Return the random generator of a purpose, so that drawing more for one purpose changes no numbers of another.

    >>> bool(stream(0, "weights").integers(100) == stream(0, "weights").integers(100))
    True
    """
    return np.random.default_rng([seed, *purpose.encode()])
