"""Knowledge distillation: training of a student on the softened probabilities of a teacher.

    L = alpha * T^2 * CE( softmax(z_t/T), softmax(z_s/T) )  +  (1 - alpha) * CE( label, softmax(z_s) )

with the same T for both networks in the soft term and T = 1 in the hard one. By the chain rule through z_s/T,

    dL/dz_s = alpha * T^2 * dlogits / T  +  (1 - alpha) * dlogits_hard

where `dlogits` is the gradient that the soft loss has with respect to its own argument z_s/T.

Why T^2? For N samples and large T the soft gradient tends to (z_s - z_t) / (N * C * T^2) per logit (C classes, logits
with mean zero). At T = 20 it is 400 times smaller than the hard gradient, so a mixture without the factor trains on the
hard labels alone. With the factor, the limit T -> infinity is logit matching by squared error.

Common mistakes: T^2 is forgotten, T is used for the teacher alone, or the teacher's logits go through z/sum(z) (see
`soft_labels.py`). The soft term is the paper's cross-entropy; most code uses the KL divergence instead. They differ by
the teacher's entropy, which does not depend on the student, so the gradients are the same, but cross-entropy does not
reach 0 even for a perfect student.

`alpha` weighs the soft term, as in most code; in torchdistill it weighs the hard term.

Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2 and eq. 2 to 4.
Left out: several epochs, validation, schedules. Call it once per epoch.
"""

import math
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

import numpy as np

from minicompress._base.arguments import function, number, reject
from minicompress.distillation.loading import check_batches
from minicompress.distillation.refusal import restore_if_refused
from minicompress.distillation.soft_labels import soft_labels
from minicompress.nn.checks import check_apart, check_model, check_optimizer, evaluate, first_not_finite
from minicompress.nn.layer import Layer
from minicompress.nn.losses import softmax_cross_entropy

__all__ = ["knowledge_distillation"]


def knowledge_distillation(
    student_model: Any,
    teacher_model: Any,
    loss_function: Callable,
    data_loader: Iterable,
    optimizer: Any,
    temperature: float = 4.0,
    *,
    alpha: float = 1.0,
    drop_last: bool = False,
) -> float:
    """Train the student in place on the teacher's soft labels, for one pass over `data_loader`.

    Parameters
    ----------
    student_model : model with `forward(x, training=True)` -> logits z_s (n, C) and `backward(dlogits)`.
    teacher_model : model with `forward(x, training=False)` -> logits z_t (n, C), without a layer in common with the
        student; it does not change.
    loss_function : `(logits, soft_labels) -> (loss, dlogits)`, the mean over the batch of a soft-label cross-entropy,
        such as `nn.soft_cross_entropy`. It is called with z_s / T.
    data_loader : iterable of (x, labels), used up once; x of floats; labels (n,) are read only if alpha < 1.
    optimizer : has `zero_grad()` and `step()`, over the student's parameters and none of the teacher's.
    temperature : T > 0. 4.0 is a usual value for ten classes (the paper: 2.5 to 4 for a student of 30 units, above 8
        for 300).
    alpha : weight of the soft term, from 0 to 1. With 1.0 no labels are needed. With 0 the teacher does not run: this
        is training on hard labels, the control of an experiment.
    drop_last : leave out the last batch if it is smaller than the first; batch norm refuses a batch of one sample.

    Returns
    -------
    float, the mean loss per sample, batches weighted by their size.

    Raises
    ------
    ValueError, before anything is read: temperature not finite or <= 0, alpha outside [0, 1], an optimizer over another
        model or over the teacher, a teacher that shares a layer with the student, NaN in either network. Later: a
        loader that is empty, or whose batches have another form or integer x; different numbers of classes, wrong
        labels, a loss that is not finite. If the first batch raises, the student is restored.

    Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2.

    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> teacher, student = nn.zoo.mlp([4, 16, 3], rng=rng), nn.zoo.mlp([4, 5, 3], rng=rng)
    >>> x, labels = rng.random((20, 4), np.float32), rng.integers(3, size=20)
    >>> optimizer = nn.SGD(student.parameters(), 0.1)
    >>> first = knowledge_distillation(student, teacher, nn.soft_cross_entropy, [(x, labels)], optimizer)
    >>> knowledge_distillation(student, teacher, nn.soft_cross_entropy, [(x, labels)], optimizer) < first
    True
    """
    T = number("knowledge_distillation", "temperature", temperature, low=0, open_low=True)
    alpha = number("knowledge_distillation", "alpha", alpha, low=0, high=1)
    function("knowledge_distillation", "loss_function", loss_function)
    _check_models(student_model, teacher_model, optimizer, alpha)

    total_loss, samples = 0.0, 0
    for x, labels in check_batches("knowledge_distillation", data_loader, drop_last=drop_last):
        n = len(x)
        p_t = soft_labels(teacher_model.forward(x, training=False), T) if alpha > 0 else None
        with nullcontext() if samples else restore_if_refused(student_model):
            z_s = student_model.forward(x, training=True)
            with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # of z_s / T; checked below
                loss, dz_s = _distillation_loss(z_s, p_t, labels, loss_function, T, alpha)
                dz_s = dz_s.astype(z_s.dtype, copy=False)  # NumPy 1 widens it for a large T
            if not math.isfinite(loss) or not np.isfinite(dz_s).all():
                what = "the gradient is infinite" if math.isfinite(loss) else f"the loss is {loss}"
                advice = "try a smaller learning rate or another temperature, or look for NaN in x"
                raise ValueError(f"knowledge_distillation: {what} after {samples} samples; {advice}")
        optimizer.zero_grad()
        student_model.backward(dz_s)
        optimizer.step()
        total_loss += loss * n
        samples += n
    if samples == 0:
        raise ValueError("knowledge_distillation: data_loader must yield at least one sample, got none")
    name = first_not_finite(student_model) if isinstance(student_model, Layer) else None
    if name is not None:  # the last update has not been part of any loss yet
        raise ValueError(f"knowledge_distillation: the student's {name} is not finite; try a smaller learning rate")
    return total_loss / samples


def _check_models(student, teacher, optimizer, alpha):
    owner = "knowledge_distillation"
    if teacher is None and alpha > 0:
        reject(owner, "teacher_model", "a model, since alpha > 0", teacher)
    for argument, model in (("student_model", student), ("teacher_model", teacher)):
        if not callable(getattr(model, "forward", None)) and not (argument == "teacher_model" and model is None):
            reject(owner, argument, "a model with forward", model)
        if isinstance(model, Layer):
            check_model(owner, model, argument)
    check_apart(owner, student, teacher)
    check_optimizer(owner, optimizer, student, teacher)


def _distillation_loss(z_s, p_t, labels, loss_function, T, alpha):
    """Return L and dL/dz_s for one batch."""
    loss, dz_s = 0.0, 0.0
    if alpha > 0:
        if p_t.shape != z_s.shape:
            raise ValueError(
                "knowledge_distillation: student_model and teacher_model must have the same number of classes, "
                f"got logits of shapes {z_s.shape} and {p_t.shape}"
            )
        soft_loss, dlogits = evaluate("knowledge_distillation", loss_function, z_s / T, p_t)
        loss += alpha * T * T * soft_loss
        dz_s += alpha * T * dlogits  # T^2 * dlogits / T, with one factor cancelled
    if alpha < 1:
        hard_loss, dlogits_hard = softmax_cross_entropy(z_s, np.asarray(labels))
        loss += (1 - alpha) * float(hard_loss)
        dz_s += (1 - alpha) * dlogits_hard
    return loss, dz_s
