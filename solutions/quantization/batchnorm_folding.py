"""Exercise quantization/batchnorm_folding: one layer that computes what a layer and its batch norm compute.

Question card: exercises/quantization/batchnorm_folding.md (中文：batchnorm_folding.zh.md)
Check it with: minicompress check quantization/batchnorm_folding
"""

import numpy as np


def batchnorm_folding(w, b, gamma, beta, mean, variance, eps):
    """Return (w', b'), the weight and bias of the layer that replaces a layer and the batch norm after it.

    All arrays are float32 or float64, without NaN or infinity unless said, and out and in are not 0.

    w
        Shape (out, in), a linear layer, or (out, in, kh, kw), a convolution: y = w x + b.
    b
        Shape (out,), or None if the layer has no bias.
    gamma, beta, mean, variance
        Shape (out,) each: batch norm's scale and shift, running mean and running variance, one number for each output
        channel. At inference it computes gamma (y - mean) / sqrt(variance + eps) + beta.
    eps
        A number > 0, such as 1e-5. It is added inside the root.

    For every input the layer with w' and b' computes what both computed. Returns new arrays of floats, float32 or
    float64, that share no memory with an argument: w' of the shape of w, b' of shape (out,), also if b was None. The
    arguments stay as they are.

    Raises ValueError if gamma, beta, mean, variance or b (unless it is None) is not of shape (out,), if a variance is
    negative or NaN, or if eps is not > 0, as NaN is not.

    Checks accept arithmetic in float32 or float64: numbers of w' may differ by 1e-5 of themselves, those of b' by 1e-5
    of the largest term in them. Numbers are 0 or from 1e-30 to 1e30 in size.

    中文：返回 (w', b')：用一层代替“一层加上它后面的批归一化”（推理时，公式见上）。w 形状 (out, in) 或
    (out, in, kh, kw)；b 形状 (out,) 或 None；gamma、beta、mean、variance 形状均为 (out,)，每个输出通道一个数；
    eps > 0，在根号之内。数组都是 float32 或 float64，out 与 in 不为 0。返回新的浮点数组（float32 或 float64 均可），
    不与任何参数共享内存，b' 总是 (out,)，即使 b 为 None；不修改参数。上述向量形状不对、方差为负或 NaN，或者 eps 不大于
    0（NaN 也算），抛出 ValueError。w' 的允许误差为自身的 1e-5，b' 为其中最大一项的 1e-5；数值为 0 或大小在 1e-30 与
    1e30 之间。
    """
    ### BEGIN SOLUTION
    vectors = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
    vectors |= {} if b is None else {"b": b}
    for name, vector in vectors.items():
        if vector.shape != w.shape[:1]:
            raise ValueError(f"batchnorm_folding: {name} must have shape {w.shape[:1]}, got {vector.shape}")
    if not eps > 0 or not np.all(variance >= 0):  # NaN compares as False
        raise ValueError("batchnorm_folding: eps must be > 0 and variances must not be negative")
    k = gamma / np.sqrt(variance + eps)
    shift = -mean if b is None else b - mean
    return w * k.reshape(k.shape + (1,) * (w.ndim - 1)), beta + shift * k
    ### END SOLUTION
