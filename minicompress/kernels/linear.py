"""Twin of `linear_backward` in `nn/layers/linear.py`: two products at a time, and dx in the memory layout of x.

    threads     dw and dx do not depend on each other: inside `one_blas_thread()` a second Python thread computes one of
                them. This pays in LeNet-5, not in LeNet-300-100.
    layout      dx has the memory layout of x, because the layer before reads both element by element.

It needs no numba: the products are BLAS's, and the same code serves every size and dtype.
"""

from minicompress.kernels.threads import run_all

__all__ = ["linear_backward"]


def linear_backward(dy, x, w, need_dx):
    """Return dx (or None), dw and db; see `nn.layers.linear.linear_backward`."""
    products = [lambda: dy.T @ x, lambda: _product_like(x, dy, w) if need_dx else None]
    dw, dx = run_all(products, multiplications=len(x) * w.size if need_dx else 0)
    return dx, dw, dy.sum(axis=0)


def _product_like(x, dy, w):
    """Return dx = dy w, in C order if x is in C order, else in Fortran order."""
    return dy @ w if x.flags.c_contiguous else (w.T @ dy.T).T
