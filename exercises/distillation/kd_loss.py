"""Exercise distillation/kd_loss: the whole distillation loss with T and alpha, and its gradient.

Question card: exercises/distillation/kd_loss.md (中文：kd_loss.zh.md)
Check it with: minicompress check distillation/kd_loss
"""

import math

import numpy as np


def kd_loss(z_s, z_t, temperature, labels, alpha):
    """Return (loss, dz_s): the mixture of a soft loss at temperature T and a hard loss at T = 1, and its gradient.

    z_s, z_t
        Logits of the student and of the teacher: finite float32 or float64 arrays of one shape (n, classes), neither
        axis empty. Of any size up to 1e20, and as tiny as T may be.
    temperature
        T, a finite number > 0, for both networks, from 1e-16 to 20.
    labels
        Shape (n,), of any integer dtype, int8 and uint8 too; each from 0 to classes - 1, whatever alpha is. The numbers
        themselves and the dtype need no check.
    alpha
        Weight of the soft term, from 0 to 1.

    With p_s = softmax(z_s / T) and p_t = softmax(z_t / T), row by row, and log the natural one:

        soft = T^2 KL(p_t || p_s) = T^2 sum_c p_t (log p_t - log p_s)       mean over the n samples
        hard = -log softmax(z_s)[label]                                     mean over the n samples, T = 1
        loss = alpha soft + (1 - alpha) hard
        dz_s = d loss / d z_s           derive it; shape (n, classes); the teacher is a constant

    Returns a tuple: the loss, one number, finite also where a probability rounds to 0, and dz_s, a new array: it shares
    no memory with the arguments, which stay as they are. float32 or float64 is left to you.

    Raises ValueError if z_s is not of two axes, if z_t has another shape, if labels are not of shape (n,) (nothing is
    broadcast or reshaped to fit), if temperature is not finite or <= 0, or if alpha lies outside [0, 1]. NaN is neither
    a temperature nor an alpha.

    Checks accept float32 or float64 (relative tolerance 1e-4, absolute 1e-5).

    中文：返回 (loss, dz_s)：温度 T 下的软损失与 T = 1 的硬损失的混合（公式见上，均对 n 个样本取平均），以及它对学生
    logits 的梯度（请自行推导；教师视为常数）。alpha 是软损失的权重。logits 为有限的 float32 或 float64，大小可达 1e20，
    也可以与 T 一样小；T 从 1e-16 到 20；labels 可为任意整数类型，包括 int8 与 uint8，不论 alpha 为何都在 0 到
    classes - 1 之内，数值与类型不必检查。概率舍入为 0 时损失仍须有限。dz_s 是不与参数共享内存的新数组，float32 或
    float64 均可；不修改参数。z_s 不是二维、z_t 形状不同、labels 的形状不是 (n,)（不得靠广播或变形来凑合）、
    temperature 不是有限正数、alpha 不在 [0, 1] 内（NaN 都不算）时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
