"""Exercise distillation/hints: teach a hidden layer, through a regressor that trains along.

Question card: exercises/distillation/hints.md (中文：hints.zh.md)
Check it with: minicompress check distillation/hints
"""

import math

import numpy as np


def hints(h_s, h_t, w, b):
    """Return (loss, dh_s, dw, db): the loss of a hint, and its gradients for the student and for the regressor.

    h_s, h_t
        Activations of student and teacher, float32 or float64: (n, C_s) and (n, C_t) of fully connected layers, or maps
        (n, C_s, height, width) and (n, C_t, height, width). All sizes are at least 1; finite, of any size up to 1e6.
    w, b
        The regressor, (C_t, C_s) and (C_t,). At each position it computes r = w h_s + b; on maps that is a
        convolution of 1 x 1.

    With r the student's activations through the regressor:

        L = 1 / (2 n) sum of (r - h_t)^2        over samples, channels and positions
        dh_s, dw, db = dL/dh_s, dL/dw, dL/db    derive them

    Returns a tuple: the loss, one number, and three new arrays of floats, of the shapes of h_s, w and b: they share no
    memory with the arguments, which stay as they are; the optimizer takes the step.

    Raises ValueError if h_s has neither two nor four axes or is empty, if h_t has other samples or positions, or if w
    or b do not fit.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回 (loss, dh_s, dw, db)。回归层在每个位置上计算 r = w h_s + b（对特征图即 1 x 1 卷积）；损失是 (r - h_t) 的
    平方对样本、通道和位置求和，再除以 2n；三个梯度分别对应 h_s、w、b，是不与参数共享内存的新浮点数组。激活为 float32 或
    float64，形状 (n, C) 或 (n, C, height, width)，有限，大小可达 1e6，各轴长度至少为 1。不修改参数。h_s 不是二维或四
    维、为空，h_t 的样本或位置不同，w 或 b 的形状不符时，抛出 ValueError。计算用 float32 或 float64 均可（相对容差
    1e-4，绝对容差 1e-6）。
    """
    # Write your answer here.
    raise NotImplementedError
