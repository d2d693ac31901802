"""Twins of `nn/layers/conv.py`: a convolution as matrix products over windows, on several threads.

    y = windows w^T          dw = dy^T windows          dx = scatter(dy w)

Windows are gathered for a few samples at a time, so that they are still in the cache when the product reads them. The
backward pass gathers them again, which is cheaper than reading them from memory.
"""

import numpy as np

from minicompress.kernels.jit import elementwise_jit
from minicompress.kernels.threads import run_shares
from minicompress.kernels.windows import windows_of

__all__ = ["convolve", "convolve_backward"]


def convolve(x, w, b, stride, padding, groups):
    """Return y (n, out, oh, ow), channels last in memory; see `nn.layers.conv.convolve`."""
    windows = windows_of(x, w, stride, padding, groups)
    y = np.empty((len(x), *windows.size, len(w)), x.dtype)
    matrix = windows.matrix(w)

    def share(some):
        for chunk in windows.chunks(some):
            windows.product(windows.gather(x[chunk]), matrix, y[chunk])
            if b is not None:
                add_bias(*_wide(y[chunk], b))

    run_shares(share, len(x), multiplications=y.size * w[0].size)
    return y.transpose(0, 3, 1, 2)


def convolve_backward(dy, x, w, stride, padding, groups, need_dx):
    """Return dx (or None), dw and db; see `nn.layers.conv.convolve_backward`."""
    dy = np.ascontiguousarray(dy.transpose(0, 2, 3, 1))
    windows = windows_of(x, w, stride, padding, groups, dy)
    matrix = windows.matrix(w)
    dx = _empty_images(x.shape, x.dtype) if need_dx else None

    def share(some):
        dw, db = np.zeros_like(matrix), np.zeros(len(w), w.dtype)
        for chunk in windows.chunks(some):
            gathered = windows.gather(x[chunk])
            dw += windows.weight_gradient(gathered, dy[chunk])
            db += _sum(dy[chunk].reshape(-1, len(w)))
            if need_dx:
                windows.gradient(dy[chunk], matrix, gathered)  # overwrites the windows, which are in the cache
                windows.scatter(gathered, dx[chunk])
        return dw, db

    parts = run_shares(share, len(x), multiplications=2 * dy.size * w[0].size)
    dw, db = (sum(part) for part in zip(*parts, strict=True))  # in the order of the samples, not of the threads
    return dx, windows.as_weight(dw, w), db


def _wide(y, b):
    """Return y (n, oh, ow, out) as (n, oh ow out), and b repeated oh ow times: a loop over few channels is slow."""
    return y.reshape(len(y), -1), np.tile(b, y.shape[1] * y.shape[2])


def _empty_images(shape, dtype):
    """Return an empty array of shape (n, c, h, w), channels last in memory."""
    n, c, h, w = shape
    return np.empty((n, h, w, c), dtype).transpose(0, 3, 1, 2)


def _sum(dy):
    """Return the sum over the rows of dy, by BLAS: faster than `dy.sum(axis=0)` for few columns."""
    return np.dot(np.ones(len(dy), dy.dtype), dy)


@elementwise_jit
def add_bias(y, b):
    """y (n, k) += b (k,)."""
    for sample in range(y.shape[0]):
        row = y[sample]
        for k in range(len(b)):
            row[k] += b[k]
