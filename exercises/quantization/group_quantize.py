"""Exercise quantization/group_quantize: symmetric quantization with one float16 scale for each group of inputs.

Question card: exercises/quantization/group_quantize.md (中文：group_quantize.zh.md)
Check it with: minicompress check quantization/group_quantize
"""

import numpy as np


def group_quantize(w, bits, group_size):
    """Return (q, s, effective): the codes of w, the scale of each group, and the bits that a weight really takes.

    w
        Matrix of floats, shape (out, in). A group is group_size consecutive inputs of one output: inputs 0 to
        group_size-1, group_size to 2 group_size-1, and so on, of each row apart.
    bits
        An integer from 2 to 8; NumPy integers are fine, floats are not.
    group_size
        An integer >= 1 that divides in.

        m = 2^(bits-1) - 1
        s = float16(max|w of the group| / m)         1.0 where this is 0
        q = clip(round(w / s), -m, m)                with s as it is stored, in float16; a half rounds to even
        effective = bits + 16 / group_size           16 bits for each scale, shared by its group

    Returns q, a new int8 array of the shape of w; s, a float16 array of shape (out, in / group_size); effective, a
    float. w stays as it is.

    Raises ValueError for other bits, for w that is no matrix or has NaN or infinity, and for other group sizes.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no w / s
    lies within 0.01 of a half. Codes must be exact, s and effective within 1e-6 of themselves.

    中文：w 的每一行按 group_size 个连续输入分组，每组一个 float16 的 scale，公式见上：s 舍入到 float16 后为 0 时取
    1.0，量化时除以存储下来的 s（已舍入到 float16），一半取偶。返回与 w 同形状的新 int8 数组 q、形状为
    (out, in / group_size) 的 float16 数组 s，以及每个权重实际占用的位数 effective（浮点数，计入 16 位的 scale）。
    不修改 w。bits 不是 2 到 8 的整数，w 不是矩阵或含 NaN、无穷大，group_size 小于 1 或不能整除 in，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
