"""The networks of one cell of the orders study before it is compressed: the teacher, the start, and the lessons.

The teacher trains on all training images, the start only on the images of the cell, in as many steps as on all.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.recipes.orders import Lessons
from minicompress.study.samples import Samples
from minicompress.study.shelf import Shelf

if TYPE_CHECKING:
    from minicompress.study.orders.measure import Configuration

__all__ = ["Networks", "train_teacher"]


@dataclass(frozen=True)
class Networks:
    """What the arms of a cell start from.

    Attributes
    ----------
    c : the study's configuration.
    samples, shelf : of the seed and of the run.
    images : how many training images the student sees.
    ask_teacher : function () -> the teacher's logits of all training images.
    """

    c: Configuration
    samples: Samples
    shelf: Shelf
    images: int
    ask_teacher: Callable[[], np.ndarray]

    def teacher(self) -> nn.Sequential:
        """Return the trained LeNet-300-100 of the seed."""
        return train_teacher(self.c, self.samples, self.shelf)

    def start(self, widths: Sequence[int]) -> nn.Sequential:
        """Return the MLP of these widths, trained on labels."""
        name = "-".join(map(str, widths[1:-1]))
        make = functools.partial(_train, self.c, self.samples, widths, self.images, "start", self.c.epochs)
        return self.shelf.model(f"start-{name}-{self.images}-{self.samples.seed}", make)

    def lessons(self, learning_rate: float) -> Lessons:
        """Return what each step trains on, and how."""
        c, n = self.c, self.images
        return Lessons(
            self.samples.x[:n],
            self.samples.y[:n],
            self.ask_teacher()[:n],
            epochs=c.step_epochs * _rounds(c, n),
            learning_rate=learning_rate,
            momentum=c.momentum,
            batch_size=c.batch_size,
            temperature=c.temperatures[c.images.index(n)],
            alpha=c.alpha,
        )


def train_teacher(c: Configuration, samples: Samples, shelf: Shelf) -> nn.Sequential:
    """Return LeNet-300-100 trained on all training images, from the shelf if it is there."""
    widths, n = (784, 300, 100, 10), c.training_samples
    make = functools.partial(_train, c, samples, widths, n, "teacher", c.teacher_epochs)
    return shelf.model(f"teacher-{samples.seed}", make)


def _train(c, samples, widths, n, purpose, epochs):
    model = nn.zoo.mlp(widths, rng=stream(samples.seed, f"{purpose} weights"))
    epochs *= _rounds(c, n)
    nn.fit(
        model,
        samples.x[:n],
        samples.y[:n],
        optimizer=nn.SGD(model.parameters(), c.learning_rate, momentum=c.momentum),
        epochs=epochs,
        batch_size=c.batch_size,
        schedule=nn.schedules.cosine_decay(c.learning_rate, steps=epochs * math.ceil(n / c.batch_size)),
        rng=stream(samples.seed, f"{purpose} batches"),
    )
    return model


def _rounds(c, n):
    """Return how many times n images are seen while all of them would be seen once."""
    return round(c.training_samples / n)
