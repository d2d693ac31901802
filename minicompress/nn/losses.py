"""Losses and their gradients with respect to the logits.

Every loss returns (loss, dlogits), the mean over the batch and its gradient. With p = softmax(z) and n samples:

    hard labels      L = -1/n sum_i log p[i, label_i]                   dz = (p - onehot) / n
    smoothed         the same with t = (1 - eps) onehot + eps / C       dz = (p - t) / n
    soft labels      L = -1/n sum_i sum_c t log p                       dz = (p sum_c t - t) / n
    KL divergence    L =  1/n sum_i sum_c t (log t - log p)             dz as for soft labels
    squared error    L = mean over all elements of (y - t)^2            dy = 2 (y - t) / size

log p = z - max z - log sum e^(z - max z) does not overflow, and takes no logarithm of a p that was rounded to 0.

Sources: label smoothing, Szegedy et al. 2015, arXiv:1512.00567, section 7. Definitions and means are PyTorch's; the KL
divergence is its `reduction="batchmean"`. Left out: class weights, `ignore_index`.
"""

from __future__ import annotations

import numpy as np

from minicompress._base import arguments

__all__ = [
    "class_labels",
    "kl_divergence",
    "log_softmax",
    "mean_squared_error",
    "soft_cross_entropy",
    "softmax",
    "softmax_cross_entropy",
]


def softmax(logits: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return e^z / sum e^z along `axis`, stable for logits of any size.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    z = _along("softmax", logits, axis)
    with np.errstate(over="ignore"):  # the difference of two logits may overflow to -inf; then e^z is 0
        e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(logits: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return log softmax(z) along `axis`, stable for logits of any size.

    >>> log_softmax(np.array([[0.0, 0.0]])).round(3).tolist()
    [[-0.693, -0.693]]
    """
    z = _along("log_softmax", logits, axis)
    with np.errstate(over="ignore"):  # the difference of two logits may overflow to -inf
        z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def softmax_cross_entropy(
    logits: np.ndarray, labels: np.ndarray, *, label_smoothing: float = 0.0
) -> tuple[float, np.ndarray]:
    """Return (loss, dlogits) of the mean cross-entropy with one class label per sample.

    Parameters
    ----------
    logits : floats (n, classes), n >= 1.
    labels : integers (n,) from 0 to classes - 1.
    label_smoothing : float in [0, 1], the share of the target that is spread over all classes; 0 is no smoothing.

    Raises ValueError for labels that are not such integers, and for an empty batch.

    >>> loss, dlogits = softmax_cross_entropy(np.zeros((1, 2)), [1])
    >>> round(loss, 3), dlogits.tolist()
    (0.693, [[0.5, -0.5]])
    """
    eps = arguments.number("softmax_cross_entropy", "label_smoothing", label_smoothing, low=0, high=1)
    z, dtype = _logits("softmax_cross_entropy", logits)
    labels = class_labels("softmax_cross_entropy", labels, z.shape)
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    loss = -(1 - eps) * log_p[rows, labels].mean(dtype=np.float64)
    if eps:
        loss -= eps * log_p.mean(dtype=np.float64)
    dlogits = np.exp(log_p) - eps / z.shape[1]
    dlogits[rows, labels] -= 1 - eps
    return float(loss), (dlogits / len(z)).astype(dtype, copy=False)


def soft_cross_entropy(logits: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dlogits) of the mean cross-entropy with one distribution over the classes per sample.

    Parameters
    ----------
    logits : floats (n, classes), n >= 1.
    targets : floats of the same shape; rows that do not sum to 1 are taken as they are, with the exact gradient.

    >>> loss, dlogits = soft_cross_entropy(np.zeros((1, 2)), [[0.25, 0.75]])
    >>> round(loss, 3), dlogits.tolist()
    (0.693, [[0.25, -0.25]])
    """
    z, t, dtype = _pair("soft_cross_entropy", logits, targets)
    log_p = log_softmax(z)
    loss = -_weighted(t, log_p).sum(dtype=np.float64) / len(z)
    return float(loss), _soft_gradient(log_p, t).astype(dtype, copy=False)


def kl_divergence(logits: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dlogits) of the mean over the batch of KL(t || softmax(z)), with 0 log 0 = 0.

    It is the soft cross-entropy minus the entropy of the targets, so both have the same gradient.

    Parameters
    ----------
    logits : floats (n, classes), n >= 1.
    targets : floats >= 0 of the same shape.

    >>> loss, dlogits = kl_divergence(np.zeros((1, 2)), [[0.5, 0.5]])
    >>> round(abs(loss), 3)
    0.0
    """
    z, t, dtype = _pair("kl_divergence", logits, targets)
    if (t < 0).any():
        arguments.reject("kl_divergence", "targets", "probabilities >= 0", float(t.min()))
    log_p = log_softmax(z)
    log_t = np.log(t, out=np.zeros_like(t), where=t > 0)
    loss = _weighted(t, log_t - log_p).sum(dtype=np.float64) / len(z)
    return float(loss), _soft_gradient(log_p, t).astype(dtype, copy=False)


def mean_squared_error(y: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dy) of the mean over all elements of (y - target)^2, for arrays of one shape.

    >>> loss, dy = mean_squared_error(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    >>> loss, dy.tolist()
    (2.0, [0.0, 2.0])
    """
    y, dtype = _wide(arguments.floats("mean_squared_error", "y", y))
    target = arguments.floats("mean_squared_error", "target", target, otherwise=y.dtype).astype(y.dtype, copy=False)
    arguments.same_shape("mean_squared_error", "target", target, y.shape)
    if y.size == 0:
        raise ValueError(f"mean_squared_error: y must not be empty, got shape {y.shape}")
    difference = y - target
    loss = float(np.square(difference, dtype=np.float64).mean())
    with np.errstate(over="ignore"):  # a gradient too large for half precision becomes infinite
        return loss, (difference * (2 / y.size)).astype(dtype, copy=False)


def class_labels(owner, labels, logits_shape):
    """Return the labels as an array; raise ValueError unless they are integers (n,) from 0 to classes - 1."""
    labels = np.asarray(labels)
    n, classes = logits_shape
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"{owner}: labels must be integers (class indices), got dtype {labels.dtype}")
    arguments.same_shape(owner, "labels", labels, (n,))
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"{owner}: labels must lie from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
    return labels


def _soft_gradient(log_p, t):
    return (np.exp(log_p) * t.sum(axis=1, keepdims=True) - t) / len(t)


def _weighted(t, x):
    """Return t x, and 0 where t is 0, although x may be log 0 = -inf there."""
    return np.multiply(t, x, out=np.zeros_like(t), where=t != 0)


def _wide(z):
    """Return z, in float32 if it is half precision (whose largest number is 65504), and the dtype of the gradient."""
    return (z.astype(np.float32) if z.dtype.itemsize < 4 else z), z.dtype


def _along(owner, logits, axis):
    if axis is not None and not isinstance(axis, tuple):
        arguments.whole_number(owner, "axis", axis)
    return arguments.floats(owner, "logits", logits)


def _logits(owner, logits):
    z = arguments.floats(owner, "logits", logits)
    if z.ndim != 2 or z.size == 0:
        raise ValueError(f"{owner}: logits must have shape (n, classes) with n >= 1, got shape {z.shape}")
    return _wide(z)


def _pair(owner, logits, targets):
    z, dtype = _logits(owner, logits)
    t = arguments.floats(owner, "targets", targets, otherwise=z.dtype).astype(z.dtype, copy=False)
    arguments.same_shape(owner, "targets", t, z.shape)
    return z, t, dtype
