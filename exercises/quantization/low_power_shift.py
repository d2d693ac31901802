"""Exercise quantization/low_power_shift: round weights to powers of two, so that a product is a shift.

Question card: exercises/quantization/low_power_shift.md (中文：low_power_shift.zh.md)
Check it with: minicompress check quantization/low_power_shift
"""

import math

import numpy as np


def low_power_shift(w, x, bits):
    """Quantize w to signed powers of two by rounding the exponent; return codes, smallest exponent, integer product.

    w
        Float32 or float64 (out, in), a linear layer's weight, with at least one entry. What is not 0 lies between 1e-30
        and 1e30 in magnitude.
    x
        Integers (n, in), the codes of the activations, of any dtype whose sums int64 holds: int8, uint8, or wider.
    bits
        An integer from 2 to 6: one sign bit; the rest holds a code from 0 to K, and 0 means the weight 0.

        K    = 2^(bits-1) - 1                        the number of exponents
        high = round(log2(max|w|))                   0 if all weights are 0
        low  = high - K + 1
        p    = clip(round(log2|w|), low, high)       the logarithm is rounded: 1.42 becomes 2, 1.41 becomes 1
        q    = 0 where |w| < 2^(low-1), elsewhere sign(w) (p - low + 1)

    Returns (q, low, y):
        q    signed integers of any width, of the shape of w, from -K to K
        low  int
        y    integers (n, out): x times the transposed quantized weights, in units of 2^low. So code k shifts x by
             k - 1 to the left; nothing is shifted right, nothing is lost. y is int64, and so must be what is shifted.

    Raises ValueError for other bits, for w with NaN or infinity, for x that is not of an integer type, and if x and w
    do not have equally many columns. q and y are new arrays; w and x stay as they are.

    Checks compare integers exactly; no |w| lies within 0.001 (relative) of a boundary sqrt(2) 2^p, but the boundary
    2^(low-1) is exact. They cannot see whether you multiply: write the shift.

    中文：把 w 量化为带符号的 2 的幂：把 log2|w| 舍入为整数得到指数（公式见上，1.42 变成 2，1.41 变成 1），量化值 0 表示
    权重 0。w 为 float32 或 float64，非零元素的大小在 1e-30 与 1e30 之间；x 可为任意整数类型。返回 (q, low, y)：q 是与 w
    同形状的有符号整数（-K 到 K，宽度不限），low 是最小指数（int），y 是 int64 的 (n, out)，即 x 乘以量化后权重的转置，
    以 2^low 为单位：量化值 k 把 x 左移 k - 1 位，从不右移，因此没有损失；移位之前先转为 int64。全零时 high 为 0。q 与 y
    是新数组。bits 不是 2 到 6 的整数、w 含 NaN 或无穷大、x 不是整数类型、x 与 w 的列数不同，抛出 ValueError。不修改 w
    与 x。检查时整数须完全相等；没有 |w| 与边界 sqrt(2) 2^p 的相对距离小于 0.001，而边界 2^(low-1) 是精确的。
    """
    # Write your answer here.
    raise NotImplementedError
