"""Training of a student for several epochs: `distil` once per epoch, with a rate that falls.

    for each epoch, step t, shuffled batch (x, y, what is kept for x):
        learning rate  <- half a cosine at t
        one step on the terms                                       `distillation/distil.py`

The weights may carry masks and quantizers. No epoch is chosen: the rate ends at 0.
"""

import math

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.distillation import Term, distil
from minicompress.kernels.threads import one_blas_thread

__all__ = ["teach"]


def teach(
    student,
    terms,
    x,
    y,
    *,
    teacher=None,
    cached=None,
    epochs,
    learning_rate,
    momentum=0.9,
    batch_size=100,
    drop_last=False,
    rng,
):
    """Train the student in place.

    Parameters
    ----------
    student : Sequential.
    terms : list of `distillation.Term`; the parameters of their losses are trained too.
    x, y : samples and labels.
    teacher : Sequential, for terms that ask it in each step; or None.
    cached : array with a row for each sample, such as the teacher's logits, for terms with target CACHED; or None.
    epochs, learning_rate, momentum, batch_size : of SGD.
    drop_last : leave out, in each epoch, a last batch that is smaller than the others.
    rng : np.random.Generator that shuffles. It is asked for the order of the samples and for nothing else.

    Raises
    ------
    ValueError : another number of labels or of cached rows than of samples, before anything is trained; what `distil`,
        `nn.batches` and the optimizer refuse.
    """
    if not isinstance(student, nn.Sequential):
        arguments.reject("teach", "student", "a Sequential", student)
    if not np.iterable(terms) or not all(isinstance(term, Term) for term in terms):
        arguments.reject("teach", "terms", "a list of Term", terms)
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(f"teach: x and y must be arrays with a row for each sample, got shapes {x.shape}, {y.shape}")
    for name, rows in (("y", y), ("cached", cached)):
        if rows is not None and len(rows) != len(x):
            raise ValueError(f"teach: {name} must have a row for each of {len(x)} samples, got {len(rows)}")
    rng = arguments.generator("teach", "rng", rng)
    epochs = arguments.whole_number("teach", "epochs", epochs, low=1)
    batch_size = arguments.whole_number("teach", "batch_size", batch_size, low=1)
    steps = len(x) // batch_size if drop_last else math.ceil(len(x) / batch_size)
    if steps == 0:
        arguments.reject("teach", "x", "at least one batch of samples", f"{len(x)} samples, batch_size {batch_size}")
    parameters = [*student.parameters(), *(p for term in terms for p in getattr(term.loss, "parameters", list)())]
    once = list(dict.fromkeys(parameters))  # one regressor may serve two terms, and takes one step for both
    optimizer = nn.SGD(once, learning_rate, momentum=momentum)
    rate = nn.schedules.cosine_decay(learning_rate, steps=epochs * steps)

    def batches(epoch):
        drawn = nn.batches(x, np.arange(len(x)), batch_size, rng=rng, drop_last=drop_last)
        for step, (x_batch, index) in enumerate(drawn, start=epoch * steps):
            optimizer.learning_rate = rate(step)
            yield (x_batch, y[index]) if cached is None else (x_batch, y[index], cached[index])

    with one_blas_thread():
        for epoch in range(epochs):
            distil(student, teacher, terms, batches(epoch), optimizer)
