"""Exercise quantization/group_quantize: symmetric quantization with one float16 scale for each group of inputs.

Question card: exercises/quantization/group_quantize.md (中文：group_quantize.zh.md)
Check it with: minicompress check quantization/group_quantize
"""

import numpy as np


def group_quantize(w, bits, group_size):
    """Return (q, s, effective): the codes of w, the scale of each group, and the bits that a weight really takes.

    w
        Matrix of floats, float32 or float64, shape (out, in), neither of them 0. A group is group_size consecutive
        inputs of one output: inputs 0 to group_size-1, group_size to 2 group_size-1, and so on, in each row separately.
        No max|w| / m is above 65504, the largest float16.
    bits
        An integer from 2 to 8; NumPy integers of any width are fine, floats are not.
    group_size
        An integer >= 1 that divides in; NumPy integers of any width are fine, floats are not.

        m = 2^(bits-1) - 1
        s = float16(max|w of the group| / m)         1.0 where this is 0
        q = clip(round(w / s), -m, m)                with s as it is stored, in float16; a half rounds to even
        effective = bits + 16 / group_size           16 bits for each scale, shared by its group

    Returns q, a new int8 array of the shape of w; s, a new float16 array of shape (out, in / group_size); effective, a
    float. They share no memory with w, and w stays as it is.

    Raises ValueError for other bits, for w that is not a matrix or has NaN or infinity, and for other group sizes.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no w / s
    lies within 0.01 of a half, and no max|w| / m near the middle of two float16 numbers. Codes must be exact, s and
    effective within 1e-6 of themselves.

    中文：w 的每一行按 group_size 个连续输入分组，每组一个 float16 的缩放因子，公式见上：s 舍入到 float16 后为 0 时取
    1.0，量化时除以存储下来的 s（已舍入到 float16），舍入到偶数。返回与 w 同形状的新 int8 数组 q、形状为
    (out, in / group_size) 的新 float16 数组 s（都不与 w 共享内存），以及每个权重实际占用的位数 effective（浮点数，计入
    16 位的缩放因子）。不修改 w。w 是 float32 或 float64，两个轴都不为空，max|w| / m 不超过 float16 的最大数 65504；
    bits 与 group_size 可为任意宽度的 NumPy 整数，不可为浮点数。bits 不是 2 到 8 的整数，w 不是矩阵或含 NaN、无穷大，
    group_size 不是整数、小于 1 或不能整除 in，抛出 ValueError。量化值须完全相等，s 与 effective 的允许误差为自身的
    1e-6。
    """
    ### BEGIN SOLUTION
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError(f"group_quantize: bits must be an integer from 2 to 8, got {bits!r}")
    if w.ndim != 2 or not np.isfinite(w).all():
        raise ValueError(f"group_quantize: w must be a finite matrix, got shape {w.shape}")
    if not isinstance(group_size, (int, np.integer)) or group_size < 1 or w.shape[1] % int(group_size) != 0:
        raise ValueError(f"group_quantize: group_size must divide {w.shape[1]} inputs, got {group_size}")
    m = 2 ** (int(bits) - 1) - 1
    groups = w.reshape(w.shape[0], -1, group_size)
    largest = np.abs(groups).max(axis=2)
    s = (largest / m).astype(np.float16)
    s[s == 0] = 1
    q = np.clip(np.round(groups / s[:, :, None]), -m, m)
    return q.astype(np.int8).reshape(w.shape), s, bits + 16 / group_size
    ### END SOLUTION
