"""Exercise quantization/straight_through: one training step of a layer with binary inputs and binary weights.

Question card: exercises/quantization/straight_through.md (中文：straight_through.zh.md)
Check it with: minicompress check quantization/straight_through
"""

import numpy as np


def straight_through(w, x, loss_gradient, learning_rate, u=None):
    """Run one step of y = xb wbᵀ forward and backward, move the latent weights w in place, return (y, dx).

    w
        Float array (out, in), the latent weights, each from -1 to 1. It is changed in place.
    x
        Float array (n, in). It stays as it is.
    loss_gradient
        A function from y to dy = dL/dy, an array of the shape of y (a mean over the batch is in it).
    learning_rate
        A float.
    u
        None: wb is the sign of w. An array of the shape of w with numbers in [0, 1): wb is +1 where u < (w + 1) / 2,
        else -1, so that with uniform u the expectation of wb is w.

    Forward: xb and wb have the values -1 and +1, and the sign of 0 is +1. y = xb wbᵀ, of shape (n, out).
    Backward: straight through. dL/dxb passes to x where |x| <= 1 (ends included) and is 0 elsewhere; dL/dwb passes to
    w everywhere. The same wb serves forward and backward.
    Update: w moves by -learning_rate * dL/dw, then is clipped to [-1, 1].

    Returns the tuple (y, dx); dx = dL/dx has the shape of x. Checks accept 1e-5, in float32 or float64.

    中文：对 y = xb wbᵀ 做一步前向、反向和更新，返回 (y, dx)。xb 是 x 的符号；u 为 None 时 wb 是 w 的符号，否则在
    u < (w + 1) / 2 处为 +1，其余为 -1；0 的符号取 +1。dy = loss_gradient(y)，已含批次平均。反向用直通估计：
    |x| <= 1（含端点）处，xb 的梯度直接作为 x 的梯度，其余为 0；wb 的梯度处处直接作为 w 的梯度。前向与反向用同一个 wb。
    更新：潜在权重 w（范围 [-1, 1]）按 -learning_rate * 梯度移动，再截断到 [-1, 1]；原地修改 w，不修改 x。
    结果的误差不超过 1e-5，float32 或 float64 均可。
    """
    # Write your answer here.
    raise NotImplementedError
