"""Exercise distillation/ensemble_teacher: several teachers as one, at a temperature.

Question card: exercises/distillation/ensemble_teacher.md (中文：ensemble_teacher.zh.md)
Check it with: minicompress check distillation/ensemble_teacher
"""

import math

import numpy as np


def ensemble_teacher(logits, temperature, weights):
    """Return the soft labels of an ensemble: the weighted mean of its teachers' probabilities at temperature T.

    logits
        z, finite floats, shape (M, n, classes): M >= 1 teachers, the same n samples for each. They may lie in the
        thousands.
    temperature
        T, a finite number > 0, for all teachers.
    weights
        Numbers >= 0, shape (M,), finite and not all 0, of any scale: only their ratios count. A teacher of
        weight 0 is left out.

    For each sample, with w the weights divided by their sum,

        p = sum_m w_m softmax(z_m / T)

    Returns a new array of floats (n, classes), rows that sum to 1. The arguments stay as they are.

    Raises ValueError if logits are not of three axes, if weights are not of shape (M,), are negative, not finite or all
    0, or if temperature is not finite or <= 0.

    Checks accept float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回集成的软标签：各教师在温度 T 下的概率的加权平均（公式见上，w 是 weights 除以其总和）。logits 形状为
    (M, n, classes)，M 个教师，可以上千；weights 形状为 (M,)，非负、有限、不全为 0，尺度任意，只看比例。返回新的浮点数组
    (n, classes)，每行之和为 1；不修改参数。logits 不是三维、weights 的形状不是 (M,)、含负数或非有限数或全为 0、
    temperature 不是有限正数时，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
