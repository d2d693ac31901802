"""Soft labels: the teacher's probabilities at a temperature, which say how similar the classes are.

    p_i = exp(z_i / T) / sum_j exp(z_j / T)

T = 1 is the ordinary softmax. A higher temperature T softens it, so that a "2" says how much it looks like a "3" and a
"7"; as T grows, p tends to the uniform 1/C, and as T tends to 0, to a one-hot vector.

A common wrong answer, z / sum(z), is not a distribution: [2, -1, 0.5] becomes [1.33, -0.67, 0.33], and [1, -1] is
divided by zero. Dividing the probabilities by T instead of the logits keeps all ratios, so it softens nothing.

Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), eq. 1.
"""

import numpy as np

from minicompress._base.arguments import floats, number

__all__ = ["soft_labels"]


def soft_labels(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return softmax(z / T) over the last axis: shape (..., C), rows that sum to 1, in the dtype of `logits`.

    Parameters
    ----------
    logits : array (..., C) of floats; minus infinity for an impossible class is allowed.
    temperature : number > 0.

    Raises
    ------
    ValueError : temperature not finite or <= 0; no classes; NaN or plus infinity among the logits.

    Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), eq. 1.

    >>> soft_labels(np.array([2.0, 1.0, 0.0]), 1).round(3).tolist()
    [0.665, 0.245, 0.09]
    >>> soft_labels(np.array([2.0, 1.0, 0.0]), 5).round(3).tolist()
    [0.402, 0.329, 0.269]
    """
    T = number("soft_labels", "temperature", temperature, low=0, open_low=True)
    z = floats("soft_labels", "logits", logits, otherwise=np.float64)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"soft_labels: logits must have shape (..., classes), got shape {z.shape}")
    dtype, z = z.dtype, z.astype(np.float64)
    z_max = z.max(axis=-1, keepdims=True)
    if not np.isfinite(z_max).all():
        raise ValueError("soft_labels: logits must be finite (or minus infinity for a class), got NaN or infinity")
    # Subtract before dividing: every exponent is <= 0, so exp does not overflow for any z or T.
    with np.errstate(over="ignore"):  # -1e308 / 1e-9 is minus infinity: probability 0
        e = np.exp((z - z_max) / T)
    return (e / e.sum(axis=-1, keepdims=True)).astype(dtype)
