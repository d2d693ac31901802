"""Exercise quantization/per_channel: symmetric quantization with one scale for each output channel.

Question card: exercises/quantization/per_channel.md (中文：per_channel.zh.md)
Check it with: minicompress check quantization/per_channel
"""

import numpy as np


def per_channel(w, bits):
    """Return (q, s): the codes of w and the scale of each output channel.

    w
        Array of floats, float32 or float64, with two axes or more, none of them empty: (out, in) of a linear layer,
        (out, in, kh, kw) of a convolution. An output channel is all that produces one output: w[o], with all its inputs
        and kernel positions. Its numbers are 0 or from 1e-30 to 3e38 in size.
    bits
        An integer from 2 to 8; NumPy integers of any width are fine, floats are not.

        m = 2^(bits-1) - 1
        s_o = max|w[o]| / m          1.0 if all of w[o] is zero
        q[o] = round(w[o] / s_o)     from -m to m; a half rounds to even

    Returns q, a new int8 array of the shape of w, and s, a new array of floats of shape (out,), float32 or float64.
    They share no memory with w, and w stays as it is.

    Raises ValueError for other bits, for w with fewer than two axes, and for NaN or infinity in w.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no w / s
    lies within 0.01 of a half. Codes must be exact, scales within 1e-6 of themselves.

    中文：对每个输出通道 w[o]（含它的全部输入与卷积核位置）各用一个缩放因子做对称量化，公式见上；全零的通道缩放因子为
    1.0，舍入到偶数。w 是 float32 或 float64，至少有两个轴，各轴不为空，数值为 0 或大小在 1e-30 与 3e38 之间；bits
    可为任意宽度的 NumPy 整数。返回与 w 同形状的新 int8 数组 q，以及形状为 (out,) 的新浮点数组 s（float32 或 float64
    均可），两者都不与 w 共享内存。不修改 w。bits 不是 2 到 8 的整数、w 少于两个轴，或者 w 含 NaN 或无穷大，抛出
    ValueError。量化值须完全相等，缩放因子的允许误差为自身的 1e-6。
    """
    ### BEGIN SOLUTION
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError(f"per_channel: bits must be an integer from 2 to 8, got {bits!r}")
    if w.ndim < 2 or not np.isfinite(w).all():
        raise ValueError(f"per_channel: w must be finite and have two axes or more, got shape {w.shape}")
    m = 2 ** (int(bits) - 1) - 1
    channels = w.reshape(w.shape[0], -1)
    largest = np.max(np.abs(channels), axis=1)
    s = np.where(largest == 0, 1.0, largest / m)
    q = np.round(channels / s[:, None]).astype(np.int8)
    return q.reshape(w.shape), s
    ### END SOLUTION
