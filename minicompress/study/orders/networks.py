"""What a cell of the orders study starts from: the teacher, the uncompressed network, and the training of a step.

The teacher trains on all training images. The network that is compressed trains only on the images of its cell, for as
many optimizer steps as on all images.
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
    samples : of the seed.
    shelf : of the run.
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
        """Return the training data and settings of each step."""
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
    """Return how many epochs on n images have as many steps as one epoch on all images."""
    return round(c.training_samples / n)
