"""Exercise quantization/calibration_percentile: a scale from calibration batches that gives up the largest values.

Question card: exercises/quantization/calibration_percentile.md (中文：calibration_percentile.zh.md)
Check it with: minicompress check quantization/calibration_percentile
"""

import numpy as np


def calibration_percentile(batches, percentile, bits):
    """Return (s, clipped): the scale of symmetric codes for these activations, and the share of values it clips.

    batches
        A list of arrays of float32 or float64, the activations of one layer for one batch of calibration data each, of
        magnitudes from 1e-30 to 1e30, or 0. Shapes may differ; single batches may be empty.
    percentile
        A number in (0, 100].
    bits
        An integer from 2 to 16 (NumPy's are fine, int8 too). The codes are -m ... m with m = 2^(bits-1) - 1.

    T is the `percentile`-th percentile of |x| over all values of all batches together, zeros among them. Between two
    neighbours of the sorted values it is interpolated linearly, as `np.percentile` does: with n values, at the
    position (n - 1) * percentile / 100, counted from 0.

        s = T / m                                   1.0 if T is 0
        clipped = share of all values with |round(x / s)| > m, from 0 to 1

    Returns two floats. Checks accept a relative error of 1e-6 in s, so float32 throughout is fine; no x / s lies within
    0.001 of m + 1/2.

    Raises ValueError if there is no value at all, if a value is NaN or infinite, for a percentile outside (0, 100] and
    for other `bits`. The batches stay as they are.

    中文：给定校准数据各批的激活（float32 或 float64，大小为 0 或在 1e-30 与 1e30 之间；形状可以不同，个别批可以为空），
    返回 (s, clipped) 两个浮点数。T 是所有批的全部 |x|（含零）的 percentile 百分位数，按 np.percentile 的默认方式线性
    插值；m = 2^(bits-1) - 1，s = T / m（T 为 0 时 s = 1.0）；clipped 是满足 |round(x / s)| > m 的值占全部值的比例，没有
    x / s 与 m + 1/2 的距离小于 0.001。没有任何值、有 NaN 或无穷大、percentile 不在 (0, 100] 内、bits 不是 2 到 16 的
    整数（可以是 NumPy 整数，包括 int8），抛出 ValueError。不修改输入。s 的相对误差可达 1e-6，用 float32 计算亦可。
    """
    ### BEGIN SOLUTION
    x = np.concatenate([np.abs(batch).ravel() for batch in batches])  # of no batch at all: this is a ValueError
    if x.size == 0 or not np.isfinite(x).all():
        raise ValueError("calibration_percentile: the batches must hold values, all finite")
    if percentile <= 0 or bits not in range(2, 17):  # np.percentile refuses NaN and more than 100
        raise ValueError(f"calibration_percentile: percentile or bits out of range, got {percentile} and {bits}")
    m = 2 ** (int(bits) - 1) - 1  # a power of an int8 would wrap
    T = float(np.percentile(x, percentile))
    s = T / m if T > 0 else 1.0
    return s, float(np.mean(np.round(x / s) > m))
    ### END SOLUTION
