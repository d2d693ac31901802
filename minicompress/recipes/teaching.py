"""Training of a student for several epochs: `distil` once per epoch, with a learning rate that falls to 0.

    for each epoch, step t, shuffled batch (x, y, cached rows of x):
        learning rate  <- half a cosine at t
        one step on the terms                                       `distillation/distil.py`

The weights may carry masks and quantizers. The student keeps the weights of the last epoch.
"""

import math
from collections.abc import Sequence

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.distillation import Term, distil
from minicompress.kernels.threads import one_blas_thread

__all__ = ["teach"]


def teach(
    student: nn.Sequential,
    terms: Sequence[Term],
    x: np.ndarray,
    y: np.ndarray,
    *,
    teacher: nn.Sequential | None = None,
    cached: np.ndarray | None = None,
    epochs: int,
    learning_rate: float,
    momentum: float = 0.9,
    batch_size: int = 100,
    drop_last: bool = False,
    rng: np.random.Generator,
) -> None:
    """Train the student in place.

    Parameters
    ----------
    student : Sequential.
    terms : list of `distillation.Term`; the parameters of their losses are trained too.
    x, y : samples and labels.
    teacher : Sequential that runs on each batch, or None if no term needs it.
    cached : array with a row for each sample, such as the teacher's logits, for terms with target CACHED; or None.
    epochs, learning_rate, momentum, batch_size : of SGD.
    drop_last : leave out a last batch that is smaller than the others, in each epoch.
    rng : np.random.Generator that shuffles the samples; it is used for nothing else.

    Raises
    ------
    ValueError, before anything is trained, if x, y and `cached` differ in length; and whatever `distil`, `nn.batches`
    and the optimizer raise.
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
    unique = list(dict.fromkeys(parameters))  # two terms may share a regressor
    optimizer = nn.SGD(unique, learning_rate, momentum=momentum)
    rate = nn.schedules.cosine_decay(learning_rate, steps=epochs * steps)

    def batches(epoch):
        shuffled = nn.batches(x, np.arange(len(x)), batch_size, rng=rng, drop_last=drop_last)
        for step, (x_batch, index) in enumerate(shuffled, start=epoch * steps):
            optimizer.learning_rate = rate(step)
            yield (x_batch, y[index]) if cached is None else (x_batch, y[index], cached[index])

    with one_blas_thread():
        for epoch in range(epochs):
            distil(student, teacher, terms, batches(epoch), optimizer)
