"""Answers to distillation/attention_transfer that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(h_s, h_t):
    if len(h_s.shape) != 4 or len(h_t.shape) != 4 or 0 in h_s.shape + h_t.shape:
        raise ValueError("axes")
    if (h_s.shape[0], *h_s.shape[2:]) != (h_t.shape[0], *h_t.shape[2:]):
        raise ValueError("shapes")


@right
def one_sample_at_a_time_with_the_jacobian(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, loss, dh_s = len(h_s), 0.0, np.zeros(h_s.shape)
    for i in range(n):
        q_s, q_t = ((h[i].astype(np.float64) ** 2).sum(axis=0).ravel() for h in (h_s, h_t))
        norm, norm_t = np.sqrt(q_s @ q_s), np.sqrt(q_t @ q_t)
        a_s = q_s / norm if norm > 0 else q_s
        a_t = q_t / norm_t if norm_t > 0 else q_t
        loss += (a_s - a_t) @ (a_s - a_t) / n
        if norm > 0:
            jacobian = (np.eye(q_s.size) - np.outer(a_s, a_s)) / norm
            dh_s[i] = 2 * h_s[i] * (jacobian @ (2 * (a_s - a_t) / n)).reshape(h_s.shape[2:])
    return loss, dh_s


@right
def by_the_cosine_and_means_over_channels(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, channels = h_s.shape[:2]
    q_s, q_t = (np.mean(h * h, axis=1).reshape(n, -1) for h in (h_s, h_t))  # the norm takes the factor 1 / C away
    norm, norm_t = (np.maximum(np.linalg.norm(q, axis=1), 1e-30)[:, None] for q in (q_s, q_t))
    a_s, a_t = q_s / norm, q_t / norm_t
    cosine = np.sum(a_s * a_t, axis=1)
    squared = (np.any(a_s > 0, axis=1) * 1.0) + np.any(a_t > 0, axis=1) - 2 * cosine
    dq = 2 / n * (cosine[:, None] * a_s - a_t) / norm / channels
    dh_s = 2 * h_s * dq.reshape(n, 1, *h_s.shape[2:])
    return float(squared.mean()), np.where(np.any(a_s > 0, axis=1)[:, None, None, None], dh_s, 0.0)


@right
def in_float32_with_einsum(h_s, h_t):
    refuse_bad(h_s, h_t)
    maps, norms = [], []
    for h in (h_s, h_t):
        h = h.astype(np.float32)
        q = np.einsum("nchw,nchw->nhw", h, h)
        norm = np.sqrt(np.einsum("nhw,nhw->n", q, q))
        norms.append(np.where(norm > 0, norm, np.float32(1)))
        maps.append(q / norms[-1][:, None, None])
    gap = maps[0] - maps[1]
    slope = 2 * gap / len(gap)
    along = np.einsum("nhw,nhw->n", slope, maps[0])
    dq = (slope - along[:, None, None] * maps[0]) / norms[0][:, None, None]
    return float(np.sum(gap * gap)) / len(gap), np.einsum("nhw,nchw->nchw", 2 * dq, h_s.astype(np.float32))


SHAPES = (
    "if h_s.ndim != 4 or h_s.size * h_t.size == 0 or (len(h_s), h_s.shape[2:]) != (len(h_t), h_t.shape[2:]):"
    " | (a_s, norm), (a_t, _) = (normalized_maps(h_s), normalized_maps(h_t))"
)
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats open",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "the stub has no activations between 0 and 1e-8",
    "habit: clips numbers beyond 1e15": "the stub has activations of at most 1e8",
    f"swapped: {SHAPES}": "too few axes are an AxisError, a ValueError too; other maps are dropped",
    "norm[norm == 0] = 1 -> norm[norm == 0] = 2": "zeros over any number are zeros, and so is a gradient times 2 A",
}
