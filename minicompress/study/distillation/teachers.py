"""Whom does a student of the distillation study ask? One teacher, three, its equal; and what is kept of their answers.

    the teacher     LeNet-300-100, or two convolutions, on all training images; one for "few" and "all"
    ensemble        the teacher and two more, other first weights and batches; the mean of their softened answers
    equal           the student's own shape and images, other first weights, labels alone: self-distillation

Networks are trained once a seed and kept on the shelf. Answers are asked once for all images of the student, and come
along with the batches: whole logits, the best class alone, or the two largest probabilities and the rest.

Next: `taught_students.py`, what is done with them.
"""

import functools

from minicompress import nn
from minicompress.distillation import cache_top_k, ensemble_logits
from minicompress.recipes.teaching import teach
from minicompress.study.distillation.arms import convolutions, student, terms_of
from minicompress.study.samples import stream

__all__ = ["Teachers"]


class Teachers:
    """The teachers of a configuration `c`; `samples(task, seed)` are the images."""

    def __init__(self, c, samples):
        self.c, self.samples = c, samples
        self._logits = functools.lru_cache(maxsize=2)(self._asked)

    def model(self, task, seed, shelf, *, number=0):
        """Return the teacher, or another one of the ensemble."""
        name = "mnist" if task in ("few", "all") else task
        suffix = f"-{number}" if number else ""
        return shelf.model(f"teacher-{name}-{seed}{suffix}", lambda: self._trained(task, seed, number))

    def answers(self, method, task, width, seed, shelf):
        """Return what the terms of a method want for each image of the student."""
        if method == "self":
            return self._logits(task, seed, shelf, f"equal of {width}")
        if method == "ensemble":
            every = [self._logits(task, seed, shelf, number) for number in range(self.c.ensemble)]
            return ensemble_logits(every, self.c.temperature)
        z_t = self._logits(task, seed, shelf, 0)
        if method == "guessed":
            return z_t.argmax(axis=1)
        return cache_top_k(z_t, self.c.kept_classes, self.c.temperature) if method == "top_2" else z_t

    def _asked(self, task, seed, shelf, who):
        x = self.samples(task, seed).x[: self.c.tasks[task].student_samples]
        if isinstance(who, int):
            return self.model(task, seed, shelf, number=who).predict(x)
        width = int(who.rpartition(" ")[2])
        return shelf.model(f"equal-{task}-{width}-{seed}", lambda: self._equal(task, width, seed)).predict(x)

    def _equal(self, task, width, seed):
        model = student(task, width, rng=stream(seed, f"equal {width}"))
        c = self.c.tasks[task]
        return self._on_labels(model, task, seed, c.student_samples, c.epochs, "equal's batches")

    def _trained(self, task, seed, number):
        name = f"teacher {number}" if number else "teacher"
        rng = stream(seed, name)
        model = convolutions(16, rng=rng) if task == "maps" else nn.zoo.lenet_300_100(rng=rng)
        c = self.c.tasks[task]
        return self._on_labels(model, task, seed, c.training_samples, c.teacher_epochs, f"{name} batches")

    def _on_labels(self, model, task, seed, n, epochs, batches):
        samples, rng = self.samples(task, seed), stream(seed, batches)
        terms = terms_of("hard", None, self.c, seed)
        teach(model, terms, samples.x[:n], samples.y[:n], epochs=epochs, **self.c.sgd(), rng=rng)
        return model
