"""Exercise distillation/soft_labels: a teacher's logits as probabilities at a temperature.

Question card: exercises/distillation/soft_labels.md (中文：soft_labels.zh.md)
Check it with: minicompress check distillation/soft_labels
"""

import math

import numpy as np


def soft_labels(logits, temperature):
    """Return the softmax of the logits at temperature T, over the last axis.

    logits
        z, shape (..., classes) with at least one class: (classes,), (n, classes), (n, length, classes). Floats or
        integers of any size in the thousands, positive or negative; rows may lie far apart.
    temperature
        T, a finite number > 0.

    Row by row,

        p_i = exp(z_i / T) / sum_j exp(z_j / T)

    so that T = 1 is the ordinary softmax and a larger T gives a flatter distribution.

    Returns a new array of floats of the shape of logits, each row of which sums to 1. logits stay as they are.

    Raises ValueError if temperature is not finite or <= 0.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回 logits 在温度 T 下沿最后一轴的 softmax（公式见上）：T = 1 即普通 softmax，T 越大分布越平。
    logits 的形状为 (..., classes)，可为整数，可正可负，可以上千，各行可以相差很远。返回形状相同的新的浮点数组，
    每行之和为 1；不修改 logits。temperature 不是有限正数时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
