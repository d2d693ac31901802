"""Exercise foundations/batchnorm_backward: the gradients of batch normalization, in training and at inference.

Question card: exercises/foundations/batchnorm_backward.md (中文：batchnorm_backward.zh.md)
Check it with: minicompress check foundations/batchnorm_backward
"""

import numpy as np


def batchnorm_backward(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    """Return (dx, dgamma, dbeta), the gradients of a loss through y = gamma xhat + beta, from dy = dL/dy.

    x, dy
        Shape (n, c), features, or (n, c, h, w), images.
    gamma, running_mean, running_var
        Shape (c,), one for each channel. beta does not appear in any gradient, so it is not passed.
    training
        True: xhat = (x - mu) / sqrt(v + eps), with mean and biased variance of this batch, for each channel over
        all other axes. They depend on x. The running statistics are not used (they may be NaN), and not updated.
        False: the same with running_mean for mu and running_var for v, which are constants.
    eps
        A finite number > 0, perhaps far below 1e-5: the divisor is sqrt(v + eps), and nothing else is added.

    The arrays hold float32 or float64 numbers, in any memory order, finite except the statistics named above.

    Returns a tuple of three new arrays: dx with the shape of x, dgamma and dbeta of shape (c,), which are sums over all
    axes but the channels'. They share no memory with the arguments, which stay as they are. float32 or float64 is left
    to you.

    Raises ValueError if dy has another shape than x, if gamma or a running statistic is not of shape (c,), in training
    too, if eps is not > 0 (NaN is not), or if in training a channel has fewer than 2 values.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-5; both 1e-2 where float32
    values lie far from zero, so do not compute the variance as mean(x²) - mean(x)²).

    中文：对 y = gamma xhat + beta，由 dy 求 (dx, dgamma, dbeta)。x 为 (n, c) 或 (n, c, h, w)。training 为真时用本批次
    每个通道的均值与有偏方差（它们依赖于 x），不使用（可能是 NaN）也不更新运行统计量；为假时用运行统计量
    （常数）。eps 是有限正数，可以远小于 1e-5；除数就是 sqrt(v + eps)，不再加别的。数组为 float32 或 float64，内存顺序
    任意。dgamma、dbeta 是除通道外各轴之和。返回的是不与参数共享内存的新数组，float32 或 float64 均可；不修改参数。形状
    不符（训练时运行统计量也要检查）、eps 不大于 0（NaN 也算），或训练时每个通道不足 2 个值，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
