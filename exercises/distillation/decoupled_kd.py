"""Exercise distillation/decoupled_kd: the soft loss split into the label's class and the others, and its gradient.

Question card: exercises/distillation/decoupled_kd.md (中文：decoupled_kd.zh.md)
Check it with: minicompress check distillation/decoupled_kd
"""

import math

import numpy as np


def decoupled_kd(z_s, z_t, labels, temperature, alpha, beta):
    """Return (loss, dz_s): the two parts of the soft loss, each with a weight of its own, and the gradient.

    z_s, z_t
        Logits of the student and of the teacher: finite float32 or float64 numbers of one shape (n, classes), n >= 1
        and classes >= 2. They may be of any size up to 1e12, of either sign.
    labels
        Of any integer dtype, shape (n,), each from 0 to classes - 1; the numbers themselves need no check.
    temperature
        T, a finite number > 0, for both networks, from 0.5 to 20.
    alpha, beta
        Finite numbers >= 0: the weights of the target class and of the other classes.

    With p = softmax(z / T) row by row, for each network, y the label of the sample, and log the natural one:

        b = p_y                                 the target class, so that 1 - b is left for the others
        q = softmax of z / T over c != y        the others among themselves: they sum to 1
        TCKD = b_t log(b_t / b_s) + (1 - b_t) log((1 - b_t) / (1 - b_s))
        NCKD = sum over c != y of q_t log(q_t / q_s)
        loss = T^2 (alpha TCKD + beta NCKD)     mean over the n samples
        dz_s = d loss / d z_s                   derive it; shape (n, classes); the teacher is a constant

    Returns a tuple: the loss, one number, finite also where b or 1 - b rounds to 0, and dz_s, a new array of floats: it
    shares no memory with the arguments, which stay as they are.

    Raises ValueError if z_s is not of two axes or has fewer than two classes, if z_t has another shape, if labels are
    not of shape (n,), if temperature is not finite or <= 0, or if alpha or beta is negative, NaN or infinite.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-5).

    中文：返回 (loss, dz_s)：把软损失拆成两部分，标签所在的类（TCKD）与其余各类之间（NCKD），各有权重 alpha 与 beta（公
    式见上，对 n 个样本取平均），以及它对学生 logits 的梯度（请自行推导；教师视为常数）。q 只在标签以外的类上做
    softmax，和为 1。logits 为 float32 或 float64，大小可达 1e12；T 在 0.5 与 20 之间；b 或 1 - b 舍入为 0 时损失仍须有
    限；labels 可为任意整数类型。loss 是一个数，dz_s 是不与参数共享内存的新浮点数组；不修改参数。z_s 不是二维或少于两
    类、z_t 形状不同、labels 的形状不是 (n,)、temperature 不是有限正数、alpha 或 beta 为负、NaN 或无穷，抛出
    ValueError；labels 的数值不必检查。计算用 float32 或 float64 均可（相对容差 1e-4，绝对容差 1e-5）。
    """
    # Write your answer here.
    raise NotImplementedError
