"""The images of one seed: training, validation and test.

training set (60,000)   shuffled by the seed; some for validation, and n of the others for training
test set (10,000)       only for the reported accuracies
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream

__all__ = ["Samples", "samples_of"]


@dataclass(frozen=True)
class Samples:
    """The images of one seed: `x`, `y` for training, and a pair (x, y) each for validation and test."""

    seed: int
    x: np.ndarray
    y: np.ndarray
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


def samples_of(mnist: Sequence[np.ndarray], seed: int, c: Any) -> Samples:
    """Return the Samples of a seed from `mnist`, (x, y, x_test, y_test).

    The configuration `c` has the numbers of images: `training_samples`, `validation_samples` and, if it has that field,
    `test_samples` (None: all).
    """
    x, y, x_test, y_test = mnist
    x, y, *held_out = nn.split(x, y, c.validation_samples / len(x), rng=stream(seed, "split"))
    n, n_test = c.training_samples, getattr(c, "test_samples", None)
    x, y = x[:n].copy(), y[:n].copy()  # copies: a view would keep all 60,000 shuffled images in memory
    return Samples(seed, x, y, tuple(held_out), (x_test[:n_test], y_test[:n_test]))
