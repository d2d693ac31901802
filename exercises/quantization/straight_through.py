"""Exercise quantization/straight_through: one training step of a layer with binary inputs and binary weights.

Question card: exercises/quantization/straight_through.md (中文：straight_through.zh.md)
Check it with: minicompress check quantization/straight_through
"""

import numpy as np


def straight_through(w, x, loss_gradient, learning_rate, u=None):
    """Run one step of y = xb wbᵀ forward and backward, move the latent weights w in place, return (y, dx).

    w
        Float array (out, in), the latent weights, each from -1 to 1. It is changed in place, in its own dtype, and may
        be a view.
    x
        Float array (n, in) of finite numbers, however small or large. It stays as it is.
    loss_gradient
        A function from y to dy = dL/dy, an array of the shape of y (a mean over the batch is in it). Call it once.
    learning_rate
        A float > 0.
    u
        None: wb is the sign of w. An array of the shape of w with numbers in [0, 1): wb is +1 where u < (w + 1) / 2,
        else -1, so that with uniform u the expectation of wb is w. It stays as it is.

    Forward: xb and wb have the values -1 and +1, and the sign of 0 is +1. y = xb wbᵀ, of shape (n, out).
    Backward: straight through. dL/dxb passes to x where |x| <= 1 (ends included) and is 0 elsewhere; dL/dwb passes to
    w everywhere. The same wb serves forward and backward.
    Update: w moves by -learning_rate * dL/dw, then is clipped to [-1, 1].

    Returns the tuple (y, dx), new arrays that share no memory with an argument; dx = dL/dx has the shape of x. w and x
    are float32 or float64, and n, in and out are not 0. Checks accept float32 or float64 throughout: 1e-5 of the
    largest term of a sum; no x lies nearer to 1 or -1 than the float32 next to it.

    中文：对 y = xb wbᵀ 做一步前向、反向和更新，返回元组 (y, dx)。xb 是 x 的符号；u 为 None 时 wb 是 w 的符号，否则在
    u < (w + 1) / 2 处为 +1，其余为 -1；0 的符号取 +1。dy = loss_gradient(y)，只调用一次，已含批次平均。反向用直通估计：
    |x| <= 1（含端点）处，xb 的梯度直接作为 x 的梯度，其余为 0；wb 的梯度处处直接作为 w 的梯度。前向与反向用同一个 wb。
    更新：潜在权重 w（范围 [-1, 1]）按 -learning_rate * 梯度移动，再截断到 [-1, 1]；原地修改 w（可能是视图），不修改
    x 和 u。x 为有限的数，可极小或极大；w 与 x 是 float32 或 float64，n、in、out 不为 0。y 与 dx 是新数组，不与参数
    共享内存。允许误差为求和中最大一项的 1e-5，float32 或 float64 均可；x 与 ±1 的距离不小于 float32 的一步。
    """
    # Write your answer here.
    raise NotImplementedError
