"""Logit matching: squared error between centred logits, the limit of distillation for large temperatures.

    d = (z_s - mean z_s) - (z_t - mean z_t)      the means over the classes of each sample
    L = 1 / (2 n C)  sum d^2                     dL/dz_s = d / (n C)

It is the limit of the soft loss: softmax(z / T) is about (1 + (z - mean z) / T) / C for large T, so that

    T (p_s - p_t) / n  ->  d / (n C)             and T^2 KL(p_t || p_s) -> L,  with an error of about 1/T

The means are subtracted because softmax does not depend on them: a student whose logits are the teacher's plus a
constant gives the same answers. The squared error of the raw logits would penalize that constant. Unlike a low
temperature, the limit weighs all logits alike, including those of classes that the teacher finds impossible.

Sources: Ba, Caruana 2014 (arXiv:1312.6184) train students on logits by squared error; Hinton, Vinyals, Dean 2015
(arXiv:1503.02531), section 2.1, show the limit. Differs from both papers: they use raw logits (section 2.1 assumes zero
means).
"""

import numpy as np

from minicompress.distillation.kd_loss import pair_of_logits

__all__ = ["logit_matching"]


def logit_matching(z_s: np.ndarray, z_t: np.ndarray, *, centred: bool = True) -> tuple[float, np.ndarray]:
    """Return (loss, dz_s): half the mean squared difference of the logits.

    Parameters
    ----------
    z_s, z_t : floats (n, C), n >= 1, finite: logits of the student and of the teacher.
    centred : whether to subtract the mean over the classes from the logits of each sample; False is the raw squared
        error.

    Returns
    -------
    loss : float, in squared logits: the mean over samples and classes, halved.
    dz_s : floats (n, C), dL/dz_s in the dtype of z_s.

    Raises
    ------
    ValueError : shapes that differ or are not (n, C); logits not finite.

    >>> z_s, z_t = np.array([[2.0, 1.0, 0.0]]), np.array([[4.0, 1.0, 1.0]])
    >>> round(logit_matching(z_s, z_t)[0], 4)
    0.3333
    >>> logit_matching(z_t, z_t + 5)[0]
    0.0
    """
    z_s, z_t, dtype = pair_of_logits("logit_matching", z_s, z_t)
    d = z_s - z_t
    if centred:
        d -= d.mean(axis=1, keepdims=True)
    # The derivative of the mean would subtract the mean of d once more, which is 0.
    return float(np.mean(d**2) / 2), (d / d.size).astype(dtype)
