"""The teachers of the distillation study, trained once per seed, and their logits.

    the teacher     LeNet-300-100, or two convolutions, on all training images; one for "few" and "all"
    ensemble        the teacher and two more, other first weights and batches; the mean of their softened answers
    equal           the student's own shape and images, other first weights, labels alone: self-distillation

Networks are trained once per seed and kept on the shelf. Their logits are computed once for all images of the student;
`arms.py` says what a student gets of them with each batch.
"""

import functools

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.recipes.teaching import teach
from minicompress.study.distillation.arms import convolutions, student, use_labels

__all__ = ["Teachers"]


class Teachers:
    """The teachers of a configuration `c`; `samples(task, seed)` are the images."""

    def __init__(self, c, samples):
        self.c, self.samples = c, samples
        self._keep_logits = functools.lru_cache(maxsize=2)(self._ask)

    def model(self, task, seed, shelf, *, number=0):
        """Return the teacher, or another one of the ensemble."""
        name = "mnist" if task in ("few", "all") else task
        suffix = f"-{number}" if number else ""
        return shelf.model(f"teacher-{name}-{seed}{suffix}", lambda: self._train(task, seed, number))

    def logits(self, task, seed, shelf, *, number=0):
        """Return the logits of `model`, a row for each image of the student."""
        return self._keep_logits(task, seed, shelf, number, None)

    def equal_logits(self, task, width, seed, shelf):
        """Return the logits of a network of the student's own shape, trained on the student's images."""
        return self._keep_logits(task, seed, shelf, None, width)

    def _ask(self, task, seed, shelf, number, width):
        x = self.samples(task, seed).x[: self.c.tasks[task].student_samples]
        if width is None:
            return self.model(task, seed, shelf, number=number).predict(x)
        return shelf.model(f"equal-{task}-{width}-{seed}", lambda: self._equal(task, width, seed)).predict(x)

    def _equal(self, task, width, seed):
        model = student(task, width, rng=stream(seed, f"equal {width}"))
        c = self.c.tasks[task]
        return self._on_labels(model, task, seed, c.student_samples, c.epochs, "equal's batches")

    def _train(self, task, seed, number):
        name = f"teacher {number}" if number else "teacher"
        rng = stream(seed, name)
        model = convolutions(16, rng=rng) if task == "maps" else nn.zoo.lenet_300_100(rng=rng)
        c = self.c.tasks[task]
        return self._on_labels(model, task, seed, c.training_samples, c.teacher_epochs, f"{name} batches")

    def _on_labels(self, model, task, seed, n, epochs, batches):
        samples, rng = self.samples(task, seed), stream(seed, batches)
        terms = use_labels(None, self.c, seed).terms
        teach(model, terms, samples.x[:n], samples.y[:n], epochs=epochs, **self.c.sgd(), rng=rng)
        return model
