"""The teachers of the distillation study, trained once per seed, and their logits.

    the teacher     LeNet-300-100, or two convolutions, on all training images; "few" and "all" share it
    ensemble        the teacher and two more, with other first weights and batches; the mean of their softened answers
    equal           self-distillation: the student's own shape and images, other first weights, trained on labels alone

Networks are trained once per seed and kept on the shelf. Their logits are computed once for all images of the student;
`arms.py` says what a student gets of the logits with each batch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.recipes.teaching import teach
from minicompress.study.distillation.arms import convolutions, student, use_labels
from minicompress.study.samples import Samples
from minicompress.study.shelf import Shelf

if TYPE_CHECKING:
    from minicompress.study.distillation.measure import Configuration

__all__ = ["Teachers"]


class Teachers:
    """The teachers of a configuration `c`; `samples(task, seed)` returns the images."""

    def __init__(self, c: Configuration, samples: Callable[[str, int], Samples]):
        self.c, self.samples = c, samples
        self._cached_logits = functools.lru_cache(maxsize=2)(self._logits)

    def model(self, task: str, seed: int, shelf: Shelf, *, number: int = 0) -> nn.Sequential:
        """Return the teacher, or with `number` 1, 2, ... another network of the ensemble."""
        name = "mnist" if task in ("few", "all") else task
        suffix = f"-{number}" if number else ""
        return shelf.model(f"teacher-{name}-{seed}{suffix}", lambda: self._train(task, seed, number))

    def logits(self, task: str, seed: int, shelf: Shelf, *, number: int = 0) -> np.ndarray:
        """Return the logits of `model`, one row per image of the student."""
        return self._cached_logits(task, seed, shelf, number, None)

    def equal_logits(self, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
        """Return the logits of a network of the student's own shape, trained on the student's images."""
        return self._cached_logits(task, seed, shelf, None, width)

    def _logits(self, task, seed, shelf, number, width):
        x = self.samples(task, seed).x[: self.c.tasks[task].student_samples]
        if width is None:
            return self.model(task, seed, shelf, number=number).predict(x)
        return shelf.model(f"equal-{task}-{width}-{seed}", lambda: self._train_equal(task, width, seed)).predict(x)

    def _train_equal(self, task, width, seed):
        model = student(task, width, rng=stream(seed, f"equal {width}"))
        c = self.c.tasks[task]
        return self._train_on_labels(model, task, seed, c.student_samples, c.epochs, "equal's batches")

    def _train(self, task, seed, number):
        name = f"teacher {number}" if number else "teacher"
        rng = stream(seed, name)
        model = convolutions(16, rng=rng) if task == "maps" else nn.zoo.lenet_300_100(rng=rng)
        c = self.c.tasks[task]
        return self._train_on_labels(model, task, seed, c.training_samples, c.teacher_epochs, f"{name} batches")

    def _train_on_labels(self, model, task, seed, n, epochs, batches):
        samples, rng = self.samples(task, seed), stream(seed, batches)
        terms = use_labels(None, self.c, seed).terms
        teach(model, terms, samples.x[:n], samples.y[:n], epochs=epochs, **self.c.sgd(), rng=rng)
        return model
