"""The images of one seed: training, validation and test.

training set (60,000)  ->  validation, drawn by the seed, and training: the first n of the others, in drawn order
test set (10,000)      ->  only for the reported accuracies
"""

from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream

__all__ = ["Samples", "samples_of"]


@dataclass(frozen=True)
class Samples:
    """The images of one seed: training images and labels, and (x, y) of the other two parts."""

    seed: int
    x: np.ndarray
    y: np.ndarray
    validation: tuple
    test: tuple


def samples_of(mnist, seed, c):
    """Return the Samples of a seed from `mnist`, (x, y, x_test, y_test).

    The configuration `c` says how many: `training_samples`, `validation_samples` and, None for all, `test_samples`.
    """
    x, y, x_test, y_test = mnist
    x, y, *held_out = nn.split(x, y, c.validation_samples / len(x), rng=stream(seed, "split"))
    n, n_test = c.training_samples, getattr(c, "test_samples", None)
    x, y = x[:n].copy(), y[:n].copy()  # copies: a view would keep all 60,000 shuffled images in memory
    return Samples(seed, x, y, tuple(held_out), (x_test[:n_test], y_test[:n_test]))
