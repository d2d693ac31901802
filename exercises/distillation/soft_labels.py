"""Exercise distillation/soft_labels: a teacher's logits as probabilities at a temperature.

Question card: exercises/distillation/soft_labels.md (中文：soft_labels.zh.md)
Check it with: minicompress check distillation/soft_labels
"""

import math

import numpy as np


def soft_labels(logits, temperature):
    """Return the softmax of the logits at temperature T, over the last axis.

    logits
        z, an array of shape (..., classes), no axis empty: (classes,), (n, classes), (n, length, classes). Finite
        float32 or float64 numbers, or integers of any dtype, int8 and uint8 too (where 0 - 5 would be 251). Of any size
        up to 1e30, positive or negative; rows may lie far apart.
    temperature
        T, a finite Python number > 0, from 1e-30 to 1e30. It may be as tiny or as huge as the logits.

    Row by row,

        p_i = exp(z_i / T) / sum_j exp(z_j / T)

    so that T = 1 is the ordinary softmax and a larger T gives a flatter distribution.

    Returns a new array of floats, float32 or float64, of the shape of logits; each row sums to 1. New: it shares no
    memory with logits, which stay as they are.

    Raises ValueError if temperature is not finite (NaN, infinity) or <= 0.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, and absolute 1e-12 for logits
    beyond 100).

    中文：返回 logits 在温度 T 下沿最后一轴的 softmax（公式见上）：T = 1 即普通 softmax，T 越大分布越平。
    logits 的形状为 (..., classes)，各轴都不为空；可为有限的 float32、float64，或任意整数类型，包括 int8 与 uint8（直接
    相减时 0 - 5 会得 251）；可正可负，大小可达 1e30，各行可以相差很远。T 从 1e-30 到 1e30，可以与 logits 一样小或一样
    大。返回形状相同的新浮点数组（float32 或 float64），不与 logits 共享内存，每行之和为 1；不修改 logits。temperature
    不是有限正数（NaN、无穷大也不行）时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
