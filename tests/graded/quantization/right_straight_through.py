"""Answers to quantization/straight_through that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def one_sample_at_a_time(w, x, loss_gradient, learning_rate, u=None):
    threshold = 0.0 if u is None else 2 * u - 1
    wb = np.ones(w.shape)
    wb[w < threshold if u is None else w <= threshold] = -1
    xb = 1 - 2.0 * (x < 0)
    y = np.array([[row @ signs for signs in wb] for row in xb])
    dy = loss_gradient(y)
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for i in range(len(x)):
        for o in range(len(w)):
            dx[i] += dy[i, o] * wb[o]
            dw[o] += dy[i, o] * xb[i]
    dx[np.abs(x) > 1] = 0
    w -= (learning_rate * dw).astype(w.dtype)
    np.clip(w, -1, 1, out=w)
    return y, dx


@right
def differences_of_hardtanh(w, x, loss_gradient, learning_rate, u=None):
    def sign(a):
        return np.sign(np.sign(a) + 0.5)

    wb = sign(w) if u is None else -sign(u - (w + 1) / 2)
    y = np.einsum("ni,oi->no", sign(x), wb)
    dy = np.asarray(loss_gradient(y))
    slope = np.logical_and(x >= -1, x <= 1).astype(float)
    dx = np.einsum("no,oi,ni->ni", dy, wb, slope)
    moved = w - learning_rate * np.einsum("no,ni->oi", dy, sign(x))
    w[:] = np.minimum(np.maximum(moved, -1), 1)
    return y, dx


@right
def in_float32(w, x, loss_gradient, learning_rate, u=None):
    def signs(bits):
        return 2 * bits.astype(np.float32) - 1

    xb, wb = signs(~(x < 0)), signs(~(w < 0) if u is None else 2 * u < w + 1)
    y = xb.dot(wb.transpose())
    dy = loss_gradient(y).astype(np.float32)
    gradient_of_xb, gradient_of_wb = dy.dot(wb), xb.transpose().dot(dy).transpose()
    dx = np.where(x * x <= 1, gradient_of_xb, np.float32(0))
    np.subtract(w, np.float32(learning_rate) * gradient_of_wb, out=w)
    w[w > 1] = 1
    w[w < -1] = -1
    return y, dx


EQUIVALENT_MUTANTS = {
    "habit: clips numbers beyond 1e15": "w and u lie in [-1, 1], and of a large x only the sign counts",
    "dx = dy @ wb * (np.abs(x) <= 1) -> dx = dy @ wb * (np.square(x) <= 1)": (
        "the square of the number next to 1 lies on the same side of 1, in any float"
    ),
    "w[...] = np.clip(w - learning_rate * dw, -1, 1) -> w[...] = np.clip(-1, w - learning_rate * dw, 1)": (
        "np.clip takes min(max(a, low), high), and max(-1, moved) is max(moved, -1)"
    ),
}
