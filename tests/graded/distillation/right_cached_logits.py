"""Answers to distillation/cached_logits that are right, in other styles than the solution."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(z_s, z_t, k, T):
    if z_s.ndim != 2 or z_t.shape != z_s.shape or not 1 <= k <= z_s.shape[1]:
        raise ValueError("shapes or k")
    if not math.isfinite(T) or T <= 0:
        raise ValueError("temperature")


@right
def sorted_columns(z_s, z_t, k, temperature):
    """Sort each row by the teacher, put the rest together as one more class, take KL, and sort back."""
    T = temperature
    refuse_bad(z_s, z_t, k, T)
    order = np.argsort(-z_t, axis=1, kind="stable")
    z_s, z_t = (np.take_along_axis(z / T, order, axis=1).astype(np.float64) for z in (z_s, z_t))
    (log_s, rest_s), (log_t, _) = coarse(z_s, k), coarse(z_t, k)
    t = np.exp(log_t)
    loss = np.sum(t * (log_t - log_s)) / len(z_s)
    d = T * (np.exp(log_s) - t) / len(z_s)
    sorted_d = np.concatenate([d[:, :k], d[:, k:] * np.exp(rest_s)], axis=1) if rest_s.size else d
    dz_s = np.empty_like(sorted_d)
    np.put_along_axis(dz_s, order, sorted_d, axis=1)
    return T * T * loss, dz_s


def coarse(z, k):
    """log p of k classes and of all others together, and the log shares of those."""
    z = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    if k == z.shape[1]:
        return z, z[:, k:]
    rest = np.logaddexp.reduce(z[:, k:], axis=1, keepdims=True)
    return np.concatenate([z[:, :k], rest], axis=1), z[:, k:] - rest


@right
def one_sample_at_a_time(z_s, z_t, k, temperature):
    T = temperature
    refuse_bad(z_s, z_t, k, T)
    loss, dz_s = 0.0, np.zeros(z_s.shape)
    for s, t, d in zip(z_s.astype(float) / T, z_t.astype(float) / T, dz_s, strict=True):
        order = sorted(range(len(t)), key=lambda c: -t[c])
        for group in [*([c] for c in order[:k]), order[k:]]:
            if group:
                log_s = np.logaddexp.reduce(s[group]) - np.logaddexp.reduce(s)
                log_t = np.logaddexp.reduce(t[group]) - np.logaddexp.reduce(t)
                loss += np.exp(log_t) * (log_t - log_s)
                d[group] = np.exp(s[group] - np.logaddexp.reduce(s[group])) * (np.exp(log_s) - np.exp(log_t))
    return float(T**2 * loss / len(z_s)), T * dz_s / len(z_s)


@right
def in_float32(z_s, z_t, k, temperature):
    T = temperature
    refuse_bad(z_s, z_t, k, T)
    n, C = z_s.shape
    s, t = ((z - z.max(axis=1, keepdims=True)).astype(np.float32) / np.float32(T) for z in (z_s, z_t))
    log_s, log_t = (z - np.log(np.exp(z).sum(axis=1, keepdims=True)) for z in (s, t))
    rank = np.argsort(np.argsort(-z_t, axis=1, kind="stable"), axis=1)
    loss, target = 0.0, np.zeros((n, C), np.float32)
    for i in range(n):
        kept, other = rank[i] < k, rank[i] >= k
        p = np.exp(log_t[i])
        loss += np.sum(p[kept] * (log_t[i, kept] - log_s[i, kept]))
        target[i, kept] = p[kept]
        if other.any():
            most = s[i, other].max()
            e = np.exp(s[i, other] - most)
            log_r_s = most + np.log(e.sum()) - (s[i, 0] - log_s[i, 0])
            log_r_t = np.logaddexp.reduce(log_t[i, other])
            r = np.exp(log_r_t)
            loss += r * (log_r_t - log_r_s)
            target[i, other] = r * e / e.sum()
    return float(T**2 * loss / n), T * (np.exp(log_s) - target) / n


BOTH = "log_p_s, log_p_t = (log_softmax(z_s / {}), log_softmax(z_t / {}))"
SMALL = "where 1e-8 counts beside T, the factors T and T^2 make the result smaller than the tolerance"
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats open",
    "habit: clips numbers beyond 1e15": "the stub has logits of at most 1e12",
    f"{BOTH.format('T', 'T')} -> {BOTH.format('(T + 1e-08)', 'T')}": SMALL,
    f"{BOTH.format('T', 'T')} -> {BOTH.format('T', '(T + 1e-08)')}": SMALL,
}
