"""Exercise quantization/quantization: round every weight to a symmetric k-bit grid, and return the scales.

Question card: exercises/quantization/quantization.md (中文：quantization.zh.md)
Check it with: minicompress check quantization/quantization
"""

import numpy as np


def quantization(model, bits):
    """Replace every weight array by its symmetric uniform quantization q * s, in place; return the scales.

    model
        `model.layers` is a list of layers; `layer.weights` is a list of NumPy arrays, possibly empty.
        Each array is float32 or float64, has an element or more, and may be a view; its numbers are 0 or from 1e-30 to
        3e38 in size. Write into these arrays, each in its own dtype. Biases are not among them and stay as they are.
    bits
        An integer from 2 to 16; NumPy integers of any width are fine, bools and floats are not.

    For each array on its own:

        m = 2^(bits-1) - 1              the largest code, 127 for 8 bits
        s = max|w| / m                  the scale; 1.0 if every weight is zero
        q = clip(round(w / s), -m, m)   whole numbers, a half rounds to even
        w becomes q * s

    Returns the scales as a list of floats, in the order of `model.layers` and `layer.weights`.

    Raises ValueError for other `bits`, and for weights that are NaN or infinite; nothing is changed then.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no w / s
    lies within 0.01 of a half. Values and scales may differ by 1e-6 of themselves.

    中文：对每个权重数组分别做对称均匀量化（公式见上），原地写回 q * s，dtype 不变，偏置不动；按顺序返回各数组的
    缩放因子（浮点数列表）。全零数组的缩放因子为 1.0。数组是 float32 或 float64，至少有一个元素，可以是视图，数值为 0 或
    大小在 1e-30 与 3e38 之间。bits 须为 2 到 16 的整数（可为任意宽度的 NumPy 整数，不可为 bool 或 float），权重中
    不可有 NaN 或无穷大；否则抛出 ValueError，且不改动任何东西。允许误差为数值自身的 1e-6。
    """
    # Write your answer here.
    raise NotImplementedError
