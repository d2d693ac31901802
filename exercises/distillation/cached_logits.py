"""Exercise distillation/cached_logits: the distillation loss when only the teacher's k likeliest classes are kept.

Question card: exercises/distillation/cached_logits.md (中文：cached_logits.zh.md)
Check it with: minicompress check distillation/cached_logits
"""

import math

import numpy as np


def cached_logits(z_s, z_t, k, temperature):
    """Return (loss, dz_s) where only the teacher's k largest probabilities and the remainder are kept.

    z_s, z_t
        Logits of the student and of the teacher: finite float32 or float64 numbers of one shape (n, classes), n >= 1.
        They may be of any size up to 1e12.
    k
        How many classes are kept for each sample, an integer from 1 to classes (NumPy's are fine, uint8 too): the
        largest z_t, compared as they are, without rounding; the lower class where two are equal.
    temperature
        T, a finite number > 0, for both networks, from 0.5 to 20.

    With p_s = softmax(z_s / T) and p_t = softmax(z_t / T), row by row, and r the sum of p over the classes that are not
    kept, for either network:

        loss = T^2 [ sum over the k kept classes of p_t (log p_t - log p_s)  +  r_t (log r_t - log r_s) ]
        dz_s = d loss / d z_s           derive it; shape (n, classes); the teacher is a constant

    loss is the mean over the n samples; 0 log 0 is 0, and for k = classes nothing is left over.

    Returns a tuple: the loss, one number, finite also where a probability rounds to 0, and dz_s, a new array of floats:
    it shares no memory with the arguments, which stay as they are.

    Raises ValueError if z_s is not of two axes, if z_t has another shape, if k is not from 1 to classes, or if
    temperature is not finite or <= 0.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-5).

    中文：每个样本只保留教师最大的 k 个 z_t（按原值比较，不舍入；相等时取编号小的类）的概率，以及其余各类概率之和 r_t。
    返回 (loss, dz_s)：公式见上，对 n 个样本取平均，0 log 0 视为 0；梯度请自行推导，教师视为常数。logits 为 float32 或
    float64，大小可达 1e12；T 在 0.5 与 20 之间；概率舍入为 0 时损失仍须有限。k 等于类别数时没有剩余；k 可以是 NumPy 整
    数（包括 uint8）。loss 是一个数，dz_s 是不与参数共享内存的新浮点数组；不修改参数。z_s 不是二维、z_t 形状不同、k 不在
    1 到类别数之间、temperature 不是有限正数，抛出 ValueError。计算用 float32 或 float64 均可（相对容差 1e-4，绝对容差
    1e-5）。
    """
    # Write your answer here.
    raise NotImplementedError
