"""Decoupled distillation: separate weights for the target-class part and the non-target-class part of the soft loss.

With p = softmax(z / T) and y the label, let b = p_y, and let q be the softmax over the classes other than y:
q_c = p_c / (1 - b).

    TCKD = b_t log(b_t / b_s) + (1 - b_t) log((1 - b_t) / (1 - b_s))        target class: two outcomes
    NCKD = sum over c != y of  q_t log(q_t / q_s)                           non-target classes
    KL(p_t || p_s) = TCKD + (1 - b_t) NCKD
    DKD  = T^2 / n  sum over the samples of  alpha TCKD + beta NCKD

In KL, a teacher that is sure (b_t near 1) gives almost no weight to NCKD, the part that says how similar the classes
are. DKD has a free weight for it, beta. With e the one-hot vector of y, and q_y = 0:

    dL/dz_s = T/n ( alpha (b_s - b_t) (e - q_s)  +  beta (q_s - q_t) )

q is computed from the logits without z_y, and log(1 - b) from their log sum exp, so that no division by 1 - b is
needed, which may be rounded to 0. In the code, l is T log p, which is finite at any T (`tempered.py`). With two classes
NCKD is 0.

Source: Zhao, Cui, Song, Qiu, Liang 2022 (arXiv:2203.08679). Differs from the authors' code, which masks z_y by
subtracting 1000 from it, and multiplies the loss by a factor that rises in the first epochs: here the caller may do so.
Left out: weights that depend on the sample.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.distillation.kd_loss import pair_of_logits
from minicompress.distillation.tempered import finite_loss, tempered_log_softmax
from minicompress.nn.losses import class_labels

__all__ = ["decoupled_kd"]


def decoupled_kd(
    z_s: np.ndarray, z_t: np.ndarray, labels: np.ndarray, *, temperature: float, alpha: float = 1.0, beta: float = 8.0
) -> tuple[float, np.ndarray]:
    """Return (loss, dz_s): T^2 (alpha TCKD + beta NCKD), the mean over the batch.

    Parameters
    ----------
    z_s, z_t : floats (n, C), n >= 1, C >= 2, finite: logits of the student and of the teacher.
    labels : integers (n,) from 0 to C - 1: the target classes, also where the teacher predicts another class.
    temperature : T, a finite number > 0.
    alpha, beta : numbers >= 0, the weights of target and non-target classes. With beta = alpha (1 - b_t) for a sample
        the loss is alpha times `kd_loss`. 1 and 8 are the defaults of the authors' code.

    Returns
    -------
    loss : float, in nats.
    dz_s : floats (n, C), dL/dz_s in the dtype of z_s.

    Raises
    ------
    ValueError : shapes that differ or are not (n, C), fewer than two classes; logits not finite; labels that are not
        such integers; temperature, alpha or beta out of range, or a temperature so high that the loss overflows.

    >>> z_s, z_t = np.array([[2.0, 1.0, 0.0]]), np.array([[4.0, 1.0, 1.0]])
    >>> loss, dz_s = decoupled_kd(z_s, z_t, np.array([0]), temperature=2.0)
    >>> round(loss, 4), dz_s.shape
    (1.271, (1, 3))
    """
    T = arguments.number("decoupled_kd", "temperature", temperature, low=0, open_low=True)
    alpha = arguments.number("decoupled_kd", "alpha", alpha, low=0)
    beta = arguments.number("decoupled_kd", "beta", beta, low=0)
    z_s, z_t, dtype = pair_of_logits("decoupled_kd", z_s, z_t)
    n, C = z_s.shape
    if C < 2:
        raise ValueError(f"decoupled_kd: z_s must have at least 2 classes, got {C}")
    labels = class_labels("decoupled_kd", labels, z_s.shape)
    e = labels[:, None] == np.arange(C)
    (l_b_s, l_rest_s, l_q_s), (l_b_t, l_rest_t, l_q_t) = _split(z_s, e, T), _split(z_t, e, T)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # judged by `finite_loss`
        b_s, b_t, rest_t = (np.exp(one / T) for one in (l_b_s, l_b_t, l_rest_t))
        q_s, q_t = (np.where(e, 0, np.exp(l_q / T)) for l_q in (l_q_s, l_q_t))
        target = b_t * (l_b_t - l_b_s) + rest_t * (l_rest_t - l_rest_s)
        non_target = q_t * (l_q_t - l_q_s)
        loss = T / n * (alpha * target.sum() + beta * non_target.sum())
        dz_s = T / n * (alpha * (b_s - b_t) * (e - q_s) + beta * (q_s - q_t))
    return finite_loss("decoupled_kd", loss, T), dz_s.astype(dtype)


def _split(z, e, T):
    """Return T log b (n, 1), T log(1 - b) (n, 1) and T log q (n, C), which is 0 at the label, where e is True."""
    l_p, _ = tempered_log_softmax(z, T)
    others = l_p[~e].reshape(len(z), -1)
    most = others.max(axis=1, keepdims=True)
    with np.errstate(over="ignore", under="ignore"):
        l_rest = most + T * np.log(np.exp((others - most) / T).sum(axis=1, keepdims=True))
    return l_p[e][:, None], l_rest, np.where(e, 0, l_p - l_rest)
