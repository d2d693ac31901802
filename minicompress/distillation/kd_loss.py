"""The soft loss: T^2 KL between the softened probabilities of teacher and student, and its gradient.

    L = T^2 KL(p_t || p_s) = T^2 / n  sum_i sum_c p_t (log p_t - log p_s)        p = softmax(z / T), the same T for both
    dL/dz_s = T (p_s - p_t) / n

The 1/T of the chain rule cancels one factor of T^2. The teacher is constant, so z_t needs no gradient. With labels, the
loss is a sum with the hard loss, at T = 1:

    L = alpha T^2 KL(p_t || p_s)  +  (1 - alpha) CE(label, softmax(z_s))

`alpha` weighs the soft term; in torchdistill it weighs the hard term.

Differs from the paper: KL instead of cross-entropy. The two differ by the entropy of p_t, so the gradient is the same;
KL is 0 for a student that answers like its teacher.

Sources: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2. In PyTorch: `F.kl_div(log_p_s, p_t,
reduction="batchmean") * T * T`. Left out: a temperature for each sample.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.distillation.tempered import tempered_log_softmax
from minicompress.nn.losses import class_labels, softmax_cross_entropy

__all__ = ["kd_loss", "logits_of", "pair_of_logits"]

_FAR = 2e5  # about eps^(-1/3), where the error of the limit, 1/T, equals that of rounding, T^2 eps


def kd_loss(
    z_s: np.ndarray, z_t: np.ndarray, temperature: float, *, labels: np.ndarray | None = None, alpha: float = 1.0
) -> tuple[float, np.ndarray]:
    """Return (loss, dz_s): T^2 KL(p_t || p_s), the mean over the batch, mixed with the loss on labels if alpha < 1.

    Parameters
    ----------
    z_s, z_t : floats (n, C), n >= 1, finite: logits of the student and of the teacher.
    temperature : T, a finite number > 0. The loss is T^2 times a small difference, with a rounding error of about
        T^2 1e-16. From T = 2e5 times the largest logit on, the limit, `logit_matching`, is nearer: it is returned.
    labels : integers (n,) from 0 to C - 1; needed if alpha < 1.
    alpha : number in [0, 1], the weight of the soft term. 1.0 by default: the soft term alone needs no labels.

    Returns
    -------
    loss : float, in nats.
    dz_s : floats (n, C), dL/dz_s in the dtype of z_s.

    Raises
    ------
    ValueError : shapes that differ or are not (n, C); logits not finite; temperature or alpha out of range; labels that
        are missing while alpha < 1, or not such integers.

    >>> z_s, z_t = np.array([[2.0, 1.0, 0.0]]), np.array([[4.0, 1.0, 1.0]])
    >>> loss, dz_s = kd_loss(z_s, z_t, 2.0)
    >>> round(loss, 4), dz_s.round(3).tolist()
    (0.3195, [[-0.37, 0.306, 0.064]])
    >>> kd_loss(z_t, z_t, 2.0)[0]
    0.0
    """
    T = arguments.number("kd_loss", "temperature", temperature, low=0, open_low=True)
    alpha = arguments.number("kd_loss", "alpha", alpha, low=0, high=1)
    z_s, z_t, dtype = pair_of_logits("kd_loss", z_s, z_t)
    if labels is None and alpha < 1:
        raise ValueError(f"kd_loss: labels must be given if alpha < 1, got None and alpha {alpha:g}")
    if labels is not None:
        labels = class_labels("kd_loss", labels, z_s.shape)
    loss, dz_s = _soft_term(z_s, z_t, T)
    if labels is not None:
        hard, dz_hard = softmax_cross_entropy(z_s, labels)
        loss, dz_s = alpha * loss + (1 - alpha) * hard, alpha * dz_s + (1 - alpha) * dz_hard
    return loss, dz_s.astype(dtype)


def pair_of_logits(owner: str, z_s: np.ndarray, z_t: np.ndarray) -> tuple:
    """Return the logits of both as float64, and the student's dtype; raise ValueError unless they can be compared."""
    z_s, dtype = logits_of(owner, "z_s", z_s)
    if np.shape(z_t) != z_s.shape:
        raise ValueError(f"{owner}: z_t must have the shape of z_s, {z_s.shape}, got shape {np.shape(z_t)}")
    return z_s, logits_of(owner, "z_t", z_t)[0], dtype


def logits_of(owner: str, name: str, z: np.ndarray) -> tuple:
    """Return the logits as float64, and the dtype of their gradient; raise ValueError unless (n, C) and finite."""
    z = arguments.floats(owner, name, z, otherwise=np.float64)
    if z.ndim != 2 or z.size == 0:
        raise ValueError(f"{owner}: {name} must have shape (n, classes) with n >= 1, got shape {z.shape}")
    if not np.isfinite(z).all():
        raise ValueError(f"{owner}: {name} must be finite, got NaN or infinity")
    return z.astype(np.float64), z.dtype


def _soft_term(z_s, z_t, T):
    z_s, z_t = (z - z.mean(axis=1, keepdims=True) for z in (z_s, z_t))
    if _FAR * max(np.abs(z_s).max(), np.abs(z_t).max()) < T:
        d = z_s - z_t  # the limit, `logit_matching`, is more accurate here
        return float(np.mean(d**2) / 2), d / d.size
    (l_s, p_s), (l_t, p_t) = tempered_log_softmax(z_s, T), tempered_log_softmax(z_t, T)
    loss = T * np.sum(p_t * (l_t - l_s)) / len(z_s)
    return float(loss), T * (p_s - p_t) / len(z_s)
