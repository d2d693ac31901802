"""Exercise quantization/affine_quantize: turn floats from a given range into unsigned codes, with a zero point.

Question card: exercises/quantization/affine_quantize.md (中文：affine_quantize.zh.md)
Check it with: minicompress check quantization/affine_quantize
"""

import numpy as np


def affine_quantize(x, low, high, bits):
    """Return (q, s, z): the codes of x on the grid that covers low to high, its scale and its zero point.

    x
        Array of floats, any shape, float32 or float64. Values may lie outside the range.
    low, high
        Numbers, the range that was calibrated, in the unit of x.
    bits
        An integer from 2 to 8; NumPy integers are fine, floats are not.

        a = min(low, 0), b = max(high, 0)       the range must hold 0
        s = (b - a) / (2^bits - 1)              the scale; 1.0 if a = b = 0
        z = round(-a / s)                       the zero point, the code of 0.0
        q = clip(round(x / s) + z, 0, 2^bits - 1)

    A half rounds to even, and z is added after x / s is rounded.

    Returns q, a new uint8 array of the shape of x; s, a float; z, an int. x stays as it is.

    Raises ValueError for other bits, for low > high, and for NaN or infinity in x, low or high.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no x / s
    and no a / s lies within 0.01 of a half. Codes and z must be exact, s within 1e-6 of itself.

    中文：给定标定好的范围 [low, high]，按上式返回 (q, s, z)：q 是与 x 同形状的新 uint8 数组，s 是浮点数（步长），
    z 是整数（0.0 的码）。范围先扩展到包含 0；a = b = 0 时 s 为 1.0；范围外的值截断到最近的码。一半取偶，
    先对 x / s 取整再加 z。不修改 x。bits 不是 2 到 8 的整数、low > high，或者 x、low、high 含 NaN 或无穷大，
    抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
