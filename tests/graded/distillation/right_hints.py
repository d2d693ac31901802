"""Answers to distillation/hints that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(h_s, h_t, w, b):
    if len(h_s.shape) not in (2, 4) or len(h_t.shape) != len(h_s.shape) or 0 in h_s.shape + h_t.shape:
        raise ValueError("axes")
    if (h_s.shape[0], *h_s.shape[2:]) != (h_t.shape[0], *h_t.shape[2:]):
        raise ValueError("positions")
    if w.shape != (h_t.shape[1], h_s.shape[1]) or b.shape != (h_t.shape[1],):
        raise ValueError("regressor")


@right
def channels_last(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, t = np.moveaxis(h_s, 1, -1), np.moveaxis(h_t, 1, -1)
    dr = (x @ w.T + b - t) / len(x)
    dx = dr @ w
    every = tuple(range(x.ndim - 1))
    return len(x) * np.vdot(dr, dr) / 2, np.moveaxis(dx, -1, 1), np.tensordot(dr, x, (every, every)), dr.sum(axis=every)


@right
def one_sample_at_a_time(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    n, loss = len(h_s), 0.0
    dh_s, dw, db = np.zeros(h_s.shape), np.zeros(w.shape), np.zeros(b.shape)
    for i in range(n):
        x = h_s[i].reshape(h_s.shape[1], -1).astype(np.float64)
        gap = np.dot(w, x) - h_t[i].reshape(h_t.shape[1], -1) + b.reshape(-1, 1)
        loss += 0.5 * np.square(gap).sum()
        dh_s[i] = np.dot(w.T, gap).reshape(h_s.shape[1:]) / n
        dw += np.dot(gap, x.T)
        db += gap.sum(axis=1)
    return float(loss / n), dh_s, dw / n, db / n


@right
def in_float32_with_maps_of_two_axes(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    positions = h_s.shape[2:] or (1, 1)
    x = h_s.astype(np.float32).reshape(*h_s.shape[:2], *positions)
    t = h_t.astype(np.float32).reshape(*h_t.shape[:2], *positions)
    w, b = w.astype(np.float32), b.astype(np.float32)
    difference = np.einsum("tc,nchw->nthw", w, x) + b[:, None, None] - t
    slope = difference / np.float32(len(x))
    dx = np.einsum("nthw,tc->nchw", slope, w).reshape(h_s.shape)
    loss = np.mean(np.einsum("nthw,nthw->n", difference, difference)) / 2
    return loss, dx, np.einsum("nthw,nchw->tc", slope, x), np.einsum("nthw->t", slope)


N = "n is at least 1: 1e-8 more is far below the tolerance"
RESULT = "return (np.sum(gap ** 2) / (2 * n), (w.T @ dr).reshape(h_s.shape), dw, dr.sum(axis=(0, 2)))"
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats open",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "the tolerance is 1e-6: numbers of 1e-15 cannot show",
    "habit: clips numbers beyond 1e15": "the stub has activations of at most 1e6",
    "dr = gap / n -> dr = gap / (n + 1e-08)": N,
    f"{RESULT} -> {RESULT.replace('(2 * n)', '(2 * n + 1e-08)')}": N,
    "swapped: if (h_t.shape, w.shape, b.shape) != expected: | x = h_s.reshape(n, c_s, math.prod(positions))": (
        "h_s has been checked; a view of it changes nothing"
    ),
}
