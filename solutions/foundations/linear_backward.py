"""Exercise foundations/linear_backward: the gradients of a fully connected layer.

Question card: exercises/foundations/linear_backward.md (中文：linear_backward.zh.md)
Check it with: minicompress check foundations/linear_backward
"""

import numpy as np


def linear_backward(x, w, dy):
    """Return (dx, dw, db), the gradients of a loss L through y = x wᵀ + b, from dy = dL/dy.

    x
        Shape (n, in), a batch of n inputs. n may be 0; in and out are at least 1.
    w
        Shape (out, in), PyTorch's layout.
    dy
        Shape (n, out). If L is a mean over the batch, dy holds the 1/n already.

    All three are arrays of finite floats, float32 or float64, in any memory order.

    Returns a tuple of three new arrays: dx of shape (n, in), dw of shape (out, in), db of shape (out,). The bias b
    does not appear in its own gradient, so it is not passed. New: they share no memory with the arguments, which stay
    as they are. float32 or float64 is left to you.

    Raises ValueError if an array has more or fewer than two axes, or if the three shapes do not fit together. Nothing
    is broadcast, reshaped or transposed to make it fit.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-5, absolute 1e-6).

    中文：对 y = x wᵀ + b，由 dy = dL/dy 求 (dx, dw, db)，形状分别与 x、w、b 相同（w 为 (out, in)）；若损失对批次取了
    平均，dy 中已含 1/n。n 可以为 0，in 与 out 至少为 1；三个数组都是有限的 float32 或 float64，内存顺序任意。返回的是
    新数组，不与参数共享内存，float32 或 float64 均可；不修改参数。任何一个数组不是二维，或三者形状不匹配时抛出
    ValueError：不得靠广播、变形或转置来凑合。
    """
    ### BEGIN SOLUTION
    if (x.ndim, w.ndim) != (2, 2) or x.shape[1] != w.shape[1] or dy.shape != (len(x), len(w)):
        shapes = f"{x.shape}, {w.shape}, {dy.shape}"
        raise ValueError(f"linear_backward: x, w, dy must be (n, in), (out, in), (n, out), got {shapes}")
    dx = dy @ w
    dw = dy.T @ x
    db = np.sum(dy, axis=0)
    return dx, dw, db
    ### END SOLUTION
