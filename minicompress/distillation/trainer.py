"""How does a student learn from a teacher?

    L = alpha * T^2 * CE( softmax(z_t/T), softmax(z_s/T) )  +  (1 - alpha) * CE( label, softmax(z_s) )

with the same T for both networks in the soft term and T = 1 in the hard one. By the chain rule through z_s/T,

    dL/dz_s = alpha * T^2 * dlogits / T  +  (1 - alpha) * dlogits_hard

where `dlogits` is the gradient that the soft loss has with respect to its own argument z_s/T.

Why T^2? For N samples and large T the soft gradient tends to (z_s - z_t) / (N * C * T^2) per logit (C classes, logits
with mean zero): at T = 20 it is 400 times smaller than the hard one, and a mixture without the factor is a training on
hard labels. With it, the limit T -> infinity is the matching of logits by squared error.

The answers that circulate forget T^2, use T for the teacher alone, or feed the teacher's logits through z/sum(z) (see
`soft_labels.py`). The soft term is the paper's cross-entropy; most code writes the KL divergence instead. They differ
by the teacher's entropy, which does not depend on the student, so the gradients are the same, but cross-entropy does
not reach 0 even for a perfect student.

Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2 and eq. 2 to 4.
Left out: several epochs, validation, schedules: call it once an epoch. Others' `alpha` weighs the hard term
(torchdistill); here, as in most code, the soft one.
"""

from contextlib import nullcontext

import numpy as np

from minicompress.arguments import number
from minicompress.distillation.refusal import restored_if_refused
from minicompress.distillation.soft_labels import soft_labels
from minicompress.nn.losses import softmax_cross_entropy

__all__ = ["knowledge_distillation"]


def knowledge_distillation(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0, *, alpha=1.0
):
    """Train the student on the teacher's soft labels for one pass over `data_loader`.

    Parameters
    ----------
    student_model : model with `forward(x, training=True)` -> logits z_s (n, C) and `backward(dlogits)`.
    teacher_model : model with `forward(x, training=False)` -> logits z_t (n, C); its weights are not changed.
    loss_function : `(logits, soft_labels) -> (loss, dlogits)`, the mean over the batch of a soft-label cross-entropy,
        such as `nn.soft_cross_entropy`. It is called with z_s / T.
    data_loader : iterable of (x, labels), used up once; labels (n,) are read only if alpha < 1.
    optimizer : steps the student's parameters; has `zero_grad()` and `step()`.
    temperature : T > 0. 4.0 is the usual middle for ten classes (the paper: 2.5 to 4 for a student of 30 units, above 8
        for 300).
    alpha : weight of the soft term, from 0 to 1. 1.0, the pure form, is the one that needs no labels. At 0 the teacher
        is not asked: this is training on hard labels, the control of every experiment.

    Returns
    -------
    float, the mean loss per sample, batches weighted by their size.

    Raises
    ------
    ValueError : temperature not finite or <= 0, alpha outside [0, 1] (before anything is read); an empty loader;
        another number of classes, and labels that are refused. If the first batch is refused, the student is as it was.

    Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2.
    """
    T = number("knowledge_distillation", "temperature", temperature, low=0, open_low=True)
    alpha = number("knowledge_distillation", "alpha", alpha, low=0, high=1)

    total_loss, samples = 0.0, 0
    for x, labels in data_loader:
        n = len(x)
        if n == 0:
            continue
        p_t = soft_labels(teacher_model.forward(x, training=False), T) if alpha > 0 else None
        with nullcontext() if samples else restored_if_refused(student_model):
            z_s = student_model.forward(x, training=True)
            loss, dz_s = _distillation_loss(z_s, p_t, labels, loss_function, T, alpha)
        optimizer.zero_grad()
        student_model.backward(dz_s)
        optimizer.step()
        total_loss += loss * n
        samples += n
    if samples == 0:
        raise ValueError("knowledge_distillation: data_loader must yield at least one sample, got none")
    return total_loss / samples


def _distillation_loss(z_s, p_t, labels, loss_function, T, alpha):
    """Return L and dL/dz_s for one batch."""
    loss, dz_s = 0.0, 0.0
    if alpha > 0:
        if p_t.shape != z_s.shape:
            raise ValueError(
                "knowledge_distillation: student_model and teacher_model must have the same number of classes, "
                f"got logits of shapes {z_s.shape} and {p_t.shape}"
            )
        soft_loss, dlogits = loss_function(z_s / T, p_t)
        loss += alpha * T * T * float(soft_loss)
        dz_s += alpha * T * dlogits  # T^2 * dlogits / T, with one factor cancelled
    if alpha < 1:
        hard_loss, dlogits_hard = softmax_cross_entropy(z_s, np.asarray(labels))
        loss += (1 - alpha) * float(hard_loss)
        dz_s += (1 - alpha) * dlogits_hard
    return loss, dz_s
