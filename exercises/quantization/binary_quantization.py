"""Exercise quantization/binary_quantization: one bit a weight, and one scale for all of them or for each output.

Question card: exercises/quantization/binary_quantization.md (中文：binary_quantization.zh.md)
Check it with: minicompress check quantization/binary_quantization
"""

import numpy as np


def binary_quantization(w, per_channel=False):
    """Return codes q in {-1, +1} and the scale alpha, so that alpha * q is close to w.

    w
        A NumPy array of float16, float32 or float64 with one axis or more, such as (out, in) or (out, in, kh, kw), of
        any magnitude up to the largest of its dtype. It stays as it is.
    per_channel
        False: one alpha for the whole array. True: one for each output channel, that is for each index along axis 0.

    For the weights that share an alpha:

        q     = +1 where w >= 0, else -1    (0.0 and -0.0 become +1)
        alpha = mean |w|

    Returns the tuple (q, alpha), new arrays that share no memory with w. q is int8, of the shape of w. alpha has floats
    and as many axes as w, of length 1 where it is shared: (1, 1) or (out, 1) for a matrix, so that alpha * q has the
    shape of w. It is finite: float32 weights of 3e38 do not overflow it.

    Raises ValueError if w is empty, or has NaN or infinity.

    Checks accept alpha in float32 or float64, within 1e-5 of itself.

    中文：返回量化值 q（取值 -1 或 +1，int8，与 w 同形状）和缩放因子 alpha，使 alpha * q 接近 w。w >= 0 处为 +1（0.0
    和 -0.0 也是），否则为 -1；alpha 是共用它的那些权重的 |w| 的平均：per_channel 为 False 时整个数组一个，为 True 时
    每个输出通道（轴 0）一个。alpha 的轴数与 w 相同，共用的轴长度为 1。w 为 float16、float32 或 float64，大小可达其类型
    的最大值，alpha 仍须有限。q 与 alpha 是不与 w 共享内存的新数组；不修改 w。w 为空，或含 NaN、无穷大时，抛出
    ValueError。alpha 用 float32 或 float64 均可，相对误差不超过 1e-5。
    """
    # Write your answer here.
    raise NotImplementedError
