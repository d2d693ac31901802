"""Attention transfer: the student's attention maps are trained to match the teacher's.

    Q     = sum_c A_c^2                        the attention map of activations A (C, h, w): one number per position
    Q^    = Q / ||Q||_2                        over the positions of one sample
    L     = 1/n sum_i || Q^_s - Q^_t ||^2      the mean of 2 - 2 cos(Q_s, Q_t), from 0 to 2, where no map is all zero

and back, with da = dL/dQ^:

    da    = 2 (Q^_s - Q^_t) / n
    dQ    = (da - Q^_s <da, Q^_s>) / ||Q_s||   the part of da orthogonal to Q^_s
    dA_c  = 2 A_c dQ

The sum over channels allows different numbers of channels, and the norm allows different scales: without the norm, a
student with large activations in the right places can have a larger loss than one with small activations elsewhere.

Sources: Zagoruyko, Komodakis 2017 (arXiv:1612.03928), section 3.1. Differs from the paper: eq. 2 has the norm itself,
with a factor beta / 2; the authors' code squares it, as here, and takes the mean over positions too, a factor 1 / (h w)
that the weight of the term can include. Left out: other powers than 2, the maximum over channels, attention from
gradients, pooling of maps of different sizes, which raise ValueError.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["attention_transfer"]


def attention_transfer(h_s: np.ndarray, h_t: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dh_s): the mean over the batch of the squared distance of normalized attention maps.

    Parameters
    ----------
    h_s, h_t : floats (n, C, h, w), n >= 1, finite: activations of the student and of the teacher. The numbers of
        channels may differ. A map that is zero everywhere has no gradient.

    Returns
    -------
    loss : float, from 0 to 2.
    dh_s : floats of the shape and dtype of h_s, dL/dh_s.

    Raises
    ------
    ValueError : activations that are not (n, C, h, w), or empty, or not finite; another n, h or w.

    >>> h_s = np.zeros((1, 2, 1, 2))
    >>> h_s[..., 0] = 1
    >>> attention_transfer(h_s, 5 * h_s)[0], attention_transfer(h_s, h_s[..., ::-1])[0]
    (0.0, 2.0)
    """
    (A_s, dtype), (A_t, _) = _maps("h_s", h_s), _maps("h_t", h_t)
    if A_s[:, 0].shape != A_t[:, 0].shape:
        raise ValueError(
            "attention_transfer: h_s and h_t must have the same samples, height and width (pool the larger one, or tap "
            f"another layer), got shapes {A_s.shape} and {A_t.shape}"
        )
    n = len(A_s)
    (A_s, scale), (A_t, _) = _scale(A_s), _scale(A_t)
    Q_s, norm = _normalize(A_s)
    Q_t, _ = _normalize(A_t)
    da = 2 * (Q_s - Q_t) / n
    dQ = (da - Q_s * np.sum(da * Q_s, axis=(1, 2), keepdims=True)) / norm
    dh_s = 2 * A_s * dQ[:, None] / scale
    return float(np.sum((Q_s - Q_t) ** 2)) / n, dh_s.astype(dtype)


def _scale(A):
    """Return A / scale and scale, the largest |A| of each sample or 1, so that no fourth power over- or underflows."""
    scale = np.abs(A).max(axis=(1, 2, 3), keepdims=True)
    scale[scale == 0] = 1
    return A / scale, scale


def _normalize(A):
    """Return the normalized maps (n, h, w) and their norms, with 1 as the norm of a map of zeros."""
    Q = np.sum(A**2, axis=1)
    norm = np.sqrt(np.sum(Q**2, axis=(1, 2), keepdims=True))
    norm[norm == 0] = 1
    return Q / norm, norm


def _maps(name, h):
    """Return the activations in float64, and the dtype of their gradient."""
    h = arguments.floats("attention_transfer", name, h, otherwise=np.float64)
    if h.ndim != 4 or h.size == 0:
        raise ValueError(f"attention_transfer: {name} must have shape (n, channels, h, w), not empty, got {h.shape}")
    if not np.isfinite(h).all():
        raise ValueError(f"attention_transfer: {name} must be finite, got NaN or infinity")
    return h.astype(np.float64), h.dtype
