"""Twin of `linear_backward` in `nn/layers/linear.py`: two products at a time, and dx in the memory layout of x.

    threads     dw and dx do not depend on each other: inside `one_blas_thread()` a second Python thread takes one of
                them. That pays in LeNet-5 and not in LeNet-300-100.
    layout      dx lies in memory as x does, since the layer before goes through both side by side.

No numba: these are BLAS products, and the same for every size and dtype.
"""

from minicompress.kernels.threads import run_all

__all__ = ["linear_backward"]


def linear_backward(dy, x, w, need_dx):
    """Return dx (or None), dw and db; see `nn.layers.linear.linear_backward`."""
    products = [lambda: dy.T @ x, lambda: _product_like(x, dy, w) if need_dx else None]
    dw, dx = run_all(products, multiplications=len(x) * w.size if need_dx else 0)
    return dx, dw, dy.sum(axis=0)


def _product_like(x, dy, w):
    """dx = dy w, row by row in memory if x lies so, else column by column."""
    return dy @ w if x.flags.c_contiguous else (w.T @ dy.T).T
