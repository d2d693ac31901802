"""Exercise foundations/linear_backward: the gradients of a fully connected layer.

Question card: exercises/foundations/linear_backward.md (中文：linear_backward.zh.md)
Check it with: minicompress check foundations/linear_backward
"""

import numpy as np


def linear_backward(x, w, dy):
    """Return (dx, dw, db), the gradients of a loss L through y = x wᵀ + b, from dy = dL/dy.

    x
        Shape (n, in), a batch of n inputs; n may be 0.
    w
        Shape (out, in), PyTorch's layout.
    dy
        Shape (n, out). If L is a mean over the batch, dy holds the 1/n already.

    Returns a tuple of three new arrays: dx of shape (n, in), dw of shape (out, in), db of shape (out,). The bias b
    does not appear in its own gradient, so it is not passed. The arguments stay as they are.

    Raises ValueError if x and w are not both of two axes, or if the three shapes do not fit together.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-5, absolute 1e-6).

    中文：对 y = x wᵀ + b，由 dy = dL/dy 求 (dx, dw, db)，形状分别与 x、w、b 相同（w 为 (out, in)）；若损失对批次取了
    平均，dy 中已含 1/n。n 可以为 0。不修改参数；x、w 不是二维，或三者形状不匹配时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
