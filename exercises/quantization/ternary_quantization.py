"""Exercise quantization/ternary_quantization: weights of -1, 0 and +1 with one scale (ternary weight networks).

Question card: exercises/quantization/ternary_quantization.md (中文：ternary_quantization.zh.md)
Check it with: minicompress check quantization/ternary_quantization
"""

import numpy as np


def ternary_quantization(w, factor=0.7):
    """Return codes q in {-1, 0, +1} and the scale alpha, so that alpha * q is close to w.

    w
        A NumPy array of float16, float32 or float64 of any shape, of any magnitude up to the largest of its dtype. It
        stays as it is.
    factor
        A float >= 0: the threshold in units of mean |w|.

        Delta = factor * mean |w|, over all weights
        q     = sign(w) where |w| > Delta, 0 where |w| <= Delta
        alpha = mean of |w| over the weights with |w| > Delta; 0.0 if there is none

    Returns the tuple (q, alpha): a new int8 array of the shape of w, and one number. Both means are finite: float32
    weights of 3e38 do not overflow them.

    Raises ValueError if w is empty or has NaN or infinity, or if factor is negative or NaN.

    Checks accept alpha in float32 or float64, within 1e-5 of itself. No |w| lies nearer to Delta than 1e-4 of it,
    except where both are exact and equal.

    中文：返回量化值 q（取值 -1、0、+1，int8，与 w 同形状）和缩放因子 alpha（一个浮点数），使 alpha * q 接近 w。
    阈值 Delta = factor * mean |w|（对全部权重求平均）；|w| > Delta 处 q 取 w 的符号，|w| <= Delta 处取 0；alpha 是
    |w| > Delta 的那些权重的 |w| 的平均，一个也没有时为 0.0。w 为 float16、float32 或 float64，大小可达其类型的最大值，
    两个平均仍须有限。q 是新数组；不修改 w。w 为空或含 NaN、无穷大，或 factor 为负数或 NaN，抛出 ValueError。alpha 用
    float32 或 float64 均可，相对误差不超过 1e-5；除精确相等的情况外，没有 |w| 与 Delta 的相对距离小于 1e-4。
    """
    # Write your answer here.
    raise NotImplementedError
