"""Exercise quantization/affine_quantize: turn floats from a given range into unsigned codes, with a zero point.

Question card: exercises/quantization/affine_quantize.md (中文：affine_quantize.zh.md)
Check it with: minicompress check quantization/affine_quantize
"""

import numpy as np


def affine_quantize(x, low, high, bits):
    """Return (q, s, z): the codes of x on the grid that covers low to high, its scale and its zero point.

    x
        Array of floats of one axis or more, float32 or float64. Values may lie outside the range, even at 3e38.
    low, high
        Numbers, Python's or NumPy's, integers too: the range that was calibrated, in the unit of x. The width b - a is
        0 or from 1e-30 to 1e31.
    bits
        An integer from 2 to 8; NumPy integers of any width are fine, floats are not.

        a = min(low, 0), b = max(high, 0)       the range must hold 0
        s = (b - a) / (2^bits - 1)              the scale; 1.0 if a = b = 0
        z = round(-a / s)                       the zero point, the code of 0.0
        q = clip(round(x / s) + z, 0, 2^bits - 1)

    A half rounds to even, and z is added after x / s is rounded.

    Returns q, a new uint8 array of the shape of x; s, a float; z, an int. x stays as it is.

    Raises ValueError for other bits, for low > high, and for NaN or infinity in x, low or high.

    Checks accept arithmetic in float32 or float64: ties are tested where s is a power of two, and elsewhere no x / s
    and no a / s lies within 0.01 of a half. Codes and z must be exact, s within 1e-6 of itself.

    中文：给定校准好的范围 [low, high]，按上式返回 (q, s, z)：q 是与 x 同形状的新 uint8 数组，s 是浮点数（缩放因子，
    即步长），z 是整数（零点，即 0.0 的量化值）。范围先扩展到包含 0；a = b = 0 时 s 为 1.0；范围外的值（可大到 3e38）
    截断到最近的量化值。舍入到偶数，先对 x / s 取整再加 z。不修改 x。x 至少有一个轴，是 float32 或 float64；
    low、high 可为 Python 或 NumPy 的数，也可为整数；宽度 b - a 为 0 或在 1e-30 与 1e31 之间；bits 可为任意宽度的
    NumPy 整数。bits 不是 2 到 8 的整数、low > high，或者 x、low、high 含 NaN 或无穷大，抛出 ValueError。量化值与 z
    须完全相等，s 的允许误差为自身的 1e-6。
    """
    ### BEGIN SOLUTION
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError(f"affine_quantize: bits must be an integer from 2 to 8, got {bits!r}")
    if low > high or not np.isfinite([low, high]).all():
        raise ValueError(f"affine_quantize: low and high must be finite, low <= high, got {low} and {high}")
    if not np.isfinite(x).all():
        raise ValueError("affine_quantize: x must be finite, got NaN or infinity")
    a, b = min(float(low), 0.0), max(float(high), 0.0)  # narrow integers would overflow in b - a
    qmax = 2 ** int(bits) - 1
    s = (b - a) / qmax if a < b else 1.0
    z = int(np.round(-a / s))
    q = np.clip(np.round(x / s) + z, 0, qmax)
    return q.astype(np.uint8), s, z
    ### END SOLUTION
