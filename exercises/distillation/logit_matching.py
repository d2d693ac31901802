"""Exercise distillation/logit_matching: what distillation is at a very high temperature, with its gradient.

Question card: exercises/distillation/logit_matching.md (中文：logit_matching.zh.md)
Check it with: minicompress check distillation/logit_matching
"""

import numpy as np


def logit_matching(z_s, z_t):
    """Return (loss, dz_s): what T^2 KL(softmax(z_t / T) || softmax(z_s / T)) tends to as T grows, and its gradient.

    z_s, z_t
        Logits of the student and of the teacher, of one shape (n, C), both at least 1: finite float32 or
        float64 numbers, or integers of any dtype (uint8 too), of any size up to 1e12.

    The limit is half the squared error between logits of which each sample's mean over its classes was subtracted,
    averaged over the C classes and over the n samples:

        loss = 1 / (2 n C)  sum over samples and classes of ((z_s - mean z_s) - (z_t - mean z_t))^2
        dz_s = d loss / d z_s           derive it; shape (n, C); the teacher is a constant

    Returns a tuple: the loss, one number, and dz_s, a new array of floats: it shares no memory with the arguments,
    which stay as they are.

    Raises ValueError if z_s is not of two axes or is empty, or if z_t has another shape (nothing is broadcast).

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-5).

    中文：返回 (loss, dz_s)：T 趋于无穷时 T^2 KL(softmax(z_t / T) || softmax(z_s / T)) 的极限及其对 z_s 的梯度。极限是中
    心化 logits 之间平方误差的一半：每个样本先减去它对各类别的平均，再对 C 个类别和 n 个样本取平均（公式见上）。梯度请自
    行推导，教师视为常数。z_s 与 z_t 是有限的 float32 或 float64，或任意类型（包括 uint8）的整数，大小可达 1e12。loss 是
    一个数；dz_s 是不与参数共享内存的新浮点数组；不修改参数。z_s 不是二维或为空、z_t 形状不同（不广播），抛出
    ValueError。计算用 float32 或 float64 均可（相对容差 1e-4，绝对容差 1e-5）。
    """
    # Write your answer here.
    raise NotImplementedError
