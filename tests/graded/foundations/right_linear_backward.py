"""Answers to foundations/linear_backward that are right, in other styles than the solution's."""

from collections import namedtuple

import numpy as np

from minicompress.kit.grading import right

Gradients = namedtuple("Gradients", "dx dw db")  # a namedtuple is a tuple


@right
def one_sample_at_a_time(x, w, dy):
    n, outputs = dy.shape
    if x.shape != (n, *x.shape[1:2]) or w.shape != (outputs, *x.shape[1:]) or x.ndim != 2:
        raise ValueError("shapes do not fit")
    dx = np.zeros(x.shape)
    dw, db = np.zeros(w.shape), np.zeros(outputs)
    for k in range(n):
        dx[k] = w.T.dot(dy[k])
        dw += np.outer(dy[k], x[k])
        db += dy[k]
    return dx, dw, db


@right
def einstein_sums_in_float64(x, w, dy):
    if x.ndim != 2 or w.ndim != 2 or dy.ndim != 2:
        raise ValueError("two axes each")
    x, w, dy = (np.asarray(a, np.float64) for a in (x, w, dy))
    if np.einsum("ni,oi->no", x, w).shape != dy.shape or x.shape[1] != w.shape[1]:  # einsum stretches an axis of 1
        raise ValueError("sizes")
    return np.einsum("no,oi->ni", dy, w), np.einsum("no,ni->oi", dy, x), np.einsum("no->o", dy)


@right
def bias_as_a_weight_of_an_input_that_is_always_one(x, w, dy):
    if x.ndim != 2 or w.ndim != 2:
        raise ValueError("x and w need two axes")
    if (x @ w.T).shape != dy.shape:
        raise ValueError("dy does not fit")
    extended = np.hstack([x, np.ones((x.shape[0], 1), x.dtype)])
    both = np.matmul(extended.T, dy).T
    return np.matmul(w.T, dy.T).T, both[:, :-1].copy(), both[:, -1].copy()


@right
def broadcasting_without_a_matrix_product(x, w, dy):
    fits = x.ndim == w.ndim == dy.ndim == 2 and (x.shape[0], w.shape[0]) == dy.shape and x.shape[-1] == w.shape[-1]
    if not fits:
        raise ValueError("shapes do not fit")
    products = dy[:, :, None]
    return (products * w[None]).sum(axis=1), (products * x[:, None, :]).sum(axis=0), dy.sum(0)


@right
def in_pure_python_named(x, w, dy):
    if not (len(x.shape) == len(w.shape) == 2 and dy.shape == (len(x), len(w)) and x.shape[1:] == w.shape[1:]):
        raise ValueError("shapes")
    rows, weights, back = x.tolist(), w.tolist(), dy.tolist()
    inputs, samples, outputs = range(x.shape[1]), range(len(x)), range(len(w))
    dx = [[sum(back[k][o] * weights[o][i] for o in outputs) for i in inputs] for k in samples]
    dw = [[sum(back[k][o] * rows[k][i] for k in samples) for i in inputs] for o in outputs]
    db = [float(sum(back[k][o] for k in samples)) for o in outputs]
    return Gradients(np.array(dx, float).reshape(x.shape), np.array(dw, float), np.array(db))


@right
def in_float32_throughout(x, w, dy):
    if (x.ndim, w.ndim, dy.ndim) != (2, 2, 2) or dy.shape + x.shape[1:] != x.shape[:1] + w.shape:
        raise ValueError("shapes")
    x, w, dy = np.float32(x), np.float32(w), np.float32(dy)
    return np.tensordot(dy, w, 1), np.tensordot(dy, x, ((0,), (0,))), np.ones(len(dy), np.float32) @ dy


EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats to the answer",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
}
