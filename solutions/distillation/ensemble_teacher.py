"""Exercise distillation/ensemble_teacher: several teachers as one, at a temperature.

Question card: exercises/distillation/ensemble_teacher.md (中文：ensemble_teacher.zh.md)
Check it with: minicompress check distillation/ensemble_teacher
"""

import math

import numpy as np


def ensemble_teacher(logits, temperature, weights):
    """Return the soft labels of an ensemble: the weighted mean of its teachers' probabilities at temperature T.

    logits
        z, finite float32 or float64 numbers, shape (M, n, classes): M >= 1 teachers, the same n >= 1 samples for each.
        They may be of any size up to 1e12 times T.
    temperature
        T, a finite number between 1e-12 and 1e12, for all teachers.
    weights
        float32 or float64 numbers, or integers of any dtype (uint8 too), >= 0, shape (M,), finite and not all 0, of any
        scale from 1e-30 to 1e30: only their ratios count. A teacher of weight 0 is left out.

    For each sample, with w the weights divided by their sum,

        p = sum_m w_m softmax(z_m / T)

    Returns a new array of floats (n, classes), rows that sum to 1: it shares no memory with the arguments, which stay
    as they are.

    Raises ValueError if logits are not of three axes, if weights are not of shape (M,), are negative, not finite or all
    0, or if temperature is not finite or <= 0.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回集成的软标签：各教师在温度 T 下的概率的加权平均（公式见上，w 是 weights 除以其总和）。logits 是 float32 或
    float64，形状为 (M, n, classes)，M 个教师，大小可达 T 的 1e12 倍；T 在 1e-12 与 1e12 之间。weights 形状为 (M,)，是
    float32、float64 或任意类型（包括 uint8）的整数，非负、有限、不全为 0，尺度从 1e-30 到 1e30 任意，只看比例。返回新的
    浮点数组 (n, classes)，每行之和为 1，不与参数共享内存；不修改参数。logits 不是三维、weights 的形状不是 (M,)、含负数
    或非有限数或全为 0、temperature 不是有限正数时，抛出 ValueError。计算用 float32 或 float64 均可（相对容差 1e-4，绝对
    容差 1e-6）。
    """
    ### BEGIN SOLUTION
    w, T = weights, temperature
    fits = logits.ndim == 3 and w.shape == logits.shape[:1]
    valid = fits and np.all(np.isfinite(w)) and np.all(w >= 0) and np.any(w > 0) and math.isfinite(T) and T > 0
    if not valid:
        raise ValueError(f"ensemble_teacher: bad shapes, weights or T, got {logits.shape}, weights {w}, T {T!r}")
    e = np.exp((logits - logits.max(axis=-1, keepdims=True)) / T)
    p = e / e.sum(axis=-1, keepdims=True)
    return np.tensordot(w / w.sum(), p, axes=1)
    ### END SOLUTION
