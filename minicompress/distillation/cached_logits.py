"""Offline distillation: the teacher's answers are cached, whole or as the k likeliest classes and the remainder.

A teacher in inference mode gives the same answer in every epoch, so its logits (n, C) are computed once, row i for
sample i. If C is large, only the k largest probabilities p_t at temperature T and the remainder r_t = 1 - their sum are
kept:

    L = T^2 / n  sum_i [ sum_{c in top} p_t (log p_t - log p_s)  +  r_t (log r_t - log r_s) ]
    r_s = sum of p_s over the classes outside the top, from a log sum exp and not as 1 - sum
    dL/dz_s = T (p_s - t) / n          t = p_t in the top, r_t p_s / r_s outside: the rest, shared as the student does

This is the KL divergence of two distributions over the top classes and "any other class". It is never larger than the
whole KL, equal to it at k = C, and 0 for a student that agrees on the top classes, however it divides the remainder.

Common mistakes: if the top is divided by its sum, the other classes have the target 0, and the student becomes more
confident than its teacher. If the remainder is dropped, the targets are not a distribution, and the loss is lowest,
below 0, for that same student. If the remainder is divided equally, the student is trained towards equal probabilities
that the teacher never stated.

Traps: probabilities at one T cannot be used at another; cache whole logits while T is being searched. Rows belong to
samples: shuffle both together, and do not augment the images.

Sources: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531) for the loss; Anshumann et al. 2025 (arXiv:2503.16870): top-k
caching is a biased estimate of the teacher. Left out: their remedy, drawing classes at random.
"""

import numpy as np

from minicompress._base import arguments
from minicompress._base.sizes import column_dtype
from minicompress.distillation.kd_loss import logits_of
from minicompress.distillation.tempered import finite_loss, tempered_log_softmax

__all__ = ["cache_top_k", "top_k_loss"]


def cache_top_k(z_t: np.ndarray, k: int, temperature: float, *, dtype: type = np.float32) -> np.ndarray:
    """Return a structured array (n,): the k likeliest classes of each sample and the remainder.

    Parameters
    ----------
    z_t : floats (n, C), n >= 1, finite: the teacher's logits.
    k : integer from 1 to C.
    temperature : T, a finite number > 0, the same as in the training of the student.
    dtype : float32 or float16, of the probabilities. float16 has three digits, and rounds those below 3e-8 to 0.

    Returns
    -------
    rows with the fields `classes` (k,), from the likeliest to the least likely, among equals the lower class first;
    `p` (k,); and `rest`, r_t. A row takes k (2 + 4) + 4 bytes for up to 65,536 classes, k (2 + 2) + 2 in float16.

    Raises
    ------
    ValueError : logits that are not (n, C) or not finite; k, temperature or dtype out of range.

    >>> rows = cache_top_k(np.log([[0.5, 0.25, 0.125, 0.125]]), 2, temperature=1)
    >>> rows["classes"].tolist(), rows["p"].round(6).tolist(), rows["rest"].round(6).tolist()
    ([[0, 1]], [[0.5, 0.25]], [0.25])
    """
    z_t, _ = logits_of("cache_top_k", "z_t", z_t)
    n, C = z_t.shape
    k = arguments.whole_number("cache_top_k", "k", k, low=1, high=C)
    T = arguments.number("cache_top_k", "temperature", temperature, low=0, open_low=True)
    dtype = arguments.float_dtype("cache_top_k", "dtype", dtype, among=(np.float16, np.float32))
    index = column_dtype(C)
    rows = np.empty(n, [("classes", index, (k,)), ("p", dtype, (k,)), ("rest", dtype)])
    order = np.argsort(-z_t, axis=1, kind="stable")
    p = np.take_along_axis(tempered_log_softmax(z_t, T)[1], order, axis=1)
    rows["classes"], rows["p"], rows["rest"] = order[:, :k], p[:, :k], p[:, k:].sum(axis=1)
    return rows


def top_k_loss(z_s: np.ndarray, cached: np.ndarray, temperature: float) -> tuple[float, np.ndarray]:
    """Return (loss, dz_s): T^2 KL between teacher and student on {each top class, all others}, the mean over the batch.

    Parameters
    ----------
    z_s : floats (n, C), n >= 1, finite: the student's logits.
    cached : rows (n,) of `cache_top_k` for the same samples. Rounding makes their sum differ a little from 1, so they
        are divided by it. The teacher must have as many classes as the student; the rows do not say how many.
    temperature : T, a finite number > 0, the same as for the rows.

    Returns
    -------
    loss : float, in nats.
    dz_s : floats (n, C), dL/dz_s in the dtype of z_s.

    Raises
    ------
    ValueError : logits that are not (n, C) or not finite; rows of another kind or number, or with classes that the
        student does not have; temperature out of range, or so high that the loss overflows.

    >>> rows = cache_top_k(np.log([[0.5, 0.25, 0.125, 0.125]]), 2, temperature=1)
    >>> loss, dz_s = top_k_loss(np.log([[0.25, 0.25, 0.25, 0.25]]), rows, temperature=1)
    >>> round(loss, 4), dz_s.round(3).tolist()
    (0.1733, [[-0.25, 0.0, 0.125, 0.125]])
    """
    T = arguments.number("top_k_loss", "temperature", temperature, low=0, open_low=True)
    z_s, dtype = logits_of("top_k_loss", "z_s", z_s)
    top, p_t, r_t = _distribution(cached, z_s.shape)
    outside = np.ones(z_s.shape, bool)
    np.put_along_axis(outside, top, False, axis=1)
    l_p_s, p_s = tempered_log_softmax(z_s, T)  # l is T log p, which is finite at any T
    l_rest, share = _within(np.where(outside, l_p_s, -np.inf), T)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # judged by `finite_loss`
        loss = T * (_kl(p_t, np.take_along_axis(l_p_s, top, axis=1), T) + _kl(r_t, l_rest, T)) / len(z_s)
        t = r_t * share
        np.put_along_axis(t, top, p_t, axis=1)
        dz_s = T * (p_s - t) / len(z_s)
    return finite_loss("top_k_loss", loss, T), dz_s.astype(dtype)


def _within(l_p, T):
    """Return T log of the sum of p, (n, 1), and p over that sum; -inf and 0 if no class is outside the top."""
    most = l_p.max(axis=1, keepdims=True)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        share = np.where(np.isfinite(l_p), np.exp((l_p - most) / T), 0)
        total = share.sum(axis=1, keepdims=True)
        return most + T * np.log(total), share / np.where(total > 0, total, 1)


def _kl(t, l_s, T):
    """Return the sum of T t (log t - log s), where a term with t = 0 is 0 for any s."""
    used = t > 0
    return np.sum(t[used] * (T * np.log(t[used]) - l_s[used]))


def _distribution(cached, shape):
    """Return classes (n, k), p_t (n, k) and r_t (n, 1) of the rows, in float64, each row summing to 1."""
    cached = np.asarray(cached)
    if cached.dtype.names != ("classes", "p", "rest"):
        raise ValueError(f"top_k_loss: cached must be rows of cache_top_k, got an array of {cached.dtype}")
    arguments.same_shape("top_k_loss", "cached", cached, shape[:1])
    top = cached["classes"].astype(np.int64)
    if top.max() >= shape[1]:
        raise ValueError(f"top_k_loss: cached must hold classes below {shape[1]}, as z_s has, got {top.max()}")
    p, rest = cached["p"].astype(np.float64), cached["rest"].astype(np.float64)[:, None]
    total = p.sum(axis=1, keepdims=True) + rest
    return top, p / total, rest / total
